// The two forms of a value inside SQL. `native`: the static type is known and SQLite holds the value as its own (boolean as 0/1,
// temporal values as ISO text). `json`: a place inside a JSON document, or JSON text that was computed; its type shows only
// when it is read, so that true, 1, 1.0, "1", null and MISSING stay apart.

import type { Type } from '../plan/type.ts';
import type { Fragment } from './fragment.ts';

export type SqlValue = NativeValue | JsonValue;

export interface NativeValue {
  readonly form: 'native';
  /** `any`: a column of another tool's table, whose values have whatever type SQLite gives them. */
  readonly type: Type;
  readonly sql: Fragment;
  readonly nullable: boolean;
  /** SQL NULL stands for MISSING: a field of a temporal value that is null. */
  readonly missing?: true;
  /** A bare table column: has affinity, and may have an index. */
  readonly isColumn?: boolean;
  /** An arithmetic result that has not been looked at: an integer that overflowed is a REAL, a NaN is NULL although no operand is null. The operands are listed. */
  readonly unsettled?: readonly Fragment[];
  /** Conditions on the rows around a subquery that hold wherever it is true: see engines/document/element-lookup.ts. */
  readonly implies?: readonly Fragment[];
}

export interface JsonValue {
  readonly form: 'json';
  /** any, object, list or number. */
  readonly type: Type;
  readonly base: JsonBase;
  /** The path below the base. */
  readonly steps: readonly (string | number)[];
  /** A column of a join's side that may have no row: where the base is not there, the value is null and not MISSING. */
  readonly rowMayLack?: true;
}

export type JsonBase =
  /** The document of a collection: binary JSON, an object. `nullable`: the right side of a left join. */
  | { readonly kind: 'document'; readonly sql: Fragment; readonly nullable: boolean }
  /** A row of jsonb_each over a list, with its columns `value` and `type`; no row (outer unnest) is null. `of`: the list, where it stands in a document. */
  | { readonly kind: 'element'; readonly alias: string; readonly of?: JsonValue }
  /** JSON in one SQL value. What SQL NULL stands for is `absent`. */
  | { readonly kind: 'value'; readonly sql: Fragment; readonly binary: boolean; readonly absent: 'null' | 'missing' };

/** Thrown inside the compiler when a plan cannot become SQL with the same answer; caught at its entry. */
export class Refusal extends Error {}

export function refuse(why: string): never {
  throw new Refusal(why);
}

/** Types that compare with each other; undefined for those that SQL cannot compare as Trefoil does. */
export type TypeClass = 'number' | 'text' | 'boolean' | 'bytes' | 'date' | 'time' | 'localtime' | 'datetime' | 'localdatetime' | 'duration';

export function typeClass(type: Type): TypeClass | undefined {
  switch (type) {
    case 'integer':
    case 'float':
    case 'number':
      return 'number';
    case 'text':
    case 'boolean':
    case 'bytes':
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return type;
    case 'any':
    case 'null':
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
      return undefined;
  }
}
