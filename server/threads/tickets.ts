// The texts that a worker has, by the numbers under which both sides speak of them. A number says where its text stands in a list, and how
// often that place was given before, so a late message about another text of the same place finds nothing.
//
// No Map: once the garbage collector holds a Map to be old, every table that it outgrows keeps the entries of its time until the next full
// collection. At thousands of texts a second that is nearly all of them, copied again and again.

/** Texts at a time, and more than a worker ever has. */
const placesMax = 2 ** 20;
/** Then a place counts from the beginning. */
const turnsMax = 2 ** 32;

/** What is known under each number. */
export class Ticketed<T> {
  private readonly tickets: number[] = [];
  private readonly items: (T | undefined)[] = [];

  set(ticket: number, item: T): void {
    const place = ticket % placesMax;
    this.tickets[place] = ticket;
    this.items[place] = item;
  }

  get(ticket: number): T | undefined {
    const place = ticket % placesMax;
    return this.tickets[place] === ticket ? this.items[place] : undefined;
  }

  delete(ticket: number): void {
    const place = ticket % placesMax;
    if (this.tickets[place] === ticket) this.items[place] = undefined;
  }

  values(): T[] {
    return this.items.filter((item) => item !== undefined);
  }

  clear(): void {
    this.items.fill(undefined);
  }
}

/** Gives out the numbers. Each is to be given back when both sides have forgotten it. */
export class TicketOffice {
  private readonly free: number[] = [];
  private places = 0;

  take(): number {
    return this.free.pop() ?? this.places++;
  }

  giveBack(ticket: number): void {
    const turn = Math.floor(ticket / placesMax) + 1;
    this.free.push((turn % turnsMax) * placesMax + (ticket % placesMax));
  }
}
