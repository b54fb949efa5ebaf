// Random conditions and values over a table, a collection and nodes that hold the same kinds of things (see equivalent-questions.test.ts).
// They are well-formed, name only what is there, and seldom raise errors. Conditions stand in parentheses where they need them.

import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

/** A FROM item: its text, what tells its rows apart, and the columns or paths that it offers, by the type that they mostly have. */
export interface Source {
  readonly from: string;
  readonly key: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly others: readonly string[];
}

type Kind = 'table' | 'documents' | 'nodes' | 'items';

/** The columns of a source that has this alias. `at` is a moment with a zone, `f` a truth value, `c` a text that is compared without case. */
export function source(kind: Kind, alias: string): Source {
  const of = (...names: string[]): string[] => names.map((name) => `${alias}.${name}`);
  const key = `${alias}.id`;
  switch (kind) {
    case 'table':
      return { from: `thing AS ${alias}`, key, numbers: of('id', 'n', 'x'), texts: of('s', 'c'), others: of('f', 'at') };
    case 'documents':
      return {
        from: `box AS ${alias}`,
        key,
        numbers: of('id', 'n', 'x', 'l[0]'),
        texts: of('s', 'o.k'),
        others: of('f', 'at', 'l', 'none'),
      };
    case 'nodes':
      return { from: `MATCH (${alias}:N)`, key, numbers: of('id', 'n', 'x'), texts: of('s'), others: of('f', 'at', 'none') };
    case 'items':
      return {
        from: `box AS ${alias}, ${alias}.l AS ${alias}i`,
        key,
        numbers: [`${alias}i`, `${alias}.n`],
        texts: [`${alias}i`, `${alias}.s`],
        others: of('f'),
      };
  }
}

export const kinds = fc.constantFrom<Kind>('table', 'table', 'documents', 'documents', 'nodes', 'items');
export const plainKinds = fc.constantFrom<Kind>('table', 'documents', 'nodes');

const all = ({ numbers, texts, others }: Source): string[] => [...numbers, ...texts, ...others];

/** Any column or path of the sources. */
export const place = (...sources: readonly Source[]): Text => fc.constantFrom(...sources.flatMap(all));

const numberLiteral = fc.constantFrom('0', '1', '2', '-1', '1.0', '2.5', 'NULL');
const textLiteral = fc.constantFrom("'a'", "'A'", "''", "'ä'", "'1'", 'NULL');
const literal = fc.oneof(numberLiteral, textLiteral, fc.constantFrom('true', "datetime('2024-01-01T02:00+02:00')", '[1, 1.0]', '{k: 1}'));

const joined = (parts: readonly Text[], make: (...texts: string[]) => string): Text => fc.tuple(...parts).map((texts) => make(...texts));

/** A number, or null where a document holds something else. */
export function number(sources: readonly Source[]): Text {
  const column = fc.constantFrom(...sources.flatMap((s) => s.numbers)).map((c) => `CASE WHEN is_number(${c}) THEN ${c} END`);
  return fc.oneof(
    { weight: 3, arbitrary: column },
    { weight: 1, arbitrary: joined([column, fc.constantFrom('+', '-', '*'), column], (a, o, b) => `(${a} ${o} ${b})`) },
    { weight: 1, arbitrary: joined([column, numberLiteral], (a, b) => `coalesce(${a}, ${b})`) },
    { weight: 1, arbitrary: joined([column, numberLiteral], (a, b) => `nullif(${a}, ${b})`) },
  );
}

/** Two values that are worth comparing. */
function pair(sources: readonly Source[]): fc.Arbitrary<[string, string]> {
  const text = fc.constantFrom(...sources.flatMap((s) => s.texts));
  const any = place(...sources);
  return fc.oneof(
    fc.tuple(number(sources), fc.oneof(number(sources), numberLiteral)),
    fc.tuple(text, fc.oneof(text, textLiteral)),
    fc.tuple(any, any),
    fc.tuple(any, literal),
  );
}

const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');

/** Conditions that hold a query inside. */
function withQuery(sources: readonly Source[]): Text {
  const inner = fc.constantFrom<Kind>('table', 'documents').map((kind) => source(kind, 'q'));
  return inner.chain((q) =>
    fc.oneof(
      joined([place(...sources), fc.constantFrom('IN', 'NOT IN'), place(q)], (a, o, b) => `(${a} ${o} (SELECT ${b} FROM ${q.from}))`),
      joined(
        [place(...sources), comparison, fc.constantFrom('ANY', 'ALL'), place(q)],
        (a, o, all, b) => `(${a} ${o} ${all} (SELECT ${b} FROM ${q.from}))`,
      ),
      joined(
        [place(q), comparison, place(...sources), fc.constantFrom('', 'NOT ')],
        (a, o, b, not) => `(${not}EXISTS (SELECT 1 FROM ${q.from} WHERE ${a} ${o} ${b}))`,
      ),
      joined([place(q), place(...sources)], (a, b) => `((SELECT count(*) FROM ${q.from} WHERE ${a} = ${b}) > 1)`),
    ),
  );
}

