// Every limit of the server, named with its unit at the end: `Ms`, `Bytes`, `Rows`, else a number of things. serve.ts and dispatcher.ts take
// overrides, `trefoil serve --limit name=value` gives them, SHOW LIMITS and docs/server.md list them, and `welcome.limits` tells a client
// those that concern it. Passing a limit is an error with a code, never a crash.

import { nearestName, QueryError } from '../parser/error.ts';

const MiB = 1024 * 1024;

/** Name → default, what it bounds, and what happens beyond it where that is an error or a loss. */
const table = {
  frameBytes: [16 * MiB, 'One client frame or one HTTP body. A larger frame closes the connection with 1009.', '1009, `limit/frame-bytes`'],
  connections: [1000, 'Connections at a time; a further one is refused with 503.', '503'],
  httpQueries: [64, 'HTTP queries at a time.', '503 `limit/queue`'],
  connectionQueries: [256, 'Queries of one connection that are unfinished: running, waiting or being read.', '`limit/queue`'],
  connectionQueryBytes: [64 * MiB, "Text and parameters of a connection's unfinished queries.", '`limit/queue`'],
  queryBytes: [4 * MiB, 'The text of one query, without its parameters.', '`limit/query-bytes`'],
  connectionBufferBytes: [
    64 * MiB,
    'Bytes besides rows that a client may leave unread before its connection is cut; also the most that one row may have.',
    'the connection is cut; `limit/result-bytes`',
  ],
  helloMs: [10_000, 'A connection that has not said hello by then is closed.', '`protocol/hello-first`'],
  heartbeatMs: [30_000, 'A connection is pinged this often, and cut when it has not answered by the next time.', 'the connection is cut'],
  connectionsBeforeHello: [200, 'Connections that have not said hello yet; a further one is refused with 503.', '503'],
  signInFailuresPerAddress: [
    20,
    'Sign-ins from one address (of IPv6: one network of 64 bits) that may fail in signInWindowMs.',
    '`auth/too-many`',
  ],
  signInFailuresPerUser: [50, 'Sign-ins for one user name that may fail in signInWindowMs.', '`auth/too-many`'],
  signInWindowMs: [60_000, 'The time in which failed sign-ins are counted.'],
  signInsAtOnce: [2, 'Passwords checked at a time, each with 32 MiB of memory.'],
  signInsWaiting: [256, 'Passwords that wait to be checked.', '`limit/queue`'],
  signInKeptMs: [60_000, 'How long a password that was right is known again without a check, since HTTP shows it with every request.'],
  userReviewMs: [1000, 'How often users are looked at for changes that another process made.'],
  windowRows: [2048, 'Rows that the server sends ahead when the query names no window.'],
  windowRowsMax: [65_536, 'The most rows that a client may ask for ahead.', 'it is cut to this'],
  frameRows: [1024, 'Rows in one frame.'],
  frameTargetBytes: [128 * 1024, 'Frames of rows aim at this size.'],
  readAheadBytes: [MiB, 'Bytes of one query between a thread and the socket.'],
  statementTimeoutMs: [300_000, 'Counted from the arrival of the query. A query may ask for less.', '`limit/timeout`'],
  stallMs: [60_000, 'How long a result waits for its client to open the window.', '`limit/stalled`'],
  resultRows: [100_000_000, 'Rows of one result of a query that reads.', '`limit/result-rows`'],
  resultBytes: [16_384 * MiB, 'The same in bytes of JSON text.', '`limit/result-bytes`'],
  memoryBytes: [
    1024 * MiB,
    'What the statements of one thread hold in memory outside of SQLite: the rows of a sort, a join, an aggregate, lists and texts under way. SQLite itself sorts and groups on the disk.',
    '`limit/memory`',
  ],
  readerSpawnMs: [20, 'A reading thread is added when a statement has waited this long for one.'],
  readerIdleMs: [30_000, 'A reading thread beyond the configured number ends after this long without work.'],
  readerStatements: [
    32,
    'Statements and transactions that share a reading thread while all but one wait for their clients. Each has a connection to the file.',
  ],
  readerQueueStatements: [1024, 'Statements that wait for a reading thread.', '`limit/queue`'],
  writerQueueStatements: [4096, 'Statements that wait for the writer or stand in its queue.', '`limit/queue`'],
  writerQueueTransactions: [256, 'Transactions among them: they want the writer for themselves.', '`limit/queue`'],
  writerWaitMs: [10_000, 'How long a write waits for the writer before it fails with `storage/busy`.', '`storage/busy`'],
  groupStatements: [256, 'Statements that share one commit.'],
  groupMs: [10, 'The time after which no further statement joins a commit.'],
  bufferedResultBytes: [
    16 * MiB,
    'Result of one autocommitted write, kept until its commit; also what a result inside a transaction may keep when the next statement comes before it was read.',
    '`limit/result-buffer`',
  ],
  transactionIdleMs: [60_000, 'A transaction in which nothing is done for so long is rolled back.', '`limit/transaction-idle`'],
  sessionIdleMs: [
    86_400_000,
    'A connection that sends no query for so long is closed, unless it is in a transaction.',
    '`limit/session-idle`',
  ],
  slowStatementMs: [1000, 'A statement that takes longer is written to the log with its plan; --slow-ms 0: none is.'],
  cancelAnswerMs: [50, 'A cancelled statement of which nothing stays is answered after this time, though its thread still has to stop.'],
  cancelGraceMs: [500, 'How long a cancelled statement may take to stop before its thread is ended.', 'the thread is ended and replaced'],
  terminateGraceMs: [2000, 'How long an ended thread may take to go before it counts as lost.'],
  stopGraceMs: [10_000, 'How long a stopping server lets statements finish.', '`limit/stopping`'],
  inlineMs: [20, "A light statement that does many steps for longer than this moves from the sockets' thread to a reader."],
  inlineRows: [1000, 'A light statement that gives more rows moves to a reader.'],
  classifyChars: [65_536, "Longer texts are not looked into on the sockets' thread; they go to the writer."],
} as const satisfies { readonly [name: string]: readonly [number, string, string?] };

