// Imports into tables, collections and the graph, on a real database.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseImportWords } from '../../clients/terminal/arguments.ts';
import { TerminalError } from '../../clients/terminal/error-text.ts';
import { execute } from '../../clients/terminal/execute.ts';
import { runImport } from '../../clients/terminal/import/import.ts';
import { bench, capture, rowsOf } from './captured.ts';

let at: Awaited<ReturnType<typeof bench>>;
beforeEach(async () => {
  at = await bench();
});
afterEach(() => at.end());

/** Runs an import with these words and gives back what it said. */
async function load(...words: string[]): Promise<{ said: string; complained: string }> {
  const streams = capture();
  await runImport(at.client, parseImportWords(words), streams);
  return { said: streams.written(), complained: streams.failures() };
}

/** The message of the failure that an import ends with. */
async function refusal(...words: string[]): Promise<string> {
  try {
    await load(...words);
  } catch (error) {
    if (error instanceof TerminalError) return `${error.message} ${error.hint ?? ''}`.trim();
    throw error;
  }
  return 'it was loaded';
}

describe('a table from CSV', () => {
  test('is made with types found out, and an empty field is a null.', async () => {
    const file = at.file('people.csv', 'id;name;share;active;born;code\n1;Ada;1;true;1815-12-10;007\n2;;0.5;false;;"8"\n');
    const { said } = await load(file, '--into', 'people', '--key', 'id');
    expect(said).toMatch(/^people\.csv: 2 rows into people \([\d.]+ m?s\)\n$/);
    expect(await rowsOf(at.client, 'SELECT * FROM people ORDER BY id')).toEqual([
      "1 'Ada' 1.0 true 1815-12-10 '007'",
      "2 NULL 0.5 false NULL '8'",
    ]);
    expect(await rowsOf(at.client, "SELECT born < date('1900-01-01') FROM people WHERE id = 1")).toEqual(['true']);
  });
  test('that exists keeps its types; columns are found by name.', async () => {
    await execute(at.client, 'CREATE TABLE t (a TEXT, b FLOAT, c INTEGER)');
    await load(at.file('t.csv', 'C,A\n1,2\n'), '--into', 't');
    expect(await rowsOf(at.client, 'SELECT * FROM t')).toEqual(["'2' NULL 1"]);
    expect(await refusal(at.file('u.csv', 'a,bb\n1,2\n'), '--into', 't')).toBe(
      `${at.folder}/u.csv: the table "t" has no column "bb" that takes values. Its columns: a, b, c. Use --no-header if the first line is data.`,
    );
  });
  test('A bad row stops everything and tells its line; nothing of the file stays.', async () => {
    await execute(at.client, 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)');
    const file = at.file('t.csv', 'id,n\n1,10\n2,20\n3,x\n4,40\n');
    expect(await refusal(file, '--into', 't')).toContain('t.csv, line 4: "x" in column "n" is no integer.');
    expect(await rowsOf(at.client, 'SELECT count(*) FROM t')).toEqual(['0']);
  });
  test('A table made for a file goes with it.', async () => {
    const file = at.file('new.csv', 'id,n\n1,10\n1,20\n');
    expect(await refusal(file, '--into', 'new', '--key', 'id')).toContain('new.csv, line 3: ');
    expect(await rowsOf(at.client, 'SHOW TABLES')).toEqual([]);
  });
  test('Under skip, bad rows are told and counted, whoever refuses them.', async () => {
    await execute(at.client, 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)');
    const file = at.file('t.csv', 'id,n\n1,10\n2,\n1,30\n4,x\n5,50,6\n6,60\n');
    const { said, complained } = await load(file, '--into', 't', '--on-error', 'skip');
    expect(said).toContain('2 rows into t, 4 bad rows skipped');
    for (const line of ['line 3', 'line 4', 'line 5', 'line 6']) expect(complained).toContain(line);
    expect(await rowsOf(at.client, 'SELECT id, n FROM t ORDER BY id')).toEqual(['1 10', '6 60']);
  });
  test('A row the database refuses is found among many.', async () => {
    await execute(at.client, 'CREATE TABLE t (id INTEGER PRIMARY KEY)');
    const ids = Array.from({ length: 2500 }, (_, i) => (i === 1777 ? 5 : i));
    expect(await refusal(at.file('t.csv', `id\n${ids.join('\n')}\n`), '--into', 't')).toContain('t.csv, line 1779: ');
    expect(await rowsOf(at.client, 'SELECT count(*) FROM t')).toEqual(['0']);
  });
  test('With --batch what was committed before a bad row stays.', async () => {
    await execute(at.client, 'CREATE TABLE t (id INTEGER)');
    expect(await refusal(at.file('t.csv', 'id\n1\n2\n3\nx\n'), '--into', 't', '--batch', '2', '--types', 'id=integer')).toContain(
      'Batches committed before it stay.',
    );
    expect(await rowsOf(at.client, 'SELECT id FROM t ORDER BY id')).toEqual(['1', '2']);
  });
  test('Without a header the columns are c1, c2; quoted names work.', async () => {
    await load(at.file('t.csv', '1|a\n2|b\n'), '--into', 'order', '--no-header');
    expect(await rowsOf(at.client, 'SELECT c2, c1 FROM `order` ORDER BY c1')).toEqual(["'a' 1", "'b' 2"]);
  });
});

