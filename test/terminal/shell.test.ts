// The shell with a scripted standard input, and statements run without a person, on a real database.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../../clients/terminal/arguments.ts';
import type { OutputMode } from '../../clients/terminal/output/mode.ts';
import { run } from '../../clients/terminal/run.ts';
import { runShell } from '../../clients/terminal/shell.ts';
import { sampleOf } from '../../clients/terminal/schema.ts';
import { commandNames } from '../../clients/terminal/shell-commands.ts';
import { bench, type Captured, capture } from './captured.ts';

let at: Awaited<ReturnType<typeof bench>>;
beforeEach(async () => {
  at = await bench();
});
afterEach(() => at.end());

/** Types lines into the shell. */
async function type(...lines: string[]): Promise<Captured & { code: number }> {
  const streams = capture(`${lines.join('\n')}\n`);
  const code = await runShell(at.client, { streams, mode: 'table', target: ':memory:' });
  return { ...streams, code };
}

async function runAll(
  sources: readonly Source[],
  mode: OutputMode = 'jsonl',
  input = '',
  parameters = new Map<string, unknown>(),
): Promise<Captured & { code: number }> {
  const streams = capture(input);
  const code = await run(at.client, { sources, mode, parameters }, streams);
  return { ...streams, code };
}

describe('the shell', () => {
  test('A comparison shows what a person asks first, and .mode line all of it.', async () => {
    const form = '{ RELATIONAL SELECT 1 AS x; GRAPH RETURN 1 AS x; }';
    const { written, failures } = await type(`COMPARE ${form};`, '.mode line', `COMPARE ${form};`);
    expect(failures()).toBe('');
    const [table = '', lines = ''] = written().split('2 rows');
    expect(table).toMatch(/│ model +│ verdict +│ reason +│ answer +│ rows │ medianMs │/);
    expect(table).toContain('Mode line shows');
    expect(lines).toContain('nesting = 0');
  });
  test('Statements may span lines; rows and changes are counted.', async () => {
    const { written, failures, code } = await type(
      '.timer off',
      'CREATE TABLE t (a INTEGER, b FLOAT);',
      'INSERT INTO t',
      'VALUES (1, 1.0),',
      '(2, NULL); SELECT *',
      'FROM t;',
    );
    expect(failures()).toBe('');
    expect(written()).toBe(
      [
        'Done',
        '2 rows inserted',
        '┌───┬──────┐',
        '│ a │    b │',
        '├───┼──────┤',
        '│ 1 │  1.0 │',
        '│ 2 │ NULL │',
        '└───┴──────┘',
        '2 rows',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });
  test('A failure shows its place and the shell goes on.', async () => {
    const { written, failures, code } = await type('.mode jsonl', 'SELECT 1 AS a', 'FROM nowhere;', 'SELECT 2 AS a;');
    expect(failures()).toMatch(/^bind\/[a-z-]+: .*nowhere.*\n {2}2 \| FROM nowhere\n {4}\| {6}\^{7}\n/);
    expect(written()).toBe('{"a":2}\n');
    expect(code).toBe(1);
  });
  test('An unknown command names the nearest one.', async () => {
    expect((await type('.tabels')).failures()).toBe('error: There is no command ".tabels".\nDid you mean ".tables"?\n');
  });
  test('.tables lists all models, .schema describes, .mode and .quit do as they say.', async () => {
    const { written } = await type(
      '.tables',
      'CREATE TABLE t (a INTEGER);',
      'CREATE COLLECTION c;',
      'CREATE (:Person)-[:KNOWS]->(:Person);',
      '.tables',
      '.tables PERS',
      '.tables pears',
      '.mode',
      '.mode csv',
      '.schema t',
      '.quit',
      'SELECT 1;',
    );
    expect(written()).toContain('The database is empty.');
    expect(written()).toContain(
      'tables       t\ncollections  c\nlabels       Person\nedge types   KNOWS\nlabels       Person\nNothing has "pears" in its name.\ntable\n',
    );
    expect(written()).toMatch(/\r\na,integer,INTEGER/);
    expect(written()).not.toContain('│ 1 │');
  });
  test('.open goes over to another file, unless a transaction is open; what cannot be opened leaves all as it is.', async () => {
    const other = join(at.folder, 'other.db');
    const { written, failures } = await type(
      '.mode csv',
      'CREATE TABLE here (a INTEGER);',
      'BEGIN;',
      `.open ${other}`,
      'COMMIT;',
      `.open ${join(at.folder, 'none', 'x.db')}`,
      'SELECT 1 AS one FROM here;',
      `.open "${other}"`,
      'CREATE TABLE there (a INTEGER);',
      'SELECT 2 AS two FROM here;',
      'SELECT count(*) AS n FROM there;',
      '.open',
    );
    expect(written()).toBe(`one\r\nNow on ${other}.\nn\r\n0\r\n`);
    expect(failures()).toMatch(
      /^error: A transaction is open here\.\n.*\nstorage\/cannot-open: .*\n(.*\n)?bind\/unknown-table: .*"here"\.\n[^]*Which database\? \.open FILE\|URL\n$/,
    );
  });
  test('.read runs a script and tells where it fails; .import loads.', async () => {
    const script = at.file('a.trefoil', 'CREATE TABLE t (a INTEGER);\n\nSELECT * FROM nowhere;\n');
    const csv = at.file('t.csv', 'a\n1\n2\n');
    const { written, failures } = await type(`.read ${script}`, `.import "${csv}" --into t`, '.mode jsonl', 'SELECT sum(a) AS s FROM t');
    expect(failures()).toContain(`  in ${script}\n  3 | SELECT * FROM nowhere\n`);
    expect(written()).toContain('t.csv: 2 rows into t');
    expect(written()).toContain('{"s":3}');
  });
  test('A failing command shows the statement that it made.', async () => {
    expect((await type('.schema nowhere')).failures()).toContain('  1 | DESCRIBE nowhere\n');
  });
  test('_ is the last result, with types, in any mode, and an error in it keeps its place.', async () => {
    const { written, failures } = await type(
      '.mode jsonl',
      "SELECT 1 AS a, 'x' AS `b c`, date('2020-01-31') AS d;",
      "SELECT a, `b c`, d FROM _ WHERE d > date('2020-01-01');",
      'SELECT y.a FROM _ AS y, _ AS z;',
      'SELECT x FROM (SELECT 1 AS _) AS t, _ t2 WHERE  nope = 1;',
      '.last',
    );
    expect(written().split('\n').slice(0, 3)).toEqual([
      '{"a":1,"b c":"x","d":"2020-01-31"}',
      '{"a":1,"b c":"x","d":"2020-01-31"}',
      '{"a":1}',
    ]);
    expect(failures()).toMatch(/\n {2}1 \| SELECT x FROM .*WHERE {2}nope = 1\n {4}\| {8}\^\n|\n {4}\| {49}\^{4}\n/);
    expect((await type('SELECT 1 AS a FROM _;')).failures()).toBe('error: There is no last result yet.\n');
  });
  test('Nodes of the last result are objects, and a result that was too long to keep is refused.', async () => {
    await type("CREATE (:P {name: 'Ada'});");
    const { written } = await type('.mode jsonl', 'MATCH (n:P) RETURN n;', 'SELECT n.name, n._labels AS l FROM _;');
    expect(written()).toContain('{"name":"Ada","l":["P"]}');
    const { failures } = await type('.mode jsonl', 'UNWIND range(1, 10001) AS x RETURN x;', 'SELECT count(*) AS n FROM _;');
    expect(failures()).toContain('Only the first 10,000 rows of the last result are kept.');
  });
  test('Parameters are set to the value of an expression, listed, and cleared.', async () => {
    const { written, failures } = await type(
      '.mode jsonl',
      '.param',
      '.param set low 1 + 1',
      ".param set name 'Ada;'",
      '.param set twice $low * 2',
      '.param list',
      'SELECT $low AS a, $name AS b, $twice AS c;',
      '.param clear low',
      'SELECT $low;',
      '.param set bad nope',
      '.param set bad 1 +',
      '.param set bad',
      '.param clear',
      '.param frob',
    );
    expect(written()).toContain("$low = 2\n$name = 'Ada;'\n$twice = 4\n");
    expect(written()).toContain('{"a":2,"b":"Ada;","c":4}');
    expect(failures()).toContain('bind/unknown-parameter');
    expect(failures()).toContain('bind/unknown-name: There is no column or alias "nope" here.\n  1 | nope\n    | ^^^^\n');
    expect(failures()).toContain('Expected an expression, found the end of the value.\n  1 | 1 +\n    |    ^\n');
    expect(failures()).toContain('Which value? .param set bad VALUE');
    expect(failures()).toContain('.param knows set, list and clear, not "frob".');
  });
  test('Results go to files: the next one, all, and exports by the ending of the name.', async () => {
    const file = (name: string): string => join(at.folder, name);
    const { written, failures } = await type(
      'CREATE TABLE t (a INTEGER, b TEXT);',
      "INSERT INTO t VALUES (1, 'x'), (2, 'y');",
      `.once ${file('once.txt')}`,
      'SELECT a FROM t;',
      'SELECT b FROM t;',
      `.export ${file('last.csv')}`,
      `.export ${file('all.jsonl')} t`,
      `.export "${file('two words.md')}" SELECT a FROM t WHERE a > 1;`,
      '.mode csv',
      `.output ${file('out.csv')}`,
      'SELECT a FROM t;',
      'SELECT b FROM t;',
      '.output',
      `.export ${file('a.xyz')}`,
      '.mode jsonl',
      `.once |cat > ${file('once.pipe')}`,
      'SELECT nope FROM t;',
      `.once |cat > ${file('once.pipe')}`,
      'SELECT a FROM t;',
      `.output | sort -r > ${file('out.pipe')}`,
      'SELECT a FROM t;',
      'SELECT 3 AS a;',
      '.output',
      '.once |exit 7',
      'SELECT a FROM t;',
      '.once |',
      `.once ${file('none/x')}`,
      '.read /',
    );
    const text = (name: string): string => readFileSync(file(name), 'utf8');
    expect(text('once.txt')).toBe('┌───┐\n│ a │\n├───┤\n│ 1 │\n│ 2 │\n└───┘\n');
    expect(text('last.csv')).toBe('b\r\nx\r\ny\r\n');
    expect(text('all.jsonl')).toBe('{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n');
    expect(text('two words.md')).toBe('|    a |\n| ---: |\n|    2 |\n');
    expect(text('out.csv')).toBe('a\r\n1\r\n2\r\nb\r\nx\r\ny\r\n');
    expect(written()).toContain(`2 rows to ${file('once.txt')}`);
    expect(failures()).toContain('does not say how to write it');
    expect(text('once.pipe')).toBe('{"a":1}\n{"a":2}\n');
    expect(text('out.pipe')).toBe('{"a":3}\n{"a":2}\n{"a":1}\n');
    expect(failures()).toContain('error: The command "exit 7" ended with 7.\n');
    expect(failures()).toMatch(/Which command\?[^]*There is no folder .*none\.\n[^]*folder, not a file\.\n$/);
  });
  test('.schema shows the paths of documents with types and counts, labels with properties, and what edges join.', async () => {
    const { written, failures } = await type(
      'CREATE COLLECTION orders;',
      "INSERT INTO orders {id: 1, lines: [{sku: 'pen'}, {sku: 'ink'}]}, {id: '2', note: null};",
      "CREATE (:P {name: 'Ada'})-[:KNOWS]->(:P)-[:OWNS]->(:`a b`);",
      'CREATE COLLECTION large; INSERT INTO large SELECT {i: i} AS d FROM generate_series(1, 5001) AS i;',
      '.mode csv',
      '.schema',
      '.schema :P',
      '.schema :KNOWS',
      '.schema :Nope',
      '.schema :KNWOS',
    );
    expect(failures()).toBe(
      'error: No node has the label "Nope", and no edge the type.\n.tables lists labels and edge types.\n' +
        'error: No node has the label "KNWOS", and no edge the type.\nDid you mean :KNOWS?\n',
    );
    const lines = written().replaceAll('\r', '').split('\n');
    expect(lines).toContain('orders,id,"integer, text",2');
    expect(lines).toContain('orders,lines[].sku,text,1');
    expect(lines).toContain('orders,note,null,1');
    expect(lines).toContain('large,"","(about; the first 5,000 looked at)",5001');
    expect(lines).toContain('large,i,integer,5000');
    expect([1, 20, 300, 5000].map(sampleOf)).toEqual([5000, 5000, 333, 100]);
    expect(lines).toContain(':P,"","",2');
    expect(lines).toContain(':P,name,text,1');
    expect(lines).toContain('(:P)-[:OWNS]->(:`a b`),1');
    expect(lines.filter((line) => line === '(:P)-[:KNOWS]->(:P),1')).toHaveLength(3);
  });
  test('.running and .kill are statements for a server.', async () => {
    const { failures } = await type('.running', '.kill 7', '.kill session 3', '.kill', '.kill 1;2');
    expect(failures()).toContain('  1 | SHOW RUNNING\n');
    expect(failures()).toContain('  1 | KILL 7\n');
    expect(failures()).toContain('  1 | KILL SESSION 3\n');
    expect(failures().match(/Which one\? \.kill ID/g)).toHaveLength(2);
  });
  test('.help lists every command, and tells of one.', async () => {
    const help = (await type('.help')).written();
    for (const name of commandNames) expect(help).toContain(`  ${name}`);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await type('.help pager')).written()).toContain('TREFOIL_PAGER');
    expect((await type('.help keys')).written()).toContain('Ctrl-R');
    expect((await type('.para', '.x')).failures()).toBe(
      'error: There is no command ".para".\nDid you mean ".param"?\nerror: There is no command ".x".\n.help lists the commands.\n',
    );
  });
  test('A notice is told.', async () => {
    await type('CREATE (:Person);');
    const { failures } = await type('MATCH (n:Persn) RETURN n;');
    expect(failures()).toMatch(/^notice: .*Persn/);
  });
});

