// Functions of numbers. Integers stay integers where the result is whole by nature (abs, round, …); the rest is float. Bits are in
// functions-bit.ts, rounding in rounding.ts.

import { QueryError } from '../../parser/error.ts';
import type { Value } from '../value.ts';
import { inRange, operate } from './arithmetic.ts';
import type { CallSite, Implementation } from './functions.ts';
import { bitFunctions } from './functions-bit.ts';
import { round, roundAsWritten, roundingMode } from './rounding.ts';

function float(run: (x: number) => number): Implementation {
  return ([x]) => run(Number(x as bigint | number));
}

/** With digits, or of an integer, in decimal; else by the runtime's own function. */
function rounded(mode: 'CEILING' | 'FLOOR' | 'DOWN', run: (x: number) => number): Implementation {
  return ([x, digits], site) => {
    if (typeof x === 'number' && digits === undefined) return run(x);
    return checked(roundAsWritten(x as bigint | number, digitsOf(digits), mode), site);
  };
}

/** More digits than a float can have change nothing. */
function digitsOf(digits: Value): number {
  const count = Number((digits as bigint | undefined) ?? 0n);
  return Math.max(-400, Math.min(400, count));
}

function checked(result: bigint | number, site: CallSite): Value {
  return typeof result === 'bigint' ? inRange(result, site.span) : result;
}

function sign(x: Value): Value {
  if (typeof x === 'bigint') return x > 0n ? 1n : x < 0n ? -1n : 0n;
  return Number.isNaN(x) ? null : BigInt(Math.sign(x as number));
}

function wholeDivision(x: Value, y: Value, site: CallSite): Value {
  const quotient = operate('/', x, y, site.span);
  return typeof quotient === 'number' ? Math.trunc(quotient) : quotient;
}

function gcd(x: bigint, y: bigint): bigint {
  let [a, b] = [x < 0n ? -x : x, y < 0n ? -y : y];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function lcm(x: bigint, y: bigint): bigint {
  if (x === 0n || y === 0n) return 0n;
  const product = (x / gcd(x, y)) * y;
  return product < 0n ? -product : product;
}

function factorial(x: bigint, site: CallSite): bigint {
  if (x < 0n) throw new QueryError('type/argument', 'factorial needs an integer that is not negative.', { span: site.span });
  let product = 1n;
  // 21! is beyond 64 bits.
  for (let i = 2n; i <= x && i <= 21n; i++) product *= i;
  return inRange(product, site.span);
}

/** As in the SQL standard: the bounds may run downwards. */
function widthBucket(x: number, low: number, high: number, count: bigint, site: CallSite): bigint {
  if (count <= 0n) throw new QueryError('type/argument', 'width_bucket needs a count above 0.', { span: site.span });
  if (low === high || ![x, low, high].every((n) => !Number.isNaN(n)) || !Number.isFinite(low) || !Number.isFinite(high))
    throw new QueryError('type/argument', 'width_bucket needs two different, finite bounds and a number.', { span: site.span });
  const share = (x - low) / (high - low);
  if (share < 0) return 0n;
  if (share >= 1) return inRange(count + 1n, site.span);
  return BigInt(Math.floor(share * Number(count))) + 1n;
}

const number = (x: Value): number => Number(x as bigint | number);

export const numberFunctions: Readonly<Record<string, Implementation>> = {
  ...bitFunctions,
  abs: ([x], site) => (typeof x === 'bigint' ? inRange(x < 0n ? -x : x, site.span) : Math.abs(x as number)),
  ceil: rounded('CEILING', Math.ceil),
  floor: rounded('FLOOR', Math.floor),
  trunc: rounded('DOWN', Math.trunc),
  round: ([x, digits, mode], site) => {
    const value = x as bigint | number;
    const places = digitsOf(digits);
    return checked(mode === undefined ? round(value, places) : roundAsWritten(value, places, roundingMode(mode as string, site)), site);
  },
  sign: ([x]) => sign(x),
  width_bucket: ([x, low, high, count], site) => widthBucket(number(x), number(low), number(high), count as bigint, site),
  sqrt: float(Math.sqrt),
  cbrt: float(Math.cbrt),
  exp: float(Math.exp),
  ln: float(Math.log),
  log: ([x, y]) => (y === undefined ? Math.log(number(x)) : logarithm(number(x), number(y))),
  log10: float(Math.log10),
  log2: float(Math.log2),
  pow: ([x, y]) => number(x) ** number(y),
  pi: () => Math.PI,
  e: () => Math.E,
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  cot: float((x) => 1 / Math.tan(x)),
  asin: float(Math.asin),
  acos: float(Math.acos),
  atan: float(Math.atan),
  atan2: ([y, x]) => Math.atan2(number(y), number(x)),
  sinh: float(Math.sinh),
  cosh: float(Math.cosh),
  tanh: float(Math.tanh),
  coth: float((x) => 1 / Math.tanh(x)),
  asinh: float(Math.asinh),
  acosh: float(Math.acosh),
  atanh: float(Math.atanh),
  haversin: float((x) => (1 - Math.cos(x)) / 2),
  degrees: float((x) => (x * 180) / Math.PI),
  radians: float((x) => (x * Math.PI) / 180),
  mod: ([x, y], site) => operate('%', x, y, site.span),
  div: ([x, y], site) => wholeDivision(x, y, site),
  gcd: ([x, y], site) => inRange(gcd(x as bigint, y as bigint), site.span),
  lcm: ([x, y], site) => inRange(lcm(x as bigint, y as bigint), site.span),
  factorial: ([x], site) => factorial(x as bigint, site),
  isnan: ([x]) => Number.isNaN(x),
  isinf: ([x]) => typeof x === 'number' && !Number.isFinite(x) && !Number.isNaN(x),
  rand: () => Math.random(),
};

/** Exact for powers of 2 and 10. */
function logarithm(base: number, x: number): number {
  if (base === 2) return Math.log2(x);
  return base === 10 ? Math.log10(x) : Math.log(x) / Math.log(base);
}
