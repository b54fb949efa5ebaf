// Temporal text: against temporal-polyfill as the judge, and canonical forms.

import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { convertTemporal, parseTemporal, temporalField, temporalFields, temporalOf } from '../../engines/temporal.ts';
import type { TemporalKind } from '../../engines/value.ts';
import { temporals } from './arbitrary-values.ts';

const canonical = (kind: TemporalKind, text: string): string | undefined => parseTemporal(kind, text)?.text;
const two = (n: number): string => String(n).padStart(2, '0');

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
      { numRuns: 1000 },
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
          expect(canonical('datetime', text)).toBe(judged(() => Temporal.Instant.from(text).toString()));
        },
      ),
      { numRuns: 1000 },
    );
  });
  test('Fields are the same.', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-30'), noInvalidDate: true }), (when) => {
        const value = temporalOf('datetime', when);
        const judge = Temporal.Instant.from(value.text).toZonedDateTimeISO('UTC');
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
      { numRuns: 1000 },
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

test('Every field that a kind has gives an integer, and no other name does.', () => {
  fc.assert(
    fc.property(temporals, (value) => {
      for (const name of temporalFields(value.kind)) expect(typeof temporalField(value, name)).toBe('bigint');
      expect(temporalField(value, 'nothing')).toBe(undefined);
    }),
  );
});

test.each<[TemporalKind, string, string | undefined]>([
  ['date', '20240229', '2024-02-29'],
  ['date', '2024-02', '2024-02-01'],
  ['date', '2023-02-29', undefined],
  ['date', '2024-02-29T10:00', undefined],
  ['localtime', '12:30', '12:30:00'],
  ['localtime', '12:30:00.500', '12:30:00.5'],
  ['localtime', '12:30Z', undefined],
  ['localtime', '24:00', undefined],
  ['time', '12:30', '12:30:00Z'],
  ['time', '01:00+02:00', '23:00:00Z'],
  ['datetime', '2024-02-29', '2024-02-29T00:00:00Z'],
  ['datetime', '2024-02-29 12:30:00+01:00[Europe/Berlin]', '2024-02-29T11:30:00Z'],
  ['datetime', '0000-01-01T00:00:00+01:00', undefined],
  ['localdatetime', '2024-02-29T12:30Z', undefined],
  ['localdatetime', '2024-02-29t12:30', '2024-02-29T12:30:00'],
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
  expect(convertTemporal('datetime', temporalOf('date', new Date(0)))?.text).toBe('1970-01-01T00:00:00Z');
});
