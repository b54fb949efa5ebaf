// The SQLite dialect: JSON operators, path literals, and the calls of our own functions (functions.ts registers them).

import { storageKey } from '../../json.ts';
import type { Dialect, Path } from '../dialect.ts';
import { type Fragment, joined, sql, sqlNull, stringLiteral, text } from '../fragment.ts';
import { renderQuery } from './render.ts';

/** `['a b', '$ref', 0]` → `$."a b"."$$ref"[0]`; undefined for a step that SQLite's paths cannot say. */
export function pathText(path: Path): string | undefined {
  let out = '$';
  for (const step of path) {
    if (typeof step === 'number') {
      if (!Number.isSafeInteger(step)) return undefined;
      out += step < 0 ? `[#${step}]` : `[${step}]`;
    } else {
      if (step.includes('\u0000') || !step.isWellFormed()) return undefined;
      // A plain name needs no quotes; any other is written as a JSON string, escapes included.
      out += /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `.${JSON.stringify(storageKey(step))}`;
    }
  }
  return out;
}

/** LIKE as SQLite alone has it. */
export function plainLike(operand: Fragment, pattern: Fragment, escape?: Fragment): Fragment {
  return escape ? sql`(${operand} LIKE ${pattern} ESCAPE ${escape})` : sql`(${operand} LIKE ${pattern})`;
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  inSchema: false,
  render: renderQuery,
  pathLiteral(path) {
    const out = pathText(path);
    return out === undefined ? undefined : stringLiteral(out);
  },
  jsonText: (base, path) => sql`(${base} -> ${path})`,
  jsonScalar: (base, path) => sql`(${base} ->> ${path})`,
  jsonType: (base, path) => (path ? sql`json_type(${base}, ${path})` : sql`json_type(${base})`),
  jsonBinary: (base, path) => sql`jsonb_extract(${base}, ${path})`,
  jsonWhole: (base) => sql`json(${base})`,
  jsonQuote: (value) => sql`json_quote(${value})`,
  jsonEach: (list, path) => (path ? sql`jsonb_each(${list}, ${path})` : sql`jsonb_each(${list})`),
  like(operand, pattern, escape) {
    // SQLite's own reads a text only up to a NUL.
    const own = sql`trefoil_like(${operand}, ${pattern}, ${escape ?? sqlNull})`;
    const odd = pattern.kind === 'string' ? sql`instr(${operand}, char(0))` : sql`instr(${operand}, char(0)) + instr(${pattern}, char(0))`;
    return sql`CASE WHEN ${odd} THEN ${own} ELSE ${plainLike(operand, pattern, escape)} END`;
  },
  call: (name, ...values) => sql`${text(`trefoil_${name}`)}(${joined(values, ', ')})`,
  check(counter, fromZero) {
    if (!counter) return sql`trefoil_check()`;
    return fromZero ? sql`(~${counter} & 1023 OR trefoil_check())` : sql`(${counter} & 1023 OR trefoil_check())`;
  },
  // Without the likelihood SQLite would expect fewer rows, as of any condition.
  visit: (item, value) => sql`likelihood(trefoil_visit(${stringLiteral(item)}, ${value}), 1.0)`,
  noLimit: text('-1'),
};

/** The SQL of an index key on a path of a collection's documents: the same text as queries use. Undefined: such a path cannot be indexed. */
export function documentIndexKey(path: Path): string | undefined {
  const out = pathText(path);
  return out === undefined ? undefined : `(doc ->> '${out.replaceAll("'", "''")}')`;
}
