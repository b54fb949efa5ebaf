// A dump restored into another database and dumped again is the same script, and the data is equal: for the bundled sample, for
// definitions of every kind, and for random values.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { writeDump } from '../../clients/terminal/dump/dump.ts';
import { runRestore } from '../../clients/terminal/dump/restore.ts';
import { runDump } from '../../clients/terminal/dump/run-dump.ts';
import { ask, execute } from '../../clients/terminal/execute.ts';
import { runScriptFile } from '../../clients/terminal/script.ts';
import { checkFile, type Client, type ClientValue, open, Temporal } from '../../server/open.ts';
import { client as connected, start } from '../server/started.ts';
import { capture } from './captured.ts';
import { runs } from '../long.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function dumped(client: Client): Promise<{ script: string; remarks: string }> {
  const streams = capture();
  let script = '';
  await writeDump(
    client,
    async (text) => {
      script += text;
    },
    streams,
  );
  return { script, remarks: streams.failures() };
}

/** The script and the database that it makes, which gives the same script. */
async function roundTrip(client: Client, file = ':memory:'): Promise<{ script: string; copy: Client }> {
  const { script, remarks } = await dumped(client);
  expect(remarks).toBe('');
  const copy = await open(file);
  await runRestore(copy, undefined, capture(script));
  expect((await dumped(copy)).script).toBe(script);
  return { script, copy };
}

async function expectSame(first: Client, second: Client, queries: readonly string[]): Promise<void> {
  for (const query of queries) expect((await ask(second, query)).rows, query).toEqual((await ask(first, query)).rows);
}

