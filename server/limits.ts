// Every limit of the server, named with its unit at the end. serve.ts and dispatcher.ts take overrides; `welcome.limits` tells
// a client those that concern it. Passing a limit is an error with a code, never a crash (docs/protocol.md lists both).

export interface Limits {
  /** One client frame or one HTTP body. Larger ones close the connection with 1009. */
  readonly frameBytes: number;
  readonly connections: number;
  /** HTTP queries at a time. */
  readonly httpQueries: number;
  /** Queries of one connection that are unfinished: running, waiting or being read. */
  readonly connectionQueries: number;
  /** Text and parameters of a connection's unfinished queries. */
  readonly connectionQueryBytes: number;
  /** Bytes that a client may leave unread before its connection is cut. */
  readonly connectionBufferBytes: number;
  /** A connection that has not said hello by then is closed. */
  readonly helloMs: number;
  readonly heartbeatMs: number;
  /** Rows that the server sends ahead when the query names no window, and the most that a client may ask for. */
  readonly windowRows: number;
  readonly windowRowsMax: number;
  /** Rows in one frame at most; frames aim at frameTargetBytes. */
  readonly frameRows: number;
  readonly frameTargetBytes: number;
  /** Bytes of one query between a thread and the socket. */
  readonly readAheadBytes: number;
  /** Counted from the arrival of the query. A query may ask for less. */
  readonly statementTimeoutMs: number;
  /** How long a result waits for its client to open the window. */
  readonly stallMs: number;
  /** A reading thread is added when a statement has waited this long for one. */
  readonly readerSpawnMs: number;
  /** A reading thread beyond the configured number ends after this long without work. */
  readonly readerIdleMs: number;
  /** Statements and transactions that share a reading thread while all but one wait for their clients. Each has a connection to the file. */
  readonly readerStatements: number;
  readonly readerQueueStatements: number;
  readonly writerQueueStatements: number;
  /** How long a write waits for the writer before it fails with `storage/busy`. */
  readonly writerWaitMs: number;
  /** Statements that share one commit, and the time after which no further one joins. */
  readonly groupStatements: number;
  readonly groupMs: number;
  /** Result of one autocommitted write, kept until its commit; also what a result inside a transaction may keep when the next statement comes before it was read. */
  readonly bufferedResultBytes: number;
  readonly transactionIdleMs: number;
  /** A cancelled read is answered after this time though its thread still has to stop. A write is answered when it is known that nothing of it stays. */
  readonly cancelAnswerMs: number;
  /** How long a cancelled statement may take to stop before its thread is ended. */
  readonly cancelGraceMs: number;
  /** How long an ended thread may take to go before it counts as lost. */
  readonly terminateGraceMs: number;
  /** How long a stopping server lets statements finish. */
  readonly stopGraceMs: number;
  /** A light statement that does many steps for longer than this, or gives more rows, moves from the sockets' thread to a reader. */
  readonly inlineMs: number;
  readonly inlineRows: number;
  /** Longer texts are not looked into on the sockets' thread; they go to the writer. */
  readonly classifyChars: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  frameBytes: 16 * MiB,
  connections: 1000,
  httpQueries: 64,
  connectionQueries: 256,
  connectionQueryBytes: 64 * MiB,
  connectionBufferBytes: 64 * MiB,
  helloMs: 10_000,
  heartbeatMs: 30_000,
  windowRows: 2048,
  windowRowsMax: 65_536,
  frameRows: 1024,
  frameTargetBytes: 128 * 1024,
  readAheadBytes: MiB,
  statementTimeoutMs: 300_000,
  stallMs: 60_000,
  readerSpawnMs: 20,
  readerIdleMs: 30_000,
  readerStatements: 32,
  readerQueueStatements: 1024,
  writerQueueStatements: 4096,
  writerWaitMs: 10_000,
  groupStatements: 256,
  groupMs: 10,
  bufferedResultBytes: 16 * MiB,
  transactionIdleMs: 60_000,
  cancelAnswerMs: 80,
  cancelGraceMs: 500,
  terminateGraceMs: 2000,
  stopGraceMs: 10_000,
  inlineMs: 20,
  inlineRows: 1000,
  classifyChars: 65_536,
};

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
