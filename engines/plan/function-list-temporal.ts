// The functions of dates, times and durations, and what else the moment decides. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const temporalList: readonly ScalarEntry[] = [
  scalar('now()', 'datetime', 'The time at which the statement started, in UTC.', "typeof(now()) → 'datetime'", {
    aliases: ['current_timestamp'],
    pure: false,
  }),
  scalar('current_date()', 'date', 'The date at which the statement started, in UTC.', "typeof(current_date()) → 'date'", { pure: false }),
  scalar('current_time()', 'time', 'The time of day at which the statement started, in UTC.', "typeof(current_time()) → 'time'", {
    pure: false,
  }),
  scalar(
    'date(x?: text|date|datetime|localdatetime|object)',
    'date',
    'A date from text, parts or another temporal value; today without argument.',
    "date({year: 2024, month: 2, day: 29}) → date('2024-02-29')",
    { pure: 'with arguments' },
  ),
  scalar(
    'time(x?: text|time|localtime|datetime|localdatetime|object)',
    'time',
    'A time of day in UTC; now without argument.',
    "time('12:30:00+02:00') → time('10:30:00Z')",
    { pure: 'with arguments' },
  ),
  scalar(
    'localtime(x?: text|time|localtime|datetime|localdatetime|object)',
    'localtime',
    'A time of day without offset; now without argument.',
    "localtime('12:30') → localtime('12:30:00')",
    { pure: 'with arguments' },
  ),
  scalar(
    'datetime(x?: text|date|datetime|localdatetime|object)',
    'datetime',
    'An instant in UTC; now without argument.',
    "datetime('2024-02-29T12:30:00+02:00') → datetime('2024-02-29T10:30:00Z')",
    { pure: 'with arguments' },
  ),
  scalar(
    'localdatetime(x?: text|date|datetime|localdatetime|object)',
    'localdatetime',
    'A date and time without offset; now without argument.',
    "localdatetime('2024-02-29T12:30') → localdatetime('2024-02-29T12:30:00')",
    { pure: 'with arguments' },
  ),
  scalar(
    'duration(x: text|duration|object)',
    'duration',
    "A duration from ISO 8601 text such as 'P1DT2H' or from parts.",
    "duration({days: 1, hours: 2}) → duration('P1DT2H')",
  ),
  scalar('uuid()', 'text', 'A random UUID (version 4).', 'length(uuid()) → 36', {
    aliases: ['randomuuid', 'gen_random_uuid'],
    pure: false,
  }),
];
