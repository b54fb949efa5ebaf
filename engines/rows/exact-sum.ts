// A sum from which values can be taken out again: floats are added as whole multiples of the smallest float, so that nothing is ever
// rounded away, and the total is rounded once.

const scaleBits = 1074;
const view = new DataView(new ArrayBuffer(8));

/** A finite float as so many times 2^-1074. */
function scaled(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return x < 0 ? -size : size;
}

/** The nearest float. */
function unscaled(sum: bigint): number {
  const size = sum < 0n ? -sum : sum;
  const extra = size.toString(16).length * 4 - 64;
  if (extra <= 0) return (sum < 0n ? -1 : 1) * Number(size) * 2 ** -scaleBits;
  const shift = BigInt(extra);
  // The lowest bit remembers whether anything was cut off, so that the one rounding is right.
  const top = (size >> shift) | (size & ((1n << shift) - 1n) ? 1n : 0n);
  const nearest = Number(top) * 2 ** (extra - scaleBits);
  return sum < 0n ? -nearest : nearest;
}

/** Integers and floats are kept apart, so that a sum of integers alone stays exact. */
export class ExactSum {
  /** How many values are in it, and how many of them are floats. */
  count = 0;
  floats = 0;
  integers = 0n;
  private finite = 0n;
  private positive = 0;
  private negative = 0;
  private notANumber = 0;

  /** Puts a value in, or takes one out that is in. */
  change(value: bigint | number, sign: 1 | -1): void {
    this.count += sign;
    if (typeof value === 'bigint') {
      this.integers += sign === 1 ? value : -value;
      return;
    }
    this.floats += sign;
    if (Number.isFinite(value)) this.finite += sign === 1 ? scaled(value) : -scaled(value);
    else if (Number.isNaN(value)) this.notANumber += sign;
    else if (value > 0) this.positive += sign;
    else this.negative += sign;
  }

  /** The sum as a float. */
  total(): number {
    if (this.notANumber > 0 || (this.positive > 0 && this.negative > 0)) return Number.NaN;
    if (this.positive > 0) return Number.POSITIVE_INFINITY;
    if (this.negative > 0) return Number.NEGATIVE_INFINITY;
    return unscaled(this.finite + (this.integers << BigInt(scaleBits)));
  }
}
