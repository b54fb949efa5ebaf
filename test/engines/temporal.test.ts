// Temporal text: against temporal-polyfill as the judge, and canonical forms.

import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { convertTemporal, temporalOf } from '../../engines/temporal/convert.ts';
import { temporalField, temporalFieldType, temporalFields } from '../../engines/temporal/fields.ts';
import { orderText, storedInstant, storedText } from '../../engines/temporal/moment.ts';
import { parseTemporal, readStored } from '../../engines/temporal/parse.ts';
import type { TemporalKind } from '../../engines/value.ts';
import { temporals } from './arbitrary-values.ts';
import { runs } from '../long.ts';

const canonical = (kind: TemporalKind, text: string): string | undefined => parseTemporal(kind, text)?.text;
const two = (n: number): string => String(n).padStart(2, '0');

/** Without seconds that are zero. */
const shortened = (text: string): string => text.replace(/:00$/, '');

function judged(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

describe('against Temporal', () => {
  const number = (max: number) => fc.integer({ min: 0, max });
  test('The same dates exist.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), number(14), number(33), (year, month, day) => {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        expect(canonical('date', text)).toBe(judged(() => Temporal.PlainDate.from(text).toString()));
      }),
      { numRuns: runs(250) },
    );
  });
  test('The same instants are read from date, time and offset.', () => {
    fc.assert(
      fc.property(
        number(30),
        number(25),
        number(61),
        number(59),
        number(999_999_999),
        fc.integer({ min: -14, max: 14 }),
        (day, hour, minute, second, nano, zone) => {
          const offset = `${zone < 0 ? '-' : '+'}${two(Math.abs(zone))}:30`;
          const text = `2024-02-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${String(nano).padStart(9, '0')}${offset}`;
          const value = parseTemporal('datetime', text);
          expect(value && storedInstant(storedText(value))).toBe(judged(() => Temporal.Instant.from(text).toString()));
          expect(value?.text).toBe(
            judged(() => shortened(Temporal.ZonedDateTime.from(`${text}[${offset}]`).toPlainDateTime().toString()) + offset),
          );
        },
      ),
      { numRuns: runs(250) },
    );
  });
  test('Fields are the same.', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-30'), noInvalidDate: true }), (when) => {
        const value = temporalOf('datetime', when);
        const judge = Temporal.Instant.fromEpochMilliseconds(when.getTime()).toZonedDateTimeISO('UTC');
        const field = (name: string): number => Number(temporalField(value, name));
        expect([
          field('year'),
          field('month'),
          field('day'),
          field('hour'),
          field('minute'),
          field('second'),
          field('millisecond'),
        ]).toEqual([judge.year, judge.month, judge.day, judge.hour, judge.minute, judge.second, judge.millisecond]);
        expect([field('week'), field('dayOfWeek'), field('ordinalDay'), field('epochMillis')]).toEqual([
          judge.weekOfYear,
          judge.dayOfWeek,
          judge.dayOfYear,
          judge.epochMilliseconds,
        ]);
      }),
      { numRuns: runs(250) },
    );
  });
});

test('Canonical text reads back as itself.', () => {
  fc.assert(
    fc.property(temporals, (value) => {
      expect(canonical(value.kind, value.text)).toBe(value.text);
    }),
  );
});

test('Stored text reads back as the same value.', () => {
  fc.assert(
    fc.property(temporals, (value) => {
      expect(readStored(value.kind, storedText(value))).toEqual(value);
    }),
    { numRuns: runs(250) },
  );
});

