// `trefoil export`: each source in the forms that files have, and what an import makes of them again.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseArguments } from '../../clients/terminal/arguments.ts';
import { execute } from '../../clients/terminal/execute.ts';
import { runExport } from '../../clients/terminal/export/run-export.ts';
import { runImport } from '../../clients/terminal/import/import.ts';
import { bench, capture, type Captured, rowsOf } from './captured.ts';

let at: Awaited<ReturnType<typeof bench>>;
beforeAll(async () => {
  at = await bench();
  await execute(
    at.client,
    `CREATE TABLE t (a INTEGER, b TEXT, d DATE); INSERT INTO t VALUES (1, 'x;y', '2020-01-31'), (2, NULL, NULL);
     CREATE COLLECTION c; INSERT INTO c {id: 1, tags: ['a']}, {id: 2, other: null};
     CREATE (:P {name: 'Ada'}), (:P {name: 'Bo', \`two words\`: 1.0}), (:\`a b\` {x: 1});
     CREATE GRAPH g; USE g CREATE (:Q {y: 1})`,
  );
});
afterAll(() => at.end());

const file = (name: string): string => join(at.folder, name);

/** Runs the command's words after `trefoil export`; `FILE` is a file in the folder. */
async function exported(name: string, ...words: string[]): Promise<Captured & { text: string }> {
  const streams = capture();
  const path = name === '-' ? '-' : file(name);
  const invocation = await parseArguments(['export', path, ...words], { version: '0', interactive: false });
  if (invocation.kind !== 'export') throw new Error(invocation.kind === 'usage' ? invocation.message : invocation.kind);
  await runExport(at.client, invocation.request, streams);
  return { ...streams, text: name === '-' ? streams.written() : readFileSync(path, 'utf8') };
}

test('A table, documents and nodes are written as the ending says: documents and nodes whole, or a column for each field.', async () => {
  const table = await exported('t.csv', '--from', 't');
  expect(table.text).toBe('a,b,d\r\n1,x;y,2020-01-31\r\n2,,\r\n');
  expect(table.written()).toMatch(/t\.csv: 2 rows \([\d.]+ m?s\)\n$/);
  expect((await exported('c.jsonl', '--from', 'C')).text).toBe('{"id":1,"tags":["a"]}\n{"id":2,"other":null}\n');
  expect((await exported('c.csv', '--from', 'c')).text).toBe('id,tags,other\r\n1,"[""a""]",\r\n2,,\r\n');
  expect((await exported('p.json', '--label', 'P')).text).toBe('[\n  {"name":"Ada"},\n  {"name":"Bo","two words":1.0}\n]\n');
  expect((await exported('p.csv', '--label', 'P')).text).toBe('name,two words\r\nAda,\r\nBo,1.0\r\n');
  expect((await exported('p.dot', '--label', 'a b')).text).toContain('digraph');
  expect((await exported('q.md', '--query', 'SELECT a FROM t WHERE a > 1')).text).toBe('|    a |\n| ---: |\n|    2 |\n');
  expect((await exported('q.jsonl', '--label', 'Q', '--use', 'g')).text).toBe('{"y":1}\n');
  await execute(at.client, 'SESSION RESET GRAPH');
});

test('The form, the delimiter and the header may be said; - is standard output and gets nothing else.', async () => {
  expect((await exported('t.tsv', '--from', 't', '--no-header')).text).toBe('1\tx;y\t2020-01-31\r\n2\t\t\r\n');
  expect((await exported('t.txt', '--from', 't', '--format', 'csv', '--delimiter', 'semicolon')).text).toContain('1;"x;y";2020');
  expect((await exported('-', '--from', 't', '--format', 'jsonl')).text).toBe(
    '{"a":1,"b":"x;y","d":"2020-01-31"}\n{"a":2,"b":null,"d":null}\n',
  );
  await expect(exported('-', '--from', 't')).rejects.toThrow(/--format|no ending/);
});

test('What was exported comes back as it was.', async () => {
  for (const [name, from, into] of [
    ['back.jsonl', ['--from', 'c'], ['--into', 'c2']],
    ['back2.jsonl', ['--label', 'P'], ['--label', 'P2']],
    ['back.csv', ['--from', 't'], ['--into', 't2', '--types', 'b=text']],
  ] as const) {
    await exported(name, ...from);
    const invocation = await parseArguments(['import', file(name), ...into], { version: '0', interactive: false });
    if (invocation.kind !== 'import') throw new Error('no import');
    await runImport(at.client, invocation.request, capture());
  }
  expect(await rowsOf(at.client, 'SELECT o FROM c2 AS o')).toEqual(await rowsOf(at.client, 'SELECT o FROM c AS o'));
  expect(await rowsOf(at.client, 'SELECT * FROM t2')).toEqual(await rowsOf(at.client, 'SELECT * FROM t'));
  expect(await rowsOf(at.client, 'MATCH (n:P2) RETURN properties(n)')).toEqual(await rowsOf(at.client, 'MATCH (n:P) RETURN properties(n)'));
});

test('A file that is there stays, unless --force says otherwise, and also when the export fails.', async () => {
  writeFileSync(file('old.csv'), 'old');
  await expect(exported('old.csv', '--from', 't')).rejects.toThrow(/already a file/);
  await expect(exported('old.csv', '--force', '--query', 'SELECT nope FROM t')).rejects.toThrow(/nope/);
  await expect(exported('new.csv', '--from', 'nowhere')).rejects.toThrow(/nowhere/);
  await expect(exported('new.csv', '--label', 'Nobody')).rejects.toThrow(/Nobody/);
  expect(readFileSync(file('old.csv'), 'utf8')).toBe('old');
  expect(existsSync(file('new.csv'))).toBe(false);
  expect((await exported('old.csv', '--force', '--query', 'SELECT 1 AS one')).text).toBe('one\r\n1\r\n');
  expect(readdirSync(at.folder).filter((name) => name.includes('partial'))).toEqual([]);
  await expect(exported('t.xyz', '--from', 't')).rejects.toThrow(/does not say how/);
  await expect(exported('t.csv')).rejects.toThrow(/What is to be exported/);
  await expect(exported('t.csv', '--from', 't', '--label', 'P')).rejects.toThrow(/cannot be used with/);
});
