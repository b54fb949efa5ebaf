// Random SELECTs over the tables t, u and none and the collection c of plans-agree.test.ts. Every question is well-formed and names
// only what is there; most have rows.

import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

/** What an alias offers: columns of a table or paths of a document, by the type they mostly have. */
interface Source {
  readonly from: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly truths: readonly string[];
}

function source(kind: 't' | 'u' | 'none' | 'c', alias: string): Source {
  const of = (names: readonly string[]): string[] => names.map((n) => `${alias}.${n}`);
  const from = `${kind} AS ${alias}`;
  if (kind === 'u') return { from, numbers: of(['id', 'a']), texts: of(['s']), truths: [] };
  if (kind === 'c') return { from, numbers: of(['id', 'a', 'o.k', 'l[0]']), texts: of(['s', 'a']), truths: [] };
  return { from, numbers: of(['id', 'a', 'b', 'x']), texts: of(['s']), truths: of(['f']) };
}

const kinds = fc.constantFrom<'t' | 'u' | 'c' | 'none'>('t', 't', 't', 'u', 'u', 'c', 'c', 'none');
const smallNumber = fc.constantFrom('0', '1', '2', '3', '-1', '1.0', '2.5', 'NULL');
const smallText = fc.constantFrom("'a'", "'B'", "''", "'ä'", 'NULL');

function numeric(sources: readonly Source[], depth: number): Text {
  const column = fc.constantFrom(...sources.flatMap((s) => s.numbers));
  if (depth === 0) return fc.oneof({ weight: 3, arbitrary: column }, { weight: 1, arbitrary: smallNumber });
  const inner = numeric(sources, depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: column },
    { weight: 1, arbitrary: fc.tuple(inner, fc.constantFrom('+', '-', '*'), inner).map(([a, o, b]) => `(${a} ${o} ${b})`) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `coalesce(${a}, ${b})`) },
    { weight: 1, arbitrary: fc.tuple(condition(sources, 0), inner, inner).map(([c, a, b]) => `CASE WHEN ${c} THEN ${a} ELSE ${b} END`) },
    { weight: 1, arbitrary: inner.map((a) => `nullif(${a}, 1)`) },
  );
}

function condition(sources: readonly Source[], depth: number): Text {
  const number = numeric(sources, 0);
  const column = fc.constantFrom(...sources.flatMap((s) => s.numbers));
  const text = fc.oneof(fc.constantFrom(...sources.flatMap((s) => s.texts)), smallText);
  const truths = sources.flatMap((s) => s.truths);
  const leaf = fc.oneof(
    fc.tuple(column, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), number).map(([a, o, b]) => `${a} ${o} ${b}`),
    fc.tuple(text, fc.constantFrom('=', '<>', '<'), text).map(([a, o, b]) => `${a} ${o} ${b}`),
    fc
      .tuple(
        fc.constantFrom(...sources.flatMap((s) => s.numbers), ...sources.flatMap((s) => s.texts)),
        fc.constantFrom('IS NULL', 'IS NOT NULL', 'IS MISSING'),
      )
      .map(([a, o]) => `${a} ${o}`),
    fc
      .tuple(column, fc.constantFrom('IN', 'NOT IN'), fc.constantFrom('(1, 2)', '(1, NULL)', '(0)', "(1, 'a')"))
      .map(([a, o, l]) => `${a} ${o} ${l}`),
    fc.tuple(column, smallNumber, smallNumber).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    fc
      .tuple(
        fc.constantFrom(...sources.flatMap((s) => s.texts)),
        fc.constantFrom("LIKE 'a%'", "LIKE '%'", "STARTS WITH 'a'", "CONTAINS 'B'"),
      )
      .map(([a, o]) => `${a} ${o}`),
    ...(truths.length > 0
      ? [fc.tuple(fc.constantFrom(...truths), fc.constantFrom('', ' IS TRUE', ' IS NOT FALSE')).map(([a, o]) => `${a}${o}`)]
      : []),
    fc
      .tuple(column, fc.constantFrom('IN', 'NOT IN'), fc.constantFrom('a', 'id'))
      .map(([a, o, b]) => `${a} ${o} (SELECT i.${b} FROM u AS i)`),
    fc
      .tuple(fc.constantFrom('', 'NOT '), column, fc.constantFrom('t', 'u', 'c'))
      .map(([n, a, k]) => `${n}EXISTS (SELECT 1 FROM ${k} AS i WHERE i.a = ${a})`),
    fc.tuple(column, number).map(([a, b]) => `${a} < (SELECT count(*) FROM u AS i WHERE i.a = ${b})`),
  );
  if (depth === 0) return leaf;
  const inner = condition(sources, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: fc.tuple(inner, fc.constantFrom('AND', 'OR'), inner).map(([a, o, b]) => `(${a} ${o} ${b})`) },
    { weight: 1, arbitrary: inner.map((a) => `NOT (${a})`) },
  );
}

