// Static typing of expressions: what type an operator gives, and which operands can never work. The binder asks here, so that
// `'a' * 2` fails with a place before anything runs; what only the values can show fails in engines/rows/evaluate.ts.

import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { Value } from '../value.ts';
import type { BinaryOperator } from './expression.ts';
import type { Type } from './type.ts';

const isOpen = (type: Type): boolean => type === 'any' || type === 'null';
const isNumber = (type: Type): boolean => type === 'integer' || type === 'float' || type === 'number';

/** The type of `left op right`. Assumes that `checkBinary` passed. */
export function binaryType(operator: BinaryOperator, left: Type, right: Type): Type {
  switch (operator) {
    case 'or':
    case 'xor':
    case 'and':
    case '=':
    case '<>':
    case 'is same':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'starts with':
    case 'ends with':
    case 'contains':
    case '=~':
      return 'boolean';
    case '-':
    case '*':
    case '/':
      return openType(left, right) ?? temporalType(operator, left, right) ?? arithmeticType(left, right);
    case '%':
      return arithmeticType(left, right);
    case '^':
      return left === 'null' || right === 'null' ? 'null' : 'float';
    case '+':
      return plusType(left, right);
    case '||':
      if (left === 'null' || right === 'null') return 'null';
      if (left === 'list' || right === 'list') return 'list';
      return left === 'any' && right === 'any' ? 'any' : 'text';
  }
}

function arithmeticType(left: Type, right: Type): Type {
  if (left === 'null' || right === 'null') return 'null';
  if (left === 'integer' && right === 'integer') return 'integer';
  return left === 'float' || right === 'float' ? 'float' : 'number';
}

/** A value whose type shows only at run time may be a date or a duration. */
function openType(left: Type, right: Type): Type | undefined {
  if (left === 'null' || right === 'null') return 'null';
  return left === 'any' || right === 'any' ? 'any' : undefined;
}

const isMoment = (type: Type): boolean => hasDay(type) || hasClockOnly(type);
const hasDay = (type: Type): boolean => type === 'date' || type === 'localdatetime' || type === 'datetime';
const hasClockOnly = (type: Type): boolean => type === 'localtime' || type === 'time';

/** The type of `+ - * /` with dates, times and durations; undefined if these do not go together. */
function temporalType(operator: '+' | '-' | '*' | '/', left: Type, right: Type): Type | undefined {
  const days = (type: Type): boolean => type === 'integer' || type === 'number';
  switch (operator) {
    case '+':
      if (left === 'duration') return right === 'duration' || isMoment(right) ? right : undefined;
      if (right === 'duration') return isMoment(left) ? left : undefined;
      if ((left === 'date' && days(right)) || (right === 'date' && days(left))) return 'date';
      if ((left === 'date' && hasClockOnly(right)) || (right === 'date' && hasClockOnly(left)))
        return left === 'time' || right === 'time' ? 'datetime' : 'localdatetime';
      return undefined;
    case '-':
      if (right === 'duration') return left === 'duration' || isMoment(left) ? left : undefined;
      if (left === 'date' && days(right)) return 'date';
      if (left === 'date' && right === 'date') return 'integer';
      return (hasDay(left) && hasDay(right)) || (hasClockOnly(left) && hasClockOnly(right)) ? 'duration' : undefined;
    case '*':
      return (left === 'duration' && isNumber(right)) || (right === 'duration' && isNumber(left)) ? 'duration' : undefined;
    case '/':
      return left === 'duration' && isNumber(right) ? 'duration' : undefined;
  }
}

function plusType(left: Type, right: Type): Type {
  if (left === 'null' || right === 'null') return 'null';
  if (left === 'list' || right === 'list') return 'list';
  if (left === 'any' || right === 'any') return 'any';
  return left === 'text' || right === 'text' ? 'text' : (temporalType('+', left, right) ?? arithmeticType(left, right));
}

/** Throws `type/operand` if no values of these types can be operands of the operator. */
export function checkBinary(operator: BinaryOperator, left: Type, right: Type, span: Span | undefined): void {
  if (!mayOperate(operator, left, right)) throw operandError(operator, left, right, span);
}

function mayOperate(operator: BinaryOperator, left: Type, right: Type): boolean {
  switch (operator) {
    case 'or':
    case 'xor':
    case 'and':
      return (left === 'boolean' || isOpen(left)) && (right === 'boolean' || isOpen(right));
    case '=':
    case '<>':
    case 'is same':
    case '<':
    case '<=':
    case '>':
    case '>=':
    // Operands that are not text give null, as in openCypher.
    case 'starts with':
    case 'ends with':
    case 'contains':
    case '=~':
      return true;
    case '-':
    case '*':
    case '/':
      return mayReckon(operator, left, right);
    case '%':
    case '^':
      return (isNumber(left) || isOpen(left)) && (isNumber(right) || isOpen(right));
    case '+': {
      const joins = (type: Type): boolean => isOpen(type) || type === 'list';
      const adds = (type: Type): boolean => type === 'text' || isNumber(type);
      return joins(left) || joins(right) || (adds(left) && adds(right)) || temporalType('+', left, right) !== undefined;
    }
    case '||': {
      if (left === 'null' || right === 'null') return true;
      const fits = (type: Type): boolean => type === 'any' || type === 'text' || type === 'boolean' || isNumber(type);
      return left === 'list' ? right === 'list' || right === 'any' : right === 'list' ? left === 'any' : fits(left) && fits(right);
    }
  }
}

