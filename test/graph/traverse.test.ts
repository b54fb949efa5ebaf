// Traversals over small graphs, step by step: patterns, quantifiers, optional matches, indexes, paths.

import { expect, test } from 'vitest';
import type { NodeValue, Row } from '../../engines/value.ts';
import { binary, call, column, edge, field, Fixture, label, literal, matchOf, node, one, showRows } from './graph-fixture.ts';

async function places(): Promise<Fixture> {
  const f = new Fixture();
  await f.fill(
    [
      { labels: ['Person'], properties: { name: 'Ada' } },
      { labels: ['Person'], properties: { name: 'Ben' } },
      { labels: ['Place'], properties: { name: 'Boise' } },
      { labels: ['Place'], properties: { name: 'Idaho' } },
      { labels: ['Place'], properties: { name: 'USA' } },
      { labels: ['Place'], properties: { name: 'Paris' } },
    ],
    [
      [0, 'BORN_IN', 2],
      [1, 'BORN_IN', 5],
      [2, 'WITHIN', 3],
      [3, 'WITHIN', 4],
      [0, 'KNOWS', 1, { since: 2001n }],
    ],
  );
  return f;
}

test('A chain with a quantified edge finds who was born in the USA at any depth.', async () => {
  const f = await places();
  f.storage.indexes.add('Place.name');
  for (const selector of ['all', 'reachable'] as const) {
    const match = matchOf(
      [
        node(1, { labels: label('Person'), needs: 'element' }),
        node(2, { out: false }),
        node(3, { out: false, labels: label('Place'), filters: [binary('=', field(column(3), 'name'), literal('USA'))] }),
      ],
      [
        edge(4, 0, 1, { types: ['BORN_IN'], out: false }),
        edge(5, 1, 2, { types: ['WITHIN'], out: false, quantifier: { min: 0 }, selector }),
      ],
    );
    const rows = await f.rows(match);
    expect(showRows(rows)).toEqual(['n1']);
    expect((rows[0]?.[0] as NodeValue).properties?.get('name')).toBe('Ada');
    expect(f.steps(match)[0]).toMatch(/^indexSeek .*using ix_Place.name$/);
  }
});

test('An optional match gives nulls for input rows without a match, in order.', async () => {
  const f = await places();
  const input = matchOf([node(1, { labels: label('Person') })], []);
  const people = await f.rows(input);
  const match = matchOf([node(1, { bound: true, out: false }), node(2)], [edge(3, 0, 1, { types: ['KNOWS'] })], { input, optional: true });
  expect(showRows(await f.rows(match, [...people, [null]]))).toEqual(['n1 n2 e5', 'n2 null null', 'null null null']);
  const must = { ...match, optional: false };
  expect(showRows(await f.rows(must, [...people, [null]]))).toEqual(['n1 n2 e5']);
});

test('A path variable holds nodes and edges in the order written.', async () => {
  const f = await places();
  const match = matchOf(
    [node(1, { filters: [binary('=', field(column(1), 'name'), literal('USA'))] }), node(2, { labels: label('Person') }), node(3)],
    [edge(4, 2, 0, { types: ['WITHIN'], quantifier: { min: 1 }, reversed: true }), edge(5, 1, 2, { types: ['BORN_IN'], reversed: true })],
    { paths: [{ column: { id: 9, name: 'p', type: 'path' }, out: true, nodes: [0, 2, 1], edges: [0, 1] }] },
  );
  expect(showRows(await f.rows(match))).toEqual(['n5 n1 n3 [e4,e3] e1 <n5-e4-n4-e3-n3-e1-n1>']);
});

test('Conditions on edges, on several variables and on paths decide matches.', async () => {
  const f = await places();
  const knows = (since: bigint) =>
    matchOf(
      [node(1), node(2)],
      [edge(3, 0, 1, { types: ['KNOWS'], filters: [binary('=', field(column(3, 'edge'), 'since'), literal(since))] })],
    );
  expect(await f.rows(knows(2001n))).toHaveLength(1);
  expect(await f.rows(knows(2002n))).toHaveLength(0);
  const across = matchOf([node(1), node(2)], [edge(3, 0, 1)], { where: binary('<', field(column(1), 'name'), field(column(2), 'name')) });
  expect(showRows(await f.rows(across)).sort()).toEqual(['n1 n2 e5', 'n1 n3 e1', 'n2 n6 e2', 'n3 n4 e3', 'n4 n5 e4'].sort());
  const long = matchOf([node(1), node(2)], [edge(3, 0, 1, { types: ['WITHIN'], quantifier: { min: 1 }, out: false })], {
    paths: [{ column: { id: 9, name: 'p', type: 'path' }, out: false, nodes: [0, 1], edges: [0] }],
    where: binary('>=', call('length', column(9, 'path')), literal(2n)),
  });
  expect(showRows(await f.rows(long))).toEqual(['n3 n5']);
});

