// Durations, as openCypher has them: months, days and a clock's time apart, each with its own sign and never turned into each other,
// since a month and a day have no fixed length. Temporal.Duration demands one sign for all, so this is our own.
//
//   readDuration('P1Y2M10DT90M')   → P1Y2M10DT1H30M
//   readDuration('P0.75M')         → P22DT19H51M49.5S, the part of a mean month

import { QueryError, type Span } from '../../parser/error.ts';
import { type DurationParts, type ObjectValue, TemporalValue, type Value } from '../value.ts';

const nsPerDay = 86_400_000_000_000n;
/** The twelfth of a mean year of 365.2425 days. */
const nsPerMonth = 2_629_746_000_000_000n;

/** A decimal number, exactly: digits / 10^scale. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** A unit as so many months, days or nanoseconds. */
interface Unit {
  readonly group: 'months' | 'days' | 'nanoseconds';
  readonly size: bigint;
}

/** The names in a map, and their order in ISO text. */
const units: Readonly<Record<string, Unit>> = {
  years: { group: 'months', size: 12n },
  quarters: { group: 'months', size: 3n },
  months: { group: 'months', size: 1n },
  weeks: { group: 'days', size: 7n },
  days: { group: 'days', size: 1n },
  hours: { group: 'nanoseconds', size: 3_600_000_000_000n },
  minutes: { group: 'nanoseconds', size: 60_000_000_000n },
  seconds: { group: 'nanoseconds', size: 1_000_000_000n },
  milliseconds: { group: 'nanoseconds', size: 1_000_000n },
  microseconds: { group: 'nanoseconds', size: 1_000n },
  nanoseconds: { group: 'nanoseconds', size: 1n },
};

/** What a map for `duration` may hold. */
export const durationUnits: readonly string[] = Object.keys(units);

// ------------------------------------------------------------------------------------------------ amounts

/** Past so many digits after the point nothing can be seen in nanoseconds of a century. */
const scaleMax = 30;