const definitions = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code VARCHAR(8) UNIQUE COLLATE NOCASE, other INTEGER);
  CREATE TABLE child (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent INTEGER REFERENCES parent ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    a INTEGER NOT NULL DEFAULT 5 CHECK (a > 0 AND a < 100), f FLOAT DEFAULT 1.5, b BOOLEAN DEFAULT false CHECK (b OR a > 1), big INTEGER DEFAULT -9223372036854775808,
    v VARCHAR(30) DEFAULT 'it''s' CHECK (length(v) > 2), d DATE DEFAULT current_date(), dt DATETIME DEFAULT datetime('2020-01-31T12:30:00+01:00[Europe/Stockholm]'),
    j JSON DEFAULT {a: [1, 2.5, 'x']} CHECK (j.a IS NOT NULL), dec DECIMAL(10, 2) CHECK (dec >= 0), by BYTES DEFAULT x'00ff', u TEXT DEFAULT uuid(),
    double INTEGER GENERATED ALWAYS AS (a * 2) STORED, half FLOAT AS (f / 2), CONSTRAINT both CHECK (a + id > 3 OR v IS NULL), UNIQUE (a, f)
  );
  CREATE TABLE \`my table\` (\`select\` INTEGER, \`two words\` TEXT, \`back\`\`tick\` TEXT, PRIMARY KEY (\`select\`, \`two words\`));
  ALTER TABLE parent ADD FOREIGN KEY (other) REFERENCES child (id);
  ALTER TABLE child ALTER COLUMN v DROP DEFAULT;
  ALTER TABLE child RENAME COLUMN a TO amount;
  ALTER TABLE child ADD CONSTRAINT few CHECK (amount < 50);
  ALTER TABLE child DROP CONSTRAINT both;
  ALTER TABLE child RENAME TO kid;
  CREATE UNIQUE INDEX kid_v ON kid (v, dt DESC);
  CREATE COLLECTION plain;
  CREATE COLLECTION \`group\` VALIDATE WITH {type: 'object', properties: {n: {type: 'integer', minimum: 1}}};
  CREATE INDEX plain_ab ON plain (a.b DESC, \`c d\`);
  CREATE UNIQUE INDEX plain_code ON plain (code);
  CREATE INDEX plain_items ON plain (items[*].\`the sku\`);
  CREATE INDEX ON :\`a b\` (\`x y\`.z);
  CREATE UNIQUE INDEX person_name ON :Person (name);
  CREATE VIEW zero AS SELECT id FROM parent;
  CREATE VIEW above (n) AS SELECT count(*) FROM zero;
  CREATE VIEW people AS MATCH (p:Person) RETURN p.name AS name;
  INSERT INTO parent (id, code) VALUES (7, 'Ab'), (9, NULL);
  INSERT INTO kid (parent, amount, f, b, v, dec) VALUES (9, 3, 2, true, 'abc', 1), (7, 4, 2.25, NULL, NULL, 1.5), (7, 6, NULL, true, NULL, NULL);
  UPDATE parent SET other = 3 WHERE id = 7;
  INSERT INTO \`my table\` VALUES (2, 'b', NULL), (1, 'a;', '-- no comment');
  INSERT INTO \`group\` {n: 1}, {other: 2};
  INSERT INTO plain {code: 'a', items: [{\`the sku\`: 1}, {\`the sku\`: 'x'}], a: {b: 1}}, {code: 'b'};
  DELETE FROM plain WHERE code = 'a';
  INSERT INTO plain {code: 'c', '$ref': 1, list: [[], {}, null]};
  CREATE (:Gone);
  CREATE (a:Person {name: 'Ada'})-[:\`KNOWS WELL\` {since: date('1830-01-01')}]->(b:Person:\`a b\` {name: 'Ch\`arles', \`x y\`: {z: 1}})-[:SELF]->(b), (b)-[:LIKES]->(a), ();
  MATCH (g:Gone) DELETE g;
  CREATE GRAPH \`road map\`;
  USE \`road map\` CREATE (:Town {name: 'A'})-[:ROAD {km: 3}]->(:Town {name: 'B'});
  USE \`road map\` CREATE INDEX town_name ON :Town (name);
  CREATE GRAPH empty;
  CREATE COLLECTION \`no documents\`;
  CREATE TABLE \`no rows\` (a INTEGER);
  INSERT INTO plain {code: 'd', mixed: {a: 1}}, {code: 'e', mixed: [{b: 1}, [{c: 1}]]}, {code: 'f', late: 1};
  UPDATE plain SET \`the first\` = 1 WHERE code = 'b';
  DELETE FROM plain WHERE code = 'f';
  INSERT INTO parent (code) VALUES ('gone'), ('gone too'); DELETE FROM parent WHERE code IN ('gone', 'gone too');
  USE \`road map\` CREATE (:Town)-[:ROAD]->(:Town {gone: true});
  USE \`road map\` MATCH (a:Town)-[e:ROAD]->(b:Town {gone: true}) DELETE e, b;
  CREATE INDEX kid_lower ON kid (lower(v), (amount + 1) DESC) WHERE b;
`;

