// Crash rounds: a server in a process of its own, load over several connections, SIGKILL at a random moment, the file inspected. The
// next round starts the server on the same file, so each round also proves that the one before left it usable.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../clients/typescript/connect.ts';
import { startChild } from '../child.ts';
import { inspect } from './inspect.ts';
import { Acknowledged, load, prepare } from './load.ts';

export interface CrashOptions {
  readonly rounds: number;
  /** The kill comes after at least one acknowledged transaction, and then by chance within this time. */
  readonly killWithinMs: number;
  report?(line: string): void;
}

/** What was wrong in any round, and how much was acknowledged. */
export async function crashRounds(
  options: CrashOptions,
): Promise<{ wrong: string[]; rounds: number; transactions: number; writes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-crash-'));
  const file = join(folder, 'crash.db');
  const done = new Acknowledged();
  const wrong: string[] = [];
  let rounds = 0;
  try {
    for (let round = 1; round <= options.rounds && wrong.length === 0; round++) {
      await crash(file, done, round === 1, options.killWithinMs);
      rounds = round;
      wrong.push(...(await inspect(file, done)).map((what) => `round ${round}: ${what}`));
      options.report?.(
        `round ${round}: ${done.transactions.size} transactions and ${writes(done)} writes acknowledged; ${wrong[0] ?? 'all there'}`,
      );
    }
    if (wrong.length === 0) wrong.push(...(await answersAgain(file, done)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { wrong, rounds, transactions: done.transactions.size, writes: writes(done) };
}

function writes(done: Acknowledged): number {
  return done.rows.size + done.documents.size + done.nodes.size + done.stops.size + done.made.size + done.ended.size + done.textsWritten;
}

async function crash(file: string, done: Acknowledged, first: boolean, killWithinMs: number): Promise<void> {
  const { child, url } = await startChild(file);
  try {
    if (first) await prepare(url);
    const before = done.transactions.size;
    const loading = load(url, done);
    const failed = loading.catch(() => undefined);
    while (done.transactions.size === before) {
      const over = await Promise.race([failed.then(() => true), sleep(2)]);
      if (over === true) break;
    }
    await Promise.race([failed, sleep(Math.random() * killWithinMs)]);
    child.kill('SIGKILL');
    await loading;
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

/** After the last round: the server starts, answers, and takes writes. */
async function answersAgain(file: string, done: Acknowledged): Promise<string[]> {
  const { child, url } = await startChild(file);
  try {
    const db = await connect(url);
    const [row] = await db.query('SELECT count(*) AS c FROM whole').all();
    const [graph] = await db.query('MATCH (:Hub)-[:HAS]->(n:Whole) RETURN count(*) AS c').all();
    await db.query('INSERT INTO alone VALUES (-1)').all();
    await db.close();
    if (row?.['c'] === graph?.['c'] && Number(row?.['c']) >= done.transactions.size) return [];
    return [`after the last round: ${String(row?.['c'])} rows and ${String(graph?.['c'])} nodes`];
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
