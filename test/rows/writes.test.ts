// Writes of rows and documents, and changes at a path.

import { describe, expect, it } from 'vitest';
import type { CollectionInfo, TableInfo } from '../../engines/catalog.ts';
import { writeBatchRows } from '../../engines/limits.ts';
import type { Plan } from '../../engines/plan/plan.ts';
import { setPath, unsetPath } from '../../engines/rows/document-path.ts';
import { NodeValue, type ObjectValue, type Row, type Value } from '../../engines/value.ts';
import { makeContext, MemoryRows } from './memory-context.ts';
import { binary, col, field, lit, read, run, values } from './plans.ts';

const a = col(1, 'a');
const b = col(2, 'b');
const key = col(3, 'key', 'integer');
const doc = col(4, 'doc', 'object');
const column = (name: string) => ({ name, type: 'any' as const, declared: '', notNull: false, hasDefault: false, isRowid: false });
const table: TableInfo = { name: 't', columns: [column('x'), column('y')], primaryKey: [], unique: [], foreignKeys: [], rows: 0 };
const collection: CollectionInfo = { name: 'docs', table: 'docs', rows: 0, fields: [], paths: new Set(), pathsComplete: true };

/** {a: 1, b: [..]} as the language's value, integers as integers. */
function value(json: unknown): Value {
  if (typeof json === 'number') return BigInt(json);
  if (Array.isArray(json)) return json.map(value);
  if (json !== null && typeof json === 'object') return object(json as Record<string, unknown>);
  return json as Value;
}
function object(json: Record<string, unknown>): ObjectValue {
  return new Map(Object.entries(json).map(([k, v]) => [k, value(v)]));
}

describe('rows', () => {
  it('An insert reads its whole input first and gives the storage batches.', async () => {
    const context = makeContext({ batchRows: 100 });
    const total = 2 * writeBatchRows + 5;
    const input = values([a], ...Array.from({ length: total }, (_, i): Row => [BigInt(i)]));
    const plan: Plan = {
      kind: 'insertRows',
      conflicts: [],
      input,
      table,
      values: [{ source: 'y', value: binary(read(a), '+', lit(1n)) }],
      columns: [col(5), col(6)],
    };
    const stored = await run(plan, context);
    expect(stored).toHaveLength(total);
    expect(stored[2]).toEqual([null, 3n]);
    expect(context.rows.calls).toEqual([writeBatchRows, writeBatchRows, 5]);
    expect(context.stats.rowsInserted).toBe(total);
  });
  it('An update changes a row that comes twice once, and leaves alone rows without a key.', async () => {
    const context = makeContext();
    context.rows.table('t').set(1n, ['old', 'keep']);
    const input = values([key, a], [1n, 'first'], [null, 'no'], [1n, 'second']);
    const plan: Plan = {
      kind: 'updateRows',
      carried: [],
      input,
      table,
      key: key.id,
      set: [{ source: 'x', value: read(a) }],
      columns: [col(5), col(6)],
    };
    expect(await run(plan, context)).toEqual([['first', 'keep']]);
    expect(context.stats.rowsUpdated).toBe(1);
  });
  it('A delete puts out the rows that went.', async () => {
    const context = makeContext({ batchRows: 1 });
    for (const k of [1n, 2n, 3n]) context.rows.table('t').set(k, [k, null]);
    const plan: Plan = { kind: 'deleteRows', input: values([key, a], [1n, 'p'], [3n, 'q'], [1n, 'r']), table, key: key.id };
    expect(await run(plan, context)).toEqual([
      [1n, 'p'],
      [3n, 'q'],
    ]);
    expect([...context.rows.table('t').keys()]).toEqual([2n]);
    expect(context.stats.rowsDeleted).toBe(2);
  });
  it('A limit bounds the rows shown, not the rows written.', async () => {
    for (const count of [0n, 1n]) {
      const context = makeContext({ batchRows: 1 });
      const input = values([a], [1n], [2n], [3n]);
      const insert: Plan = {
        kind: 'insertRows',
        conflicts: [],
        input,
        table,
        values: [{ source: 'x', value: read(a) }],
        columns: [col(5), col(6)],
      };
      expect(await run({ kind: 'limit', input: insert, count: lit(count) }, context)).toHaveLength(Number(count));
      expect(context.rows.table('t').size).toBe(3);
    }
  });
  it('A join whose left side writes has written before its right side reads.', async () => {
    const rows = new MemoryRows();
    const context = makeContext({ rows });
    const insert: Plan = {
      kind: 'insertRows',
      conflicts: [],
      input: values([a], [1n]),
      table,
      values: [{ source: 'x', value: read(a) }],
      columns: [col(5), col(6)],
    };
    const counts: Plan = { kind: 'sql', statement: { text: 'count', parameters: [], results: [] }, columns: [b], was: { kind: 'one' } };
    rows.query = async function* () {
      yield [[BigInt(rows.table('t').size)]];
    };
    expect(await run({ kind: 'join', type: 'inner', left: insert, right: counts, lateral: false }, context)).toEqual([[1n, null, 1n]]);
  });
});