describe('JSON', () => {
  test('into a collection keeps 1 and 1.0 apart, big integers and nested values.', async () => {
    const file = at.file('a.json', '[{"a": 1, "n": {"b": [1.0, null]}}, {"a": 1.0}, {"a": 9007199254740993}]');
    const { said } = await load(file, '--into', 'docs');
    expect(said).toContain('3 documents into docs');
    expect(await rowsOf(at.client, 'SELECT d.a FROM docs AS d')).toEqual(['1', '1.0', '9007199254740993']);
    expect(await rowsOf(at.client, 'SELECT d.n.b FROM docs AS d WHERE d.n IS NOT MISSING')).toEqual(['[1.0, NULL]']);
  });
  test('Lines into a collection: a bad line is told by its number.', async () => {
    const file = at.file('a.jsonl', '{"a":1}\n[1]\n{"a":2}\n{oops}\n');
    expect(await refusal(file, '--into', 'docs')).toContain('a.jsonl, line 2: This is no object.');
    expect((await load(file, '--into', 'docs', '--on-error', 'skip')).said).toContain('2 documents into docs, 2 bad rows skipped');
  });
  test('into a table: nested values become JSON columns.', async () => {
    const file = at.file('a.jsonl', '{"id":1,"tags":["x"]}\n{"id":2,"share":0.5}\n');
    await load(file, '--into', 't', '--table', '--key', 'id');
    expect(await rowsOf(at.client, 'SELECT id, tags[0], share FROM t ORDER BY id')).toEqual(["1 'x' NULL", '2 NULL 0.5']);
  });
  test('as nodes with a label.', async () => {
    await load(at.file('a.jsonl', '{"name":"Ada","n":1}\n{"name":"Bob","n":null}\n'), '--label', 'Person');
    expect(await rowsOf(at.client, 'MATCH (p:Person) RETURN p ORDER BY p.name')).toEqual([
      "(:Person {name: 'Ada', n: 1})",
      "(:Person {name: 'Bob'})",
    ]);
  });
});

