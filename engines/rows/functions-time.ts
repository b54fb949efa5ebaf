// Temporal functions: the statement's instant, and values from text, from other temporal values or from an object of parts
// such as {year: 2024, month: 2, day: 29}.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { parseTemporal, temporalOf } from '../temporal.ts';
import type { ObjectValue, TemporalKind, TemporalValue, Value } from '../value.ts';
import { toTemporal } from './conversion.ts';
import type { CallSite, Implementation } from './functions.ts';

function constructor(kind: Exclude<TemporalKind, 'duration'>): Implementation {
  return ([x], site) => (x === undefined ? temporalOf(kind, site.context.now) : make(kind, x, site));
}

function make(kind: TemporalKind, value: Value, site: CallSite): TemporalValue {
  const result = value instanceof Map ? fromParts(kind, value, site) : toTemporal(kind, value);
  if (result !== undefined) return result;
  const shown = typeof value === 'string' ? `The text '${value}'` : `The ${typeName(value)}`;
  throw new QueryError('type/temporal', `${shown} is not a ${kind}.`, {
    span: site.span,
    hint: `A ${kind} is written as in ${examples[kind]}.`,
  });
}

const examples: Readonly<Record<TemporalKind, string>> = {
  date: "'2024-02-29'",
  time: "'12:30:00+01:00'",
  localtime: "'12:30:00'",
  datetime: "'2024-02-29T12:30:00Z'",
  localdatetime: "'2024-02-29T12:30:00'",
  duration: "'P1DT2H30M'",
};

const durationUnits: Readonly<Record<string, string>> = {
  years: 'Y',
  months: 'M',
  weeks: 'W',
  days: 'D',
  hours: 'H',
  minutes: 'M',
  seconds: 'S',
};
const partNames = ['year', 'month', 'day', 'hour', 'minute', 'second', 'nanosecond', 'timezone'];

/** Undefined if the parts make no such value; a part that does not exist is an error. */
function fromParts(kind: TemporalKind, parts: ObjectValue, site: CallSite): TemporalValue | undefined {
  const allowed = kind === 'duration' ? Object.keys(durationUnits) : partNames;
  for (const key of parts.keys()) {
    if (!allowed.includes(key)) {
      throw new QueryError('type/temporal', `"${key}" is not a part of a ${kind}.`, {
        span: site.span,
        hint: `Parts are ${allowed.join(', ')}.`,
      });
    }
  }
  if (kind === 'duration') {
    const text = (names: readonly string[]): string =>
      names.map((name) => (parts.has(name) ? `${decimal(parts.get(name))}${durationUnits[name]}` : '')).join('');
    const time = text(['hours', 'minutes', 'seconds']);
    return parseTemporal(kind, `P${text(['years', 'months', 'weeks', 'days'])}${time === '' ? '' : `T${time}`}`);
  }
  const part = (name: string, otherwise: number, width: number): string => String(parts.get(name) ?? otherwise).padStart(width, '0');
  const date = parts.has('year') ? `${part('year', 0, 4)}-${part('month', 1, 2)}-${part('day', 1, 2)}` : '';
  const fraction = parts.has('nanosecond') ? `.${part('nanosecond', 0, 9)}` : '';
  const zone = kind === 'time' || kind === 'datetime' ? ((parts.get('timezone') as string | undefined) ?? 'Z') : '';
  const time = `${part('hour', 0, 2)}:${part('minute', 0, 2)}:${part('second', 0, 2)}${fraction}${zone}`;
  return parseTemporal(kind, kind === 'date' ? date : kind === 'time' || kind === 'localtime' ? time : `${date}T${time}`);
}

/** A number without exponent, as ISO 8601 wants it. */
function decimal(value: Value): string {
  return typeof value === 'number' ? value.toFixed(9).replace(/\.?0+$/, '') : String(value);
}

export const timeFunctions: Readonly<Record<string, Implementation>> = {
  now: (_args, site) => temporalOf('datetime', site.context.now),
  current_date: (_args, site) => temporalOf('date', site.context.now),
  current_time: (_args, site) => temporalOf('time', site.context.now),
  date: constructor('date'),
  time: constructor('time'),
  localtime: constructor('localtime'),
  datetime: constructor('datetime'),
  localdatetime: constructor('localdatetime'),
  duration: ([x], site) => make('duration', x, site),
  uuid: () => crypto.randomUUID(),
};