export type LimitName = keyof typeof table;
export type Limits = { readonly [Name in LimitName]: number };

export const limitNames = Object.keys(table) as readonly LimitName[];

export const defaultLimits: Limits = Object.fromEntries(limitNames.map((name) => [name, table[name][0]])) as Limits;

/** What a limit bounds, as a sentence. */
export function limitText(name: LimitName): string {
  return table[name][1];
}

/** What happens beyond it; undefined where it only tunes. */
export function beyondLimit(name: LimitName): string | undefined {
  return table[name][2];
}

/** `ms`, `bytes`, `rows`, `characters`; undefined for a number of things. */
export function limitUnit(name: LimitName): string | undefined {
  if (name.endsWith('Ms')) return 'ms';
  if (/bytes$/i.test(name)) return 'bytes';
  if (/rows(Max)?$/i.test(name)) return 'rows';
  return name.endsWith('Chars') ? 'characters' : undefined;
}

/** `connections=200`. Throws `limit/setting`. */
export function readLimit(text: string): readonly [LimitName, number] {
  const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  const known = limitNames.find((limit) => limit.toLowerCase() === name.toLowerCase());
  if (known === undefined) {
    const near = nearestName(name, limitNames);
    throw new QueryError('limit/setting', `There is no limit "${name || text}".`, {
      hint: near === undefined ? 'Write it as name=value; SHOW LIMITS lists the names.' : `Did you mean ${near}?`,
    });
  }
  if (!/^\d{1,15}$/.test(value) || Number(value) === 0) {
    throw new QueryError('limit/setting', `The limit ${known} takes a whole number above zero, not "${value}".`);
  }
  return [known, Number(value)];
}

/** What `welcome` tells: the limits that a client can run into by itself. */
export function welcomeLimits(limits: Limits): { readonly [name: string]: number } {
  return {
    frameBytes: limits.frameBytes,
    connectionQueries: limits.connectionQueries,
    connectionQueryBytes: limits.connectionQueryBytes,
    windowRows: limits.windowRows,
    windowRowsMax: limits.windowRowsMax,
    statementTimeoutMs: limits.statementTimeoutMs,
    stallMs: limits.stallMs,
    writerWaitMs: limits.writerWaitMs,
    bufferedResultBytes: limits.bufferedResultBytes,
    transactionIdleMs: limits.transactionIdleMs,
    heartbeatMs: limits.heartbeatMs,
  };
}