describe('CSV with roles in the header', () => {
  const nodes = 'id:ID(Person)|name:string|tags:string[]\n1|Ada|x;y\n2|Bob|\n';
  test('A folder becomes a graph, nodes first.', async () => {
    at.file('Person.csv', nodes);
    at.file('City.csv', 'id:ID(City)\n1\n');
    at.file('A_bornIn_City.csv', ':START_ID(Person)|:END_ID(City)|since:int\n1|1|1815\n2|1|\n');
    const { said } = await load(at.folder, '--graph');
    expect(said).toContain('3 files, 5 records');
    expect(await rowsOf(at.client, 'MATCH (p:Person)-[e:bornIn]->(c:City) RETURN p.name, p.tags, e.since, c.id ORDER BY p.name')).toEqual([
      "'Ada' ['x', 'y'] 1815 1",
      "'Bob' NULL NULL 1",
    ]);
  });
  test('An edge whose end is unknown is a bad row.', async () => {
    at.file('Person.csv', nodes);
    const edges = at.file('Person_knows_Person.csv', ':START_ID(Person),:END_ID(Person)\n1,2\n1,99\n7,2\n2,1\n');
    expect(await refusal(at.folder, '--graph')).toContain(`line 3: There is no node for this edge's end 99.`);
    expect(await rowsOf(at.client, 'MATCH (:Person)-[e]->() RETURN count(*)')).toEqual(['0']);
    const { said, complained } = await load(edges, '--on-error', 'skip', '--edge-type-case', 'upper-snake');
    expect(said).toContain('2 edges, 2 bad rows skipped');
    expect(complained).toContain("line 4: There is no node for this edge's start 7.");
    expect(await rowsOf(at.client, 'MATCH (:Person)-[:KNOWS]->() RETURN count(*)')).toEqual(['2']);
  });

  test('A graph of a name is made, and the session goes back to the one before.', async () => {
    at.file('Person.csv', nodes);
    at.file('Person_knows_Person.csv', ':START_ID(Person),:END_ID(Person)\n1,2\n');
    await load(at.folder, '--graph');
    const { said } = await load(at.folder, '--use', 'social');
    expect(said).toContain('Person.csv: 2 nodes');
    expect(await rowsOf(at.client, 'USE social MATCH (a)-[:knows]->(b) RETURN a.name, b.name')).toEqual(["'Ada' 'Bob'"]);
    expect(await rowsOf(at.client, 'SHOW GRAPHS')).toEqual(["'main' 2 1 1 true", "'social' 2 1 1 false"]);
    expect(await rowsOf(at.client, 'USE social SHOW INDEXES')).toEqual(["'Person_id_idx2' ':Person' 'id' false"]);
  });
  test('Labels and types may stand in columns, and ids in one space for all files.', async () => {
    const people = at.file('nodes.csv', ':ID,name,:LABEL\na,Ada,Person;Author\nb,Boise,Place\n');
    const edges = at.file('edges.csv', ':START_ID,:END_ID,:TYPE\na,b,BORN_IN\nb,b,\n');
    await load(people, edges);
    expect(await rowsOf(at.client, 'MATCH (p:Author)-[e]->(c:Place) RETURN p.id, type(e), c.name')).toEqual(["'a' 'BORN_IN' 'Boise'"]);
    expect(await rowsOf(at.client, 'MATCH (c:Place)-[e]->(c) RETURN type(e)')).toEqual(["'edges'"]);
  });
});

describe('a folder of plain CSV', () => {
  test('Each file becomes a table of its name.', async () => {
    at.file('a.csv', 'x\n1\n');
    at.file('b.csv', 'y\n2\n');
    expect(await refusal(at.folder, '--into', 't')).toContain('--tables');
    await load(at.folder, '--tables');
    expect(await rowsOf(at.client, 'SELECT a.x, b.y FROM a, b')).toEqual(['1 2']);
  });
  test('With a schema, foreign keys decide the order, and rows of one file may refer to later ones.', async () => {
    at.file('apple.csv', 'id,tree\n1,1\n');
    at.file('tree.csv', 'id,parent\n1,2\n2,3\n3,\n');
    const schema = at.file(
      'schema.trefoil',
      'CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id));\nCREATE TABLE apple (id INTEGER, tree INTEGER REFERENCES tree (id));',
    );
    const { said } = await load(at.folder, '--schema', schema);
    expect(said.split('\n').map((line) => line.replace(/ \(.*/, ''))).toEqual([
      'tree.csv: 3 rows into tree',
      'apple.csv: 1 row into apple',
      expect.stringContaining('2 files, 4 records'),
      '',
    ]);
    expect(await rowsOf(at.client, 'SELECT id, parent FROM tree ORDER BY id')).toEqual(['1 2', '2 3', '3 NULL']);
  });
});
