// Rounding in decimal. Without a mode as SQLite does it, from the exact value of the float (1.005 lies below 1.005); with a mode, and for
// ceil, floor and trunc with digits, from the shortest decimal that means the float, which is what the user wrote.

import { didYouMean, QueryError } from '../../parser/error.ts';
import type { CallSite } from './functions.ts';

const modes = ['UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN'] as const;
export type RoundingMode = (typeof modes)[number];

/** The mode of that name, in any case. `type/argument` for another. */
export function roundingMode(name: string, site: CallSite): RoundingMode {
  const found = modes.find((mode) => mode === name.toUpperCase());
  if (found) return found;
  const near = didYouMean(name, modes, (word) => `'${word}'`);
  throw new QueryError('type/argument', `There is no rounding mode '${name}'.`, {
    span: site.span,
    hint: near ?? `There are ${modes.join(', ')}.`,
  });
}

/** Halves go away from zero. An integer stays one, but may leave 64 bits. */
export function round(x: bigint | number, digits: number): bigint | number {
  if (typeof x === 'bigint') return digits >= 0 ? x : roundAsWritten(x, digits, 'HALF_UP');
  if (!Number.isFinite(x) || Math.abs(x) >= 4503599627370496) return digits < 0 ? roundAsWritten(x, digits, 'HALF_UP') : x;
  // Adding 0 makes -0 into 0.
  if (digits === 0) return Math.trunc(x + (x < 0 ? -0.5 : 0.5)) + 0;
  if (digits > 0) return Number(x.toFixed(Math.min(digits, 30)));
  return roundAsWritten(x, digits, 'HALF_UP');
}

/** x to so many digits after the point, or before it if negative. */
export function roundAsWritten(x: bigint | number, digits: number, mode: RoundingMode): bigint | number {
  if (typeof x === 'bigint') {
    if (digits >= 0) return x;
    const { negative, quotient } = divided(x < 0n, x < 0n ? -x : x, -digits, mode);
    const result = quotient * 10n ** BigInt(-digits);
    return negative ? -result : result;
  }
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(x));
  if (!parts) return x;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const drop = fraction.length - Number(exponent) - digits;
  if (drop <= 0) return x;
  const { negative, quotient } = divided(sign === '-', BigInt(whole + fraction), drop, mode);
  const result = Number(`${quotient}e${-digits}`);
  return negative && result !== 0 ? -result : result;
}

/** The digits without the last `drop`, rounded. */
function divided(negative: boolean, digits: bigint, drop: number, mode: RoundingMode): { negative: boolean; quotient: bigint } {
  const unit = 10n ** BigInt(drop);
  const quotient = digits / unit;
  const rest = digits % unit;
  const up = rest !== 0n && goesUp(mode, negative, quotient, rest * 2n, unit);
  return { negative, quotient: up ? quotient + 1n : quotient };
}

function goesUp(mode: RoundingMode, negative: boolean, quotient: bigint, twice: bigint, unit: bigint): boolean {
  switch (mode) {
    case 'UP':
      return true;
    case 'DOWN':
      return false;
    case 'CEILING':
      return !negative;
    case 'FLOOR':
      return negative;
    case 'HALF_UP':
      return twice >= unit;
    case 'HALF_DOWN':
      return twice > unit;
    case 'HALF_EVEN':
      return twice > unit || (twice === unit && quotient % 2n === 1n);
  }
}