function decimalOfText(text: string): Decimal | undefined {
  const parts = /^([-+]?)(\d*)(?:[.,](\d*))?(?:[eE]([-+]?\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;
  let scale = fraction.length - Number(exponent);
  let digits = BigInt(whole + fraction);
  if (Math.abs(scale) > 400) return undefined;
  if (scale < 0) {
    digits *= 10n ** BigInt(-scale);
    scale = 0;
  }
  if (scale > scaleMax) {
    digits /= 10n ** BigInt(scale - scaleMax);
    scale = scaleMax;
  }
  return { digits: sign === '-' ? -digits : digits, scale };
}

function decimalOf(value: Value): Decimal | undefined {
  if (typeof value === 'bigint') return { digits: value, scale: 0 };
  return typeof value === 'number' && Number.isFinite(value) ? decimalOfText(String(value)) : undefined;
}

interface Sum {
  months: bigint;
  days: bigint;
  nanoseconds: bigint;
}

/** Adds `amount` / `divisor` of a unit; what is less than a whole month or day goes on as days and as time. */
function addAmount(sum: Sum, unit: Unit, amount: bigint, divisor: bigint): void {
  const total = amount * unit.size;
  if (unit.group === 'nanoseconds') {
    sum.nanoseconds += total / divisor;
    return;
  }
  const whole = total / divisor;
  const rest = total - whole * divisor;
  sum[unit.group] += whole;
  if (rest === 0n) return;
  const nanoseconds = (rest * (unit.group === 'months' ? nsPerMonth : nsPerDay)) / divisor;
  sum.days += nanoseconds / nsPerDay;
  sum.nanoseconds += nanoseconds % nsPerDay;
}

/** Larger than any difference of two dates; a number that is larger is a mistake. */
const monthsMax = 9_007_199_254_740_991n;
const nanosecondsMax = 9_223_372_036_854_775_807n * 1_000_000_000n;

/** Undefined if a group is too large. */
function ofSum({ months, days, nanoseconds }: Sum): TemporalValue | undefined {
  const size = (n: bigint): bigint => (n < 0n ? -n : n);
  if (size(months) > monthsMax || size(days) > monthsMax || size(nanoseconds) > nanosecondsMax) return undefined;
  return makeDuration({ months: Number(months), days: Number(days), nanoseconds });
}

/** A duration of its parts. */
export function makeDuration(parts: DurationParts): TemporalValue {
  const value = new TemporalValue('duration', durationText(parts));
  value.parts = parts;
  return value;
}

// ------------------------------------------------------------------------------------------------ text

const amount = String.raw`([-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+))`;
const durationForm = new RegExp(
  `^([-+])?P(?=.)(?:${amount}Y)?(?:${amount}M)?(?:${amount}W)?(?:${amount}D)?(?:T(?=.)(?:${amount}H)?(?:${amount}M)?(?:${amount}S)?)?$`,
);
const unitsInText = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const;
/** `P2012-02-02T14:37:21.545` */
const clockForm = /^([-+])?P(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?)?$/;

/** Reads a duration and brings it to its canonical text. Undefined if the text is none. */
export function readDuration(text: string): TemporalValue | undefined {
  let sign: string | undefined;
  const sum: Sum = { months: 0n, days: 0n, nanoseconds: 0n };
  const add = (name: string, found: string | undefined): boolean => {
    if (found === undefined) return true;
    const decimal = decimalOfText(found);
    const unit = units[name];
    if (decimal === undefined || unit === undefined) return false;
    addAmount(sum, unit, sign === '-' ? -decimal.digits : decimal.digits, 10n ** BigInt(decimal.scale));
    return true;
  };
  const parts = durationForm.exec(text);
  if (parts !== null && /\d[A-Z]$/.test(text)) {
    sign = parts[1];
    return unitsInText.every((name, index) => add(name, parts[index + 2])) ? ofSum(sum) : undefined;
  }
  const clock = clockForm.exec(text);
  if (clock === null) return undefined;
  sign = clock[1];
  const names = ['years', 'months', 'days', 'hours', 'minutes', 'seconds'];
  return names.every((name, index) => add(name, clock[index + 2])) ? ofSum(sum) : undefined;
}

const words: Readonly<Record<string, string>> = {
  y: 'years',
  year: 'years',
  yr: 'years',
  quarter: 'quarters',
  mon: 'months',
  month: 'months',
  w: 'weeks',
  week: 'weeks',
  d: 'days',
  day: 'days',
  h: 'hours',
  hour: 'hours',
  hr: 'hours',
  m: 'minutes',
  min: 'minutes',
  minute: 'minutes',
  s: 'seconds',
  sec: 'seconds',
  second: 'seconds',
  ms: 'milliseconds',
  msec: 'milliseconds',
  millisecond: 'milliseconds',
  us: 'microseconds',
  usec: 'microseconds',
  microsecond: 'microseconds',
  nanosecond: 'nanoseconds',
};

/** The unit that a word of SQL means: `day`, `days`, `Mon`. Undefined if it is none. */
export function unitOfWord(word: string): string | undefined {
  const lower = word.toLowerCase();
  const found = Object.hasOwn(words, lower) ? words[lower] : undefined;
  return found ?? (lower.endsWith('s') && Object.hasOwn(words, lower.slice(0, -1)) ? words[lower.slice(0, -1)] : undefined);
}

/** As readDuration, and the words of SQL: `1 year 2 days`, `-3 hours`, `1 day 04:05:06`, `2 weeks ago`. */
export function readInterval(text: string): TemporalValue | undefined {
  const iso = readDuration(text);
  if (iso !== undefined) return iso;
  const ago = /\s+ago$/i.test(text);
  let rest = text.replace(/\s+ago$/i, '').trim();
  if (rest === '') return undefined;
  const sum: Sum = { months: 0n, days: 0n, nanoseconds: 0n };
  while (rest !== '') {
    const clock = /^([-+])?(\d{1,6}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?(?:\s+|$)/.exec(rest);
    const word = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s*([A-Za-z]+)(?:[\s,]+|$)/.exec(rest);
    if (clock !== null) {
      const all = [clock[2], clock[3], clock[4]];
      for (const [index, name] of ['hours', 'minutes', 'seconds'].entries())
        if (!addText(sum, name, all[index] ?? '0', (clock[1] === '-') !== ago)) return undefined;
    } else {
      const name = word === null ? undefined : unitOfWord(word[2] ?? '');
      if (word === null || name === undefined || !addText(sum, name, word[1] ?? '', ago)) return undefined;
    }
    rest = rest.slice((clock ?? word)?.[0].length ?? rest.length);
  }
  return ofSum(sum);
}

function addText(sum: Sum, name: string, text: string, negative: boolean): boolean {
  const decimal = decimalOfText(text);
  const unit = units[name];
  if (decimal === undefined || unit === undefined) return false;
  addAmount(sum, unit, negative ? -decimal.digits : decimal.digits, 10n ** BigInt(decimal.scale));
  return true;
}

function durationText({ months, days, nanoseconds }: DurationParts): string {
  let text = 'P';
  const years = Math.trunc(months / 12);
  if (years !== 0) text += `${years}Y`;
  if (months % 12 !== 0) text += `${months % 12}M`;
  if (days !== 0) text += `${days}D`;
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  const seconds = size / 1_000_000_000n;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  let time = '';
  if (seconds >= 3600n) time += `${sign}${seconds / 3600n}H`;
  if ((seconds / 60n) % 60n !== 0n) time += `${sign}${(seconds / 60n) % 60n}M`;
  if (seconds % 60n !== 0n || fraction !== '') time += `${sign}${seconds % 60n}${fraction === '' ? '' : `.${fraction}`}S`;
  if (time !== '') text += `T${time}`;
  return text === 'P' ? 'PT0S' : text;
}

/** The parts of a duration. `type/temporal` for a text that another program put where a duration should be. */
export function durationParts(value: TemporalValue): DurationParts {
  const known = value.parts;
  if (known !== undefined && 'months' in known) return known;
  const read = readDuration(value.text)?.parts;
  if (read === undefined || !('months' in read))
    throw new QueryError('type/temporal', `The stored text '${value.text}' is not a duration.`);
  value.parts = read;
  return read;
}

// ------------------------------------------------------------------------------------------------ maps and arithmetic

/** `{days: 1, hours: 2.5}`. Null if an amount is null, undefined if one is no number or too large. The names are checked by the caller. */
export function durationOfMap(map: ObjectValue): TemporalValue | null | undefined {
  const sum: Sum = { months: 0n, days: 0n, nanoseconds: 0n };
  for (const [name, value] of map) {
    if (value === null || value === undefined) return null;
    const decimal = decimalOf(value);
    const unit = units[name];
    if (decimal === undefined || unit === undefined) return undefined;
    addAmount(sum, unit, decimal.digits, 10n ** BigInt(decimal.scale));
  }
  return ofSum(sum);
}

/** `count` of a unit of `durationUnits`. */
export function durationOf(unit: string, count: bigint | number): TemporalValue | undefined {
  return durationOfMap(new Map([[unit, count]])) ?? undefined;
}

function tooLarge(span: Span | undefined): QueryError {
  return new QueryError('type/overflow', 'The result is beyond the range of a duration.', { span });
}

/** a + b, or a - b. */
export function addDurations(a: TemporalValue, b: TemporalValue, sign: 1 | -1, span: Span | undefined): TemporalValue {
  const [x, y] = [durationParts(a), durationParts(b)];
  const factor = BigInt(sign);
  const sum = ofSum({
    months: BigInt(x.months) + factor * BigInt(y.months),
    days: BigInt(x.days) + factor * BigInt(y.days),
    nanoseconds: x.nanoseconds + factor * y.nanoseconds,
  });
  if (sum === undefined) throw tooLarge(span);
  return sum;
}

/** A duration times or divided by a number. The parts of months and days that are left over go on as days and as time. */
export function scaleDuration(value: TemporalValue, operator: '*' | '/', factor: bigint | number, span: Span | undefined): TemporalValue {
  const decimal = decimalOf(factor);
  if (decimal === undefined)
    throw new QueryError('type/not-a-number', `A duration cannot be multiplied or divided by ${factor}.`, { span });
  if (operator === '/' && decimal.digits === 0n) {
    throw new QueryError('type/division-by-zero', 'A duration cannot be divided by zero.', {
      span,
      hint: 'nullif(x, 0) as the divisor gives null instead.',
    });
  }
  const tens = 10n ** BigInt(decimal.scale);
  let [times, divisor] = operator === '*' ? [decimal.digits, tens] : [tens, decimal.digits];
  if (divisor < 0n) [times, divisor] = [-times, -divisor];
  const parts = durationParts(value);
  const sum: Sum = { months: 0n, days: 0n, nanoseconds: 0n };
  addAmount(sum, { group: 'months', size: 1n }, BigInt(parts.months) * times, divisor);
  addAmount(sum, { group: 'days', size: 1n }, BigInt(parts.days) * times, divisor);
  addAmount(sum, { group: 'nanoseconds', size: 1n }, parts.nanoseconds * times, divisor);
  const scaled = ofSum(sum);
  if (scaled === undefined) throw tooLarge(span);
  return scaled;
}

/** The length for sorting only, in nanoseconds; a month counts as the twelfth of a mean year and a day as 24 hours. */
export function durationLength(value: TemporalValue): bigint {
  const parts = durationParts(value);
  return BigInt(parts.months) * nsPerMonth + BigInt(parts.days) * nsPerDay + parts.nanoseconds;
}
