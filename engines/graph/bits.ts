// A set of small integers as bits (the removed edges of a delta), and arrays that threads share.

/** A growable set of non-negative integers. */
export class Bits {
  private words: Uint32Array;
  size = 0;

  constructor(limit = 0) {
    this.words = new Uint32Array((limit + 31) >>> 5);
  }

  has(value: number): boolean {
    const word = this.words[value >>> 5];
    return word !== undefined && ((word >>> (value & 31)) & 1) === 1;
  }

  /** True if the value is new. */
  add(value: number): boolean {
    const index = value >>> 5;
    if (index >= this.words.length) {
      const grown = new Uint32Array(Math.max(index + 1, this.words.length * 2));
      grown.set(this.words);
      this.words = grown;
    }
    const word = this.words[index]!;
    const mask = (1 << (value & 31)) >>> 0;
    if ((word & mask) !== 0) return false;
    this.words[index] = word | mask;
    this.size++;
    return true;
  }
}

/** An array of unsigned integers that several threads can read. */
export function sharedUint32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}