function mayReckon(operator: '-' | '*' | '/', left: Type, right: Type): boolean {
  const fits = (type: Type): boolean => isNumber(type) || isOpen(type) || type === 'duration' || (operator === '-' && isMoment(type));
  if (isOpen(left) || isOpen(right)) return fits(left) && fits(right);
  return (isNumber(left) && isNumber(right)) || temporalType(operator, left, right) !== undefined;
}

/** The `type/operand` error, at bind and at run time alike. */
export function operandError(operator: string, left: string, right: string, span: Span | undefined): QueryError {
  const name = operator.toUpperCase();
  const hint =
    operator === '+' && (left === 'text' || right === 'text')
      ? 'toString(x) makes text of a value.'
      : left === 'text' || right === 'text'
        ? 'toInteger(x) and toFloat(x) make numbers of text.'
        : undefined;
  return new QueryError('type/operand', `The operator ${name} does not work on ${left} and ${right}.`, { span, hint });
}

/** The type that fits all: of CASE branches, UNION columns, list items. 'any' if they have none in common. */
export function commonType(types: readonly Type[]): Type {
  let common: Type = 'null';
  for (const type of types) {
    if (type === 'null' || type === common) continue;
    if (common === 'null') common = type;
    else if (isNumber(type) && isNumber(common)) common = 'number';
    else return 'any';
  }
  return common;
}

const declaredTypes: Readonly<Record<string, Type>> = {
  INT: 'integer',
  INTEGER: 'integer',
  BIGINT: 'integer',
  SMALLINT: 'integer',
  TINYINT: 'integer',
  MEDIUMINT: 'integer',
  INT2: 'integer',
  INT4: 'integer',
  INT8: 'integer',
  SIGNED: 'integer',
  UNSIGNED: 'integer',
  REAL: 'float',
  FLOAT: 'float',
  FLOAT4: 'float',
  FLOAT8: 'float',
  DOUBLE: 'float',
  'DOUBLE PRECISION': 'float',
  DECIMAL: 'number',
  NUMERIC: 'number',
  NUMBER: 'number',
  TEXT: 'text',
  VARCHAR: 'text',
  CHAR: 'text',
  CHARACTER: 'text',
  'CHARACTER VARYING': 'text',
  'VARYING CHARACTER': 'text',
  NVARCHAR: 'text',
  NCHAR: 'text',
  CLOB: 'text',
  STRING: 'text',
  UUID: 'text',
  BOOLEAN: 'boolean',
  BOOL: 'boolean',
  BLOB: 'bytes',
  BYTES: 'bytes',
  BYTEA: 'bytes',
  BINARY: 'bytes',
  VARBINARY: 'bytes',
  DATE: 'date',
  TIME: 'time',
  'TIME WITHOUT TIME ZONE': 'localtime',
  LOCALTIME: 'localtime',
  'LOCAL TIME': 'localtime',
  'TIME WITH TIME ZONE': 'time',
  TIMETZ: 'time',
  'ZONED TIME': 'time',
  TIMESTAMP: 'datetime',
  TIMESTAMPTZ: 'datetime',
  'TIMESTAMP WITH TIME ZONE': 'datetime',
  DATETIME: 'datetime',
  'ZONED DATETIME': 'datetime',
  'TIMESTAMP WITHOUT TIME ZONE': 'localdatetime',
  LOCALDATETIME: 'localdatetime',
  'LOCAL DATETIME': 'localdatetime',
  INTERVAL: 'duration',
  DURATION: 'duration',
  JSON: 'any',
  JSONB: 'any',
  ANY: 'any',
  OBJECT: 'object',
  MAP: 'object',
  STRUCT: 'object',
  RECORD: 'object',
  ARRAY: 'list',
  LIST: 'list',
};

/** The type that CREATE TABLE and CAST mean by a name; a length in parentheses is ignored. Undefined if the name is unknown. DECIMAL and NUMERIC hold integers and floats as they come. */
export function typeFromDeclared(declared: string): Type | undefined {
  const name = declared
    .replace(/\([^)]*\)/g, ' ')
    .trim()
    .replace(/\s+/g, ' ')
    .toUpperCase();
  return Object.hasOwn(declaredTypes, name) ? declaredTypes[name] : undefined;
}

/** The error for a name that is no type. */
export function unknownType(name: string, span: Span): QueryError {
  return new QueryError('bind/unknown-type', `There is no type "${name}".`, {
    span,
    hint:
      didYouMean(name, Object.keys(declaredTypes), (word) => word) ??
      'Types are INTEGER, FLOAT, TEXT, BOOLEAN, BYTES, DATE, DATETIME, DURATION, JSON and their usual other names.',
  });
}

/** Of the parameters that a statement is given. */
export function typesOfValues(values: ReadonlyMap<string, Value> = new Map()): Map<string, Type> {
  return new Map([...values].map(([name, value]) => [name, typeOfValue(value)]));
}

/** The static type that a value has; 'null' for null and MISSING. */
export function typeOfValue(value: Value): Type {
  return value === undefined ? 'null' : (typeName(value) as Type);
}