describe('A dump', () => {
  test('gives the bundled sample back.', async () => {
    const sample = await open(':memory:');
    await runScriptFile(sample, resolve(new URL('../../examples/sample.trefoil', import.meta.url).pathname));
    const { script, copy } = await roundTrip(sample);
    expect(script).toContain("RESTORE NODES\n  (1:Place {id: 1, name: 'Earth', kind: 'world'}),");
    await expectSame(sample, copy, [
      'SELECT * FROM person ORDER BY id',
      'SELECT o FROM orders AS o ORDER BY o.id',
      'SELECT l.sku, sum(l.qty) AS n FROM orders AS o, o.lines AS l GROUP BY l.sku ORDER BY l.sku',
      "MATCH (p:Person)-[:BORN_IN]->()-[:WITHIN*0..]->(:Place {name: 'USA'}) RETURN id(p), p ORDER BY id(p)",
      'MATCH (a)-[e]->(b) RETURN e ORDER BY id(e)',
      'SHOW DEFINITIONS',
      'SHOW LABELS',
    ]);
    await sample.close();
    await copy.close();
  });

  test('takes no document for a value of ours, whatever fields it has: nothing of it is run when it is restored.', async () => {
    const first = await open(':memory:');
    await execute(first, 'CREATE COLLECTION c; CREATE TABLE t (a INTEGER)');
    const text = "2020-01-01')}; INSERT INTO t VALUES (666); INSERT INTO c {a: date('2020-01-01";
    await execute(first, "INSERT INTO c {`$type`: 'temporal', kind: 'date', text: $text}, {`$type`: 'node', labels: ['x'], more: 1}", {
      text,
    });
    const { copy } = await roundTrip(first);
    await expectSame(first, copy, ['SELECT o FROM c AS o', 'SELECT * FROM t']);
    await first.close();
    await copy.close();
  });

  test('gives definitions of every kind back, with foreign keys in a circle, ids with gaps, and names that need quotes.', async () => {
    const first = await open(':memory:');
    await execute(first, definitions);
    const copied = join(folder, 'definitions.db');
    const { script, copy } = await roundTrip(first, copied);
    expect(script).toContain('CONSTRAINT child_a_check CHECK (amount > 0 AND amount < 100)');
    expect(script).not.toContain('CONSTRAINT both');
    expect(script.indexOf('VIEW zero')).toBeLessThan(script.indexOf('VIEW above'));
    await expectSame(first, copy, [
      'SELECT * FROM kid ORDER BY id',
      'SELECT * FROM parent ORDER BY id',
      'SELECT * FROM `my table` ORDER BY 1',
      'SELECT id(o), o FROM plain AS o',
      'SELECT * FROM plain',
      'SHOW TABLES',
      'SHOW COLLECTIONS',
      'SELECT * FROM above',
      'MATCH (n) RETURN id(n), n ORDER BY id(n)',
      'MATCH ()-[e]->() RETURN e ORDER BY id(e)',
      'DESCRIBE kid',
      'USE `road map` MATCH (a)-[e]->(b) RETURN a, e, b',
      'SHOW INDEXES',
      'SHOW EDGE TYPES',
    ]);
    // A label that no node has is not in a script.
    const graphs = async (db: Client) => (await ask(db, 'SHOW GRAPHS')).rows.map(([name, nodes, edges]) => [name, nodes, edges]);
    expect(await graphs(copy)).toEqual(await graphs(first));
    for await (const { name, problems } of checkFile(copied)) expect(problems, name).toEqual([]);
    // An id that was given once is not given again.
    await expectSame(first, copy, [
      'INSERT INTO parent (code) VALUES (NULL) RETURNING id',
      'USE `road map` CREATE (a:Town)-[e:ROAD]->(b:Town) RETURN id(a), id(e), id(b)',
      'CREATE (a)-[e:SELF]->(a) RETURN id(a), id(e)',
      'INSERT INTO plain {} RETURNING id(plain)',
    ]);
    for (const db of [first, copy]) {
      await expect(execute(db, "INSERT INTO kid (amount, v) VALUES (50, 'abc')")).rejects.toThrow('few');
      await expect(execute(db, 'INSERT INTO kid (parent) VALUES (1)')).rejects.toThrow(/does not exist|not there|refers/);
      await expect(execute(db, 'INSERT INTO `group` {n: 0}')).rejects.toThrow('schema');
      await expect(execute(db, "CREATE (:Person {name: 'Ada'})")).rejects.toThrow('already');
    }
    await first.close();
    await copy.close();
  });

  test('gives values of every type back.', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const first = await open(':memory:', { typed: true });
        await execute(
          first,
          'CREATE TABLE t (i INTEGER, f FLOAT, s TEXT, y BYTES, b BOOLEAN, n DECIMAL, d DATE, dt DATETIME, j JSON); CREATE COLLECTION c',
        );
        for (const [k, r] of rows.entries()) {
          const parameters = { ...r, k: BigInt(k) };
          await execute(
            first,
            'INSERT INTO t VALUES ($i, $f, $s, $y, $b, $n, $d, $dt, $any); INSERT INTO c {k: $k, any: $any, object: $object}',
            parameters,
          );
          await execute(
            first,
            'CREATE (x:N {k: $k})-[e:E {k: $k}]->(x) SET x.any = $any, x.object = $object, x += $object, e.any = $any',
            parameters,
          );
        }
        const { copy } = await roundTrip(first);
        await expectSame(first, copy, ['SELECT * FROM t', 'SELECT o FROM c AS o', 'MATCH (x:N)-[e]->() RETURN id(x), x, e ORDER BY id(x)']);
        await first.close();
        await copy.close();
      }),
      { numRuns: runs(4) },
    );
  });

  test('says what the language cannot say of a file that another program made, and gives the rest.', async () => {
    const { default: Database } = await import('better-sqlite3');
    const file = join(folder, 'foreign.db');
    const raw = new Database(file);
    raw.exec(`
      CREATE TABLE loose (id INTEGER PRIMARY KEY, word CHARACTER(3) CHECK (word <> 'no'), anything, w GLOB DEFAULT CURRENT_TIMESTAMP, CHECK (word GLOB 'a*' OR random() > 0));
      CREATE TABLE bare (a INT PRIMARY KEY, b TEXT REFERENCES loose (id) ON DELETE SET NULL) WITHOUT ROWID;
      CREATE INDEX part ON loose (word) WHERE word > 'a';
      CREATE VIEW v AS SELECT 1 AS one;
      CREATE TRIGGER louder AFTER UPDATE ON bare BEGIN SELECT 1; END;
      INSERT INTO loose VALUES (1, 'abc', 5, 'x'), (2, NULL, 'text', 'y');
      INSERT INTO bare VALUES (1, NULL);`);
    raw.close();
    // As trefoil dump opens it.
    const first = await open(file, { readOnly: true });
    const { script, remarks } = await dumped(first);
    expect(remarks).toMatch(/not in the script: The table loose: It leaves out/);
    expect(remarks).toContain('not in the script: The view v: It is a view of SQLite.');
    expect(remarks).toContain('not in the script: The table bare: It leaves out WITHOUT ROWID, the trigger louder.');
    const copy = await open(':memory:');
    await runRestore(copy, undefined, capture(script));
    await expectSame(first, copy, ['SELECT * FROM loose ORDER BY id', 'SELECT * FROM bare']);
    await first.close();
    await copy.close();
  });

  test('leaves out a view that cannot be used now, and says so: the script would fail as a whole.', async () => {
    const first = await open(':memory:');
    await execute(
      first,
      'CREATE TABLE t (a INTEGER); CREATE TABLE kept (b INTEGER); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT * FROM v; CREATE VIEW x AS SELECT b FROM kept; DROP TABLE t',
    );
    const { script, remarks } = await dumped(first);
    expect(remarks).toContain('not in the script: The view v: The view "v" cannot be used');
    expect(remarks).toContain('It was: CREATE VIEW w AS SELECT * FROM v');
    const copy = await open(':memory:');
    await runRestore(copy, undefined, capture(script));
    expect((await ask(copy, 'SHOW VIEWS')).rows.map(([name]) => name)).toEqual(['x']);
    await first.close();
    await copy.close();
  });

  test('works on a server, from one snapshot, and into another.', async () => {
    const [from, to] = [await connected(await start()), await connected(await start())];
    await execute(from, definitions);
    const { script } = await dumped(from);
    const file = join(folder, 'served.trefoil');
    writeFileSync(file, script);
    const streams = capture();
    await runRestore(to, file, streams);
    expect(streams.written()).toMatch(/^Restored: \d+ rows inserted, 6 nodes created, 4 edges created\.\n$/);
    expect((await dumped(to)).script).toBe(script);
  });

  test('is read in pieces, each within the limits of the server.', async () => {
    const from = await connected(await start({ limits: { resultRows: 5000 } }));
    await execute(
      from,
      `CREATE TABLE t (t TEXT PRIMARY KEY, id INTEGER); INSERT INTO t SELECT 'x' || i, i FROM range(1, 5001) AS i;
       CREATE COLLECTION c; INSERT INTO c SELECT {k: i} FROM range(1, 5000) AS i;
       UNWIND range(1, 5001) AS i CREATE (:N)-[:E]->()`,
    );
    await expect(ask(from, 'SELECT * FROM t')).rejects.toThrow('more than 5000 rows');
    const { copy } = await roundTrip(from);
    const sums = 'SELECT (SELECT sum(id) FROM t) AS t, (SELECT sum(k) FROM c) AS c, (MATCH (:N)-[e]->(b) RETURN sum(id(e) * id(b))) AS e';
    await expectSame(from, copy, [sums, "SELECT t.t, t.id FROM t WHERE t.t = 'x5001'"]);
    await copy.close();
  });

  test('takes ids that lie far apart.', async () => {
    const first = await open(':memory:');
    await execute(first, 'RESTORE NODES (2147483647:N), (4999), (5000), (1); RESTORE EDGES (2147483647)-[2147483646:E]->(1)');
    const { copy } = await roundTrip(first);
    await expectSame(first, copy, ['MATCH (n) RETURN id(n) ORDER BY id(n)', 'MATCH (a)-[e]->(b) RETURN id(a), id(e), id(b)']);
    await first.close();
    await copy.close();
  });

  test('takes a reader of a server with users, a restore more.', async () => {
    const server = await start({ limits: { queryBytes: 3000 } });
    const owner = await connected(server);
    await execute(owner, "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1); CREATE USER ada PASSWORD 'a long secret' ROLE owner");
    const ada = await connected(server, { user: 'ada', password: 'a long secret' });
    await execute(ada, "CREATE USER rob PASSWORD 'another secret' ROLE reader");
    const rob = await connected(server, { user: 'rob', password: 'another secret' });
    expect((await dumped(rob)).script).toContain('INSERT INTO t VALUES\n  (1);');
    await expect(execute(rob, 'RESTORE NODES (1)')).rejects.toThrow('takes the role writer');
    await runRestore(ada, undefined, capture('BEGIN; CREATE TABLE u (b TEXT); RESTORE NODES (1:N); COMMIT;'));
    expect((await dumped(rob)).script).toContain('(1:N)');
    const long = `BEGIN; INSERT INTO u VALUES ('${'x'.repeat(3000)}'); COMMIT;`;
    await expect(runRestore(ada, undefined, capture(long))).rejects.toMatchObject({
      failure: { message: expect.stringContaining('limit/query-bytes'), hint: expect.stringContaining('restore into one and serve it') },
    });
  });

  test('to a file takes no other file’s place without --force.', async () => {
    const db = await open(':memory:');
    const output = join(folder, 'kept.trefoil');
    writeFileSync(output, 'mine');
    await expect(runDump(db, { output, force: false }, capture())).rejects.toThrow('There is already a file');
    expect(readFileSync(output, 'utf8')).toBe('mine');
    const streams = capture();
    await runDump(db, { output, force: true }, streams);
    expect(streams.written()).toContain('0 rows, 0 documents, 0 nodes and 0 edges');
    expect(readFileSync(output, 'utf8')).toMatch(/BEGIN;\nCOMMIT;\n$/);
    const database = join(folder, 'database.db');
    await (await open(database)).close();
    await expect(runDump(db, { output: database, force: true }, capture())).rejects.toThrow('database.db is a database');
    await db.close();
  });
});

