// A date or time cut to a unit: `date.truncate('month', d)`, `date_trunc('hour', t)`.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type { MomentParts, ObjectValue, TemporalValue } from '../value.ts';
import { type Making, withParts } from './build.ts';
import { civilDate, dayOfWeek, epochDay, firstWeek, quarterOf, quarterStart, weekOf } from './calendar.ts';
import { hasClock, hasDate, momentParts, type MomentKind, nsPerDay } from './moment.ts';

const dateUnits = ['millennium', 'century', 'decade', 'year', 'weekyear', 'quarter', 'month', 'week', 'day'] as const;
const clockUnits: Readonly<Record<string, number>> = {
  hour: 3600e9,
  minute: 60e9,
  second: 1e9,
  millisecond: 1e6,
  microsecond: 1e3,
};

/** The value as `kind`, cut to the unit, with the parts of `map` put in. Null if a part is null. `type/temporal` for a unit that does not fit. */
export function truncateTo(kind: MomentKind, unit: string, value: TemporalValue, map: ObjectValue, making: Making): TemporalValue | null {
  const name = unitName(unit, making.span);
  const isClock = Object.hasOwn(clockUnits, name);
  const cut = (message: string): never => {
    throw new QueryError('type/temporal', message, { span: making.span });
  };
  if (value.kind === 'duration') return cut('A duration cannot be cut to a unit.');
  if (kind === 'date' && isClock) return cut(`A date has no ${name}s.`);
  if (!hasDate(kind) && !isClock && name !== 'day') return cut(`A ${kind} cannot be cut to a ${unit}.`);
  if (hasDate(kind) && !hasDate(value.kind)) return cut(`A ${value.kind} has no date.`);
  if (isClock && !hasClock(value.kind)) return cut(`A date has no ${name}s.`);
  if (!hasDate(kind) && !hasClock(value.kind)) return cut('A date has no time.');
  const parts = momentParts(value);
  const size = isClock ? (clockUnits[name] as number) : nsPerDay;
  const base: MomentParts = {
    days: isClock || !hasDate(kind) ? parts.days : startOf(name, parts.days),
    nanoseconds: Math.floor(parts.nanoseconds / size) * size,
    offset: parts.offset,
    zone: parts.zone,
  };
  return withParts(kind, base, map, name === 'millisecond' ? 3 : name === 'microsecond' ? 6 : 0, making);
}

function unitName(unit: string, span: Span | undefined): string {
  const all = [...dateUnits, ...Object.keys(clockUnits)];
  const lower = unit.toLowerCase();
  const name = [lower, lower.replace(/s$/, '')].find((n) => all.includes(n));
  if (name !== undefined) return name;
  if (lower === 'centuries') return 'century';
  const near = didYouMean(lower, all, (word) => `'${word}'`);
  throw new QueryError('type/temporal', `There is no unit '${unit}'.`, {
    span,
    hint: near ?? `Units are ${all.join(', ')}.`,
  });
}

/** The first day of the unit that the day is in. A century begins with a year that 100 divides. */
function startOf(unit: string, days: number): number {
  const { year, month } = civilDate(days);
  const everyYears = (count: number): number => epochDay(Math.floor(year / count) * count, 1, 1);
  switch (unit) {
    case 'millennium':
      return everyYears(1000);
    case 'century':
      return everyYears(100);
    case 'decade':
      return everyYears(10);
    case 'year':
      return epochDay(year, 1, 1);
    case 'weekyear':
      return firstWeek(weekOf(days).weekYear);
    case 'quarter':
      return quarterStart(year, quarterOf(month));
    case 'month':
      return epochDay(year, month, 1);
    case 'week':
      return days - dayOfWeek(days) + 1;
    default:
      return days;
  }
}
