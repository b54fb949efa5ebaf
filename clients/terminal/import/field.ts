// Fields of a CSV file as values: what type a column has, judged by its first rows, and one field read as that type.
//
//   inferType(['1', '', '2'])  'integer'      readField('1', 'integer')  1n      readField('x', 'integer')  undefined

import { Temporal } from '../../../server/protocol/decode.ts';
import type { ClientTemporal, TemporalKind } from '../../../server/protocol/client.ts';
import { type Json, parseJson } from '../parse-json.ts';

/** Types that a field can be read as. `json` is any value, written as JSON; bytes are base64. */
export type FieldType = 'integer' | 'float' | 'boolean' | 'text' | 'json' | 'bytes' | TemporalKind;

export type FieldValue = Json | ClientTemporal | Uint8Array | FieldValue[];

const integerText = /^[+-]?(0|[1-9]\d*)$/;
const floatText = /^[+-]?(0|[1-9]\d*)?(\.\d*)?([eE][+-]?\d+)?$/;
const dateText = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const clock = '([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d([.,]\\d{1,9})?)?';
const zone = '(Z|[+-]\\d{2}:?\\d{2})';
const day = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const temporalTexts: Readonly<Record<TemporalKind, RegExp>> = {
  date: dateText,
  localtime: new RegExp(`^${clock}$`),
  time: new RegExp(`^${clock}${zone}$`),
  localdatetime: new RegExp(`^${day}[T ]${clock}$`),
  datetime: new RegExp(`^${day}[T ]${clock}${zone}(\\[[A-Za-z_/+-]+\\])?$`),
  duration: /^-?P(?=.)([-+]?[\d.]+Y)?([-+]?[\d.]+M)?([-+]?[\d.]+W)?([-+]?[\d.]+D)?(T(?=.)([-+]?[\d.]+H)?([-+]?[\d.]+M)?([-+]?[\d.]+S)?)?$/,
};
const int64Max = 9223372036854775807n;
const int64Min = -9223372036854775808n;

/** The narrowest type that all fields have; text when there is none but empty ones. Numbers with leading zeros are text: they are codes. */
export function inferType(fields: Iterable<string>): FieldType {
  let candidates: FieldType[] = ['integer', 'float', 'boolean', 'date', 'datetime', 'localdatetime'];
  let seen = false;
  for (const field of fields) {
    if (field === '') continue;
    seen = true;
    candidates = candidates.filter((type) => readField(field, type) !== undefined);
    if (candidates.length === 0) return 'text';
  }
  return seen ? (candidates[0] ?? 'text') : 'text';
}

/** A field read as a type: null when empty (except as text, where the caller decides), undefined when it is none of that type. */
export function readField(field: string, type: FieldType): FieldValue | undefined {
  if (type === 'text') return field;
  const text = field.trim();
  if (text === '') return null;
  switch (type) {
    case 'integer':
      return readInteger(text);
    case 'float':
      return readFloat(text);
    case 'boolean':
      return readBoolean(text);
    case 'json':
      return readJson(text);
    case 'bytes':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;
    case 'date':
      return dateText.test(text) && isDay(text) ? new Temporal(type, text) : undefined;
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
      return temporalTexts[type].test(text) ? new Temporal(type, text.replace(' ', 'T').replace(',', '.')) : undefined;
    case 'duration':
      return temporalTexts.duration.test(text) ? new Temporal(type, text) : undefined;
  }
}

function readInteger(text: string): bigint | undefined {
  if (!integerText.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= int64Min && value <= int64Max ? value : undefined;
}

function readFloat(text: string): number | undefined {
  if (/^(nan|[+-]?inf(inity)?)$/i.test(text)) return /nan/i.test(text) ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity;
  if (!floatText.test(text) || !/\d/.test(text) || /^[+-]?[eE]/.test(text)) return undefined;
  return Number(text);
}

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' || word === 't' ? true : word === 'false' || word === 'f' ? false : undefined;
}

function readJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
