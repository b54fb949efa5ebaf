// Places inside documents as SQL: the JSON text, the scalar and the JSON type at a path, and the test whether anything is there.
//
// A step into null gives null, into nothing MISSING, into a number or text the error `type/no-field`, as in engines/rows. The
// scalar and the type are SQL NULL in all those cases (comparisons take them for null); the JSON text and the tests look closer.

import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, raising, sql, sqlFalse, sqlNull, stringLiteral } from '../sql/fragment.ts';
import { type JsonBase, type JsonValue, refuse } from '../sql/value.ts';

/** What a temporal value answers to: below the top of a document such a step may not be a step into an object. */
const temporalFields = new Set(
  (
    'year quarter month week weekyear day dayofquarter quarterday ordinalday dayofyear weekday dayofweek hour minute second millisecond ' +
    'microsecond nanosecond timezone offset offsetminutes offsetseconds epochmillis epochseconds epoch years quarters months weeks days hours ' +
    'minutes seconds milliseconds microseconds nanoseconds quartersofyear monthsofyear monthsofquarter daysofweek minutesofhour ' +
    'secondsofminute millisecondsofsecond microsecondsofsecond nanosecondsofsecond date time'
  ).split(' '),
);

/** The place one step below. Refuses what a path literal cannot say. */
export function stepInto(value: JsonValue, step: string | number): JsonValue {
  const top = value.base.kind === 'document' && value.steps.length === 0;
  if (typeof step === 'string' && !top && value.type !== 'object' && temporalFields.has(step.toLowerCase())) refuse('field of a temporal value');
  if (typeof step === 'number' && top) refuse('index into a document');
  return { form: 'json', type: 'any', base: value.base, steps: [...value.steps, step] };
}

function literal(dialect: Dialect, steps: readonly (string | number)[]): Fragment {
  return dialect.pathLiteral(steps) ?? refuse('path cannot be written');
}

/** The SQL value that the path starts from, and for elements the type that it must have. */
function rootOf(base: JsonBase, steps: readonly (string | number)[]): { root: Fragment; guarded: (inner: Fragment) => Fragment } {
  if (base.kind !== 'element') return { root: base.sql, guarded: (inner) => inner };
  const container = stringLiteral(typeof steps[0] === 'number' ? 'array' : 'object');
  const type = elementType(base.alias);
  // A scalar element is an SQL value and not JSON.
  return { root: elementValue(base.alias), guarded: (inner) => sql`CASE ${type} WHEN ${container} THEN ${inner} END` };
}

export function elementType(alias: string): Fragment {
  return { kind: 'column', table: alias, name: 'type' };
}

export function elementValue(alias: string): Fragment {
  return { kind: 'column', table: alias, name: 'value' };
}

/** The JSON type at the place; SQL NULL if nothing is there. */
export function jsonTypeOf(dialect: Dialect, value: JsonValue): Fragment {
  const { base, steps } = value;
  if (steps.length > 0) {
    const { root, guarded } = rootOf(base, steps);
    return guarded(dialect.jsonType(root, literal(dialect, steps)));
  }
  switch (base.kind) {
    case 'document':
      return base.nullable ? sql`CASE WHEN ${base.sql} IS NOT NULL THEN 'object' END` : stringLiteral('object');
    case 'element':
      return elementType(base.alias);
    case 'value':
      return dialect.jsonType(base.sql);
  }
}

/** The scalar at the place as SQL value; lists and objects as JSON text; SQL NULL for null and nothing. */
export function jsonScalarOf(dialect: Dialect, value: JsonValue): Fragment {
  const { base, steps } = value;
  if (steps.length > 0) {
    const { root, guarded } = rootOf(base, steps);
    return guarded(dialect.jsonScalar(root, literal(dialect, steps)));
  }
  switch (base.kind) {
    case 'document':
      return dialect.jsonWhole(base.sql);
    case 'element': {
      const item = elementValue(base.alias);
      return sql`CASE WHEN ${elementType(base.alias)} IN ('object', 'array') THEN ${dialect.jsonWhole(item)} ELSE ${item} END`;
    }
    case 'value':
      return dialect.jsonScalar(base.sql, literal(dialect, []));
  }
}