interface From {
  readonly text: string;
  readonly sources: readonly Source[];
}

const joins: fc.Arbitrary<From> = fc
  .array(fc.tuple(kinds, fc.constantFrom('JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', ',')), { minLength: 1, maxLength: 3 })
  .chain((parts) => {
    const sources = parts.map(([kind], i) => source(kind, 'pqr'.charAt(i)));
    const ons = parts.slice(1).map((_, i) => condition(sources.slice(0, i + 2), 0).filter((c) => !c.includes('SELECT')));
    const equal = parts
      .slice(1)
      .map((_, i) =>
        fc
          .constantFrom(...(sources[i + 1]?.numbers ?? []))
          .chain((b) => fc.constantFrom(...sources.slice(0, i + 1).flatMap((s) => s.numbers)).map((a) => `${a} = ${b}`)),
      );
    const unnest = parts.findIndex(([kind]) => kind === 'c');
    return fc
      .tuple(fc.tuple(...ons), fc.tuple(...equal), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), fc.boolean())
      .map(([conditions, equals, useEqual, withItems]) => {
        let text = sources[0]?.from ?? '';
        for (const [i, [, join]] of parts.slice(1).entries()) {
          const item = sources[i + 1]?.from ?? '';
          text += join === ',' ? `, ${item}` : ` ${join} ${item} ON ${useEqual[i] ? equals[i] : `${equals[i]} AND ${conditions[i]}`}`;
        }
        if (unnest < 0 || !withItems) return { text, sources };
        const list = `${'pqr'.charAt(unnest)}.l`;
        const items: Source = { from: '', numbers: ['i', 'i.k', 'n'], texts: ['i'], truths: [] };
        const joined = useEqual[2] ? `, ${list} AS i AT n` : ` LEFT JOIN ${list} AS i AT n ON TRUE`;
        return { text: text + joined, sources: [...sources, items] };
      });
  });

/** Now and then a query in FROM that reads the items to its left. */
const from: fc.Arbitrary<From> = fc.oneof(
  { weight: 3, arbitrary: joins },
  {
    weight: 1,
    arbitrary: joins.chain(({ text, sources }) =>
      fc
        .tuple(
          fc.constantFrom(...sources.flatMap((s) => s.numbers)),
          fc.constantFrom('t', 'u', 'c'),
          fc.constantFrom('max(y.a) AS m, count(*) AS k', 'y.id AS m, y.a AS k'),
          fc.boolean(),
        )
        .map(([column, kind, items, left]): From => {
          const query = `(SELECT ${items} FROM ${kind} AS y WHERE y.a = ${column}) AS z`;
          const lateral: Source = { from: '', numbers: ['z.m', 'z.k'], texts: ['z.k'], truths: [] };
          return { text: left ? `${text} LEFT JOIN ${query} ON TRUE` : `${text}, ${query}`, sources: [...sources, lateral] };
        }),
    ),
  },
);

