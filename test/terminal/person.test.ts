// The shell with a person in front of it: keys go in, a screen is read.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { destruction } from '../../clients/terminal/destructive.ts';
import { commandNames } from '../../clients/terminal/shell-commands.ts';
import { runShell, type ShellOptions } from '../../clients/terminal/shell.ts';
import { afterFailure, afterStatement, noTransaction, stateMark } from '../../clients/terminal/transaction-state.ts';
import { open } from '../../server/open.ts';
import type { Client } from '../../server/protocol/client.ts';
import { ClientError } from '../../server/protocol/error.ts';
import { plain } from '../../clients/terminal/paint.ts';
import { Waiting, waitingText } from '../../clients/terminal/waiting.ts';
import { capture } from './captured.ts';
import { TestKeyboard, TestScreen } from './screen.ts';

let client: Client;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-person-'));
  const own = { XDG_STATE_HOME: folder, TREFOIL_RC: '', TREFOIL_PAGER: 'builtin', NO_COLOR: '1' };
  for (const [name, value] of Object.entries(own)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  client = await open(':memory:');
});
afterEach(() => client.close());

/** A shell on a screen. `type` waits until the shell asks again and gives the screen, times left out. */
async function shell(options: Partial<ShellOptions> = {}, size: readonly [number, number] = [60, 20]) {
  const input = new TestKeyboard();
  const screen = new TestScreen(...size);
  const ended = runShell(client, {
    streams: { input, output: screen, errors: screen },
    mode: 'table',
    target: 'a test',
    greeting: '',
    ...options,
  });
  const shown = async (wanted: RegExp): Promise<string[]> => {
    for (;;) {
      const lines = await screen.shown();
      if (wanted.test(lines.find((line) => line.includes('█')) ?? ''))
        return lines.map((line) => line.replace(/\([\d.]+ m?s\)/, '(_)').replace('█', ''));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const type = async (text: string, wanted = /^trefoil\S*( \(not connected\))?> █/): Promise<string[]> => {
    // The text is on the screen first, so that the prompt that is waited for is the next one.
    input.write(text);
    await screen.shown();
    return shown(wanted);
  };
  await shown(/> █/);
  return { input, screen, type, shown, ended };
}

describe('a person', () => {
  test('sees in the prompt whether a transaction is open.', async () => {
    const { type } = await shell();
    expect((await type('BEGIN;\r')).at(-1)).toBe('trefoil*> ');
    expect((await type('SELECT nope;\r')).at(-1)).toBe('trefoil*> ');
    expect((await type('.rollback\r')).at(-1)).toBe('trefoil> ');
  });
  test('is asked before everything is thrown away.', async () => {
    const { type } = await shell();
    await type('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1);\r');
    expect((await type('DELETE FROM t;\r', /\[y\/N\] █/)).at(-1)).toBe('This deletes all of t. Go on? [y/N] ');
    expect((await type('n')).slice(-2)).toEqual(['Not run.', 'trefoil> ']);
    await type('DELETE FROM t;\r', /\[y\/N\] █/);
    expect((await type('y')).slice(-3)).toEqual(['This deletes all of t. Yes.', '1 row deleted (_)', 'trefoil> ']);
    expect((await type('.confirm off\r')).at(-1)).toBe('trefoil> ');
    expect((await type('DROP TABLE t;\r')).slice(-2)).toEqual(['Done (_)', 'trefoil> ']);
  });
  test('reads a tall result a screen at a time, and may stop.', async () => {
    const { type } = await shell({}, [60, 10]);
    const first = await type('UNWIND range(1, 3000) AS x RETURN x;\r', /stop -- █/);
    expect(first.slice(-2)).toEqual(['│   6 │', '-- Space: a screen, Enter: a line, a: all, q: stop -- ']);
    expect((await type('\r', /stop -- █/)).slice(-2)[0]).toBe('│   7 │');
    expect((await type('q')).slice(-3)).toEqual(['│   7 │', '500 rows read (_)', 'trefoil> ']);
    await type('UNWIND range(1, 20) AS x RETURN x;\r', /stop -- █/);
    expect((await type('a')).slice(-4)).toEqual(['│ 20 │', '└────┘', '20 rows (_)', 'trefoil> ']);
  });
  test('still reads it where the pager is not there.', async () => {
    const { type } = await shell({}, [80, 10]);
    await type('.pager no-such-pager -x\r');
    const lines = await type('UNWIND range(1, 20) AS x RETURN x;\r', /stop -- █/);
    expect(lines.join('\n')).toContain('There is no program "no-such-pager" to page with;');
    expect((await type('a')).slice(-2)).toEqual(['20 rows (_)', 'trefoil> ']);
  });
  test('hears that what stands behind a failure was not run.', async () => {
    const { type } = await shell();
    const lines = await type('\x1b[200~SELECT nope;\rSELECT 2 AS two;\x1b[201~\r');
    expect(lines.slice(-2)).toEqual(['What stands behind it was not run.', 'trefoil> ']);
    expect(lines.join('\n')).not.toContain('│ two │');
    expect((await type('SELECT nope; SELECT 2 AS two;\r')).slice(-2)).toEqual(['What stands behind it was not run.', 'trefoil> ']);
    expect((await type('SELECT 1; SELECT nope;\r')).at(-2)).not.toContain('not run');
  });
  test('keeps statements for the next time, but none with a password.', async () => {
    const { type } = await shell();
    await type('SELECT 1\rAS kept;\r');
    await type("SELECT 'x' AS password;\r");
    await type("CREATE USER ada\r PASSWRD 'password1';\r");
    const history = readFileSync(join(folder, 'trefoil', 'history'), 'utf8');
    expect(history).toContain('SELECT 1\u0001AS kept;\n');
    expect(history).not.toMatch(/passw/i);
  });
  test('reads the list of commands on a narrow terminal too.', async () => {
    for (const width of [40, 79]) {
      const { type } = await shell({}, [width, 90]);
      const lines = await type('.help\r');
      expect(lines.join('\n')).toContain(
        width === 40 ? '  .quit\n      leave (also Ctrl-D)\n' : `  .quit${' '.repeat(25)}leave (also Ctrl-D)\n`,
      );
      expect(lines.filter((line) => line.startsWith('  .'))).toHaveLength(commandNames.length);
    }
  });
  test('reads the names of what there is in whole words.', async () => {
    const { type } = await shell({}, [40, 20]);
    for (const name of ['first', 'second', 'third_one', 'fourth']) await type(`CREATE TABLE ${name} (x INTEGER);\r`);
    expect((await type('.tables\r')).slice(-3)).toEqual(['tables       first  fourth  second', '             third_one', 'trefoil> ']);
  });
  test('watches a statement in one place, until q.', async () => {
    const { input, screen, type } = await shell();
    await type('CREATE TABLE seen (x INTEGER);\r');
    input.write('.watch 100ms INSERT INTO seen VALUES (1);\r');
    const rounds = async (): Promise<number> => Number((await client.query('SELECT count(*) AS n FROM seen').all())[0]?.n);
    await vi.waitFor(async () => expect(await rounds()).toBeGreaterThan(2));
    const lines = await type('q');
    expect(lines[0]).toMatch(/^Every 0\.1 s, \d\d:\d\d:\d\d\. Ctrl-C or q ends it\.$/);
    expect(lines.slice(1)).toEqual(['1 row inserted (_)', 'trefoil> ']);
    expect(screen.cornerClears).toBe(1);
  });
  test('gives a secret that is neither shown nor kept.', async () => {
    const { input, screen, type } = await shell();
    const answer = async (typed: string): Promise<string[]> => {
      input.write('.param set word\r');
      await vi.waitFor(async () => expect((await screen.shown()).at(-1)).toBe('$word, a text that is not shown: █'));
      return type(typed);
    };
    const lines = await answer('hidde n\x7fN\r');
    expect(lines.slice(-2)).toEqual(['$word has a text of 7 characters.', 'trefoil> ']);
    expect(lines.join('\n')).not.toMatch(/hidde/);
    expect((await type('.param\r')).slice(-2)).toEqual(['$word = (not shown)', 'trefoil> ']);
    expect((await type("SELECT $word = 'hidde N' AS same;\r")).at(-4)).toBe('│ true │');
    expect((await answer('other\x03')).slice(-2)).toEqual(['$word is left as it was.', 'trefoil> ']);
    expect((await type("SELECT $word = 'hidde N' AS same;\r")).at(-4)).toBe('│ true │');
    await type("SELECT 'this'; \r");
    await type(".param set apiToken 'hidden too'\r");
    expect((await type('.param\r')).slice(-3)).toEqual(['$word = (not shown)', '$apiToken = (not shown)', 'trefoil> ']);
    const history = readFileSync(join(folder, 'trefoil', 'history'), 'utf8');
    expect(history).toContain("SELECT 'this';\n");
    expect(history).not.toMatch(/hidden/);
  });
  test('has lines of a start file run first; a failure in it ends nothing.', async () => {
    const file = join(folder, 'rc');
    writeFileSync(file, ".timer off\n.nonsense\n.param set a 'from the file'\n");
    process.env.TREFOIL_RC = file;
    try {
      const { screen, type } = await shell();
      expect((await screen.shown()).slice(0, 3)).toEqual([
        'error: There is no command ".nonsense".',
        '.help lists the commands.',
        `  in ${file}`,
      ]);
      expect((await type('SELECT $a AS a;\r')).slice(-4)).toEqual(['│ from the file │', '└───────────────┘', '1 row', 'trefoil> ']);
    } finally {
      process.env.TREFOIL_RC = '';
    }
  });
  test('is told that the server is gone, with the transaction, and when it is back.', async () => {
    const lost = new ClientError({ code: 'protocol/connection-lost', message: 'The connection is gone.', retryable: true });
    let tellClosed: (error: ClientError) => void = () => undefined;
    const closed = new Promise<ClientError>((resolve) => {
      tellClosed = resolve;
    });
    const first: Client & { closed: Promise<ClientError> } = {
      closed,
      query: client.query.bind(client),
      run: client.run.bind(client),
      close: async () => {},
    };
    const inner = client;
    client = first;
    const { input, type, shown } = await shell({ reconnect: async () => inner });
    client = inner;
    await type('BEGIN;\r');
    input.write('SELECT');
    await shown(/SELECT█/);
    tellClosed(lost);
    const gone = await shown(/^trefoil \(not connected\)> SELECT█/);
    expect(gone.join(' ')).toContain('The connection is lost, and the open transaction with it.');
    const back = await type('\x15SELECT 1 AS a;\r', /^trefoil> █$/);
    expect(back.join('\n')).toContain('Connected again, in a new session.');
    expect(back.at(-2)).toBe('1 row (_)');
  });
  test('Hears of a lost connection on a line of its own while a statement runs, and that the sign-in is refused now.', async () => {
    let tellClosed: (error: ClientError) => void = () => undefined;
    let ended: (error: ClientError) => void = () => undefined;
    const closed = new Promise<ClientError>((resolve) => {
      tellClosed = resolve;
    });
    const inner = client;
    const never: Client & { closed: Promise<ClientError> } = {
      closed,
      query: inner.query.bind(inner),
      async *run() {
        yield* [];
        await new Promise((_resolve, reject) => {
          ended = reject;
        });
      },
      close: async () => {},
    };
    client = never;
    const refused = new ClientError({ code: 'auth/failed', message: 'The user or the password is wrong.', retryable: false });
    const { input, screen, type, shown } = await shell({ reconnect: () => Promise.reject(refused) });
    client = inner;
    input.write('SELECT 1;\r');
    await shown(/Ctrl-C stops it\.█/);
    tellClosed(new ClientError({ code: 'protocol/connection-lost', message: 'The connection is gone.', retryable: true }));
    await closed;
    const lines = await screen.shown();
    expect(lines.slice(1, 3)).toEqual([
      'The connection is lost. Nothing is run again by itself; the ',
      'server is asked for every few seconds.',
    ]);
    ended(new ClientError({ code: 'protocol/connection-lost', message: 'The connection is gone.', retryable: true }));
    await shown(/not connected\)> █/);
    expect((await type('SELECT 2;\r')).slice(-2)).toEqual(['auth/failed: The user or the password is wrong.', 'trefoil (not connected)> ']);
  });
  test('Has lines and prompts alone at a terminal that draws nothing.', async () => {
    process.env.TERM = 'dumb';
    try {
      const streams = capture('CREATE TABLE t (a INTEGER);\nDELETE\nFROM t;\ny\n\n.timer off\nSELECT 1 AS a;\n');
      for (const stream of [streams.input, streams.output, streams.errors]) Object.assign(stream, { isTTY: true });
      await runShell(client, { streams, mode: 'table', target: 'a test', greeting: '' });
      expect(streams.written().replace(/\([\d.]+ m?s\)/g, '(_)')).toBe(
        'trefoil> Done (_)\ntrefoil>       -> This deletes all of t. Go on? [y/N] This deletes all of t. Yes.\nDone (_)\ntrefoil> trefoil> trefoil> ' +
          '┌───┐\n│ a │\n├───┤\n│ 1 │\n└───┘\n1 row\ntrefoil> ',
      );
      const input = new TestKeyboard();
      const asked = { ...capture(), input };
      for (const stream of [asked.output, asked.errors]) Object.assign(stream, { isTTY: true });
      const ended = runShell(client, { streams: asked, mode: 'table', target: 'a test', greeting: '' });
      input.write('.param set p\n');
      await vi.waitFor(() => expect(asked.written()).toMatch(/not shown: $/));
      input.write('hiddex\x7fn\r');
      await vi.waitFor(() => expect(asked.written()).toMatch(/characters\.\ntrefoil> $/));
      input.end(".param\nSELECT $p = 'hidden' AS same;\n");
      expect(await ended).toBe(0);
      expect(input.rawModes).toEqual([true, false]);
      expect(asked.written()).toContain('trefoil> $p = (not shown)\n');
      expect(asked.written()).toContain('│ true │');
      expect(asked.written()).not.toContain('hidde');
    } finally {
      delete process.env.TERM;
    }
  });
});

test('Statements that throw away everything are told from those that have a condition.', async () => {
  const sentences = await Promise.all(
    [
      'DELETE FROM t',
      'TRUNCATE t',
      'UPDATE t SET a = 1',
      'DROP TABLE a, b',
      'DROP COLLECTION c',
      'ALTER TABLE t DROP COLUMN a',
      'MATCH (n) DETACH DELETE n',
      'MATCH (n:P) DELETE n',
    ].map(destruction),
  );
  expect(sentences).toEqual([
    'This deletes all of t.',
    'This deletes all of t.',
    'This changes all of t.',
    'This drops a, b with all that is in it.',
    'This drops c with all that is in it.',
    'This drops a column with all its values.',
    'This deletes all nodes and their edges.',
    'This deletes all nodes with the label P.',
  ]);
  const others = await Promise.all(
    [
      'DELETE FROM t WHERE a = 1',
      'UPDATE t SET a = 1 WHERE b',
      "SELECT 'DELETE FROM t'",
      'MATCH (n:P) WHERE n.a = 1 DELETE n',
      'MATCH (n:P {a: 1}) DETACH DELETE n',
      'MATCH (n:P) WITH n LIMIT 1 DELETE n',
      'DELETE FRM t',
      'DROP INDEX i',
    ].map(destruction),
  );
  expect(others).toEqual(others.map(() => undefined));
});

test('A statement that takes its time shows what is known of it.', () => {
  expect([waitingText(1200, 0, { read: 0 }), waitingText(200, 5, { read: 0 })]).toEqual(['1.2 s.', '0.2 s, 5 rows.']);
  expect(waitingText(4000, 0, { read: 400_000 })).toBe('4.0 s, 400,000 rows processed, 100,000/s.');
  expect(waitingText(4000, 0, { read: 400_000, of: 1_000_000 })).toBe('4.0 s ████████░░░░░░░░░░░░ 40%, 100,000 rows/s, 6 s left.');
  expect(waitingText(90_000, 0, { read: 1_999_998, of: 2_000_000 })).toBe('1 min 30 s, all 2,000,000 rows read, finishing.');
  expect(waitingText(90_000, 0, { read: 2_000_001, of: 2_000_000 })).toBe('1 min 30 s, 2,000,001 rows processed, 22,222/s.');
});

test('A statement that runs in the thread of the terminal draws the line by itself.', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    const drawn: string[] = [];
    const write = (text: string): boolean => drawn.push(text) > 0;
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 90, write });
    const waiting = new Waiting(stream, plain);
    for (now of [500, 1000, 1050, 1200]) waiting.reached({ read: now, of: 4000 });
    waiting.stop();
    waiting.reached({ read: 4000, of: 4000 });
    expect(drawn).toEqual([
      '\r\x1b[K⠋ 1.0 s █████░░░░░░░░░░░░░░░ 25%, 1,000 rows/s, 3 s left. Ctrl-C stops it.',
      '\r\x1b[K⠙ 1.2 s ██████░░░░░░░░░░░░░░ 30%, 1,000 rows/s, 3 s left. Ctrl-C stops it.',
      '\r\x1b[K',
    ]);
    expect(new Waiting(new PassThrough(), plain).isSeen).toBe(false);
  } finally {
    vi.restoreAllMocks();
  }
});

test('The state of the transaction follows what was said and what failed.', () => {
  const after = (...texts: string[]) => stateMark(texts.reduce(afterStatement, noTransaction));
  expect([after('-- a\nbegin read only'), after('BEGIN', 'COMMIT'), after('START TRANSACTION', 'END')]).toEqual(['*', '', '']);
  expect([after('BEGIN', 'SAVEPOINT a', 'ROLLBACK TO a', 'RELEASE a'), after('SAVEPOINT a', 'RELEASE SAVEPOINT a')]).toEqual(['*', '']);
  const openState = afterStatement(noTransaction, 'BEGIN');
  expect(stateMark(afterFailure(openState, 'SELECT 1', 'limit/transaction-idle'))).toBe('!');
  expect(stateMark(afterFailure(openState, 'SELECT 1', 'bind/unknown-name'))).toBe('*');
  expect(stateMark(afterFailure(noTransaction, 'BEGIN', 'bind/transaction'))).toBe('*');
  expect(stateMark(afterFailure(openState, 'COMMIT', 'bind/transaction'))).toBe('');
});
