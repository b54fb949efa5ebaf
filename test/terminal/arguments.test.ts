// The words of the command line and what they ask for.

import { readLimit } from '../../server/limits.ts';
import { describe, expect, test } from 'vitest';
import { type Invocation, parseArguments, parseImportWords, UsageError } from '../../clients/terminal/arguments.ts';
import { homedir } from 'node:os';
import { commandWords } from '../../clients/terminal/command-words.ts';

function parse(...words: string[]): Promise<Invocation> {
  return parseArguments(words, { version: '1.2.3', interactive: false });
}

describe('statements', () => {
  test('-c and -f keep their order, and the last word is the target.', async () => {
    const invocation = await parse('-c', 'SELECT 1', '-f', 'a.trefoil', '-c', 'SELECT 2', 'shop.db');
    expect(invocation).toMatchObject({
      kind: 'run',
      target: 'shop.db',
      mode: 'table',
      sources: [
        { kind: 'text', text: 'SELECT 1' },
        { kind: 'file', file: 'a.trefoil' },
        { kind: 'text', text: 'SELECT 2' },
      ],
    });
  });
  test('Without a target statements run in memory, and the shell is on the server on this machine.', async () => {
    expect(await parse('-c', 'SELECT 1')).not.toHaveProperty('target');
    expect(await parse('shell')).toMatchObject({ kind: 'shell', target: 'ws://127.0.0.1:7333' });
    expect(await parseArguments([], { version: '1', interactive: true })).toMatchObject({ kind: 'shell', target: 'ws://127.0.0.1:7333' });
  });
  test('Parameters are JSON, with 1 and 1.0 apart and big integers exact.', async () => {
    const invocation = await parse('-p', 'a=1', '-p', 'b=1.0', '-p', 'c=["x", null]', '-p', 'd=9007199254740993', '-c', 'SELECT $a');
    expect(invocation.kind === 'run' && Object.fromEntries(invocation.parameters)).toEqual({
      a: 1n,
      b: 1,
      c: ['x', null],
      d: 9007199254740993n,
    });
  });
  test('Without statements, a terminal gets the shell and a pipe is read.', async () => {
    expect(await parse('shop.db')).toMatchObject({ kind: 'run', sources: [] });
    expect(await parseArguments(['shop.db'], { version: '1', interactive: true })).toMatchObject({ kind: 'shell', target: 'shop.db' });
  });
});

describe('wrong usage', () => {
  const message = async (...words: string[]): Promise<string> => {
    const invocation = await parse(...words);
    return invocation.kind === 'usage' ? invocation.message : `not refused: ${invocation.kind}`;
  };
  test('An unknown option names the nearest one.', async () => {
    expect(await message('--mod', 'csv')).toMatch(/unknown option '--mod'[^]*--mode/);
  });
  test('An unknown mode lists the modes.', async () => {
    expect(await message('--mode', 'xml', '-c', 'SELECT 1')).toMatch(/table, json, jsonl, csv, markdown, line/);
  });
  test('A mistyped command does not become a database file.', async () => {
    expect(await message('srve')).toBe('There is no command "srve". Did you mean "serve"? A database file of that name is written ./srve');
    expect(await message('shel', 'shop.db')).toContain('There is no command "shel". Did you mean "shell"?');
  });
  test('A parameter that is not JSON says how to write text.', async () => {
    expect(await message('-p', 'name=Ada', '-c', 'SELECT $name')).toContain(`-p 'name="Ada"'`);
    expect(await message('-p', 'name', '-c', 'SELECT 1')).toContain('name=value');
    expect(await message('-p', 'a=1 2', '-c', 'SELECT 1')).toContain('not JSON');
  });
  test('The help that is named is that of the command.', async () => {
    expect(await parse('--mod', 'csv')).toMatchObject({ help: 'trefoil --help' });
    expect(await parse('import', 'a.csv', '--url', 'x')).toMatchObject({ kind: 'usage', help: 'trefoil import --help' });
  });
  test('A database where a command takes it as an option is told of.', async () => {
    const option = (command: string): string => `'${command}' takes the database as an option: --db my.db`;
    expect(await message('serve', 'my.db')).toBe(option('serve'));
    expect(await message('export', 'out.csv', 'my.db', '--from', 'person')).toBe(option('export'));
    expect(await message('import', 'a.csv', '--into', 't', 'my.db')).toBe(option('import'));
    expect(await message('import', 'a.csv', 'my.sqlite', '--db', 'my.db')).toContain('not refused');
  });
  test('A port must be one.', async () => {
    expect(await message('serve', '--port', '70000')).toContain('0 to 65535');
  });
  test('dump and restore take a file or a server, and who asks it.', async () => {
    expect(await parse('dump', 'ws://h:1', '--user', 'ada', '-o', 'x', '--force')).toEqual({
      kind: 'dump',
      target: 'ws://h:1',
      output: 'x',
      force: true,
      account: { user: 'ada' },
    });
    expect(await parse('restore', 'a.db', 'x', '--tls-ca', 'ca.pem')).toEqual({
      kind: 'restore',
      target: 'a.db',
      script: 'x',
      account: { tlsCa: 'ca.pem' },
    });
    expect(await message('dump')).toContain('target');
  });
  test('All commands are listed.', async () => {
    const help = await parse('--help');
    expect(help.kind === 'text' && help.text).toMatch(/serve[^]*start[^]*import[^]*export[^]*check[^]*backup[^]*dump[^]*restore/);
  });
});