describe('documents', () => {
  const insert = (input: Plan, spread: boolean): Plan => ({
    kind: 'insertDocuments',
    conflicts: [],
    input,
    collection,
    document: read(a),
    spread,
    doc,
    key,
  });
  it('An insert gives each document and its id; MISSING entries are left out.', async () => {
    const context = makeContext({ batchRows: 1 });
    const given = new Map<string, Value>([
      ['x', 1n],
      ['gone', undefined],
      ['list', [undefined, new Map([['y', undefined]])]],
    ]);
    expect(await run(insert(values([a], [given]), false), context)).toEqual([[object({ x: 1, list: [null, {}] }), 1n]]);
    expect(given.has('gone')).toBe(true);
    expect(context.stats.rowsInserted).toBe(1);
  });
  it('Spread inserts each object of a list.', async () => {
    const input = values([a], [[object({ n: 1 }), object({ n: 2 })]], [object({ n: 3 })]);
    expect((await run(insert(input, true), makeContext())).map((r) => r[1])).toEqual([1n, 2n, 3n]);
  });
  it('A document that is no object, or holds a node, is refused and nothing is written.', async () => {
    const context = makeContext();
    await expect(run(insert(values([a], [object({})], ['x']), false), context)).rejects.toMatchObject({ code: 'type/document' });
    await expect(run(insert(values([a], [[object({})]]), false), context)).rejects.toMatchObject({ code: 'type/document' });
    const bad = new Map([['n', [new NodeValue(1)]]]);
    await expect(run(insert(values([a], [bad]), false), context)).rejects.toMatchObject({ code: 'type/not-storable' });
    expect(context.rows.documents.size).toBe(0);
  });
  it('An update sets and unsets paths; all values see the old document.', async () => {
    const context = makeContext();
    const old = object({ x: 1, y: 2, drop: 3 });
    context.rows.documents.set(1n, old);
    const plan: Plan = {
      kind: 'updateDocuments',
      carried: [],
      input: values([doc, key], [old, 1n], [old, 1n]),
      collection,
      key: key.id,
      oldDoc: doc.id,
      set: [
        { path: ['x'], value: field(read(doc), 'y') },
        { path: ['y'], value: field(read(doc), 'x') },
        { path: ['new', 'deep'], value: lit(9n) },
      ],
      unset: [['drop']],
      doc: col(8),
      keyOut: col(9),
    };
    const after = object({ x: 2, y: 1, new: { deep: 9 } });
    expect(await run(plan, context)).toEqual([[after, 1n]]);
    expect(context.rows.documents.get(1n)).toEqual(after);
    expect(old).toEqual(object({ x: 1, y: 2, drop: 3 }));
    expect(context.stats.rowsUpdated).toBe(1);
  });
  it('A delete takes the documents of the keys.', async () => {
    const context = makeContext();
    context.rows.documents.set(1n, object({}));
    const plan: Plan = { kind: 'deleteDocuments', input: values([key], [1n]), collection, key: key.id };
    expect(await run(plan, context)).toEqual([[1n]]);
    expect(context.rows.documents.size).toBe(0);
    expect(context.stats.rowsDeleted).toBe(1);
  });
});

describe('paths', () => {
  it.each([
    [{}, ['a'], 1, { a: 1 }],
    [{}, ['a', 'b', 'c'], 1, { a: { b: { c: 1 } } }],
    [{ a: null }, ['a', 'b'], 1, { a: { b: 1 } }],
    [{ a: [1, 2] }, ['a', 1], 9, { a: [1, 9] }],
    [{ a: [1, 2] }, ['a', 2], 9, { a: [1, 2, 9] }],
    [{ a: [1, 2] }, ['a', -1], 9, { a: [1, 9] }],
    [{}, ['a', 0, 'b'], 9, { a: [{ b: 9 }] }],
    [{ a: { b: 1, c: 2 } }, ['a', 'b'], null, { a: { b: null, c: 2 } }],
  ])('set %j at %j', (before, path, to, after) => {
    const document = object(before);
    expect(setPath(document, path, value(to))).toEqual(object(after));
    expect(document).toEqual(object(before));
  });
  it.each([
    [{ a: 1 }, ['a', 'b']],
    [{ a: [1] }, ['a', 'b']],
    [{ a: { b: 1 } }, ['a', 0]],
    [{ a: [1] }, ['a', 2]],
    [{ a: [1] }, ['a', -2]],
    [{}, ['a', 1]],
    [{ a: 'x' }, ['a', 'b', 'c']],
  ])('set in %j refuses %j', (before, path) => {
    expect(() => setPath(object(before), path, 1n)).toThrow(expect.objectContaining({ code: 'type/path' }));
  });
  it.each([
    [{ a: 1, b: 2 }, ['a'], { b: 2 }],
    [{ a: { b: 1, c: 2 } }, ['a', 'b'], { a: { c: 2 } }],
    [{ a: [1, 2, 3] }, ['a', 0], { a: [2, 3] }],
    [{ a: [1, 2, 3] }, ['a', -1], { a: [1, 2] }],
    [{ a: [{ b: 1 }] }, ['a', 0, 'b'], { a: [{}] }],
  ])('unset in %j at %j', (before, path, after) => {
    const document = object(before);
    expect(unsetPath(document, path)).toEqual(object(after));
    expect(setPath(document, path, undefined)).toEqual(object(after));
    expect(document).toEqual(object(before));
  });
  it('Taking away what is not there gives the same document.', () => {
    const document = object({ a: { b: [1] } });
    for (const path of [['x'], ['a', 'x'], ['a', 'b', 5], ['a', 'x', 'y'], ['x', 0]]) expect(unsetPath(document, path)).toBe(document);
    expect(setPath(document, ['p', 'q'], undefined)).toBe(document);
  });
  it('What is not on the path is shared.', () => {
    const document = object({ a: { x: 1 }, b: { y: 2 } });
    const after = setPath(document, ['a', 'x'], 5n);
    expect(after.get('b')).toBe(document.get('b'));
  });
});
