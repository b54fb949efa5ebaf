// The functions that compiled statements call and SQLite does not have: raising a QueryError, stopping a statement, and the few
// operations where SQLite's own would answer otherwise. An exception thrown here comes out of better-sqlite3 as it is.

import type Database from 'better-sqlite3';
import { QueryError } from '../../../parser/error.ts';
import { compare, equals, groupKey, order, typeName } from '../../compare.ts';
import { floatText, parseJson, storageJson } from '../../json.ts';
import { operandError } from '../../plan/typing.ts';
import { compileLike } from '../../text-match.ts';
import { operateOnTemporals } from '../../temporal/arithmetic.ts';
import { temporalField } from '../../temporal/fields.ts';
import { orderText, storedText } from '../../temporal/moment.ts';
import { readColumn } from '../../temporal/parse.ts';
import { type TemporalKind, TemporalValue, type Value } from '../../value.ts';
import { registerApply } from './apply-function.ts';
import { sortKey, orderRank } from './order-key.ts';

type Plain = null | bigint | number | string | Buffer;

export interface FunctionState {
  /** Throws when the statement under way must stop. */
  check?: (() => void) | undefined;
  /** Hears of each row that a counting statement visits, by FROM item. */
  readonly visit?: (item: string) => void;
  /** Calls a pure scalar function of engines/rows. The arguments fit, and are null only if the function takes nulls. */
  readonly apply?: (name: string, args: readonly Value[]) => Value;
}

/** Registers the functions on a connection. */
export function registerFunctions(db: Database.Database, state: FunctionState): void {
  const pure = (name: string, run: (...values: Plain[]) => Plain): void => {
    db.function(`trefoil_${name}`, { deterministic: true, safeIntegers: true, varargs: false }, run);
  };
  // Not deterministic, so that SQLite asks anew on each row.
  db.function('trefoil_check', { directOnly: true }, () => {
    state.check?.();
    return 1;
  });
  db.function('trefoil_visit', { directOnly: true }, (item: string, _value: unknown) => {
    state.visit?.(item);
    return 1;
  });
  // Deterministic, so that an index over an expression can hold it.
  db.function('trefoil_raise', { deterministic: true }, (code: string, message: string) => {
    throw new QueryError(code, message);
  });
  pure('special_number', (type, scalar) => (type === 'object' ? specialNumber(scalar) : null));
  pure('operand_mark', (type, scalar) => (type === 'object' ? specialNumber(scalar) : null) ?? Buffer.from(nameOf(String(type))));
  pure('operand', (what, type) => (isNull(type) ? null : wrongType(String(what), String(type))));
  pure('boolean', (type) => (type === null ? null : wrongType('A condition must be a boolean, not', String(type))));
  pure('truth', (json) => truth(json === null ? null : parseJson(String(json))));
  pure('argument', (type, name, index, wanted) =>
    type === null || type === 'null' ? null : wrongArgument(String(type), String(name), Number(index), String(wanted)),
  );
  pure('arithmetic', (operator, a, b) => arithmetic(String(operator), a, b));
  pure('compare', (operator, a, b) => compareJson(String(operator), a, b));
  pure('in_list', (json, list) => inList(json, list));
  pure('group_key', (json) => keyOf(json));
  pure('order_rank', (json) => (json === null ? null : orderRank(parseJson(String(json)))));
  pure('order_key', (json) => (json === null ? null : sortKey(parseJson(String(json)))));
  pure('number_text', (x) => (x === null ? null : typeof x === 'number' ? floatText(x) : String(x)));
  pure('lower', (x) => (x === null ? null : String(x).toLowerCase()));
  pure('upper', (x) => (x === null ? null : String(x).toUpperCase()));
  pure('char_length', (x) => (x === null ? null : BigInt(characterCount(String(x)))));
  pure('like', (x, pattern, escape) => {
    if (x === null || pattern === null) return null;
    return compileLike(String(pattern), escape === null ? undefined : String(escape), undefined)(String(x)) ? 1n : 0n;
  });
  pure('ends_with', (x, end) => (x === null || end === null ? null : String(x).endsWith(String(end)) ? 1n : 0n));
  pure('time_key', (x) => (x === null ? null : orderText(readColumn('time', String(x)))));
  pure('temporal_field', (kind, x, name) =>
    x === null ? null : (temporalField(readColumn(kind as TemporalKind, String(x)), String(name)) ?? null),
  );
  pure('reckon', (operator, leftType, left, rightType, right) =>
    left === null || right === null ? null : reckon(String(operator), operand(leftType, left), operand(rightType, right)),
  );
  pure('minus', (a, b) => (a === null || b === null ? 'null' : storageJson(minus(parseJson(String(a)), parseJson(String(b))))));
  registerApply(db, state);
  extreme(db, 'min', -1);
  extreme(db, 'max', 1);
  pure('plus', (a, b) => (a === null || b === null ? 'null' : storageJson(plus(parseJson(String(a)), parseJson(String(b))))));
  pure('type_name', (json) => (json === null ? 'missing' : typeName(parseJson(String(json)))));
}

