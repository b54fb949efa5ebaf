// Another program writes to a collection with an index over elements: the triggers keep the index, and Trefoil finds what was written.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDatabase } from '../../engines/open.ts';
import { newFolder } from './opened.ts';

type Opened = Awaited<ReturnType<typeof openDatabase>>;

async function rowsOf(trefoil: Opened, text: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const result of trefoil.session().run(text)) for await (const batch of result.batches) rows.push(...batch);
  return rows;
}

/** A document with random lists, and sometimes with something else in their place. */
function randomDocument(random: () => number): string {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const skus = ['"pen"', '"ink"', '1', '1.0', 'true', 'null', '{"a": 1}', '[1]'];
  const items = Array.from({ length: Math.floor(random() * 4) }, () => pick(['{}', `{"sku": ${pick(skus)}}`, pick(skus)]));
  return `{"items": ${random() < 0.1 ? 'null' : `[${items.join(',')}]`}}`;
}

test('an index over elements follows writes of another program', async () => {
  const { file, remove } = newFolder();
  try {
    const trefoil = await openDatabase({ file });
    await rowsOf(trefoil, 'CREATE COLLECTION a; CREATE COLLECTION b; CREATE INDEX ON a (items[*].sku)');
    const other = new Database(file);
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648;
    };
    for (let i = 0; i < 400; i++) {
      const id = 1 + Math.floor(random() * 60);
      const document = randomDocument(random);
      for (const table of ['a', 'b']) {
        if (i % 5 === 4) other.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id);
        else other.prepare(`INSERT INTO ${table} VALUES (?, jsonb(?)) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`).run(id, document);
      }
    }
    for (const value of ["'pen'", '1', 'true', "'none'"]) {
      const asked = (table: string): string[] => [
        `SELECT id(o) FROM ${table} AS o WHERE ANY i IN o.items SATISFIES i.sku = ${value} END ORDER BY id(o)`,
        `SELECT id(o) FROM ${table} AS o WHERE ${value} IN o.items[*].sku ORDER BY id(o)`,
        `SELECT id(o), n FROM ${table} AS o, o.items AS i AT n WHERE i.sku = ${value} ORDER BY id(o), n`,
        `SELECT id(o) FROM ${table} AS o WHERE EXISTS (SELECT 1 FROM o.items AS i WHERE i.sku = ${value}) ORDER BY id(o)`,
      ];
      for (const [i, text] of asked('a').entries())
        expect(await rowsOf(trefoil, text), text).toEqual(await rowsOf(trefoil, asked('b')[i] ?? ''));
    }
    const entries = other.prepare('SELECT count(*) AS n, count(DISTINCT doc) AS docs FROM trefoil_index_1').get() as {
      n: number;
      docs: number;
    };
    expect(entries.n).toBeGreaterThan(10);
    const stale = other.prepare('SELECT count(*) FROM trefoil_index_1 WHERE doc NOT IN (SELECT id FROM a)').pluck().get();
    expect(stale).toBe(0);
    other.close();
    await trefoil.close();
  } finally {
    remove();
  }
});
