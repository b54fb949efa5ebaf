// Files of each older schema version, as the program of then made them (old-files/*.sql: SQLite's text of the file). Each is opened, brought up
// to date and asked; what a version had not yet is not there.

import Database from 'better-sqlite3';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ask, execute } from '../../clients/terminal/execute.ts';
import { checkFile, open } from '../../server/open.ts';
import { migrations } from '../../engines/sql/sqlite/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-old-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(version: number): string {
  const file = join(folder, `version-${version}.db`);
  const raw = new Database(file);
  // Of an index over an expression.
  raw.function('trefoil_lower', { deterministic: true }, (text) => String(text).toLowerCase());
  raw.exec(readFileSync(new URL(`old-files/version-${version}.sql`, import.meta.url), 'utf8'));
  raw.close();
  return file;
}

/** From which version on, a question, and its answer. */
const questions: readonly (readonly [since: number, text: string, rows: readonly (readonly unknown[])[]])[] = [
  [1, 'SELECT name, active, since, price, extra.a[1] AS a FROM customer WHERE id = 1', [['Ada', true, '2020-01-31', 1.5, 2.5]]],
  [1, 'SELECT extra.d AS d, span, at.year AS y FROM customer WHERE id = 1', [['2020-01-31', 'P1Y2M10DT2H30M', 2020n]]],
  [1, "SELECT b.id FROM bill AS b JOIN customer AS c ON c.id = b.customer WHERE c.name = 'Grace'", [[11n]]],
  [1, 'SELECT o.items[0].sku AS sku FROM orders AS o WHERE o.no = 1', [['pen']]],
  [1, "SELECT o.no FROM orders AS o, o.items AS i WHERE i.sku = 'ink'", [[1n]]],
  [1, "MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(:Place {name: 'USA'}) RETURN p.name", [['Ada']]],
  [1, "MATCH (p:Place) WHERE p.since = datetime('2020-07-31T10:30:00Z') RETURN p.name", [['Boise']]],
  [1, 'MATCH (p:Place {list: [1, 1.0]}) RETURN p.name', [['USA']]],
  // Nodes 5 and 6 and the edge 4 have been.
  [1, 'CREATE (a)-[e:NEXT]->(b) RETURN id(a) > 6, id(e) > 4', [[true, true]]],
  [2, 'SELECT name FROM names ORDER BY name', [['Ada'], ['Grace']]],
  [4, "SELECT name FROM customer WHERE lower(name) = 'ada' AND active", [['Ada']]],
  [5, 'USE roads MATCH (a)-[e:ROAD]->(b) RETURN a.name, e.km, b.name', [['Ulm', 80n, 'Augsburg']]],
  [6, 'SHOW USERS', [['ada', 'owner', 0n]]],
];

test.each(migrations.slice(0, -1).map((_, i) => i + 1))(
  'A file of version %i is brought up to date with all that it holds.',
  async (version) => {
    const file = fileOf(version);
    await expect(open(file, { readOnly: true })).rejects.toMatchObject({ code: 'storage/older-version' });
    const db = await open(file);
    const plain = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'text' in value ? value.text : value);
    for (const [since, text, rows] of questions)
      if (version >= since)
        expect(
          (await ask(db, text)).rows.map((row) => row.map(plain)),
          text,
        ).toEqual(rows);
    if (version >= 3) await expect(execute(db, 'INSERT INTO orders {customer: 1}')).rejects.toMatchObject({ code: 'constraint/schema' });
    await expect(execute(db, 'INSERT INTO orders {no: 2}')).rejects.toMatchObject({ code: 'constraint/unique' });
    await execute(db, "INSERT INTO customer (name) VALUES ('Edsger'); INSERT INTO orders {no: 3, items: [{sku: 'ink'}]}");
    await execute(db, "CREATE GRAPH more; USE more CREATE (:Place {name: 'Bern'}); MATCH (p:Place {name: 'Idaho'}) SET p.name = 'ID'");
    await db.close();
    for await (const { name, problems } of checkFile(file)) expect(problems, name).toEqual([]);
  },
);