/** A text computed from one. */
function textual(sources: readonly Source[]): Text {
  const column = fc.constantFrom(...sources.flatMap((s) => s.texts));
  return fc.oneof(
    { weight: 3, arbitrary: column },
    { weight: 1, arbitrary: column.map((c) => `upper(${c})`) },
    { weight: 1, arbitrary: column.map((c) => `${c} || 'x'`) },
    { weight: 1, arbitrary: column.map((c) => `length(${c})`) },
    { weight: 1, arbitrary: column.map((c) => `coalesce(${c}, 'none')`) },
    { weight: 1, arbitrary: column.map((c) => `substr(${c}, 1, 1)`) },
  );
}

const aggregate = (sources: readonly Source[]): Text =>
  fc.oneof(
    fc.constant('count(*)'),
    fc
      .constantFrom(...sources.flatMap((s) => [...s.numbers, ...s.texts]))
      .chain((c) => fc.constantFrom(`count(${c})`, `count(DISTINCT ${c})`, `min(${c})`, `max(${c})`)),
    fc.constantFrom(...sources.flatMap((s) => s.numbers)).chain((c) => fc.constantFrom(`sum(${c})`, `avg(${c})`)),
  );

const plainQuestion: Text = from.chain(({ text, sources }) =>
  fc
    .record({
      distinct: fc.constantFrom('', '', 'DISTINCT '),
      items: fc.array(fc.oneof(numeric(sources, 2), condition(sources, 1), textual(sources)), {
        minLength: 1,
        maxLength: 3,
      }),
      where: fc.option(condition(sources, 2)),
      limit: fc.option(fc.tuple(fc.nat(4), fc.nat(2))),
    })
    .map(({ distinct, items, where, limit }) => {
      const columns = items.map((item, i) => `${item} AS c${i}`).join(', ');
      const order = limit
        ? ` ORDER BY ${items.map((_, i) => `c${i}${['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'][(limit[0] + limit[1] + i) % 4]}`).join(', ')} LIMIT ${limit[0]} OFFSET ${limit[1]}`
        : '';
      return `SELECT ${distinct}${columns} FROM ${text}${where ? ` WHERE ${where}` : ''}${order}`;
    }),
);

const groupedQuestion: Text = from.chain(({ text, sources }) =>
  fc
    .record({
      keys: fc.array(numeric(sources, 1), { minLength: 0, maxLength: 2 }),
      aggregates: fc.array(aggregate(sources), { minLength: 1, maxLength: 3 }),
      where: fc.option(condition(sources, 1)),
      having: fc.option(aggregate(sources).map((a) => `${a} > 1`)),
    })
    .map(({ keys, aggregates, where, having }) => {
      const columns = [...keys.map((k, i) => `${k} AS k${i}`), ...aggregates.map((a, i) => `${a} AS a${i}`)].join(', ');
      const group = keys.length > 0 ? ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}` : '';
      return `SELECT ${columns} FROM ${text}${where ? ` WHERE ${where}` : ''}${group}${having ? ` HAVING ${having}` : ''}`;
    }),
);

const setQuestion: Text = fc
  .tuple(
    fc.constantFrom('UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'),
    fc.constantFrom('a', 's', 'id'),
    fc.constantFrom('t', 'u', 'c'),
    fc.constantFrom('t', 'u', 'c'),
    fc.constantFrom('a', 's', 'id'),
  )
  .map(([operator, a, left, right, b]) => `SELECT l.${a} FROM ${left} AS l ${operator} SELECT r.${b} FROM ${right} AS r`);

const nestedQuestion: Text = fc
  .tuple(fc.oneof(plainQuestion, groupedQuestion), fc.constantFrom('count(*)', 'count(*)'))
  .map(([inner, outer]) => `SELECT ${outer} AS n FROM (${inner}) AS z`);

export const questions: Text = fc.oneof(
  { weight: 4, arbitrary: plainQuestion },
  { weight: 3, arbitrary: groupedQuestion },
  { weight: 1, arbitrary: setQuestion },
  { weight: 1, arbitrary: nestedQuestion },
);
