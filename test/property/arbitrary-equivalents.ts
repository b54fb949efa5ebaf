// Pairs and triples of questions that mean the same, over the data of equivalent-questions.test.ts: what a condition leaves is checked by
// partitioning (the rows for which it is true, false and unknown are all rows: Rigger and Su, OOPSLA 2020) and by counting its values (NoREC:
// Rigger and Su, ESEC/FSE 2020); the rest are forms that the language defines by each other.

import fc from 'fast-check';
import { condition, kinds, number, place, plainKinds, rewritten, source, type Source } from './arbitrary-conditions.ts';

/** One way to ask: the rows of all its statements together are the answer. */
export type Way = readonly string[];
type Law = fc.Arbitrary<readonly Way[]>;

const three = (p: string): string[] => [p, `(NOT ${p})`, `(${p} IS NULL)`];
const one = kinds.map((kind) => source(kind, 'a'));
const two = fc.tuple(plainKinds, plainKinds).map(([a, b]): [Source, Source] => [source(a, 'a'), source(b, 'b')]);

/** Without the text that has a collation, for what compares exactly. */
const exact = (s: Source): Source => ({ ...s, texts: s.texts.filter((name) => !name.endsWith('.c')) });

/** A condition that joins two sources. */
const on = (sources: readonly [Source, Source]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(place(sources[0]), place(sources[1])).map(([a, b]) => `(${a} = ${b})`),
    condition(sources, 1, false),
  );

const partitions: Readonly<Record<string, Law>> = {
  'WHERE parts the rows in three.': one.chain((a) =>
    fc.tuple(condition([a], 2), place(a)).map(([p, v]): Way[] => {
      const parts = three(p).map((c) => `SELECT ${a.key}, ${v} AS v FROM ${a.from} WHERE ${c}`);
      return [[`SELECT ${a.key}, ${v} AS v FROM ${a.from}`], parts, [parts.join(' UNION ALL ')]];
    }),
  ),
  'WHERE keeps as many rows as the condition is true for.': one.chain((a) =>
    condition([a], 2).map((p): Way[] => [
      [`SELECT count(*) FROM ${a.from} WHERE ${p}`],
      [`SELECT coalesce(sum(CASE WHEN ${p} THEN 1 ELSE 0 END), 0) FROM ${a.from}`],
      [`SELECT count(*) FILTER (WHERE ${p}) FROM ${a.from}`],
    ]),
  ),
  'ON parts the product in three.': two.chain(([a, b]) =>
    condition([a, b], 1).map((p): Way[] => {
      const rows = (join: string): string => `SELECT ${a.key}, ${b.key} FROM ${a.from} ${join}`;
      return [
        [rows(`CROSS JOIN ${b.from}`)],
        three(p).map((c) => rows(`JOIN ${b.from} ON ${c}`)),
        three(p).map((c) => rows(`, ${b.from} WHERE ${c}`)),
      ];
    }),
  ),
  'WHERE parts outer joins in three.': two.chain((s) =>
    fc.tuple(on(s), condition(s, 1), fc.constantFrom('LEFT', 'RIGHT', 'FULL')).map(([p, where, kind]): Way[] => {
      const all = `SELECT ${s[0].key}, ${s[1].key} FROM ${s[0].from} ${kind} JOIN ${s[1].from} ON ${p}`;
      const parts = three(where).map((c) => `${all} WHERE ${c}`);
      return [[all], parts, [parts.join(' UNION ALL ')]];
    }),
  ),
  'Aggregates of the parts make those of the whole.': one.chain((a) =>
    fc.tuple(condition([a], 1), number([a])).map(([p, v]): Way[] => {
      const part = (c: string): string => `SELECT count(${v}) AS n, min(${v}) AS lo, max(${v}) AS hi FROM ${a.from} WHERE ${c}`;
      return [[part('TRUE')], [`SELECT sum(p.n), min(p.lo), max(p.hi) FROM (${three(p).map(part).join(' UNION ALL ')}) AS p`]];
    }),
  ),
  'HAVING parts the groups in three.': one.chain((a) =>
    fc.tuple(place(a), number([a]), fc.constantFrom('> 1', '= 1', 'IN (0, 2, NULL)', 'IS MISSING')).map(([k, v, test]): Way[] => {
      const groups = (having: string): string => `SELECT count(*), max(${v}), count(${k}) FROM ${a.from} GROUP BY ${k}${having}`;
      return [[groups('')], three(`(max(${v}) ${test})`).map((c) => groups(` HAVING ${c}`))];
    }),
  ),
};