test('A look-up by values of the input asks storage once per batch.', async () => {
  const f = await places();
  f.storage.indexes.add('Person.name');
  const input = { kind: 'values', rows: [], columns: [{ id: 50, name: 'wanted', type: 'text' }] } as const;
  const match = matchOf([node(1, { labels: label('Person') })], [], {
    input,
    where: binary('=', field(column(1), 'name'), column(50, 'any')),
  });
  const rows: Row[] = [['Ben'], ['Ada'], ['Zoe'], [null]];
  expect(showRows(await f.rows(match, rows))).toEqual(['Ben n2', 'Ada n1']);
  expect(f.storage.findCalls).toBe(2);
  const optional = { ...match, optional: true };
  expect(showRows(await f.rows(optional, rows))).toEqual(['Ben n2', 'Ada n1', 'Zoe null', 'null null']);
});

test('Keys pushed by a join restrict a scan through the index; an empty slot restricts nothing.', async () => {
  const f = await places();
  f.storage.indexes.add('Person.name');
  const match = matchOf(
    [node(1, { labels: label('Person'), filters: [{ kind: 'inKeys', type: 'boolean', operand: field(column(1), 'name'), slot: 7 }] })],
    [],
  );
  expect(showRows(await f.rows(match, [[]], f.context({ keys: new Map([[7, ['Ben', 'Zoe']]]) })))).toEqual(['n2']);
  expect(showRows(await f.rows(match))).toEqual(['n1', 'n2']);
});

test('id() finds a node without scanning.', async () => {
  const f = await places();
  const match = matchOf([node(1)], [], { where: binary('=', call('id', column(1)), literal(4n)) });
  expect(f.steps(match)[0]).toMatch(/^idSeek/);
  expect(showRows(await f.rows(match))).toEqual(['n4']);
});

test('Patterns without a common variable give every pair; an equality between them uses the index.', async () => {
  const f = await places();
  const two = matchOf([node(1, { labels: label('Person') }), node(2, { labels: label('Place') })], []);
  expect(await f.rows(two)).toHaveLength(8);
  f.storage.indexes.add('Place.name');
  const same = matchOf([node(1, { labels: label('Place') }), node(2, { labels: label('Place') })], [], {
    where: binary('=', field(column(1), 'name'), field(column(2), 'name')),
  });
  expect(f.steps(same).some((s) => s.startsWith('lookup'))).toBe(true);
  expect(showRows(await f.rows(same)).sort()).toEqual(['n3 n3', 'n4 n4', 'n5 n5', 'n6 n6']);
});

test('A count over a tree of distinct edge types walks no matches.', async () => {
  const f = await places();
  const match = matchOf(
    [node(1, { out: false }), node(2, { out: false }), node(3, { out: false })],
    [edge(4, 0, 1, { types: ['BORN_IN'], out: false }), edge(5, 0, 2, { types: ['KNOWS'], out: false })],
  );
  expect(f.steps(match, true).map((s) => s.split(' ')[0])).toEqual(['nodeScan', 'weigh', 'weigh']);
  expect(await f.count(match)).toBe(1n);
  expect(await f.count({ ...match, optional: true })).toBe(1n);
  expect(one.kind).toBe('one');
});

test('A condition on the edges of a variable-length pattern follows the input row from batch to batch.', async () => {
  const f = new Fixture();
  await f.fill(
    [{}, {}, {}],
    [
      [0, 'T', 1, { w: 1n }],
      [1, 'T', 2, { w: 1n }],
      [0, 'T', 2, { w: 2n }],
    ],
  );
  const input = { kind: 'values', rows: [], columns: [{ id: 50, name: 'w', type: 'integer' }] } as const;
  const filters = [binary('=', field(column(9, 'edge'), 'w'), column(50, 'any'))];
  for (const selector of ['all', 'reachable', 'anyShortest'] as const) {
    const walk = edge(3, 0, 1, {
      quantifier: { min: 1 },
      filters,
      elementColumn: { id: 9, name: 'r', type: 'edge' },
      selector,
      out: false,
    });
    const rows = await f.rows(matchOf([node(1), node(2)], [walk], { input }), [[1n], [2n], [2n], [3n], [1n]]);
    const ones = ['1 n1 n2', '1 n1 n3', '1 n2 n3'];
    expect(showRows(rows).sort()).toEqual([...ones, ...ones, '2 n1 n3', '2 n1 n3'].sort());
  }
});
