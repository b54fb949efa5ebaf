// trefoil_apply: the scalar functions of engines/rows inside SQL, so that there is one implementation of each.
//
//   trefoil_apply('lpad', 'vvv>v', name, 5, '.')
//
// The second argument has a letter for each value (see `applyLetter`): how SQLite's value becomes Trefoil's, and after > how the result
// goes back.

import type Database from 'better-sqlite3';
import { QueryError } from '../../../parser/error.ts';
import { typeName } from '../../compare.ts';
import { parseJson, storageJson } from '../../json.ts';
import { argumentError, lookupFunction, type ScalarFunction } from '../../plan/functions.ts';
import type { Type } from '../../plan/type.ts';
import { storedText } from '../../temporal/moment.ts';
import { readColumn } from '../../temporal/parse.ts';
import { type TemporalKind, TemporalValue, type Value } from '../../value.ts';

type Plain = null | bigint | number | string | Buffer;

const kinds: Readonly<Record<string, TemporalKind>> = {
  D: 'date',
  T: 'time',
  t: 'localtime',
  Z: 'datetime',
  z: 'localdatetime',
  P: 'duration',
};

type Caller = (values: readonly Plain[]) => Plain;

/** Registers trefoil_apply and trefoil_apply_json; the second gives JSON text, in which SQL NULL is MISSING. */
export function registerApply(db: Database.Database, state: { readonly apply?: (name: string, args: readonly Value[]) => Value }): void {
  const callers = new Map<string, Caller>();
  db.function(
    'trefoil_apply',
    { deterministic: true, safeIntegers: true, varargs: true },
    (name: string, letters: string, ...values: Plain[]) => {
      const key = `${name} ${letters}`;
      let caller = callers.get(key);
      if (!caller) {
        caller = makeCaller(name, letters, state.apply);
        callers.set(key, caller);
      }
      return caller(values);
    },
  );
}

function makeCaller(name: string, letters: string, apply: ((name: string, args: readonly Value[]) => Value) | undefined): Caller {
  const info = lookupFunction(name);
  if (!info || !apply) throw new Error(`function ${name} is not there`);
  const [args = '', result = 'v'] = letters.split('>');
  const readers = [...args].map(reader);
  const toSql = result === 'j' ? (value: Value): Plain => (value === undefined ? null : storageJson(value)) : nativeOf;
  const nothing = toSql(null);
  return (values) => {
    const read: Value[] = [];
    let missing = false;
    for (let i = 0; i < readers.length; i++) {
      const value = (readers[i] as (value: Plain) => Value)(values[i] ?? null);
      if (value === null || value === undefined) missing = true;
      else check(info, i, value);
      read.push(value);
    }
    return missing && !info.takesNull ? nothing : toSql(apply(name, read));
  };
}

function reader(letter: string): (value: Plain) => Value {
  const kind = kinds[letter];
  if (kind) return (value) => (value === null ? null : readColumn(kind, String(value)));
  if (letter === 'b') return (value) => (value === null ? null : value === 1n);
  if (letter === 'j') return (value) => (value === null ? undefined : parseJson(String(value)));
  return (value) => value;
}

/** What the static type could not show: of a document's value, of a quotient that may be an integer or not. */
function check(info: ScalarFunction, index: number, value: Value): void {
  const types = (info.parameters[index] ?? info.rest)?.types ?? 'any';
  if (types !== 'any' && !types.includes(typeName(value) as Type)) throw argumentError(info, index, typeName(value), undefined);
}

function nativeOf(value: Value): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  if (typeof value === 'string') {
    // SQLite holds UTF-8, which has no lone surrogates; the row operators take the statement then.
    if (!value.isWellFormed()) throw new QueryError('type/argument', 'The text holds half a character.');
    return value;
  }
  if (value instanceof TemporalValue) return storedText(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new Error(`a ${typeName(value)} has no native form`);
}
