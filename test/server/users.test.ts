// Users over the wire: who is let in, what becomes of sessions when users change, and how often a password may be tried.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTarget } from '../../clients/terminal/target.ts';
import { open } from '../../server/open.ts';
import { startServer } from '../../server/serve.ts';
import { client, codeOf, endless, failure, type Frame, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-users-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const password = (user: string): string => `the password of ${user}`;
const file = join(folder, 'users.db');
const operator = await open(file);
for (const [user, role] of [
  ['ada', 'owner'],
  ['rob', 'reader'],
  ['wim', 'writer'],
  ['Åsa', 'reader'],
])
  await operator.query(`CREATE USER \`${user}\` PASSWORD $p ROLE ${role}`, { p: password(user ?? '') }).all();
await operator.query('CREATE TABLE t (x INTEGER)').all();
await operator.close();

const server = await start({ file, limits: { userReviewMs: 20 } });
const http = server.url.replace('ws', 'http');
const as = (user: string): { user: string; password: string } => ({ user, password: password(user) });

async function post(text: string, authorization?: string): Promise<{ status: number; challenge: string | null; frames: Frame[] }> {
  const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  const response = await fetch(`${http}/query`, { method: 'POST', headers, body: JSON.stringify({ text }) });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    frames: lines.map((line) => JSON.parse(line) as Frame),
  };
}
const basic = (user: string, secret: string): string => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;

