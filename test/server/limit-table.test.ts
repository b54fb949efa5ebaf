// Every limit of SHOW LIMITS at its value, where all is well, and one past it, where it fails with its code and others go on. What cannot
// be counted (how long, in which pieces) names the test that has both sides of it.

import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import type { ServerClient } from '../../clients/typescript/connect.ts';
import { Accounts } from '../../server/accounts.ts';
import { Dispatcher } from '../../server/dispatcher.ts';
import { defaultLimits, type LimitName, limitNames, type Limits } from '../../server/limits.ts';
import { subprotocol } from '../../server/protocol/frames.ts';
import { ask } from './dispatched.ts';
import { client, codeOf, endless, failure, type Frame, numbers, rowsOf, start, waitFor, Wire } from './started.ts';

interface Scene {
  readonly url: string;
  readonly db: ServerClient;
  wire(): Promise<Wire>;
}

interface Proof {
  /** Those of the server that is asked. */
  readonly limits: Partial<Limits>;
  /** What comes at the value, and one past it. */
  readonly prove: (scene: Scene) => Promise<readonly [at: unknown, past: unknown]>;
  readonly past: unknown;
}

/** Where the test is that has both sides. */
interface Elsewhere {
  readonly file: string;
  readonly test: string;
}

const fine = 'all is well';
const ended = (frames: readonly Frame[]): string => codeOf(frames) ?? fine;
const rows = (count: number): string => `UNWIND range(1, ${count}) AS i RETURN i`;
const text = (length: number): string => `RETURN repeat('x', ${length}) AS x`;

/** A query frame of exactly so many characters. */
function frameOf(id: number, length: number, fields: object = {}): string {
  const frame = (filling: string): string => JSON.stringify({ type: 'query', id, text: `${rows(10)} --${filling}`, ...fields });
  return frame('x'.repeat(length - frame('').length));
}

/** Sends a query whose result nobody reads to its end, and gives what came of it in the meantime. */
async function unread(wire: Wire, frame: string, id: number): Promise<string> {
  wire.send(frame);
  const frames = (await wire.soFar()).filter((f) => f.id === id);
  return ended(frames);
}

/** How many rows of a query come before the client asks for more: waits for `least`. */
async function rowsUnasked(wire: Wire, id: number, least: number): Promise<number> {
  let count = 0;
  while (count < least) count += rowsOf([await wire.next()].filter((f) => f.id === id)).length;
  return count + rowsOf((await wire.soFar()).filter((f) => f.id === id)).length;
}

