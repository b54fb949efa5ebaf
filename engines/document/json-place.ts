// Places inside documents as SQL: the JSON text, the scalar and the JSON type at a path, and the test whether anything is there.
//
// A path that leads through anything but an object (or a list, for an index) is MISSING, as in engines/rows. MISSING is SQL NULL in all
// three; null is the text `null`, the type 'null', and SQL NULL as a scalar.

import { temporalFields } from '../temporal/fields.ts';
import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, sql, sqlFalse, stringLiteral } from '../sql/fragment.ts';
import { type JsonBase, type JsonValue, refuse } from '../sql/value.ts';

/** What a temporal value answers to: below the top of a document such a step may not be a step into an object. */
const temporalNames = new Set(
  (['date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration'] as const).flatMap((kind) => temporalFields(kind)),
);

/** The place one step below. Refuses what a path literal cannot say. */
export function stepInto(value: JsonValue, step: string | number): JsonValue {
  const top = value.base.kind === 'document' && value.steps.length === 0;
  if (typeof step === 'string' && !top && value.type !== 'object' && temporalNames.has(step)) refuse('field of a temporal value');
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
    return value.rowMayLack ? sql`CASE WHEN ${presence(base)} IS NULL THEN 'null' ELSE ${found} END` : found;
  }
  switch (base.kind) {
    case 'document':
      return dialect.jsonWhole(base.sql);
    case 'element': {
      const item = elementValue(base.alias);
      return sql`CASE ${elementType(base.alias)} WHEN 'object' THEN ${dialect.jsonWhole(item)} WHEN 'array' THEN ${dialect.jsonWhole(item)} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE ${numberJson(dialect, item)} END`;
    }
    case 'value':
      return base.binary ? dialect.jsonWhole(base.sql) : base.sql;
  }
}

/** JSON text of an SQL value. SQLite would write -0.0 as 0.0. */
export function numberJson(dialect: Dialect, value: Fragment): Fragment {
  return sql`CASE WHEN ${value} = 0.0 THEN ${dialect.call('number_text', value)} ELSE ${dialect.jsonQuote(value)} END`;
}

/** SQL NULL if the row is not there. */
function presence(base: JsonBase): Fragment {
  return base.kind === 'element' ? elementType(base.alias) : base.sql;
}

/** Does SQL NULL as JSON text mean MISSING? */
export function mayBeMissing(value: JsonValue): boolean {
  if (value.steps.length > 0) return true;
  return value.base.kind === 'value' && value.base.absent === 'missing';
}

/** `value IS MISSING`, never null. */
export function missingTest(dialect: Dialect, value: JsonValue): Fragment {
  if (value.rowMayLack) return sql`(${jsonTypeOf(dialect, value)} IS NULL AND ${presence(value.base)} IS NOT NULL)`;
  return mayBeMissing(value) ? sql`(${jsonTypeOf(dialect, value)} IS NULL)` : sqlFalse;
}

/** `value IS NULL` (MISSING too), never null. */
export function nullTest(dialect: Dialect, value: JsonValue): Fragment {
  return sql`(coalesce(${jsonTypeOf(dialect, value)}, 'null') = 'null')`;
}