describe('A file with users', () => {
  it('lets nobody in without a password or a token', async () => {
    expect(await failure(client(server))).toBe('auth/required');
    expect(await failure(client(server, { user: 'ada', password: 'wrong password' }))).toBe('auth/failed');
    expect(await failure(client(server, { user: 'nobody', password: password('ada') }))).toBe('auth/failed');
    expect(await failure(client(server, { token: 'wrong' }))).toBe('auth/failed');
    const wire = await Wire.open(server, { auth: { user: 'ada' } }).catch((error: unknown) => error);
    expect(wire).toBeInstanceOf(Wire);
  });

  it('lets users in over both protocols, by the URL too', async () => {
    const db = await client(server, as('rob'));
    expect(await db.query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
    const url = server.url.replace('://', `://wim:${encodeURIComponent(password('wim'))}@`);
    expect(await (await client({ ...server, url })).query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
    await client(server, { user: 'åsa', password: password('Åsa') });
    const refused = await post('SELECT 1 AS a');
    expect([refused.status, refused.challenge, codeOf(refused.frames)]).toEqual([401, expect.stringContaining('Basic'), 'auth/required']);
    expect((await post('SELECT 1 AS a', basic('rob', password('rob')))).status).toBe(200);
    expect((await post('SELECT 1 AS a', basic('rob', 'wrong password'))).status).toBe(401);
    expect(await post('DELETE FROM t', basic('rob', password('rob')))).toMatchObject({
      status: 403,
      frames: [{ error: { code: 'auth/denied' } }],
    });
  });

  it('answers what was sent before the welcome, after it', async () => {
    const wire = await Wire.open(server, false);
    wire.send({ type: 'hello', client: 'test', version: 1, auth: as('wim') });
    const frames = await wire.ask(1, 'SELECT 1 AS a');
    expect(rowsOf(frames)).toEqual([[1]]);
  });

  it('holds each statement against the role, wherever it runs', async () => {
    const db = await client(server, as('rob'));
    const light = 'SHOW USERS';
    for (const text of [
      light,
      'SHOW STATEMENTS',
      'ADVISE',
      'INSERT INTO t VALUES (1)',
      'CREATE TABLE u (x INTEGER)',
      'BEGIN; DELETE FROM t',
      "ALTER USER ada PASSWORD 'mine from now on'",
    ])
      expect(await failure(db.query(text).all()), text).toBe('auth/denied');
    await db.query('ROLLBACK').all();
    expect(await db.query('SELECT count(*) AS c FROM t').all()).toEqual([{ c: 0 }]);
  });

  it("lets a reader's transaction keep nobody from writing", async () => {
    const db = await client(server, as('rob'));
    await db.query('BEGIN').all();
    await (await client(server, as('wim'))).query('INSERT INTO t VALUES (2)').all();
    await db.query('COMMIT').all();
  });

  it('takes tokens, which end with their sessions when they are dropped', async () => {
    const ada = await client(server, as('ada'));
    const [row] = await ada.query('CREATE TOKEN program FOR wim').all();
    const token = String(row?.['token']);
    expect(token).toMatch(/^trefoil_[\w-]{43}$/);
    const program = await client(server, { token });
    await program.query('INSERT INTO t VALUES (3)').all();
    expect((await post('SELECT 1 AS a', `Bearer ${token}`)).status).toBe(200);
    await ada.query('DROP TOKEN program').all();
    await waitFor(async () => (await failure(program.query('SELECT 1').all())) === 'auth/ended');
    expect(await failure(client(server, { token }))).toBe('auth/failed');
  });
});

it('The command line connects again with what the person gave, and asks nobody then.', async () => {
  const kept = { asks: false, given: as('ada') };
  const client = await openTarget(server.url, { signIn: kept });
  expect(await client.query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
  await client.close();
  await expect(openTarget(server.url, { signIn: { asks: false } })).rejects.toMatchObject({ code: 'auth/required' });
});

describe('A change of users', () => {
  it('ends the sessions of a dropped user at once, with what they run', async () => {
    const ada = await client(server, as('ada'));
    await ada.query("CREATE USER eve PASSWORD 'the password of eve' ROLE writer").all();
    const eve = await client(server, as('eve'));
    const numbered = await ada.query('SHOW TABLES').all();
    if (!numbered.some((row) => row['table'] === 'n')) await numbers(ada, 1000);
    const running = failure(eve.query(endless).all());
    await waitFor(async () => ((await (await fetch(`${http}/health`)).json()) as { unfinishedQueries: number }).unfinishedQueries > 0);
    await ada.query('DROP USER eve').all();
    expect(await running).toBe('auth/ended');
    expect(await failure(eve.query('SELECT 1').all())).toBe('auth/ended');
  });

  it('takes a role away from sessions that are open', async () => {
    const [ada, wim] = [await client(server, as('ada')), await client(server, as('wim'))];
    await ada.query('REVOKE writer FROM wim; GRANT reader TO wim').all();
    expect(await failure(wim.query('INSERT INTO t VALUES (4)').all())).toBe('auth/denied');
    expect(await wim.query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
  });

  it('in another process counts as well', async () => {
    const rob = await client(server, as('rob'));
    const shell = await open(file);
    await shell.query("ALTER USER rob PASSWORD 'a new password'").all();
    await shell.close();
    await waitFor(async () => (await failure(rob.query('SELECT 1').all())) === 'auth/ended');
    expect(await failure(client(server, as('rob')))).toBe('auth/failed');
    await client(server, { user: 'rob', password: 'a new password' });
  });

  it('that makes the first user signs in the session that made it, and ends the others', async () => {
    const fresh = await start({ limits: { userReviewMs: 20 } });
    const [first, other] = [await client(fresh), await client(fresh)];
    await first.query("CREATE USER ada PASSWORD 'the password of ada'").all();
    expect(await first.query('SHOW USERS').all()).toHaveLength(1);
    await waitFor(async () => (await failure(other.query('SELECT 1').all())) === 'auth/required');
    await first.query('DROP USER ada').all();
    await waitFor(async () => (await failure(first.query('SELECT 1').all())) === 'auth/ended');
    expect(await (await client(fresh)).query('SELECT 1 AS a').all()).toEqual([{ a: 1 }]);
  });
});

describe('An address that others reach', () => {
  it('is not served without users, and no file is made for it', async () => {
    for (const there of [':memory:', join(folder, 'none.db')])
      await expect(startServer({ file: there, host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'auth/required' });
    const empty = join(folder, 'empty.db');
    await (await open(empty)).close();
    await expect(startServer({ file: empty, host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'auth/required' });
  });

  it('keeps its last user', async () => {
    const alone = join(folder, 'alone.db');
    const shell = await open(alone);
    await shell.query("CREATE USER ada PASSWORD 'the password of ada'").all();
    const public_ = await start({ file: alone, host: '::', limits: { userReviewMs: 20 } });
    const reached = { ...public_, url: `ws://127.0.0.1:${public_.port}` };
    const ada = await client(reached, as('ada'));
    expect(await failure(ada.query('DROP USER ada').all())).toBe('constraint/last-user');
    await shell.query('DROP USER ada').all();
    await shell.close();
    await waitFor(async () => (await failure(ada.query('SELECT 1').all())) === 'auth/ended');
    expect(await failure(client(reached))).toBe('auth/required');
  });
});

describe('Limits of signing in', () => {
  const wrong = { user: 'ada', password: 'wrong password' };
  it('end the guessing from one address', async () => {
    const strict = await start({ file, limits: { signInFailuresPerAddress: 2 } });
    expect(await failure(client(strict, wrong))).toBe('auth/failed');
    await client(strict, as('ada'));
    expect(await failure(client(strict, { token: 'wrong' }))).toBe('auth/failed');
    expect(await failure(client(strict, as('ada')))).toBe('auth/too-many');
    const forgiving = await start({ file, limits: { signInFailuresPerAddress: 1, signInWindowMs: 300 } });
    expect(await failure(client(forgiving, wrong))).toBe('auth/failed');
    await waitFor(async () => (await failure(client(forgiving, as('ada')))) === 'no failure');
  });

  it('end the guessing for one user, and count attempts that are under way', async () => {
    const strict = await start({ file, limits: { signInFailuresPerUser: 2 } });
    const codes = await Promise.all(Array.from({ length: 5 }, () => failure(client(strict, wrong))));
    expect(codes.toSorted()).toEqual(['auth/failed', 'auth/failed', 'auth/too-many', 'auth/too-many', 'auth/too-many']);
    const known = await fetch(`${strict.url.replace('ws', 'http')}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: basic('ADA', password('ada')) },
      body: '{"text":"SELECT 1"}',
    });
    expect(known.status).toBe(429);
  });

  it('bound how many are checked and wait', async () => {
    const strict = await start({ file, limits: { signInsAtOnce: 1, signInsWaiting: 1 } });
    const codes = await Promise.all(Array.from({ length: 3 }, () => failure(client(strict, wrong))));
    expect(codes.toSorted()).toEqual(['auth/failed', 'auth/failed', 'limit/queue']);
  });

  it('bound the connections that have not said hello', async () => {
    const strict = await start({ limits: { connectionsBeforeHello: 1 } });
    const wire = await Wire.open(strict, false);
    const second = new Wire(strict.url);
    await second.closed;
    expect(second.socket.protocol).toBe('');
    wire.send({ type: 'hello', client: 'test', version: 1 });
    await wire.next();
    await client(strict);
  });
});
