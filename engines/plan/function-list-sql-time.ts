// The functions of dates and times that PostgreSQL, SQLite and MySQL have. Part of function-list.ts; openCypher's are in
// function-list-temporal.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';
import type { Type } from './type.ts';

const x = 'x: text|date|time|localtime|datetime|localdatetime';
const withDuration = `${x}|duration`;
const moment = 'text|date|time|localtime|datetime|localdatetime';

/** The type of the argument at a place, where it is temporal; else only the value shows it. */
const typeAt =
  (index: number) =>
  (types: readonly Type[]): Type => {
    const type = types[index] ?? 'any';
    return type === 'time' || type === 'localtime' || type === 'datetime' || type === 'localdatetime' ? type : 'any';
  };

/** `year(x)` and its like. */
const parts: readonly ScalarEntry[] = [
  scalar(`year(${withDuration})`, 'integer', 'The year.', "year(date('2024-02-29')) → 2024"),
  scalar(`quarter(${withDuration})`, 'integer', 'The quarter of the year.', "quarter(date('2024-02-29')) → 1"),
  scalar(`month(${withDuration})`, 'integer', 'The month of the year.', "month(date('2024-02-29')) → 2"),
  scalar(`week(${withDuration})`, 'integer', 'The ISO week of the year.', "week(date('2024-02-29')) → 9"),
  scalar(`day(${withDuration})`, 'integer', 'The day of the month.', "day(date('2024-02-29')) → 29", { aliases: ['dayofmonth'] }),
  scalar(`dayofyear(${x})`, 'integer', 'The day of the year.', "dayofyear(date('2024-02-29')) → 60"),
  scalar(`dayofweek(${x})`, 'integer', 'The day of the week: Sunday is 0.', "dayofweek(date('2024-02-29')) → 4"),
  scalar(`hour(${withDuration})`, 'integer', 'The hour of the day.', "hour(localtime('12:30:15')) → 12"),
  scalar(`minute(${withDuration})`, 'integer', 'The minute of the hour.', "minute(localtime('12:30:15')) → 30"),
  scalar(`second(${withDuration})`, 'integer', 'The whole seconds of the minute.', "second(localtime('12:30:15.5')) → 15"),
  scalar(`dayname(${x})`, 'text', 'The English name of the day of the week.', "dayname(date('2024-02-29')) → 'Thursday'"),
  scalar(`monthname(${x})`, 'text', 'The English name of the month.', "monthname(date('2024-02-29')) → 'February'"),
];

const clocks: readonly ScalarEntry[] = [
  scalar('now()', 'datetime', 'The time at which the statement started, in UTC.', "typeof(now()) → 'datetime'", {
    aliases: ['current_timestamp', 'statement_timestamp'],
    pure: false,
  }),
  scalar('current_date()', 'date', 'The date at which the statement started, in UTC.', "typeof(current_date()) → 'date'", {
    aliases: ['curdate', 'today'],
    pure: false,
  }),
  scalar('current_time()', 'time', 'The time of day at which the statement started, in UTC.', "typeof(current_time()) → 'time'", {
    aliases: ['curtime'],
    pure: false,
  }),
  scalar(
    'localtimestamp()',
    'localdatetime',
    'The date and time at which the statement started, in UTC, without offset.',
    "typeof(localtimestamp()) → 'localdatetime'",
    { pure: false },
  ),
  scalar(
    'transaction_timestamp()',
    'datetime',
    'The time at which the transaction began, in UTC.',
    'transaction_timestamp() <= now() → true',
    {
      pure: false,
    },
  ),
  scalar('clock_timestamp()', 'datetime', 'The time of this very moment, in UTC.', 'clock_timestamp() >= now() → true', { pure: false }),
];

const makers: readonly ScalarEntry[] = [
  scalar(
    'make_date(year: integer, month: integer, day: integer)',
    'date',
    'A date of its parts.',
    "make_date(2024, 2, 29) → date('2024-02-29')",
  ),
  scalar(
    'make_time(hour: integer, minute: integer, second: number)',
    'localtime',
    'A time of day of its parts.',
    "make_time(12, 30, 1.5) → localtime('12:30:01.5')",
  ),
  scalar(
    'make_timestamp(year: integer, month: integer, day: integer, hour: integer, minute: integer, second: number)',
    'localdatetime',
    'A date and time of their parts.',
    "make_timestamp(2024, 2, 29, 12, 30, 0) → localdatetime('2024-02-29T12:30')",
  ),
  scalar(
    'make_timestamptz(year: integer, month: integer, day: integer, hour: integer, minute: integer, second: number, timezone?: text)',
    'datetime',
    'A datetime of its parts, in UTC or the time zone.',
    "make_timestamptz(2024, 2, 29, 12, 30, 0, '+02:00') → datetime('2024-02-29T12:30+02:00')",
  ),
  scalar(
    'make_interval(years?: number, months?: number, weeks?: number, days?: number, hours?: number, mins?: number, secs?: number)',
    'duration',
    'A duration of its parts.',
    "make_interval(0, 1, 0, 2) → duration('P1M2D')",
  ),
  scalar(
    'to_timestamp(seconds: number)',
    'datetime',
    'The datetime so many seconds after 1970 began, in UTC.',
    "to_timestamp(1709209800.5) → datetime('2024-02-29T12:30:00.5Z')",
  ),
];

