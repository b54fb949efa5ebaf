// Dates, times and durations as openCypher has them: values from text, from other values and from maps of parts; cut to a unit; what lies
// between two; the clocks of the statement, the transaction and the moment. What SQL adds is in functions-sql-time.ts.

import { QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import { durationBetween, type Measure } from '../temporal/arithmetic.ts';
import { checkDurationParts, epochDatetime, fromParts, type Making, zoneOfText } from '../temporal/build.ts';
import { temporalOf } from '../temporal/convert.ts';
import { durationOfMap, durationUnits } from '../temporal/duration.ts';
import type { MomentKind } from '../temporal/moment.ts';
import { truncateTo } from '../temporal/truncate.ts';
import type { ObjectValue, TemporalKind, TemporalValue, Value } from '../value.ts';
import { toTemporal } from './conversion.ts';
import type { CallSite, Implementation } from './functions.ts';

/** What the makers of values need of a call. They ask for the time only if they need it, so that other calls stay constants. */
export function making(site: CallSite): Making {
  return {
    get now() {
      return site.context.now;
    },
    span: site.span,
  };
}

function constructor(kind: MomentKind): Implementation {
  return ([x], site) => (x === undefined ? temporalOf(kind, site.context.now) : make(kind, x, site));
}

function make(kind: TemporalKind, value: Value, site: CallSite): TemporalValue | null {
  if (value instanceof Map) {
    if (kind !== 'duration') return fromParts(kind, value, making(site));
    checkDurationParts(value, durationUnits, site.span);
    const made = durationOfMap(value);
    if (made !== undefined) return made;
    throw new QueryError('type/temporal', 'The parts of a duration must be numbers that are not too large.', { span: site.span });
  }
  const result = toTemporal(kind, value);
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

/** `date.transaction('Europe/London')` and its like. */
function clock(kind: MomentKind, when: (site: CallSite) => Date): Implementation {
  return ([zone], site) => temporalOf(kind, when(site), zone === undefined ? 0 : zoneOfText(zone, site.span));
}

function truncate(kind: MomentKind): Implementation {
  return ([unit, value, map], site) => {
    const given = value === undefined ? temporalOf('datetime', site.context.now) : value;
    return truncateTo(kind, String(unit), given as TemporalValue, (map as ObjectValue | undefined) ?? new Map(), making(site));
  };
}

function between(measure: Measure): Implementation {
  return ([from, to]) => durationBetween(measure, from as TemporalValue, to as TemporalValue);
}

const kinds = ['date', 'time', 'localtime', 'datetime', 'localdatetime'] as const;

function ofEachKind(name: string, implementation: (kind: MomentKind) => Implementation): [string, Implementation][] {
  return kinds.map((kind) => [name === '' ? kind : `${kind}.${name}`, implementation(kind)]);
}

export const temporalFunctions: Readonly<Record<string, Implementation>> = {
  ...Object.fromEntries([
    ...ofEachKind('', constructor),
    ...ofEachKind('truncate', truncate),
    ...ofEachKind('statement', (kind) => clock(kind, (site) => site.context.now)),
    ...ofEachKind('transaction', (kind) => clock(kind, (site) => site.context.transactionStart ?? site.context.now)),
    ...ofEachKind('realtime', (kind) => clock(kind, () => new Date())),
  ]),
  duration: ([x], site) => make('duration', x, site),
  'datetime.fromepoch': ([seconds, nanoseconds], site) =>
    epochDatetime((seconds as bigint) * 1_000_000_000n + ((nanoseconds as bigint | undefined) ?? 0n), 0, site.span),
  'datetime.fromepochmillis': ([ms], site) => epochDatetime((ms as bigint) * 1_000_000n, 0, site.span),
  'duration.between': between('between'),
  'duration.inmonths': between('months'),
  'duration.indays': between('days'),
  'duration.inseconds': between('seconds'),
  uuid: () => crypto.randomUUID(),
};
