// Durations from text, as openCypher has them: months, days and seconds apart, each with its own sign and never turned into each
// other, since a month has no fixed length. Temporal.Duration demands one sign for all, so this is our own.
//
//   readDuration('P1Y2M10DT90M')   → P1Y2M10DT1H30M
//   readDuration('P1DT-1H')        → P1DT-1H, which Temporal refuses

import { TemporalValue } from './value.ts';

const durationForm =
  /^([-+])?P(?=.)(?:([-+]?\d+)Y)?(?:([-+]?\d+)M)?(?:([-+]?[\d.]+)W)?(?:([-+]?[\d.]+)D)?(?:T(?=.)(?:([-+]?[\d.]+)H)?(?:([-+]?[\d.]+)M)?(?:([-+]?[\d.]+)S)?)?$/;

interface DurationParts {
  readonly months: number;
  readonly days: number;
  readonly nanoseconds: bigint;
}

/** Reads a duration and brings it to its canonical text. Undefined if the text is none. */
export function readDuration(text: string): TemporalValue | undefined {
  const parts = durationForm.exec(text);
  if (parts === null || !/\d[A-Z]$/.test(text)) return undefined;
  const sign = parts[1] === '-' ? -1 : 1;
  const months = sign * (Number(parts[2] ?? 0) * 12 + Number(parts[3] ?? 0));
  let days = 0;
  let nanoseconds = 0n;
  for (const [index, secondsEach] of [604800n, 86400n, 3600n, 60n, 1n].entries()) {
    const amount = parts[index + 4];
    if (amount === undefined) continue;
    const exact = decimalTimes(amount, secondsEach * 1_000_000_000n);
    if (exact === undefined) return undefined;
    const wholeDays = index < 2 ? exact / 86_400_000_000_000n : 0n;
    days += sign * Number(wholeDays);
    nanoseconds += BigInt(sign) * (exact - wholeDays * 86_400_000_000_000n);
  }
  if (!Number.isSafeInteger(months) || !Number.isSafeInteger(days)) return undefined;
  return new TemporalValue('duration', durationText({ months, days, nanoseconds }));
}

/** `amount` × `unit`, the rest below one cut off. Undefined if `amount` is not a decimal number. */
function decimalTimes(amount: string, unit: bigint): bigint | undefined {
  const parts = /^([-+]?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (parts === null) return undefined;
  const digits = parts[3] ?? '';
  const size = (BigInt((parts[2] ?? '') + digits) * unit) / 10n ** BigInt(digits.length);
  return parts[1] === '-' ? -size : size;
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

function durationParts(text: string): DurationParts {
  const parts = durationForm.exec(text) ?? [];
  const count = (index: number): number => Number(parts[index] ?? 0);
  const nanoseconds =
    (decimalTimes(parts[6] ?? '0', 3600n) ?? 0n) * 1_000_000_000n +
    (decimalTimes(parts[7] ?? '0', 60n) ?? 0n) * 1_000_000_000n +
    (decimalTimes(parts[8] ?? '0', 1_000_000_000n) ?? 0n);
  return { months: count(2) * 12 + count(3), days: count(5), nanoseconds };
}

export const durationFields: readonly string[] = ['years', 'months', 'days', 'hours', 'minutes', 'seconds'];

/** One of `durationFields`. They are totals of their group: months counts years too, minutes counts hours. */
export function durationField(text: string, name: string): bigint {
  const parts = durationParts(text);
  switch (name) {
    case 'years':
      return BigInt(Math.trunc(parts.months / 12));
    case 'months':
      return BigInt(parts.months);
    case 'days':
      return BigInt(parts.days);
    case 'hours':
      return parts.nanoseconds / 3_600_000_000_000n;
    case 'minutes':
      return parts.nanoseconds / 60_000_000_000n;
    default:
      return parts.nanoseconds / 1_000_000_000n;
  }
}
