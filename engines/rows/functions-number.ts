// Functions of numbers. Integers stay integers where the result is whole by nature (abs, round, …); the rest is float.

import type { Value } from '../value.ts';
import { inRange, operate } from './arithmetic.ts';
import type { Implementation } from './functions.ts';

function float(run: (x: number) => number): Implementation {
  return ([x]) => run(Number(x as bigint | number));
}

/** Integers are whole already. */
function whole(run: (x: number) => number): Implementation {
  return ([x]) => (typeof x === 'bigint' ? x : run(x as number));
}

/** Halves go away from zero. Digits after the point as SQLite does it, from the exact decimal value of the float. */
function round(x: bigint | number, digits: number): bigint | number {
  if (typeof x === 'bigint') return digits >= 0 ? x : roundInteger(x, -digits);
  if (!Number.isFinite(x) || Math.abs(x) >= 4503599627370496) return x;
  // Adding 0 makes -0 into 0.
  if (digits === 0) return Math.trunc(x + (x < 0 ? -0.5 : 0.5)) + 0;
  if (digits > 0) return Number(x.toFixed(Math.min(digits, 30)));
  const unit = 10 ** Math.min(-digits, 300);
  return Math.trunc(x / unit + (x < 0 ? -0.5 : 0.5)) * unit;
}

function roundInteger(x: bigint, zeros: number): bigint {
  if (zeros > 19) return 0n;
  const unit = 10n ** BigInt(zeros);
  const half = x < 0n ? -unit / 2n : unit / 2n;
  return ((x + half) / unit) * unit;
}

function sign(x: Value): Value {
  if (typeof x === 'bigint') return x > 0n ? 1n : x < 0n ? -1n : 0n;
  return Number.isNaN(x) ? null : BigInt(Math.sign(x as number));
}

export const numberFunctions: Readonly<Record<string, Implementation>> = {
  abs: ([x], site) => (typeof x === 'bigint' ? inRange(x < 0n ? -x : x, site.span) : Math.abs(x as number)),
  ceil: whole(Math.ceil),
  floor: whole(Math.floor),
  round: ([x, digits], site) => {
    const result = round(x as bigint | number, Number((digits as bigint | undefined) ?? 0n));
    return typeof result === 'bigint' ? inRange(result, site.span) : result;
  },
  sign: ([x]) => sign(x),
  sqrt: float(Math.sqrt),
  exp: float(Math.exp),
  ln: float(Math.log),
  log10: float(Math.log10),
  log2: float(Math.log2),
  pi: () => Math.PI,
  e: () => Math.E,
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  cot: float((x) => 1 / Math.tan(x)),
  asin: float(Math.asin),
  acos: float(Math.acos),
  atan: float(Math.atan),
  atan2: ([y, x]) => Math.atan2(Number(y as bigint | number), Number(x as bigint | number)),
  degrees: float((x) => (x * 180) / Math.PI),
  radians: float((x) => (x * Math.PI) / 180),
  pow: ([x, y]) => Number(x as bigint | number) ** Number(y as bigint | number),
  mod: ([x, y], site) => operate('%', x, y, site.span),
  rand: () => Math.random(),
};
