// Unnest as SQL: a row of jsonb_each per element of a list inside a document.
//
//   orders AS o, o.items AS i   →   FROM "orders" AS t1, jsonb_each(… t1.doc '$.items' …) AS j2

import type { Dialect } from '../sql/dialect.ts';
import { type Fragment, sql } from '../sql/fragment.ts';
import { type JsonValue, refuse } from '../sql/value.ts';
import { jsonTextOf, jsonTypeOf } from './json-place.ts';

/** jsonb_each over what stands at the place. */
export function eachAt(dialect: Dialect, { base, steps }: JsonValue): Fragment {
  if (base.kind === 'document' && steps.length === 0) return refuse('elements of a document');
  const root: Fragment = base.kind === 'element' ? { kind: 'column', table: base.alias, name: 'value' } : base.sql;
  return dialect.jsonEach(root, steps.length > 0 ? (dialect.pathLiteral(steps) ?? refuse('path cannot be written')) : undefined);
}

/** What jsonb_each runs over: the list itself; nothing for null and MISSING; a list of one for whatever is not a list. */
export function eachOf(dialect: Dialect, value: JsonValue): Fragment {
  const type = jsonTypeOf(dialect, value);
  const { base, steps } = value;
  const whole = jsonTextOf(dialect, value);
  let list: Fragment;
  if (steps.length === 0) {
    list =
      base.kind === 'value'
        ? base.sql
        : base.kind === 'element'
          ? sql`${{ kind: 'column', table: base.alias, name: 'value' }}`
          : refuse('unnest of a document');
  } else {
    const path = dialect.pathLiteral(steps) ?? refuse('path cannot be written');
    list = dialect.jsonBinary(base.kind === 'element' ? { kind: 'column', table: base.alias, name: 'value' } : base.sql, path);
  }
  return dialect.jsonEach(
    sql`CASE ${type} WHEN 'array' THEN ${list} WHEN 'null' THEN NULL ELSE '[' || nullif(${whole}, 'null') || ']' END`,
  );
}