/** A condition over the sources. `queries`: it may hold queries, which the ON of some joins refuses. */
export function condition(sources: readonly Source[], depth: number, queries = true): Text {
  const any = place(...sources);
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(pair(sources), comparison).map(([[a, b], o]) => `(${a} ${o} ${b})`) },
    { weight: 1, arbitrary: pair(sources).map(([a, b]) => `(${a} IS NOT DISTINCT FROM ${b})`) },
    { weight: 1, arbitrary: fc.tuple(pair(sources), literal).map(([[a, b], c]) => `(${a} BETWEEN ${b} AND ${c})`) },
    { weight: 1, arbitrary: fc.tuple(pair(sources), literal).map(([[a, b], c]) => `(${a} IN (${b}, ${c}))`) },
    { weight: 1, arbitrary: joined([any, fc.constantFrom('IS NULL', 'IS NOT NULL', 'IS MISSING')], (a, o) => `(${a} ${o})`) },
    { weight: 1, arbitrary: joined([any, literal], (a, b) => `(${a} COLLATE NOCASE = ${b})`) },
    { weight: 1, arbitrary: joined([any, comparison, literal], (a, o, b) => `any(e IN [${a}, 1, NULL] WHERE e ${o} ${b})`) },
    ...(queries ? [{ weight: 1, arbitrary: withQuery(sources) }] : []),
  );
  if (depth === 0) return leaf;
  const inner = condition(sources, depth - 1, queries);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    { weight: 2, arbitrary: joined([inner, fc.constantFrom('AND', 'OR', 'XOR', '='), inner], (a, o, b) => `(${a} ${o} ${b})`) },
    { weight: 1, arbitrary: inner.map((a) => `(NOT ${a})`) },
    { weight: 1, arbitrary: joined([inner, inner, inner], (a, b, c) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`) },
    { weight: 1, arbitrary: joined([inner, fc.constantFrom('TRUE', 'FALSE', 'UNKNOWN', 'NOT TRUE')], (a, o) => `(${a} IS ${o})`) },
  );
}

/** The same condition, written in other ways. */
export function rewritten(sources: readonly Source[]): fc.Arbitrary<readonly string[]> {
  const some = condition(sources, 1);
  const mirrored: Readonly<Record<string, string>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
  return fc.oneof(
    some.map((p) => [
      p,
      `(NOT (NOT ${p}))`,
      `(${p} AND TRUE)`,
      `(${p} = TRUE)`,
      `(SELECT ${p})`,
      `CASE ${p} WHEN TRUE THEN TRUE WHEN FALSE THEN FALSE END`,
    ]),
    fc.tuple(some, some).map(([p, q]) => [`(NOT (${p} AND ${q}))`, `((NOT ${p}) OR (NOT ${q}))`]),
    fc.tuple(some, some).map(([p, q]) => [`(${p} XOR ${q})`, `(${p} <> ${q})`, `((${p} AND NOT ${q}) OR (NOT ${p} AND ${q}))`]),
    fc
      .tuple(pair(sources), comparison)
      .map(([[a, b], o]) => [`(${a} ${o} ${b})`, `(NOT (NOT (${a} ${o} ${b})))`, `(${b} ${mirrored[o]} ${a})`]),
    fc.tuple(pair(sources), literal).map(([[a, b], c]) => [`(${a} BETWEEN ${b} AND ${c})`, `((${a} >= ${b}) AND (${a} <= ${c}))`]),
    fc
      .tuple(pair(sources), literal)
      .map(([[a, b], c]) => [
        `(${a} IN (${b}, ${c}, NULL))`,
        `(${a} = ANY ([${b}, ${c}, NULL]))`,
        `(NOT (${a} <> ALL ([${b}, ${c}, NULL])))`,
      ]),
    pair(sources).map(([a, b]) =>
      [`(${a} IS DISTINCT FROM ${b})`, `(NOT (${a} IS ${b}))`, `(NOT EXISTS (SELECT ${a} INTERSECT SELECT ${b}))`].slice(
        0,
        /\.c\b/.test(a + b) ? 2 : 3,
      ),
    ),
  );
}