test('The order of instants is that of Temporal, and stored text sorts so up to the Z.', () => {
  const zones = ['UTC', 'Europe/Stockholm', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'];
  const at = fc.record({
    ms: fc.integer({ min: -62_000_000_000_000, max: 2_000_000_000_000 }),
    nano: fc.nat(999_999),
    zone: fc.constantFrom(...zones),
  });
  const made = ({ ms, nano, zone }: { ms: number; nano: number; zone: string }) => {
    const judge = Temporal.Instant.fromEpochMilliseconds(ms).add({ nanoseconds: nano }).toZonedDateTimeISO(zone);
    const local = judge.toPlainDateTime().toString();
    return { judge, value: parseTemporal('datetime', `${judge.toInstant().toString()}[${zone}]`), local };
  };
  fc.assert(
    fc.property(at, at, (a, b) => {
      const [x, y] = [made(a), made(b)];
      if (x.value === undefined || y.value === undefined) throw new Error(`${a.ms} ${b.ms}`);
      expect(x.value.text.startsWith(shortened(x.local))).toBe(true);
      const [left, right] = [orderText(x.value), orderText(y.value)];
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(Temporal.Instant.compare(x.judge.toInstant(), y.judge.toInstant()));
    }),
    { numRuns: runs(125) },
  );
});

test('Every field that a kind has gives an integer, or a text where the type says so, and no other name does.', () => {
  fc.assert(
    fc.property(temporals, (value) => {
      for (const name of temporalFields(value.kind))
        expect(typeof temporalField(value, name)).toBe(temporalFieldType(name) === 'text' ? 'string' : 'bigint');
      expect(temporalField(value, 'nothing')).toBe(undefined);
    }),
  );
});

test.each<[TemporalKind, string, string | undefined]>([
  ['date', '20240229', '2024-02-29'],
  ['date', '2024-02', '2024-02-01'],
  ['date', '2023-02-29', undefined],
  ['date', '2024-02-29T10:00', undefined],
  ['localtime', '12:30', '12:30'],
  ['localtime', '12:30:00.500', '12:30:00.5'],
  ['localtime', '12:30Z', undefined],
  ['localtime', '24:00', undefined],
  ['time', '12:30', '12:30Z'],
  ['time', '01:00+02:00', '01:00+02:00'],
  ['time', '010000-0130', '01:00-01:30'],
  ['time', '01:00+18:01', undefined],
  ['time', '01:00[Europe/Berlin]', undefined],
  ['datetime', '2024-02-29', '2024-02-29T00:00Z'],
  ['datetime', '2024-02-29 12:30:00+01:00[Europe/Berlin]', '2024-02-29T12:30+01:00[Europe/Berlin]'],
  ['datetime', '2024-02-29T12:30[europe/berlin]', '2024-02-29T12:30+01:00[Europe/Berlin]'],
  ['datetime', '2024-02-29T12:30Z[Europe/Berlin]', '2024-02-29T13:30+01:00[Europe/Berlin]'],
  ['datetime', '2024-02-29T12:30+02:00[Europe/Berlin]', undefined],
  ['datetime', '2024-02-29T12:30[Nowhere]', undefined],
  ['datetime', '2024-03-31T02:30[Europe/Berlin]', '2024-03-31T03:30+02:00[Europe/Berlin]'],
  ['datetime', '2024-10-27T02:30[Europe/Berlin]', '2024-10-27T02:30+02:00[Europe/Berlin]'],
  ['datetime', '2024-10-27T02:30+01:00[Europe/Berlin]', '2024-10-27T02:30+01:00[Europe/Berlin]'],
  ['datetime', '1818-07-21T21:40[Europe/Stockholm]', '1818-07-21T21:40+00:53:28[Europe/Stockholm]'],
  ['datetime', '0000-01-01T00:00:00+01:00', '0000-01-01T00:00+01:00'],
  ['datetime', '2124-07-01T12:00[Europe/Berlin]', '2124-07-01T12:00+02:00[Europe/Berlin]'],
  ['datetime', '2011-12-30T12:00[Pacific/Apia]', '2011-12-31T12:00+14:00[Pacific/Apia]'],
  ['datetime', '2024-02-29T12:00[Asia/Kolkata]', '2024-02-29T12:00+05:30[Asia/Kolkata]'],
  ['datetime', '+12024-07-01T12:00[Europe/Berlin]', '+12024-07-01T12:00+02:00[Europe/Berlin]'],
  ['date', '+999999999-12-31', '+999999999-12-31'],
  ['date', '-999999999-01-01', '-999999999-01-01'],
  ['date', '+1000000000-01-01', undefined],
  ['date', '2015-W30-2', '2015-07-21'],
  ['date', '2015W302', '2015-07-21'],
  ['date', '2015-W54', undefined],
  ['date', '2014-W53', undefined],
  ['date', '2015-202', '2015-07-21'],
  ['date', '2015202', '2015-07-21'],
  ['date', '2015-366', undefined],
  ['date', '2015-Q3-21', '2015-07-21'],
  ['date', '2015Q321', '2015-07-21'],
  ['date', '2015-Q1-91', undefined],
  ['date', '201507', '2015-07-01'],
  ['date', '2015', '2015-01-01'],
  ['localdatetime', '2024-02-29T12:30Z', undefined],
  ['localdatetime', '2024-02-29t12:30', '2024-02-29T12:30'],
  ['localdatetime', '20240229T2140', '2024-02-29T21:40'],
  ['duration', 'P0.75M', 'P22DT19H51M49.5S'],
  ['duration', 'P2.5W', 'P17DT12H'],
  ['duration', 'PT0,75M', 'PT45S'],
  ['duration', 'P2012-02-02T14:37:21.545', 'P2012Y2M2DT14H37M21.545S'],
  ['duration', 'P14M', 'P1Y2M'],
  ['duration', 'P1W', 'P7D'],
  ['duration', 'PT90M', 'PT1H30M'],
  ['duration', '-P1DT1H', 'P-1DT-1H'],
  ['duration', 'PT-1.5S', 'PT-1.5S'],
  ['duration', 'P0D', 'PT0S'],
  ['duration', 'P1.5D', 'P1DT12H'],
  ['duration', 'P', undefined],
  ['duration', 'P1DT', undefined],
  ['duration', 'PT1.2.3S', undefined],
])('As %s %s is %s.', (kind, text, expected) => {
  expect(canonical(kind, text)).toBe(expected);
});

test('A value converts where it has the parts.', () => {
  const at = temporalOf('datetime', new Date('2024-02-29T12:30:00.250Z'));
  expect(convertTemporal('date', at)?.text).toBe('2024-02-29');
  expect(convertTemporal('localtime', at)?.text).toBe('12:30:00.25');
  expect(convertTemporal('duration', at)).toBe(undefined);
  expect(convertTemporal('localtime', temporalOf('date', new Date(0)))).toBe(undefined);
  expect(convertTemporal('datetime', temporalOf('date', new Date(0)))?.text).toBe('1970-01-01T00:00Z');
});
