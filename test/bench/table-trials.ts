// Trials over tables and documents, in process, against better-sqlite3 on the same file.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase } from '../../engines/open.ts';
import { wireRow } from '../../engines/json.ts';
import type { Value } from '../../engines/value.ts';
import { makeCustomers, makeOrders, runAll } from './data.ts';
import type { Trial } from './trial.ts';

const customers = 100_000;
const orders = 100_000;

export async function tableTrials(): Promise<{ trials: Trial[]; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-bench-'));
  const file = join(folder, 'bench.db');
  const database = await openDatabase({ file });
  const session = database.session();
  await makeCustomers(session, customers);
  await makeOrders(session, orders, customers);
  await runAll(session, 'CREATE INDEX ON orders (customer)');
  const raw = new Database(file, { readonly: true });
  raw.defaultSafeIntegers(true);
  const all = (text: string, ...parameters: unknown[]): unknown[][] =>
    raw
      .prepare(text)
      .raw(true)
      .all(...parameters) as unknown[][];
  const read = raw.prepare('SELECT name, country FROM customer WHERE id = ?').raw(true);
  let key = 0;
  const nextKey = (): bigint => BigInt(1 + (key = (key + 7919) % customers));

  const trials: Trial[] = [
    {
      name: 'point read by key, 1,000 times',
      unit: 'read',
      units: 1000,
      contenders: [
        {
          name: 'Trefoil in process',
          async run() {
            for (let i = 0; i < 1000; i++)
              await runAll(session, 'SELECT name, country FROM customer WHERE id = $id', new Map<string, Value>([['id', nextKey()]]));
          },
        },
        {
          name: 'better-sqlite3, prepared',
          run() {
            for (let i = 0; i < 1000; i++) read.get(nextKey());
          },
        },
      ],
    },
    {
      name: 'filter and aggregate over 100,000 rows',
      unit: 'query',
      units: 1,
      contenders: [
        {
          name: 'Trefoil in process',
          run: () => runAll(session, 'SELECT country, count(*), sum(age) FROM customer WHERE score > 50 GROUP BY country ORDER BY country'),
        },
        {
          name: 'better-sqlite3',
          run: () => all('SELECT country, count(*), sum(age) FROM customer WHERE score > 50 GROUP BY country ORDER BY country'),
        },
      ],
    },
    {
      name: 'filter by a nested path without index, 100,000 documents',
      unit: 'query',
      units: 1,
      contenders: [
        { name: 'Trefoil in process', run: () => runAll(session, "SELECT count(*) FROM orders AS o WHERE o.address.city = 'city 7'") },
        {
          name: 'better-sqlite3 over the same JSONB',
          run: () => all("SELECT count(*) FROM orders WHERE doc ->> '$.address.city' = 'city 7'"),
        },
      ],
    },
    {
      name: 'aggregate over the elements of 100,000 arrays',
      unit: 'query',
      units: 1,
      rounds: 3,
      contenders: [
        {
          name: 'Trefoil in process',
          run: () => runAll(session, 'SELECT i.sku, sum(i.qty) AS n FROM orders AS o, o.items AS i GROUP BY i.sku ORDER BY i.sku LIMIT 3'),
        },
        {
          name: 'better-sqlite3 with jsonb_each',
          run: () =>
            all(
              `SELECT '"' || (value ->> 'sku') || '"', sum(value ->> 'qty') AS n FROM orders, jsonb_each(doc, '$.items') GROUP BY 1 ORDER BY 1 LIMIT 3`,
            ).map(([sku, n]) => [String(sku).slice(1, -1), n]),
        },
      ],
    },
    {
      name: 'join 1,000 customers with their documents by index',
      unit: 'query',
      units: 1,
      contenders: [
        {
          name: 'Trefoil in process',
          run: () => runAll(session, 'SELECT count(*) FROM customer AS c JOIN orders AS o ON o.customer = c.id WHERE c.id <= 1000'),
        },
        {
          name: 'better-sqlite3, affinity removed by hand',
          run: () => all("SELECT count(*) FROM customer c JOIN orders o ON o.doc ->> '$.customer' = +c.id WHERE c.id <= 1000"),
        },
      ],
    },
    {
      name: '10,000 documents as text for the wire',
      unit: 'document',
      units: 10_000,
      contenders: [
        {
          name: 'Trefoil in process, encoded for the wire',
          async run() {
            let length = 0;
            for await (const result of session.run('SELECT o FROM orders AS o WHERE id(o) <= 10000', { rawJson: true }))
              for await (const batch of result.batches) length += batch.map(wireRow).length;
            return length;
          },
        },
        {
          name: 'better-sqlite3, parsed and printed again',
          run: () =>
            all('SELECT json(doc) FROM orders WHERE id <= 10000').filter(([text]) => JSON.stringify(JSON.parse(String(text))).length > 0)
              .length,
        },
        {
          name: 'better-sqlite3, text passed on',
          run: () => all('SELECT json(doc) FROM orders WHERE id <= 10000').filter(([text]) => String(text).length > 0).length,
        },
      ],
    },
  ];
  return {
    trials,
    async close() {
      raw.close();
      await session.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
