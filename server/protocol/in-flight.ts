// The queries of one connection that are under way, by their numbers. They are few, and most end in the order in which they began, so a list
// is quick; a Map that lives as long as a connection would keep ended ones alive, as tickets.ts on the server's side says.

export class InFlight<T> {
  private readonly ids: number[] = [];
  private readonly items: T[] = [];

  get size(): number {
    return this.ids.length;
  }

  has(id: number): boolean {
    return this.ids.includes(id);
  }

  get(id: number): T | undefined {
    return this.items[this.ids.indexOf(id)];
  }

  /** The number must be free. */
  add(id: number, item: T): void {
    this.ids.push(id);
    this.items.push(item);
  }

  delete(id: number): void {
    const at = this.ids.indexOf(id);
    if (at < 0) return;
    this.ids.splice(at, 1);
    this.items.splice(at, 1);
  }

  values(): readonly T[] {
    return [...this.items];
  }

  clear(): void {
    this.ids.length = 0;
    this.items.length = 0;
  }
}