const others: readonly ScalarEntry[] = [
  scalar(
    `date_trunc(unit: text, ${x}, timezone?: text)`,
    typeAt(1),
    'The value cut to a unit: millennium, century, decade, year, quarter, month, week, day, hour, minute, second, …; of a datetime in its own zone or the one given.',
    "date_trunc('month', date('2024-02-29')) → date('2024-02-01')",
  ),
  scalar(
    `date_part(part: text, ${withDuration})`,
    'number',
    'A part as a number: year, quarter, month, week, day, dow, doy, hour, minute, second (with its fraction), epoch, …; EXTRACT(part FROM x) is the same.',
    "date_part('epoch', datetime('2024-02-29T12:30Z')) → 1709209800.0",
  ),
  scalar(
    `age(a: ${moment}, b?: ${moment})`,
    'duration',
    'Years, months, days and time from b to a; with one argument from it to today.',
    "age(date('2024-02-29'), date('2000-01-01')) → duration('P24Y1M28D')",
    { pure: false },
  ),
  scalar(
    `date_add(${x}, by: duration|text|integer)`,
    typeAt(0),
    "The value later by a duration, a text such as '1 month', or so many days.",
    "date_add(date('2024-01-31'), '1 month') → date('2024-02-29')",
    { aliases: ['adddate'] },
  ),
  scalar(
    `date_sub(${x}, by: duration|text|integer)`,
    typeAt(0),
    "The value earlier by a duration, a text such as '1 month', or so many days.",
    "date_sub(date('2024-03-31'), '1 month') → date('2024-02-29')",
    { aliases: ['subdate'] },
  ),
  scalar(
    'add_months(x: text|date|datetime|localdatetime, months: integer)',
    typeAt(0),
    'The value so many months later; the day is cut to the length of the month.',
    "add_months(date('2024-01-31'), 1) → date('2024-02-29')",
  ),
  scalar(
    `datediff(unit: text, from: ${moment}, to: ${moment})`,
    'integer',
    'How often the unit (year to microsecond) begins after the first value up to the second.',
    "datediff('month', date('2024-01-31'), date('2024-03-01')) → 2",
    { aliases: ['date_diff'] },
  ),
  scalar(
    'last_day(x: text|date|datetime|localdatetime)',
    'date',
    'The last day of the month.',
    "last_day(date('2024-02-01')) → date('2024-02-29')",
  ),
  scalar(
    'justify_interval(x: duration)',
    'duration',
    'The duration with each 24 hours as a day and each 30 days as a month.',
    "justify_interval(duration('P35DT25H')) → duration('P1M6DT1H')",
  ),
  scalar(
    `to_char(${x}, pattern: text)`,
    'text',
    'The value by a pattern: YYYY, MM, Mon, Month, DD, Dy, Day, HH24, HH12, MI, SS, MS, US, AM, TZ, OF, Q, IW, … (FM before a name or number takes its padding away).',
    "to_char(date('2024-02-29'), 'DD Mon YYYY') → '29 Feb 2024'",
  ),
  scalar(
    `strftime(pattern: text, ${x})`,
    'text',
    'The value by the signs %Y %m %d %H %M %S %f %j %b %B %a %A %p %s %F %T and their like.',
    "strftime('%d/%m/%Y', date('2024-02-29')) → '29/02/2024'",
  ),
  scalar(
    'timezone(timezone: text, x: date|time|localtime|datetime|localdatetime)',
    (types) => {
      const type = types[1] ?? 'any';
      return type === 'datetime'
        ? 'localdatetime'
        : type === 'time' || type === 'localtime'
          ? 'time'
          : type === 'any' || type === 'null'
            ? 'any'
            : 'datetime';
    },
    'Of a local value the instant at which clocks of the zone show it, of a datetime what clocks of the zone show; x AT TIME ZONE zone is the same.',
    "timezone('Europe/Stockholm', datetime('2024-02-29T12:30Z')) → localdatetime('2024-02-29T13:30')",
  ),
  scalar(
    `unixepoch(x: text|date|datetime|localdatetime)`,
    'integer',
    'Whole seconds since 1970 began.',
    "unixepoch(datetime('2024-02-29T12:30Z')) → 1709209800",
  ),
  scalar(
    'julianday(x: text|date|datetime|localdatetime)',
    'float',
    'The Julian day number, with its fraction.',
    "julianday(date('2024-02-29')) → 2460369.5",
  ),
];

export const sqlTimeList: readonly ScalarEntry[] = [...clocks, ...parts, ...makers, ...others];