async function refused(url: string): Promise<boolean> {
  const socket = new WebSocket(url, [subprotocol]);
  const opened = await new Promise<boolean>((resolve) => {
    socket.on('open', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  socket.terminate();
  return !opened;
}

async function holdReader({ db }: Scene, wire: Wire): Promise<void> {
  wire.send({ type: 'query', id: 1, text: endless });
  await waitFor(async () => (await db.query('SHOW RUNNING').all()).some(({ state }) => state === 'running'));
}

const post = (url: string, body: string): Promise<Response> =>
  fetch(`${url.replace('ws', 'http')}/query`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

const inPieces: Elsewhere = {
  file: 'limits',
  test: 'Limits that only say where and in which pieces something runs change no answer, however small they are.',
};

const table: Readonly<Record<LimitName, Proof | Elsewhere>> = {
  frameBytes: {
    limits: { frameBytes: 2000 },
    past: 1009,
    async prove({ wire }) {
      const it = await wire();
      it.send(frameOf(1, 2000));
      const at = ended(await it.until(1));
      it.send(frameOf(2, 2001));
      return [at, (await it.closed).code];
    },
  },
  connections: {
    limits: { connections: 2 },
    past: true,
    async prove({ url, wire }) {
      const second = await wire();
      const past = await refused(url);
      second.socket.terminate();
      await waitFor(async () => !(await refused(url)));
      return [fine, past];
    },
  },
  httpQueries: {
    limits: { httpQueries: 1 },
    past: [503, true],
    async prove({ url, db }) {
      const stop = new AbortController();
      const held = fetch(`${url.replace('ws', 'http')}/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: endless }),
        signal: stop.signal,
      }).then((response) => response.text());
      await waitFor(async () => (await db.query('SHOW RUNNING').all()).length === 2);
      const second = await post(url, '{"text":"SELECT 1 AS a"}');
      const past = [second.status, (await second.text()).includes('limit/queue')];
      stop.abort();
      await expect(held).rejects.toThrow();
      await waitFor(async () => (await post(url, '{"text":"SELECT 1 AS a"}')).status === 200);
      return [fine, past];
    },
  },
  connectionQueries: {
    limits: { connectionQueries: 2 },
    past: 'limit/queue',
    async prove({ wire }) {
      const it = await wire();
      const at = [await unread(it, frameOf(1, 200, { window: 1 }), 1), await unread(it, frameOf(2, 200, { window: 1 }), 2)];
      const past = await unread(it, frameOf(3, 200, { window: 1 }), 3);
      it.send({ type: 'discard', id: 1 });
      await it.until(1);
      return [at.every((end) => end === fine) ? await unread(it, frameOf(4, 200, { window: 1 }), 4) : at, past];
    },
  },
  connectionQueryBytes: {
    limits: { connectionQueryBytes: 1000 },
    past: 'limit/queue',
    async prove({ wire }) {
      const it = await wire();
      await unread(it, frameOf(1, 400, { window: 1 }), 1);
      const past = await unread(it, frameOf(2, 601, { window: 1 }), 2);
      return [await unread(it, frameOf(3, 600, { window: 1 }), 3), past];
    },
  },
  queryBytes: {
    limits: { queryBytes: 200 },
    past: 'limit/query-bytes',
    async prove({ wire }) {
      const it = await wire();
      // ä is two bytes.
      const past = ended(await it.ask(1, "SELECT 'ää' AS a --".padEnd(199, 'x')));
      return [ended(await it.ask(2, "SELECT 'ää' AS a --".padEnd(198, 'x'))), past];
    },
  },
  // That a client which leaves more unread is cut is in frames.test.ts.
  connectionBufferBytes: {
    limits: { connectionBufferBytes: 20_000 },
    past: 'limit/result-bytes',
    async prove({ wire }) {
      const it = await wire();
      // A row is ["xxx…"].
      const past = ended(await it.ask(1, text(20_000 - 3)));
      return [ended(await it.ask(2, text(20_000 - 4))), past];
    },
  },
  helloMs: {
    limits: { helloMs: 1500 },
    past: 'protocol/hello-first',
    async prove({ url, wire }) {
      const greeted = await wire();
      const silent = new Wire(url);
      const { reason } = await silent.closed;
      return [ended(await greeted.ask(1, 'SELECT 1 AS a')), reason];
    },
  },
  heartbeatMs: { file: 'frames', test: 'cuts a client that answers no ping' },
  connectionsBeforeHello: { file: 'users', test: 'bound the connections that have not said hello' },
  signInFailuresPerAddress: { file: 'users', test: 'end the guessing from one address' },
  signInFailuresPerUser: { file: 'users', test: 'end the guessing for one user, and count attempts that are under way' },
  signInWindowMs: { file: 'users', test: 'end the guessing from one address' },
  signInsAtOnce: { file: 'users', test: 'bound how many are checked and wait' },
  signInsWaiting: { file: 'users', test: 'bound how many are checked and wait' },
  signInKeptMs: { file: 'limit-table', test: 'A password that was right is known again without a check for signInKeptMs, and no longer.' },
  userReviewMs: { file: 'users', test: 'in another process counts as well' },
  windowRows: {
    limits: { windowRows: 3 },
    past: [3, 4],
    async prove({ wire }) {
      const it = await wire();
      const at = rowsOf(await it.ask(1, rows(3))).length;
      it.send({ type: 'query', id: 2, text: rows(4) });
      const first = await rowsUnasked(it, 2, 3);
      it.send({ type: 'pull', id: 2, rows: 1 });
      return [at === 3 ? fine : at, [first, first + rowsOf(await it.until(2)).length]];
    },
  },
  windowRowsMax: {
    limits: { windowRowsMax: 3, windowRows: 1 },
    past: [3, 4],
    async prove({ wire }) {
      const it = await wire();
      const at = rowsOf(await it.ask(1, rows(3), { window: 3 })).length;
      it.send({ type: 'query', id: 2, text: rows(4), window: 4 });
      const first = await rowsUnasked(it, 2, 3);
      it.send({ type: 'pull', id: 2, rows: 1 });
      return [at === 3 ? fine : at, [first, first + rowsOf(await it.until(2)).length]];
    },
  },
  frameRows: {
    limits: { frameRows: 4 },
    past: [4, 1],
    async prove({ wire }) {
      const it = await wire();
      const sizes = async (id: number, count: number): Promise<number[]> =>
        (await it.ask(id, rows(count))).flatMap((frame) => (frame.rows === undefined ? [] : [frame.rows.length]));
      const at = await sizes(1, 4);
      return [at.length === 1 ? fine : at, await sizes(2, 5)];
    },
  },
  frameTargetBytes: { file: 'outlet', test: 'A frame ends with the row that fills it, however many more the window allows.' },
  readAheadBytes: inPieces,
  statementTimeoutMs: {
    limits: { statementTimeoutMs: 4000 },
    past: 'limit/timeout',
    async prove({ db }) {
      const past = await failure(db.query(endless).all());
      return [(await failure(db.query(rows(10)).all())) === 'no failure' ? fine : 'failed', past];
    },
  },
  stallMs: {
    limits: { stallMs: 300 },
    past: 'limit/stalled',
    async prove({ wire }) {
      const it = await wire();
      const at = ended(await it.ask(1, rows(10)));
      return [at, ended(await it.ask(2, rows(10), { window: 1 }))];
    },
  },
  resultRows: {
    limits: { resultRows: 5 },
    past: 'limit/result-rows',
    async prove({ wire }) {
      const it = await wire();
      const past = ended(await it.ask(1, rows(6)));
      return [ended(await it.ask(2, `${rows(5)}; ${rows(5)}`)), past];
    },
  },
  resultBytes: {
    limits: { resultBytes: 1000 },
    past: 'limit/result-bytes',
    async prove({ wire }) {
      const it = await wire();
      // The rows are [["xxx…"]].
      const past = ended(await it.ask(1, text(1000 - 5)));
      return [ended(await it.ask(2, `${text(1000 - 6)}; ${text(1000 - 6)}`)), past];
    },
  },
  memoryBytes: {
    limits: { memoryBytes: 48 * 1024 * 1024 },
    past: 'limit/memory',
    async prove({ db }) {
      const past = await failure(db.query('RETURN size([i IN range(1, 5000000) | [i]]) AS n').all());
      const at = await db.query('RETURN size([i IN range(1, 10000) | [i]]) AS n').all();
      return [at[0]?.n === 10_000 ? fine : at, past];
    },
  },
  readerSpawnMs: {
    file: 'limits',
    test: 'A reading thread is added when a statement has waited readerSpawnMs, and goes after readerIdleMs without work.',
  },
  readerIdleMs: {
    file: 'limits',
    test: 'A reading thread is added when a statement has waited readerSpawnMs, and goes after readerIdleMs without work.',
  },
  readerStatements: { file: 'threads', test: 'shares a thread with so many others and no more' },
  readerQueueStatements: {
    limits: { readerQueueStatements: 1 },
    past: 'limit/queue',
    async prove(scene) {
      const [holder, second, third] = [await scene.wire(), await scene.wire(), await scene.wire()];
      await holdReader(scene, holder);
      second.send({ type: 'query', id: 1, text: endless });
      await waitFor(async () => (await scene.db.query('SHOW RUNNING').all()).filter(({ state }) => state === 'waiting').length === 1);
      const past = ended(await third.ask(1, endless));
      holder.send({ type: 'cancel', id: 1 });
      await holder.until(1);
      second.send({ type: 'cancel', id: 1 });
      const at = ended(await second.until(1));
      return [at === 'limit/cancelled' ? fine : at, past];
    },
  },
  writerQueueStatements: { file: 'limits', test: 'Statements and transactions wait for the writer up to a number of each.' },
  writerQueueTransactions: { file: 'limits', test: 'Statements and transactions wait for the writer up to a number of each.' },
  writerWaitMs: {
    limits: { writerWaitMs: 300 },
    past: 'storage/busy',
    async prove({ wire }) {
      const [holder, writer] = [await wire(), await wire()];
      await holder.ask(1, 'CREATE TABLE t (x INTEGER); BEGIN');
      const past = ended(await writer.ask(1, 'INSERT INTO t VALUES (1)'));
      await holder.ask(2, 'COMMIT');
      return [ended(await writer.ask(2, 'INSERT INTO t VALUES (2)')), past];
    },
  },
  groupStatements: {
    file: 'limits',
    test: 'Statements that wait together share a commit up to groupStatements; a request may not ask for more than statementTimeoutMs.',
  },
  groupMs: {
    file: 'limits',
    test: 'Statements that wait together share a commit up to groupStatements; a request may not ask for more than statementTimeoutMs.',
  },
  bufferedResultBytes: {
    limits: { bufferedResultBytes: 200 },
    past: 'limit/result-buffer',
    async prove({ wire }) {
      const it = await wire();
      // The first row leaves; the second is kept, as ["xxx…"].
      const keep = async (id: number, bytes: number): Promise<string> => {
        it.send({ type: 'query', id, text: `UNWIND ['a', repeat('x', ${bytes - 4})] AS v RETURN v`, window: 1 });
        const seen = [await it.next()];
        while (seen.at(-1)?.type !== 'rows') seen.push(await it.next());
        it.send({ type: 'query', id: id + 1, text: 'RETURN 1 AS a' });
        while (!seen.some((frame) => frame.id === id + 1 && frame.last === true)) seen.push(await it.next());
        const failed = seen.find((frame) => frame.id === id && frame.type === 'error');
        if (failed) return ended([failed]);
        it.send({ type: 'pull', id, rows: 1 });
        return ended(await it.until(id));
      };
      await it.ask(1, 'BEGIN');
      const at = await keep(2, 200);
      const past = await keep(4, 201);
      await it.ask(6, 'ROLLBACK');
      return [at, past];
    },
  },
  transactionIdleMs: {
    limits: { transactionIdleMs: 400 },
    past: 'limit/transaction-idle',
    async prove({ wire }) {
      const [idle, busy] = [await wire(), await wire()];
      await idle.ask(1, 'BEGIN READ ONLY');
      const at = ended(await busy.ask(1, 'BEGIN; SELECT 1 AS a; COMMIT'));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const past = ended(await idle.ask(2, 'SELECT 1 AS a'));
      return [at === fine ? ended(await idle.ask(3, 'ROLLBACK')) : at, past];
    },
  },
  sessionIdleMs: { file: 'limits', test: 'A connection that asks nothing for sessionIdleMs is closed, one in a transaction is not.' },
  slowStatementMs: { file: 'operation', test: 'has the statements that take long, with their plans and without passwords' },
  cancelAnswerMs: { file: 'interrupt', test: 'A long write is undone when it is stopped, and the writer goes on.' },
  cancelGraceMs: { file: 'threads', test: 'is answered as cancelled, and its thread is ended and replaced' },
  terminateGraceMs: inPieces,
  stopGraceMs: { file: 'stop', test: 'Stopping ends what does not finish in time.' },
  inlineMs: inPieces,
  inlineRows: inPieces,
  classifyChars: inPieces,
};

it('The table has every limit of SHOW LIMITS.', () => {
  expect(Object.keys(table).toSorted()).toEqual([...limitNames].toSorted());
});

const proofs = limitNames.flatMap((name) => {
  const entry = table[name];
  return 'prove' in entry ? [[name, entry] as const] : [];
});

describe('At its value all is well, and past it others go on:', () => {
  it.each(proofs)('%s', async (name, { limits, prove, past }) => {
    expect(limits[name]).toBeDefined();
    const server = await start({ readers: 1, readersMax: 1, limits });
    const db = await client(server);
    await numbers(db, 1000);
    const scene: Scene = { url: server.url, db, wire: () => Wire.open(server) };
    expect(await prove(scene)).toEqual([fine, past]);
    expect(await db.query('SELECT count(*) AS c FROM n').all()).toEqual([{ c: 1000 }]);
  });
});

it.each(limitNames.flatMap((name) => ('file' in table[name] ? [[name, table[name]] as const] : [])))(
  '%s has both its sides in a test of its own',
  (name, { file, test }) => {
    const source = readFileSync(new URL(`./${file}.test.ts`, import.meta.url), 'utf8');
    expect([source.includes(`'${test}'`), new RegExp(`\\b${name}\\b`).test(source)]).toEqual([true, true]);
  },
);

it('A password that was right is known again without a check for signInKeptMs, and no longer.', async () => {
  const dispatcher = await Dispatcher.open({ file: ':memory:', readers: 1 });
  try {
    await ask(dispatcher.session(), "CREATE USER ada PASSWORD 'right password'");
    const shown = { user: 'ada', password: 'right password' };
    /** How a second sign-in ends while so many others are checked and wait that no further one may. */
    const second = async (signInKeptMs: number): Promise<string> => {
      const limits = { ...defaultLimits, signInKeptMs, signInsAtOnce: 1, signInsWaiting: 1 };
      const accounts = new Accounts(dispatcher.users, limits, true);
      await accounts.signIn(shown, 'here');
      await new Promise((resolve) => setTimeout(resolve, 20));
      const others = [1, 2].map(() => accounts.signIn({ user: 'ada', password: 'wrong' }, 'there').catch(() => undefined));
      const answer = await accounts.signIn(shown, 'here').then(
        () => fine,
        (error: { readonly code: string }) => error.code,
      );
      await Promise.all(others);
      return answer;
    };
    expect(await second(600_000)).toBe(fine);
    expect(await second(1)).toBe('limit/queue');
  } finally {
    await dispatcher.close();
  }
});
