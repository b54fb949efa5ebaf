// Marks on nodes for searches: a mark is valid for one generation, so clearing all of them costs nothing. Arrays are pooled,
// because a search per input row must not pay for the size of the graph.

/** Node ids to marks. */
export class Stamps {
  private marks: Int32Array;
  private values: Int32Array;
  private generation = 0;

  constructor(limit: number) {
    this.marks = new Int32Array(limit);
    this.values = new Int32Array(limit);
  }

  /** Forgets all marks and makes room for nodes below `limit`. */
  clear(limit: number): void {
    if (limit > this.marks.length) {
      const size = Math.max(limit, Math.ceil(this.marks.length * 1.25));
      this.marks = new Int32Array(size);
      this.values = new Int32Array(size);
      this.generation = 0;
    }
    if (++this.generation === 0x7fffffff) {
      this.marks.fill(0);
      this.generation = 1;
    }
  }

  has(node: number): boolean {
    return this.marks[node] === this.generation;
  }

  /** The value of a marked node, else -1. */
  get(node: number): number {
    return this.marks[node] === this.generation ? this.values[node]! : -1;
  }

  set(node: number, value: number): void {
    this.marks[node] = this.generation;
    this.values[node] = value;
  }
}

const pool: Stamps[] = [];

/** Marks for nodes below `limit`, cleared. */
export function takeStamps(limit: number): Stamps {
  const stamps = pool.pop() ?? new Stamps(limit);
  stamps.clear(limit);
  return stamps;
}

/** Gives marks back when a search is over. */
export function giveStamps(stamps: Stamps): void {
  if (pool.length < 16) pool.push(stamps);
}
