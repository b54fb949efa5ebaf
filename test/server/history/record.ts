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
  /** How long the sessions run on each server. */
  readonly ms: number;
  /** How often the server is killed; each time another follows. */
  readonly kills: number;
  readonly sessions: number;
}

export async function record({ ms, kills, sessions }: RecordOptions): Promise<readonly Transaction[]> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-history-'));
  const recorder = new Recorder();
  try {
    for (let round = 0; round <= kills; round++) {
      const { child, url } = await startChild(join(folder, 'history.db'));
      try {
        if (round === 0) await prepare(url);
        const end = performance.now() + ms;
        const killed = round < kills;
        const timer = killed ? setTimeout(() => child.kill('SIGKILL'), ms) : undefined;
        await runSessions(url, sessions, recorder, () => !killed && performance.now() > end);
        clearTimeout(timer);
        if (!killed) await lastReading(url, recorder);
      } finally {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return recorder.history;
}

async function prepare(url: string): Promise<void> {
  const db = await connect(url);
  await db.query(schema).all();
  await db.close();
}
