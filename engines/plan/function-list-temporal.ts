// The functions of dates, times and durations as openCypher has them, and what else the moment decides. Part of function-list.ts.
// What SQL adds is in function-list-sql-time.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

const kinds = ['date', 'time', 'localtime', 'datetime', 'localdatetime'] as const;
type Kind = (typeof kinds)[number];

/** What `date(x)` and its like are made from. */
const makers: readonly ScalarEntry[] = [
  scalar(
    'date(x?: text|date|datetime|localdatetime|object)',
    'date',
    'A date from text, parts or another temporal value; today without argument.',
    "date({year: 2024, week: 9, dayOfWeek: 4}) → date('2024-02-29')",
    { pure: 'with arguments' },
  ),
  scalar(
    'time(x?: text|time|localtime|datetime|localdatetime|object)',
    'time',
    'A time of day with its offset; now without argument.',
    "time('12:30:00+02:00') → time('12:30+02:00')",
    { pure: 'with arguments' },
  ),
  scalar(
    'localtime(x?: text|time|localtime|datetime|localdatetime|object)',
    'localtime',
    'A time of day without offset; now without argument.',
    "localtime({hour: 12, minute: 30}) → localtime('12:30')",
    { pure: 'with arguments' },
  ),
  scalar(
    'datetime(x?: text|date|datetime|localdatetime|object)',
    'datetime',
    'An instant with its offset or time zone; now without argument.',
    "datetime('2024-02-29T12:30[Europe/Stockholm]') → datetime('2024-02-29T12:30+01:00[Europe/Stockholm]')",
    { pure: 'with arguments' },
  ),
  scalar(
    'localdatetime(x?: text|date|datetime|localdatetime|object)',
    'localdatetime',
    'A date and time without offset; now without argument.',
    "localdatetime('20240229T1230') → localdatetime('2024-02-29T12:30')",
    { pure: 'with arguments' },
  ),
  scalar(
    'duration(x: text|duration|object)',
    'duration',
    "A duration from ISO 8601 text such as 'P1DT2H' or from parts.",
    "duration({days: 1.5, hours: 2}) → duration('P1DT14H')",
  ),
];

const cutExamples: Readonly<Record<Kind, string>> = {
  date: "date.truncate('quarter', date('2024-02-29')) → date('2024-01-01')",
  time: "time.truncate('hour', time('12:34:56+01:00')) → time('12:00+01:00')",
  localtime: "localtime.truncate('minute', localtime('12:34:56')) → localtime('12:34')",
  datetime: "datetime.truncate('day', datetime('2024-02-29T12:30+01:00')) → datetime('2024-02-29T00:00+01:00')",
  localdatetime: "localdatetime.truncate('week', date('2024-02-29'), {hour: 9}) → localdatetime('2024-02-26T09:00')",
};

const dated = 'date|datetime|localdatetime';
const clocked = 'time|localtime|datetime|localdatetime';

const cuts: readonly ScalarEntry[] = kinds.map((kind) => {
  const hasDate = kind.includes('date');
  const from = kind === 'date' || hasDate ? dated : clocked;
  const units = kind === 'date' ? 'millennium to day' : hasDate ? 'millennium to microsecond' : 'day to microsecond';
  return scalar(
    `${kind}.truncate(unit: text, x?: ${from}, parts?: object)`,
    kind,
    `A ${kind} cut to a unit (${units}), with parts put in afterwards; of now without x.`,
    cutExamples[kind],
    { pure: 'with arguments' },
  );
});

const clockDescriptions = {
  statement: 'at which the statement started',
  transaction: 'at which the transaction began',
  realtime: 'of this very moment',
} as const;

const clocks: readonly ScalarEntry[] = kinds.flatMap((kind) =>
  (['statement', 'transaction', 'realtime'] as const).map((clock) =>
    scalar(
      `${kind}.${clock}(timezone?: text)`,
      kind,
      `The ${kind} ${clockDescriptions[clock]}, in UTC or the time zone.`,
      `typeof(${kind}.${clock}('Europe/Stockholm')) → '${kind}'`,
      { pure: false },
    ),
  ),
);

const moments = 'date|time|localtime|datetime|localdatetime';

const others: readonly ScalarEntry[] = [
  scalar(
    'datetime.fromepoch(seconds: integer, nanoseconds: integer)',
    'datetime',
    'The datetime so many seconds and nanoseconds after 1970 began, in UTC.',
    "datetime.fromepoch(1709209800, 0) → datetime('2024-02-29T12:30Z')",
  ),
  scalar(
    'datetime.fromepochmillis(milliseconds: integer)',
    'datetime',
    'The datetime so many milliseconds after 1970 began, in UTC.',
    "datetime.fromepochmillis(1709209800500) → datetime('2024-02-29T12:30:00.5Z')",
  ),
  scalar(
    `duration.between(from: ${moments}, to: ${moments})`,
    'duration',
    'Months, days and time from one to the other.',
    "duration.between(date('2024-01-31'), date('2024-03-01')) → duration('P1M1D')",
  ),
  scalar(
    `duration.inMonths(from: ${moments}, to: ${moments})`,
    'duration',
    'Whole months from one to the other.',
    "duration.inMonths(date('2024-01-31'), date('2024-03-01')) → duration('P1M')",
  ),
  scalar(
    `duration.inDays(from: ${moments}, to: ${moments})`,
    'duration',
    'Whole days from one to the other.',
    "duration.inDays(date('2024-01-31'), date('2024-03-01')) → duration('P30D')",
  ),
  scalar(
    `duration.inSeconds(from: ${moments}, to: ${moments})`,
    'duration',
    'Hours, minutes and seconds from one to the other.',
    "duration.inSeconds(localtime('12:00'), localtime('13:30')) → duration('PT1H30M')",
  ),
  scalar('uuid()', 'text', 'A random UUID (version 4).', 'length(uuid()) → 36', {
    aliases: ['randomuuid', 'gen_random_uuid'],
    pure: false,
  }),
];

export const temporalList: readonly ScalarEntry[] = [...makers, ...cuts, ...clocks, ...others];
