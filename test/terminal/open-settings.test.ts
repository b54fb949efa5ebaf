// Where settings of a server come from: flags, the environment, a file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { parseArguments } from '../../clients/terminal/arguments.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const file = join(folder, 'trefoil.toml');
function config(text: string): string {
  writeFileSync(file, text);
  return file;
}
const serve = (...words: string[]): ReturnType<typeof parseArguments> =>
  parseArguments(['serve', ...words], { version: '1.2.3', interactive: false });

it('A flag goes before a variable, and that before the file.', async () => {
  config('port = 1001\nhost = "::1"\ndb = "file.db"\n');
  vi.stubEnv('TREFOIL_PORT', '1002');
  vi.stubEnv('TREFOIL_DB', 'environment.db');
  expect(await serve('--config', file, '--db', 'flag.db')).toMatchObject({ kind: 'serve', file: 'flag.db', port: 1002, host: '::1' });
  vi.stubEnv('TREFOIL_CONFIG', file);
  expect(await serve()).toMatchObject({ kind: 'serve', file: 'environment.db', port: 1002, host: '::1' });
});

it('Every kind of setting can stand in the file and in the environment.', async () => {
  config(
    'read-only = true\norigin = ["https://a.example", "https://b.example"]\nlog-level = "debug"\nslow-ms = 250\ntls-cert = "c"\ntls-key = "k"\n',
  );
  const operation = {
    readOnly: true,
    origins: ['https://a.example', 'https://b.example'],
    logLevel: 'debug',
    slowMs: 250,
    tls: { cert: 'c', key: 'k' },
  };
  expect(await serve('--config', file)).toMatchObject({ operation });
  for (const [name, value] of Object.entries({
    READ_ONLY: 'yes',
    ORIGIN: 'https://a.example, https://b.example',
    LOG_LEVEL: 'debug',
    SLOW_MS: '250',
    TLS_CERT: 'c',
    TLS_KEY: 'k',
  }))
    vi.stubEnv(`TREFOIL_${name}`, value);
  expect(await serve()).toMatchObject({ operation });
});

it.each([
  ['prot = 7333', 'Did you mean "port"?'],
  ['port = "many"', 'port in'],
  ['read-only = "perhaps"', 'true or false'],
  ['log-level = "loud"', 'debug, info'],
  ['port = ', 'cannot be used as a configuration'],
  ['tls-cert = "c"', 'go together'],
])('What is wrong in the file is said: %s', async (text, message) => {
  expect(await serve('--config', config(text))).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
});

it('The example can be used as it is.', async () => {
  const example = new URL('../../examples/operation/trefoil.toml', import.meta.url).pathname;
  expect(await serve('--config', example)).toMatchObject({ kind: 'serve', port: 7333, operation: { slowMs: 500, logLevel: 'info' } });
});

it('A variable that is wrong, and a file that is missing, are said too.', async () => {
  expect(await serve('--config', join(folder, 'none.toml'))).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('none.toml'),
  });
  vi.stubEnv('TREFOIL_PORT', '99999');
  expect(await serve()).toMatchObject({ kind: 'usage', message: expect.stringContaining('TREFOIL_PORT: A port is a number') });
});

/** Of each setting: what follows the flag, what stands in the file, and what comes of both; the variable takes what the flag takes, or as said. */
const everySetting: Readonly<Record<string, { flag: readonly string[]; file: string; variable?: string; gives: object }>> = {
  db: { flag: ['a.db'], file: '"a.db"', gives: { file: 'a.db' } },
  host: { flag: ['::1'], file: '"::1"', gives: { host: '::1' } },
  port: { flag: ['1003'], file: '1003', gives: { port: 1003 } },
  sample: { flag: [], file: 'true', variable: 'on', gives: { sample: true } },
  'tls-cert': {
    flag: ['c', '--tls-key', 'k'],
    file: '"c"\ntls-key = "k"',
    variable: 'c',
    gives: { operation: { tls: { cert: 'c', key: 'k' } } },
  },
  'tls-key': {
    flag: ['k', '--tls-cert', 'c'],
    file: '"k"\ntls-cert = "c"',
    variable: 'k',
    gives: { operation: { tls: { cert: 'c', key: 'k' } } },
  },
  durability: { flag: ['normal'], file: '"normal"', gives: { settings: { durability: 'normal' } } },
  readers: { flag: ['3'], file: '3', gives: { settings: { readers: 3 } } },
  limit: { flag: ['groupMs=7'], file: '{ groupMs = 7 }', gives: { settings: { limits: { groupMs: 7 } } } },
  origin: { flag: ['https://a.example'], file: '["https://a.example"]', gives: { operation: { origins: ['https://a.example'] } } },
  'read-only': { flag: [], file: 'true', variable: '1', gives: { operation: { readOnly: true } } },
  'log-level': { flag: ['error'], file: '"error"', gives: { operation: { logLevel: 'error' } } },
  'slow-ms': { flag: ['0'], file: '0', gives: { operation: { slowMs: 0 } } },
};

it('Every setting of the server is taken from its flag, its variable and the file.', async () => {
  const help = await serve('--help');
  const flags = [...JSON.stringify(help).matchAll(/ --([a-z-]+)/g)].map((match) => match[1] ?? '');
  expect([...new Set(flags)].filter((name) => !['help', 'config'].includes(name)).sort()).toEqual(Object.keys(everySetting).sort());
  for (const [name, { flag, file: inFile, variable, gives }] of Object.entries(everySetting)) {
    expect(await serve(`--${name}`, ...flag), name).toMatchObject(gives);
    expect(await serve('--config', config(`${name} = ${inFile}\n`)), name).toMatchObject(gives);
    vi.stubEnv(`TREFOIL_${name.replace('-', '_').toUpperCase()}`, variable ?? flag[0]);
    // The two of TLS go together.
    if (name === 'tls-cert') vi.stubEnv('TREFOIL_TLS_KEY', 'k');
    if (name === 'tls-key') vi.stubEnv('TREFOIL_TLS_CERT', 'c');
    expect(await serve(), name).toMatchObject(gives);
    vi.unstubAllEnvs();
  }
});