/** An aggregate over JSON texts by the order of ORDER BY; the first of equals. JSON null if there is no value. */
function extreme(db: Database.Database, name: 'min' | 'max', direction: 1 | -1): void {
  const first: { readonly value: Value; readonly json: unknown } = { value: null, json: 'null' };
  db.aggregate<typeof first>(`trefoil_${name}`, {
    start: () => first,
    step: (best, json: unknown) => {
      const value = typeof json === 'string' ? parseJson(json) : null;
      if (value === null) return best;
      return best.value === null || order(value, best.value) * direction > 0 ? { value, json } : best;
    },
    result: (best) => best.json,
  });
}

/** The operator + where a type shows only now: numbers add, texts and lists join. */
function plus(a: Value, b: Value): Value {
  if (a === null || a === undefined || b === null || b === undefined) return null;
  const isNumber = (value: Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';
  if (isNumber(a) && isNumber(b))
    return typeof a === 'bigint' && typeof b === 'bigint' ? integerArithmetic('+', a, b) : Number(a) + Number(b);
  const textOf = (value: bigint | number | string): string => (typeof value === 'number' ? floatText(value) : String(value));
  if (typeof a === 'string' && (typeof b === 'string' || isNumber(b))) return a + textOf(b);
  if (typeof b === 'string' && isNumber(a)) return textOf(a) + b;
  if (Array.isArray(a)) return Array.isArray(b) ? [...a, ...b] : [...a, b];
  if (Array.isArray(b)) return [a, ...b];
  const moved = operateOnTemporals('+', a, b, undefined);
  if (moved !== undefined) return moved;
  throw operandError('+', typeName(a), typeName(b), undefined);
}

/** A native value of a type. */
function operand(type: Plain, value: Exclude<Plain, null>): Value {
  return type === 'integer' || type === 'float' || type === 'number' ? value : readColumn(type as TemporalKind, String(value));
}

function reckon(operator: string, a: Value, b: Value): Plain {
  const result = operateOnTemporals(operator, a, b, undefined);
  if (result instanceof TemporalValue) return storedText(result);
  if (typeof result === 'bigint') return result;
  throw operandError(operator, typeName(a), typeName(b), undefined);
}

/** The operator - where a type shows only now. */
function minus(a: Value, b: Value): Value {
  if (a === null || a === undefined || b === null || b === undefined) return null;
  const isNumber = (value: Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';
  if (isNumber(a) && isNumber(b))
    return typeof a === 'bigint' && typeof b === 'bigint' ? integerArithmetic('-', a, b) : Number(a) - Number(b);
  const moved = operateOnTemporals('-', a, b, undefined);
  if (moved !== undefined) return moved;
  throw operandError('-', typeName(a), typeName(b), undefined);
}

function characterCount(text: string): number {
  return /[\ud800-\udbff]/.test(text) ? [...text].length : text.length;
}

const typeNames: Readonly<Record<string, string>> = { real: 'float', true: 'boolean', false: 'boolean', array: 'list' };

/** Trefoil's name of a JSON type. */
function nameOf(jsonType: string): string {
  return typeNames[jsonType] ?? jsonType;
}

function wrongType(what: string, type: string): never {
  throw new QueryError('type/operand', `${what} ${nameOf(type)}.`);
}

function wrongArgument(type: string, name: string, index: number, wanted: string): never {
  throw new QueryError('type/argument', `Argument ${index} of ${name} must be ${wanted}, not ${nameOf(type)}.`);
}

function isNull(type: Plain): boolean {
  return type === null || type === 'null';
}

function wrongOperands(operator: string, left: string, right: string): never {
  throw operandError(operator, left, right, undefined);
}

function operandName(value: Exclude<Plain, null>): string {
  return Buffer.isBuffer(value) ? value.toString() : typeof value === 'bigint' ? 'integer' : 'float';
}

/** An infinity is an object in JSON. */
function specialNumber(scalar: Plain): Plain {
  if (scalar === '{"$float":"Infinity"}') return Number.POSITIVE_INFINITY;
  if (scalar === '{"$float":"-Infinity"}') return Number.NEGATIVE_INFINITY;
  return scalar === '{"$float":"NaN"}' ? notANumber() : null;
}

/** SQLite has no NaN: a result that is one would turn into null unseen. */
function notANumber(): never {
  throw new QueryError('type/not-a-number', 'The result of the operation is not a number (NaN).');
}

function truth(value: Value): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint') return value === 0n ? 0n : 1n;
  if (typeof value === 'number') return value === 0 || Number.isNaN(value) ? 0n : 1n;
  return wrongType('A condition needs a boolean, not', typeName(value));
}

function arithmetic(operator: string, a: Plain, b: Plain): Plain {
  if (a === null || b === null) return null;
  if (Buffer.isBuffer(a) || Buffer.isBuffer(b)) return wrongOperands(operator, operandName(a), operandName(b));
  if (typeof a === 'bigint' && typeof b === 'bigint') return integerArithmetic(operator, a, b);
  const result = floatArithmetic(operator, Number(a), Number(b));
  return Number.isNaN(result) ? notANumber() : result;
}

function integerArithmetic(operator: string, a: bigint, b: bigint): bigint {
  if ((operator === '/' || operator === '%') && b === 0n) {
    throw new QueryError('type/division-by-zero', 'An integer cannot be divided by zero.', {
      hint: 'nullif(x, 0) as the divisor gives null instead.',
    });
  }
  const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b;
  if (BigInt.asIntN(64, result) !== result) {
    throw new QueryError('type/overflow', 'The result is beyond the range of a 64 bit integer.', {
      hint: 'Make an operand a float, as in toFloat(x), if an approximation will do.',
    });
  }
  return result;
}

function floatArithmetic(operator: string, a: number, b: number): number {
  return operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b;
}

function compareJson(operator: string, left: Plain, right: Plain): Plain {
  if (left === null || right === null) return null;
  const a = parseJson(String(left));
  const b = parseJson(String(right));
  if (operator === '=') {
    const same = equals(a, b);
    return same === null ? null : same ? 1n : 0n;
  }
  const result = compare(a, b);
  if (result === null) return null;
  const holds = operator === '<' ? result < 0 : operator === '<=' ? result <= 0 : operator === '>' ? result > 0 : result >= 0;
  return holds ? 1n : 0n;
}

function inList(json: Plain, list: Plain): Plain {
  if (list === null) return null;
  const value = json === null ? null : parseJson(String(json));
  const items = parseJson(String(list));
  if (!Array.isArray(items)) return null;
  const same = items.map((item) => equals(value, item));
  return same.includes(true) ? 1n : same.includes(null) ? null : 0n;
}

/** See distinctKey: what is no number, text or boolean gets a blob of its key; NaN too. */
function keyOf(json: Plain): Plain {
  if (json === null) return null;
  const key = groupKey(parseJson(String(json)));
  if (key === null) return null;
  if (typeof key === 'number' && !Number.isNaN(key)) return key;
  return Buffer.from(`\u0002${key}`, 'utf8');
}
