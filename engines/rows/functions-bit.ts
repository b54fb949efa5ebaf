// Functions of the bits of an integer, which the operators & | # ~ << >> call too. They mean what they mean in SQLite.

import type { Value } from '../value.ts';
import type { Implementation } from './functions.ts';

const int = (value: Value): bigint => value as bigint;
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
const unsigned = (value: Value): bigint => BigInt.asUintN(64, value as bigint);

/** To the left, or to the right if `bits` is negative. */
function shift(value: bigint, bits: bigint): bigint {
  if (bits >= 64n) return 0n;
  if (bits <= -64n) return value < 0n ? -1n : 0n;
  return bits >= 0n ? signed(value << bits) : value >> -bits;
}

export const bitFunctions: Readonly<Record<string, Implementation>> = {
  bitand: ([x, y]) => int(x) & int(y),
  bitor: ([x, y]) => int(x) | int(y),
  bitxor: ([x, y]) => int(x) ^ int(y),
  bitnot: ([x]) => ~int(x),
  shiftleft: ([x, bits]) => shift(int(x), int(bits)),
  shiftright: ([x, bits]) => shift(int(x), -int(bits)),
  bit_count: ([x]) => BigInt(unsigned(x).toString(2).replaceAll('0', '').length),
  to_hex: ([x]) => unsigned(x).toString(16),
  to_oct: ([x]) => unsigned(x).toString(8),
  to_bin: ([x]) => unsigned(x).toString(2),
};
