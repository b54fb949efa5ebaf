// From one temporal kind to another, and the instant at which something runs as a value.

import type { MomentParts, TemporalKind, TemporalValue } from '../value.ts';
import { hasClock, hasDate, hasOffset, inZone, instantIn, makeMoment, momentParts, type MomentKind, zoneOf } from './moment.ts';
import { parseTemporal } from './parse.ts';
import { offsetAt, type Zone } from './zone.ts';

/** A value as another kind: a date has midnight, a local value is read as UTC, an offset or zone stays. Undefined where a part is lacking. */
export function convertTemporal(kind: TemporalKind, value: TemporalValue): TemporalValue | undefined {
  if (kind === value.kind) return value;
  if (kind === 'duration' || value.kind === 'duration') return undefined;
  if ((hasDate(kind) && !hasDate(value.kind)) || (!hasDate(kind) && !hasClock(value.kind))) return undefined;
  const parts = momentParts(value);
  return makeMoment(kind, {
    days: hasDate(kind) ? parts.days : 0,
    nanoseconds: hasClock(kind) ? parts.nanoseconds : 0,
    offset: hasOffset(kind) ? parts.offset : 0,
    zone: kind === 'datetime' ? parts.zone : undefined,
  });
}

/** Text or another temporal value as that kind; undefined if it cannot be. */
export function temporalOfText(kind: TemporalKind, text: string): TemporalValue | undefined {
  const direct = parseTemporal(kind, text);
  if (direct !== undefined || kind === 'duration') return direct;
  // A longer text holds the shorter kind: the date of '2024-01-31T10:00:00'.
  const whole = parseTemporal('datetime', text);
  return whole === undefined || (kind !== 'date' && !/[Tt ]\d/.test(text)) ? undefined : convertTemporal(kind, whole);
}

/** The kinds that a text beside a document's value may be read as. */
export const momentKinds = ['date', 'datetime', 'localdatetime'] as const;

/** The text as a value of that kind, as CAST reads it: the date of '2024-01-31T10:00', midnight of '2024-01-31'. */
export function readMoment(kind: (typeof momentKinds)[number], text: string): TemporalValue | undefined {
  const direct = parseTemporal(kind, text);
  if (direct !== undefined) return direct;
  const whole = parseTemporal('datetime', text);
  return whole && convertTemporal(kind, whole);
}

/** Does the text look like a date, with or without a time behind it? A year alone does not. */
export function isMomentText(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && readMoment('datetime', text) !== undefined;
}

/** The instant as that kind, as the clocks of a zone show it. */
export function temporalOf(kind: MomentKind, when: Date, zone: Zone = 0): TemporalValue {
  const ms = when.getTime();
  const days = Math.floor(ms / 86_400_000);
  const whole = makeMoment('datetime', instantIn(days, (ms - days * 86_400_000) * 1e6, zone));
  const value = whole && convertTemporal(kind, whole);
  if (value === undefined) throw new Error(`no ${kind} of ${ms}`);
  return value;
}

/**
 * A moment of a kind with an offset in another zone. `convert`: the same instant, where the value says one; else, and for local values, the same clock.
 * A time in a named zone has the offset that the zone has now.
 */
export function withZone(
  kind: 'time' | 'datetime',
  parts: MomentParts,
  zone: Zone,
  convert: boolean,
  making: { readonly now: Date },
): MomentParts {
  if (kind === 'datetime')
    return convert ? instantIn(parts.days, parts.nanoseconds - parts.offset * 1e9, zone) : inZone(parts.days, parts.nanoseconds, zone);
  const offset = typeof zone === 'number' ? zone : offsetNow(zone, making.now);
  const moved = convert ? parts.nanoseconds + (offset - parts.offset) * 1e9 : parts.nanoseconds;
  return { days: 0, nanoseconds: ((moved % 86_400e9) + 86_400e9) % 86_400e9, offset, zone: undefined };
}

function offsetNow(zone: Zone, now: Date): number {
  const days = Math.floor(now.getTime() / 86_400_000);
  return offsetAt(zone, days, (now.getTime() - days * 86_400_000) * 1e6);
}

/** The zone that a value with an offset says; undefined for the local kinds. */
export function zoneOfValue(value: TemporalValue): Zone | undefined {
  return hasOffset(value.kind) ? zoneOf(momentParts(value)) : undefined;
}