describe('statements without a person', () => {
  test('Text, files and standard input, in order, until the first failure.', async () => {
    const file = at.file('a.trefoil', 'SELECT 2 AS a;\nSELECT oops;\nSELECT 3 AS a;\n');
    const { written, failures, code } = await runAll([
      { kind: 'text', text: 'SELECT 1 AS a; SELECT 11 AS a' },
      { kind: 'file', file },
      { kind: 'text', text: 'SELECT 4 AS a' },
    ]);
    expect(written()).toBe('{"a":1}\n{"a":11}\n{"a":2}\n');
    expect(failures()).toContain(`  in ${file}\n  2 | SELECT oops\n`);
    expect(code).toBe(1);
    expect((await runAll([], 'csv', "SELECT 'x' AS a;\nSELECT 5 AS b")).written()).toBe('a\r\nx\r\nb\r\n5\r\n');
  });
  test('Parameters reach the statements with their types.', async () => {
    const { written } = await runAll(
      [{ kind: 'text', text: 'SELECT $a AS a, $b AS b' }],
      'json',
      '',
      new Map<string, unknown>([
        ['a', 1n],
        ['b', 1],
      ]),
    );
    expect(written()).toBe('[\n  {"a":1,"b":1.0}\n]\n');
  });
  test('A long result passes through whole.', async () => {
    const { written } = await runAll([{ kind: 'text', text: 'UNWIND range(1, 1234) AS n RETURN n' }]);
    expect(written().split('\n')).toHaveLength(1235);
  });
  test('A command of the shell among statements says where it can stand.', async () => {
    const { failures, code } = await runAll([], 'jsonl', '.tables\n');
    expect(failures()).toMatch(/^error: \.tables is a command of the shell\.\n.*trefoil shell/);
    expect(code).toBe(1);
  });
  test('A file that is not there is a failure with a sentence.', async () => {
    const { failures, code } = await runAll([{ kind: 'file', file: 'no-such-file' }]);
    expect(failures()).toBe('error: There is no file no-such-file.\n');
    expect(code).toBe(1);
  });
});