const settings = { durability: 'full' };

test('serve takes limits by name, and says which name is near.', async () => {
  const found = await parse(
    'serve',
    '--limit',
    'connections=200',
    '--limit',
    'statementtimeoutms=1000',
    '--durability',
    'normal',
    '--readers',
    '3',
  );
  expect(found).toMatchObject({ settings: { durability: 'normal', readers: 3, limits: { connections: 200, statementTimeoutMs: 1000 } } });
  expect(await parse('serve', '--limit', 'conections=4')).toMatchObject({ message: expect.stringContaining('Did you mean connections?') });
  expect(() => readLimit('connections=0')).toThrow(
    expect.objectContaining({ message: expect.stringContaining('a whole number above zero') }),
  );
  expect(() => readLimit('connections')).toThrow(expect.objectContaining({ code: 'limit/setting' }));
});

describe('serve and start', () => {
  test('The defaults are this machine, port 7333 and a temporary file.', async () => {
    expect(await parse('serve')).toEqual({ kind: 'serve', host: '127.0.0.1', port: 7333, sample: false, settings, operation: {} });
    expect(await parse('start', '--port', '0')).toEqual({
      kind: 'start',
      host: '127.0.0.1',
      port: 0,
      sample: true,
      settings,
      operation: {},
    });
    expect(
      await parse('serve', '--db', 'a.db', '--sample', '--tls-cert', 'c', '--tls-key', 'k', '--origin', 'https://a', 'https://b'),
    ).toEqual({
      kind: 'serve',
      file: 'a.db',
      host: '127.0.0.1',
      port: 7333,
      sample: true,
      settings,
      operation: { tls: { cert: 'c', key: 'k' }, origins: ['https://a', 'https://b'] },
    });
  });
  test('The version comes from the package.', async () => {
    expect(await parse('--version')).toEqual({ kind: 'text', text: '1.2.3\n' });
  });
});

describe('import', () => {
  test('All words arrive.', async () => {
    const invocation = await parse(
      'import',
      'a.csv',
      'b.csv',
      '--into',
      't',
      '--db',
      'x.db',
      '--delimiter',
      'tab',
      '--types',
      'a=int,B=string',
      '--key',
      'a',
      '--on-error',
      'skip',
      '--batch',
      '500',
      '--no-header',
    );
    expect(invocation).toEqual({
      kind: 'import',
      target: 'x.db',
      account: {},
      request: {
        files: ['a.csv', 'b.csv'],
        into: 't',
        labels: [],
        delimiter: '\t',
        types: new Map([
          ['a', 'integer'],
          ['b', 'text'],
        ]),
        header: false,
        key: ['a'],
        onError: 'skip',
        batchRows: 500,
        tables: false,
        edgeTypeCase: 'keep',
      },
    });
  });
  test('Words that exclude each other are refused.', async () => {
    expect((await parse('import', 'a.csv', '--table', '--collection')).kind).toBe('usage');
    expect((await parse('import')).kind).toBe('usage');
  });
  test('.import takes the same words, split as a Unix shell does.', async () => {
    expect(commandWords(`~/x '~/y' a~/z ~`)).toEqual([`${homedir()}/x`, '~/y', 'a~/z', '~']);
    expect(commandWords(`.import 'my file.csv' --into "big table" --types a=text`)).toEqual([
      '.import',
      'my file.csv',
      '--into',
      'big table',
      '--types',
      'a=text',
    ]);
    expect(parseImportWords(['my file.csv', '--label', 'A:B'])).toMatchObject({
      files: ['my file.csv'],
      kind: 'graph',
      labels: ['A', 'B'],
    });
    expect(() => parseImportWords(['a.csv', '--types', 'a=nonsense'])).toThrow(UsageError);
  });
});