describe('A restore that fails', () => {
  const failing = async (script: string): Promise<string> => {
    const db = await open(':memory:');
    await execute(db, 'CREATE TABLE before (a INTEGER); INSERT INTO before VALUES (1)');
    let message = '';
    try {
      await runRestore(db, undefined, capture(script));
    } catch (error) {
      message = String((error as Error).message);
    }
    expect((await ask(db, 'SHOW TABLES')).rows).toEqual([['before', 1n, 1n]]);
    expect((await ask(db, 'MATCH (n) RETURN count(*)')).rows).toEqual([[0n]]);
    await execute(db, 'BEGIN; ROLLBACK');
    await db.close();
    return message;
  };
  const good = 'CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1); RESTORE NODES (1:N {a: 1}), (2)';

  test('leaves nothing of the script.', async () => {
    expect(await failing(`BEGIN; ${good}; INSERT INTO nowhere VALUES (1); COMMIT;`)).toContain('nowhere');
    expect(await failing(`BEGIN; ${good}; CREATE TABLE before (b TEXT); COMMIT;`)).toContain('before');
    expect(await failing(`BEGIN; ${good}; RESTORE EDGES (1)-[1:E]->(3); COMMIT;`)).toContain('two nodes');
    expect(await failing(`BEGIN; ${good}; RESTORE NODES (2)`)).toContain('already');
  });
  test('is told of a script that was cut short.', async () => {
    expect(await failing(`BEGIN; ${good};`)).toContain('ends early');
    expect(await failing('BEGIN;')).toContain('ends early');
    expect(await failing(' -- nothing')).toContain('empty');
  });
  test('is told of transactions inside the script.', async () => {
    expect(await failing(`BEGIN; ${good}; COMMIT; BEGIN; COMMIT;`)).toContain('goes on behind its COMMIT');
    expect(await failing(`${good}; ROLLBACK; ${good};`)).toContain('ROLLBACK cannot stand inside');
  });
});