const forms: Readonly<Record<string, Law>> = {
  'A condition may be written in other words.': one.chain((a) =>
    rewritten([a]).map((all) =>
      all.map((p): Way => [`SELECT ${a.key}, ${p} AS v FROM ${a.from}`, `SELECT ${a.key}, 0 FROM ${a.from} WHERE ${p}`]),
    ),
  ),
  'Outer joins add the rows that find nothing.': two.chain(([a, b]) =>
    on([a, b]).map((p): Way[] => {
      const rows = (from: string): string => `SELECT ${a.key}, ${b.key} FROM ${from} ON ${p}`;
      const rightAlone = `SELECT NULL, ${b.key} FROM ${b.from} WHERE NOT EXISTS (SELECT 1 FROM ${a.from} WHERE ${p})`;
      const leftAlone = `SELECT ${a.key}, NULL FROM ${a.from} WHERE NOT EXISTS (SELECT 1 FROM ${b.from} WHERE ${p})`;
      return [
        [rows(`${a.from} FULL JOIN ${b.from}`)],
        [rows(`${a.from} LEFT JOIN ${b.from}`), rightAlone],
        [rows(`${b.from} LEFT JOIN ${a.from}`), leftAlone],
        [rows(`${a.from} JOIN ${b.from}`), leftAlone, rightAlone],
      ];
    }),
  ),
  'USING is ON, and each side keeps its own.': fc
    .tuple(fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'), fc.constantFrom('n', 's', 'c', 'at'))
    .map(([join, name]): Way[] => {
      const rows = (columns: string, rest: string): Way => [
        `SELECT ${columns} IS NULL, l.${name} IS NULL, r.${name} IS NULL, l.i, r.i FROM (SELECT id AS i, ${name} FROM thing WHERE id > 3) AS l ${join} (SELECT id AS i, ${name} FROM thing WHERE id < 7) AS r ${rest}`,
      ];
      return [rows(name, `USING (${name})`), rows(`coalesce(l.${name}, r.${name})`, `ON l.${name} = r.${name}`)];
    }),
  'IN is EXISTS, and NOT IN its opposite.': two.chain(([a, b]) =>
    fc.tuple(place(a), place(b), condition([a, b], 0)).map(([x, y, p]): Way[] => {
      const rows = (where: string): Way => [`SELECT ${a.key} FROM ${a.from} WHERE ${where}`];
      return [
        rows(`${x} IN (SELECT ${y} FROM ${b.from} WHERE ${p})`),
        rows(`EXISTS (SELECT 1 FROM ${b.from} WHERE ${p} AND ${x} = ${y})`),
        rows(`(${x}, 1) IN (SELECT ${y}, 1 FROM ${b.from} WHERE ${p})`),
        rows(`NOT (${x} <> ALL (SELECT ${y} FROM ${b.from} WHERE ${p}))`),
        rows(`(SELECT count(*) FROM ${b.from} WHERE ${p} AND ${x} = ${y}) > 0`),
      ];
    }),
  ),
  'DISTINCT finds the same values in each aggregate.': one.chain((a) =>
    place(a).map((v): Way[] => [
      [`SELECT count(DISTINCT ${v}) FROM ${a.from}`],
      [`SELECT size(collect(DISTINCT ${v})) FROM ${a.from}`],
      [`SELECT count(*) FROM (SELECT DISTINCT ${v} AS v FROM ${a.from}) AS q WHERE q.v IS NOT NULL`],
      [`SELECT count(DISTINCT ${v}) OVER () FROM ${a.from} LIMIT 1`],
      [`SELECT size(collect(DISTINCT ${v}) OVER ()) FROM ${a.from} LIMIT 1`],
    ]),
  ),
  'RETURNING sees a row as SELECT does.': condition([source('table', 'a')], 1, false).map((p): Way[] => [
    [`SELECT a.id, ${p} AS v FROM thing AS a`],
    ['BEGIN', `UPDATE thing AS a SET n = a.n RETURNING a.id, ${p} AS v`, 'ROLLBACK'],
    [
      'BEGIN',
      `INSERT INTO thing AS a SELECT * FROM thing ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING a.id, ${p} AS v`,
      'ROLLBACK',
    ],
  ]),
  'DO UPDATE changes the rows that WHERE finds.': condition([source('table', 'a')], 1, false).map((p): Way[] => [
    [`SELECT a.id FROM thing AS a WHERE ${p}`],
    ['BEGIN', `INSERT INTO thing AS a SELECT * FROM thing ON CONFLICT (id) DO UPDATE SET x = 0.0 WHERE ${p} RETURNING a.id`, 'ROLLBACK'],
    ['BEGIN', `DELETE FROM thing AS a WHERE ${p} RETURNING a.id`, 'ROLLBACK'],
  ]),
  'Grouping sets are groupings put together.': one.chain((a) =>
    fc.tuple(place(a), place(a)).map(([x, y]): Way[] => {
      const by = (first: string, second: string, group: string): string =>
        `SELECT ${first} IS NULL AS v, ${second} IS NULL AS w, count(*) FROM ${a.from} ${group}`;
      const apart = [
        by(x, y, `GROUP BY ${x}, ${y}`),
        by(x, 'NULL', `GROUP BY ${x}`),
        by('NULL', y, `GROUP BY ${y}`),
        by('NULL', 'NULL', ''),
      ];
      return x === y ? [] : [[by(x, y, `GROUP BY CUBE (${x}, ${y})`)], apart];
    }),
  ),
  'An order is the same in pages, in ranks and in a list.': plainKinds.chain((kind) => {
    const a = source(kind, 'a');
    const orders = fc.tuple(place(exact(a)), fc.constantFrom('', ' DESC'), fc.constantFrom('', ' NULLS FIRST', ' NULLS LAST'));
    return fc.tuple(orders, fc.nat(7)).map(([[x, down, nulls], size]): Way[] => {
      const order = (by: string, id: string): string => `ORDER BY ${by}${down}${nulls}, ${id}`;
      const ranked = `SELECT ${a.key} AS i, row_number() OVER (${order(x, a.key)}) AS n FROM ${a.from}`;
      const listed = `UNNEST(COLLECT { SELECT {x: ${x}, i: ${a.key}} FROM ${a.from} }) AS e`;
      return [
        [`SELECT ${a.key} FROM ${a.from} ${order(x, a.key)} LIMIT ${size}`],
        [`SELECT r.i FROM (${ranked}) AS r WHERE r.n <= ${size}`],
        [`SELECT e.i FROM ${listed} ${order('e.x', 'e.i')} LIMIT ${size}`],
      ];
    });
  }),
  'Rows of one value are a partition.': plainKinds.chain((kind) =>
    place(source(kind, 'a')).map((x): Way[] => {
      const [a, b] = [source(kind, 'a'), source(kind, 'b')];
      return [
        [`SELECT ${a.key}, count(*) OVER (PARTITION BY ${x}) FROM ${a.from}`],
        [`SELECT ${a.key}, (SELECT count(*) FROM ${b.from} WHERE ${x.replace('a.', 'b.')} IS NOT DISTINCT FROM ${x}) FROM ${a.from}`],
      ];
    }),
  ),
  'A view, a common table and a query in FROM are one.': one.chain((a) =>
    fc.tuple(condition([a], 1), place(a)).map(([inner, x]): Way[] => {
      const query = `SELECT ${a.key} AS i, ${x} AS x FROM ${a.from} WHERE ${inner}`;
      const rows = (from: string): string => `SELECT v.i, v.x FROM ${from} AS v WHERE v.x IS NOT NULL`;
      return [
        [rows(`(${query})`)],
        [`WITH w AS (${query}) ${rows('w')}`],
        [`BEGIN; CREATE VIEW seen AS ${query}; ${rows('seen')}; ROLLBACK`],
        [`SELECT ${a.key}, ${x} FROM ${a.from} WHERE ${inner} AND ${x} IS NOT NULL`],
      ];
    }),
  ),
  'UPDATE and DELETE take the rows that SELECT gives.': fc
    .constantFrom(source('table', 'a'), source('documents', 'a'))
    .chain((a) =>
      condition([a], 2).map((p): Way[] => [
        [`SELECT ${a.key} FROM ${a.from} WHERE ${p}`],
        [`BEGIN; UPDATE ${a.from} SET x = 7.0 WHERE ${p} RETURNING ${a.key}; ROLLBACK`],
        [`BEGIN; DELETE FROM ${a.from} WHERE ${p} RETURNING ${a.key}; ROLLBACK`],
        [`BEGIN; DELETE FROM ${a.from} WHERE ${p} IS NOT TRUE; SELECT ${a.key} FROM ${a.from}; ROLLBACK`],
      ]),
    ),
};

const node = (alias: string): Source => source('nodes', alias);
const arrows = fc.constantFrom<readonly [string, string]>(['-', '->'], ['<-', '-'], ['-', '-']);
const types = fc.constantFrom(':R', ':S', ':R|S', '');

const graphs: Readonly<Record<string, Law>> = {
  'WHERE parts the matches in three.': fc.tuple(condition([node('a'), node('b')], 2), arrows, types).map(([p, [l, r], type]): Way[] => {
    const match = (where: string): string => `MATCH (a:N)${l}[e${type}]${r}(b)${where} RETURN a.id, e.id, b.id`;
    const inside = (where: string): string => `SELECT a.id, e.id, b.id FROM (MATCH (a:N)${l}[e${type}]${r}(b) WHERE ${where})`;
    return [[match('')], three(p).map((c) => match(` WHERE ${c}`)), three(p).map(inside)];
  }),
  'A quantifier is all its lengths, from either end.': fc
    .tuple(condition([node('a'), node('b')], 1), arrows, types, fc.nat(1), fc.nat(2))
    .map(([p, [l, r], type, least, more]): Way[] => {
      const ends = (path: string, where = ''): string => `MATCH ${path} WHERE ${where}${p} RETURN a.id AS i, b.id AS j`;
      const steps = (count: number): string =>
        count === 0
          ? ends('(a:N), (b)', 'a = b AND ')
          : ends(`(a:N)${Array.from({ length: count }, (_, i) => `${l}[${type}]${r}(${i === count - 1 ? 'b' : ''})`).join('')}`);
      const most = least + more;
      const [back, forth] = [r === '->' ? '<-' : '-', l === '<-' ? '->' : '-'];
      return [
        [ends(`(a:N)${l}[${type}]${r}{${least},${most}}(b)`)],
        Array.from({ length: more + 1 }, (_, i) => steps(least + i)),
        [ends(`(b)${back}[${type}]${forth}{${least},${most}}(a:N)`)],
      ];
    }),
  'Either way is one way and the other.': fc.tuple(condition([node('a'), node('b')], 1), types).map(([p, type]): Way[] => {
    const match = (edge: string, where = ''): string => `MATCH (a)${edge}(b) WHERE ${where}${p} RETURN a.id, e.id, b.id`;
    return [[match(`-[e${type}]-`)], [match(`-[e${type}]->`), match(`<-[e${type}]-`, 'a <> b AND ')]];
  }),
  'OPTIONAL MATCH keeps the rows that match nothing.': fc
    .tuple(condition([node('a'), node('b')], 1), arrows, types)
    .map(([p, [l, r], type]): Way[] => {
      const path = `(a)${l}[${type}]${r}(b) WHERE ${p}`;
      return [
        [`MATCH (a:N) OPTIONAL MATCH ${path} RETURN a.id, b.id`],
        [`MATCH (a:N) MATCH ${path} RETURN a.id, b.id`, `MATCH (a:N) WHERE NOT EXISTS { MATCH ${path} } RETURN a.id, NULL`],
        [`MATCH (a:N) OPTIONAL CALL (a) { MATCH ${path} RETURN b.id AS j } RETURN a.id, j`],
      ];
    }),
  'A property map is a condition.': kinds.chain((kind) => {
    const a = source(kind, 'a');
    return fc.tuple(place(exact(a)), fc.constantFrom('n', 's', 'at', 'x')).map(([x, name]): Way[] => {
      const rows = `RETURN ${a.key}, b.id`;
      const from = kind === 'nodes' ? a.from : `FROM ${a.from}`;
      return [
        [`SELECT ${a.key}, b.id FROM ${a.from} CROSS JOIN MATCH (b:N) WHERE b.${name} = ${x}`],
        [`${from} MATCH (b:N {${name}: ${x}}) ${rows}`],
        [`${from} MATCH (b:N) WHERE b.${name} IN [${x}] ${rows}`],
        [`SELECT ${a.key}, b.id FROM ${a.from} JOIN MATCH (b:N) ON ${x} = b.${name}`],
      ];
    });
  }),
};

/** What is the same, by the sentence that says so. */
export const laws: Readonly<Record<string, Law>> = { ...partitions, ...forms, ...graphs };