/** The value as JSON text; SQL NULL is MISSING, or null where `mayBeMissing` is false. */
export function jsonTextOf(dialect: Dialect, value: JsonValue): Fragment {
  const { base, steps } = value;
  if (steps.length > 0) {
    const { root, guarded } = rootOf(base, steps);
    const found = guarded(dialect.jsonText(root, literal(dialect, steps)));
    const otherwise = absentAt(dialect, value);
    return otherwise ? sql`coalesce(${found}, ${otherwise})` : found;
  }
  switch (base.kind) {
    case 'document':
      return dialect.jsonWhole(base.sql);
    case 'element': {
      const item = elementValue(base.alias);
      return sql`CASE ${elementType(base.alias)} WHEN 'object' THEN ${dialect.jsonWhole(item)} WHEN 'array' THEN ${dialect.jsonWhole(item)} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE ${dialect.jsonQuote(item)} END`;
    }
    case 'value':
      return base.binary ? dialect.jsonWhole(base.sql) : base.sql;
  }
}

/** Does SQL NULL as JSON text mean MISSING? */
export function mayBeMissing(value: JsonValue): boolean {
  if (value.steps.length > 0) return true;
  return value.base.kind === 'value' && value.base.absent === 'missing';
}

/** Is the value certainly a whole object or list or null: nothing that a path could lead to elsewhere? */
function neverNull(base: JsonBase): boolean {
  return base.kind === 'document' && !base.nullable;
}

/** What stands where the path finds nothing: JSON null below null, SQL NULL where it is missing; raises below a scalar. Undefined: always missing. */
function absentAt(dialect: Dialect, value: JsonValue): Fragment | undefined {
  const { base, steps } = value;
  let inner: Fragment | undefined;
  for (let depth = steps.length - 1; depth >= 0; depth--) {
    if (depth === 0 && neverNull(base)) break;
    const step = steps[depth] as string | number;
    const type = jsonTypeOf(dialect, { ...value, steps: steps.slice(0, depth) });
    const container = stringLiteral(typeof step === 'number' ? 'array' : 'object');
    const complaint = raising(dialect.call('no_field', type, stringLiteral(String(step))));
    const nullRoot = depth === 0 && !(base.kind === 'value' && base.absent === 'missing');
    const otherwise = nullRoot ? sql`coalesce(${complaint}, 'null')` : complaint;
    inner = sql`CASE ${type} WHEN ${container} THEN ${inner ?? sqlNull} WHEN 'null' THEN 'null' ELSE ${otherwise} END`;
  }
  return inner;
}

/** `value IS MISSING`, never null. */
export function missingTest(dialect: Dialect, value: JsonValue): Fragment {
  if (!mayBeMissing(value)) return sqlFalse;
  const type = jsonTypeOf(dialect, value);
  const otherwise = value.steps.length > 0 ? absentAt(dialect, value) : undefined;
  return otherwise ? sql`CASE WHEN ${type} IS NULL THEN ${otherwise} IS NULL ELSE 0 END` : sql`(${type} IS NULL)`;
}

/** `value IS NULL` (MISSING too), never null. */
export function nullTest(dialect: Dialect, value: JsonValue): Fragment {
  const type = jsonTypeOf(dialect, value);
  const otherwise = value.steps.length > 0 ? absentAt(dialect, value) : undefined;
  // Where the path finds nothing the answer is yes, unless looking closer raises.
  if (otherwise) return sql`CASE ${type} WHEN 'null' THEN 1 ELSE ${type} IS NULL AND (${otherwise} IS NULL OR 1) END`;
  return sql`(coalesce(${type}, 'null') = 'null')`;
}
