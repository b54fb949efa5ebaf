// Records a history: sessions against a server in a process of its own, which is killed and started again on the same file as often as
// asked.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../clients/typescript/connect.ts';
import { startChild } from '../child.ts';
import type { Transaction } from './history.ts';
import { schema } from './registers.ts';
import { lastReading, Recorder, runSessions } from './workload.ts';

export interface RecordOptions {
  /** How long the sessions run in each round. */
  readonly ms: number;
  /** So many transactions have succeeded before the last round ends, however slow the machine. */
  readonly transactions: number;
  /** How many rounds end with SIGKILL for all servers; one more follows. */
  readonly kills: number;
  /** Servers that serve the file at the same time, each in a process of its own. */
  readonly servers: number;
  /** Of each server. */
  readonly sessions: number;
}

export async function record(options: RecordOptions): Promise<readonly Transaction[]> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-history-'));
  const recorder = new Recorder();
  try {
    for (let round = 0; round <= options.kills; round++) {
      await recordRound(join(folder, 'history.db'), { ...options, first: round === 0, killed: round < options.kills }, recorder);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return recorder.history;
}

type Round = RecordOptions & { readonly first: boolean; readonly killed: boolean };

async function recordRound(file: string, { ms, transactions, servers, sessions, first, killed }: Round, recorder: Recorder): Promise<void> {
  const children: Awaited<ReturnType<typeof startChild>>[] = [];
  const killAll = (): void => {
    for (const { child } of children) child.kill('SIGKILL');
  };
  try {
    for (let i = 0; i < servers; i++) {
      const started = await startChild(file);
      children.push(started);
      if (first && i === 0) await prepare(started.url);
    }
    const end = performance.now() + ms;
    const timer = killed ? setTimeout(killAll, ms) : undefined;
    const enough = (): boolean => recorder.history.filter(({ outcome }) => outcome === 'ok').length >= transactions;
    await Promise.all(
      children.map(({ url }) => runSessions(url, sessions, recorder, () => !killed && performance.now() > end && enough())),
    );
    clearTimeout(timer);
    if (!killed) for (const { url } of children) await lastReading(url, recorder);
  } finally {
    killAll();
    await Promise.all(children.map(async ({ child }) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  }
}

async function prepare(url: string): Promise<void> {
  const db = await connect(url);
  await db.query(schema).all();
  await db.close();
}
