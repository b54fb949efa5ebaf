// Procedures that a program brings to a file that it opens in process.

import { describe, expect, test } from 'vitest';
import { open, type OpenOptions, type Procedure } from '../../server/open.ts';
import type { Client } from '../../server/protocol/client.ts';

const twice: Procedure = {
  name: 'shop.twice',
  description: 'Twice the price.',
  arguments: [{ name: 'price', type: 'float' }],
  yields: [{ name: 'result', type: 'float' }],
  run: ({ price }) => [{ result: price === null ? null : 2 * Number(price) }],
};

const count: Procedure = {
  name: 'test.count',
  arguments: [
    { name: 'first', type: 'integer' },
    { name: 'last', type: 'integer', optional: true },
  ],
  yields: [
    { name: 'number', type: 'integer' },
    { name: 'text', type: 'text' },
  ],
  async *run({ first, last }) {
    for (let i = Number(first); last === null || i <= Number(last); i++) yield { text: `n${i}`, number: i };
  },
};

async function using(procedures: readonly Procedure[], work: (db: Client) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const db = await open(':memory:', { ...options, procedures });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

describe('A procedure of the program', () => {
  test('answers for each row', async () => {
    await using([twice], async (db) => {
      expect(await db.query('UNWIND [1, 2.5, null] AS p CALL shop.twice(p) YIELD result RETURN result').all()).toEqual([
        { result: 2 },
        { result: 5 },
        { result: null },
      ]);
    });
  });

  test('takes integers where floats are asked for, and gives floats', async () => {
    await using(
      [{ ...twice, run: ({ price }) => [{ result: typeof price === 'number' ? 7 : 0 }] }],
      async (db) => expect(await db.query('CALL shop.twice(3)').all()).toEqual([{ result: 7 }]),
      { typed: true },
    );
  });

  test('may be an asynchronous generator that never ends, and is closed', async () => {
    let closed = 0;
    const endless: Procedure = {
      ...count,
      async *run(values, call) {
        try {
          yield* count.run(values, call) as AsyncIterable<never>;
        } finally {
          closed++;
        }
      },
    };
    await using([endless], async (db) => {
      expect(await db.query('CALL test.count(5) YIELD text, number AS n RETURN n, text LIMIT 2').all()).toEqual([
        { n: 5, text: 'n5' },
        { n: 6, text: 'n6' },
      ]);
      expect(closed).toBe(1);
    });
  });

  test('without results is called once for each row', async () => {
    const seen: unknown[] = [];
    const note: Procedure = { name: 'note', arguments: [{ name: 'what', type: 'any' }], run: ({ what }) => void seen.push(what) };
    await using([note], async (db) => {
      expect(await db.query("UNWIND ['a', [1], {b: 2}] AS x CALL note(x) RETURN x").all()).toHaveLength(3);
      expect(await db.query('CALL note(4)').all()).toEqual([]);
      expect(await db.query('UNWIND [5, 6] AS x CALL note(x)').all()).toEqual([]);
      expect(seen).toEqual(['a', [1], { b: 2 }, 4, 5, 6]);
    });
  });

  test('gets and gives every kind of value', async () => {
    const same: Procedure = {
      name: 'same',
      arguments: [{ name: 'x', type: 'any' }],
      yields: [{ name: 'y', type: 'any' }],
      run: ({ x }) => [{ y: x }],
    };
    await using([same], async (db) => {
      const texts = ['1', '1.5', "'a'", 'true', '[1, [2]]', "{a: {b: 'c'}}", "date('2026-01-02')", "duration('P1D')", "x'00ff'"];
      const query = `UNWIND [${texts.join(', ')}] AS x CALL same(x) YIELD y RETURN x = y AS same`;
      expect(await db.query(query).all()).toEqual(texts.map(() => ({ same: true })));
      expect(await db.query('CALL same(null)').all()).toEqual([{ y: null }]);
    });
  });

  test('sees nodes, edges and paths with their properties', async () => {
    const seen: unknown[] = [];
    const look: Procedure = {
      name: 'look',
      arguments: [
        { name: 'n', type: 'node' },
        { name: 'e', type: 'edge' },
        { name: 'p', type: 'path' },
      ],
      run: ({ n, e, p }) => void seen.push(n, e, (p as { nodes: unknown[] }).nodes.length),
    };
    await using([look], async (db) => {
      await db.query("CREATE (:P {name: 'Ada'})-[:K {since: 1}]->(:P)").all();
      await db.query('MATCH p = (n)-[e]->() CALL look(n, e, p)').all();
      expect(seen).toMatchObject([{ labels: ['P'], properties: { name: 'Ada' } }, { type: 'K', properties: { since: 1 } }, 2]);
    });
  });

  test('stands in SHOW PROCEDURES and takes arguments from parameters', async () => {
    await using([twice, count], async (db) => {
      const shown = await db.query('SHOW PROCEDURES').all();
      expect(shown).toContainEqual({
        procedure: 'shop.twice',
        arguments: 'price: float',
        yields: 'result: float',
        description: 'Twice the price.',
      });
      expect(await db.query('CALL test.count', { first: 1, last: 2 }).all()).toHaveLength(2);
      await expect(db.query('CALL test.count', { last: 2 }).all()).rejects.toMatchObject({ code: 'bind/unknown-parameter' });
    });
  });
});

describe('What goes wrong', () => {
  const failing = (run: Procedure['run']): Procedure => ({ ...twice, run });
  test.each<[string, Procedure['run'], string, string]>([
    [
      'it throws',
      () => {
        throw new Error('no shop');
      },
      'procedure/failed',
      'shop.twice failed: no shop',
    ],
    [
      'it rejects',
      async () => {
        throw new Error('no shop');
      },
      'procedure/failed',
      'shop.twice failed: no shop',
    ],
    [
      'its generator throws',
      function* () {
        yield { result: 1 };
        throw new Error('no more');
      },
      'procedure/failed',
      'shop.twice failed: no more',
    ],
    ['a value of a wrong type', () => [{ result: 'x' }], 'procedure/result', 'shop.twice gave text for "result", which is float.'],
    [
      'a column of another name',
      () => [{ resullt: 1 }],
      'procedure/result',
      'shop.twice gave a value for "resullt", which it does not yield.',
    ],
    ['no row', () => [5 as never], 'procedure/result', 'shop.twice gave something that is no row: 5.'],
    ['no value', () => [{ result: () => 1 }], 'procedure/result', 'shop.twice gave what is no value'],
    ['no rows', () => 5 as never, 'procedure/failed', 'shop.twice failed'],
  ])('%s', async (_title, run, code, message) => {
    await using([failing(run)], async (db) => {
      const failure = db.query('CALL shop.twice(1) YIELD result RETURN result').all();
      await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(message), span: { start: 5, end: 15 } });
    });
  });

  test('an argument of a wrong type that is known only when it runs', async () => {
    await using([twice], async (db) => {
      const failure = db.query("UNWIND [1, 'x'] AS p CALL shop.twice(p) YIELD result RETURN result").all();
      await expect(failure).rejects.toMatchObject({
        code: 'type/argument',
        message: 'The argument "price" of shop.twice must be float, not text.',
      });
      await expect(db.query("CALL shop.twice('x')").all()).rejects.toMatchObject({ code: 'type/argument' });
    });
  });

  test('a failing procedure undoes its statement', async () => {
    await using(
      [
        failing(() => {
          throw new Error('no');
        }),
      ],
      async (db) => {
        await expect(db.query('CREATE (n:N) WITH n CALL shop.twice(1) YIELD result RETURN n').all()).rejects.toMatchObject({
          code: 'procedure/failed',
        });
        expect(await db.query('MATCH (n) RETURN count(*) AS n').all()).toEqual([{ n: 0 }]);
      },
    );
  });

  test('it queries the file that waits for it', async () => {
    const db = await open(':memory:', {
      procedures: [
        failing(async () => {
          await db.query('SELECT 1').all();
        }),
      ],
    });
    await expect(db.query('CALL shop.twice(1)').all()).rejects.toMatchObject({
      code: 'procedure/failed',
      message: expect.stringContaining('cannot query the file'),
    });
    await db.close();
  });

  test('a time limit ends one that gives rows without end', async () => {
    await using([count], async (db) => {
      const failure = db.query('CALL test.count(1) YIELD number RETURN count(*) AS n', {}, { timeoutMs: 50 }).all();
      await expect(failure).rejects.toMatchObject({ code: 'limit/timeout' });
    });
  });

  test.each<[Partial<Procedure>, string]>([
    [{ name: 'two words' }, 'needs a name of words'],
    [{ name: 'db.mine' }, 'begins as those of the database'],
    [{ run: undefined as never }, 'needs a function'],
    [{ yields: [{ name: 'a', type: 'string' as never }] }, 'of the type "string"'],
    [
      {
        arguments: [
          { name: 'a', type: 'any' },
          { name: 'A', type: 'any' },
        ],
      },
      'the name "A" twice',
    ],
    [
      {
        arguments: [
          { name: 'a', type: 'any', optional: true },
          { name: 'b', type: 'any' },
        ],
      },
      'behind optional ones',
    ],
  ])('a definition is refused: %j', async (change, message) => {
    await expect(open(':memory:', { procedures: [{ ...twice, ...change }] })).rejects.toMatchObject({
      code: 'procedure/definition',
      message: expect.stringContaining(message),
    });
  });

  test('two of one name, and threads', async () => {
    await expect(open(':memory:', { procedures: [twice, { ...twice, name: 'SHOP.twice' }] })).rejects.toMatchObject({
      code: 'procedure/definition',
    });
    await expect(open(':memory:', { threads: true, procedures: [twice] })).rejects.toMatchObject({ code: 'procedure/definition' });
  });
});