// ------------------------------------------------------------------------------------------------ random values

const temporals = [
  new Temporal('date', '2020-01-31'),
  new Temporal('date', '-0044-03-15'),
  new Temporal('date', '+12020-01-01'),
  new Temporal('time', '12:30:00.000000001+05:30'),
  new Temporal('localtime', '23:59:59.999'),
  new Temporal('datetime', '2020-07-31T12:30:00+02:00[Europe/Stockholm]'),
  new Temporal('datetime', '1999-12-31T23:59:60Z'.replace(':60', ':59')),
  new Temporal('localdatetime', '0001-01-01T00:00:00'),
  new Temporal('duration', 'P1Y-2M10DT2H30M0.5S'),
];
const integers = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, 2n ** 53n + 1n, -(2n ** 63n)));
const floats = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1, 1e300, 5e-324));
const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom("it's", 'a;b', '-- x', '/* x', '\\', '\\n', '"', '`', '\n\r\t\u0000\u001b\u2028', '{', '}', '$a', "''", '😀'),
);
const bytes = fc.uint8Array({ maxLength: 12 });
const keys = fc.oneof(texts, fc.constantFrom('$ref', '$date', '$$x', 'a b', 'select', 'constructor', 'id'));
const { any } = fc.letrec<{ any: ClientValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    integers,
    floats,
    texts,
    bytes,
    fc.constantFrom(...temporals),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(keys, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 6 });
const row = fc.record({
  i: maybe(integers),
  f: maybe(floats.filter((n) => !Number.isNaN(n))),
  s: maybe(texts),
  y: maybe(bytes),
  b: maybe(fc.boolean()),
  n: maybe(fc.oneof(integers, fc.double({ noNaN: true }))),
  d: maybe(fc.constantFrom(...temporals.filter((t) => t.kind === 'date'))),
  dt: maybe(fc.constantFrom(...temporals.filter((t) => t.kind === 'datetime'))),
  any,
  object: fc.dictionary(keys, any, { maxKeys: 4, noNullPrototype: true }),
});
