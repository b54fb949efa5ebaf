// Sessions that run transactions of several forms over the registers until they are told to stop or their server is gone, and write
// down what they asked and saw.

import { type Client, ClientError, connect } from '../../../clients/typescript/connect.ts';
import type { Outcome, Register, Step, Transaction } from './history.ts';
import { append, kinds, readTogether, registersOfAKind } from './registers.ts';

/** What all sessions have done, over all servers of a run. */
export class Recorder {
  readonly history: Transaction[] = [];
  private nextValue = 1;

  value(): number {
    return this.nextValue++;
  }

  async record(form: string, run: (attempt: Attempt) => Promise<void>): Promise<void> {
    const attempt = new Attempt(this);
    const began = performance.now();
    try {
      await run(attempt);
    } finally {
      const { steps, outcome } = attempt;
      this.history.push({ id: this.history.length, form, steps, outcome, began, ended: performance.now() });
    }
  }
}

/** A transaction under way. Until its commit is sent it has failed if it goes no further. */
class Attempt {
  readonly steps: Step[] = [];
  outcome: Outcome = 'failed';

  readonly recorder: Recorder;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  /** Sends what commits; cut off before the answer, the outcome is unknown. A server that answers with an error has committed nothing. */
  async commit(send: () => Promise<unknown>): Promise<void> {
    this.outcome = 'unknown';
    try {
      await send();
      this.outcome = 'ok';
    } catch (error) {
      if (!isLost(error)) this.outcome = 'failed';
      throw error;
    }
  }

  async append(db: Client, signal?: AbortSignal): Promise<void> {
    const register: Register = { kind: anyKind(), k: anyNumber() };
    const value = this.recorder.value();
    this.steps.push({ type: 'append', register, value });
    await append(db, register, value, signal);
  }

  async read(db: Client, names: readonly string[], k: number): Promise<void> {
    const lists = await readTogether(db, names, k);
    names.forEach((kind, i) => this.steps.push({ type: 'read', register: { kind, k }, list: lists[i] as readonly number[] }));
  }

  async appendsAndReads(db: Client): Promise<void> {
    for (let i = 0; i < 3; i++) {
      if (Math.random() < 0.5) await this.append(db);
      else await this.read(db, [anyKind(), anyKind()], anyNumber());
    }
  }
}

/** Runs the sessions until `over` or until the server is gone. Fails with any error that is no part of the plan. */
export async function runSessions(url: string, count: number, recorder: Recorder, over: () => boolean): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      try {
        let db = await connect(url);
        while (!over()) {
          const [form, run] = pick(Object.entries(forms));
          await recorder.record(form, (attempt) => run(db, attempt));
          if (run === leave) db = await connect(url);
        }
        await db.close();
      } catch (error) {
        if (!isLost(error)) throw error;
      }
    }),
  );
}

/** Reads every register once, in statements that begin after everything else has ended. */
export async function lastReading(url: string, recorder: Recorder): Promise<void> {
  const db = await connect(url);
  for (let k = 0; k < registersOfAKind; k++) {
    await recorder.record('last reading', (attempt) => attempt.commit(() => attempt.read(db, Object.keys(kinds), k)));
  }
  await db.close();
}

type Form = (db: Client, attempt: Attempt) => Promise<void>;

const leave: Form = async (db, attempt) => {
  await db.query('BEGIN').all();
  await attempt.appendsAndReads(db);
  await db.close();
};

const forms: Readonly<Record<string, Form>> = {
  'one append': (db, attempt) => attempt.commit(() => attempt.append(db)),
  'one reading over all models': (db, attempt) => attempt.commit(() => attempt.read(db, Object.keys(kinds), anyNumber())),
  'BEGIN READ ONLY': async (db, attempt) => {
    await db.query('BEGIN READ ONLY').all();
    for (let i = 0; i < 4; i++) await attempt.read(db, [anyKind()], anyNumber());
    await attempt.commit(() => db.query(pick(['COMMIT', 'ROLLBACK'])).all());
  },
  'BEGIN … COMMIT': async (db, attempt) => {
    await db.query('BEGIN').all();
    await attempt.appendsAndReads(db);
    await attempt.commit(() => db.query('COMMIT').all());
  },
  'BEGIN … ROLLBACK': async (db, attempt) => {
    await db.query('BEGIN').all();
    await attempt.appendsAndReads(db);
    await db.query('ROLLBACK').all();
  },
  'a savepoint that is undone': async (db, attempt) => {
    await db.query('BEGIN').all();
    await attempt.appendsAndReads(db);
    await db.query('SAVEPOINT here').all();
    // Nobody may see anything of it, so it is a transaction of its own that failed.
    await attempt.recorder.record('what a savepoint undid', (undone) => undone.append(db));
    await db.query('ROLLBACK TO here').all();
    await attempt.appendsAndReads(db);
    await attempt.commit(() => db.query('COMMIT').all());
  },
  'a connection that ends inside': leave,
  'an append that is cancelled': async (db, attempt) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), Math.random() ** 3 * 60);
    try {
      await attempt.commit(() => attempt.append(db, controller.signal));
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'limit/cancelled') throw error;
    } finally {
      clearTimeout(timer);
    }
  },
};

function anyKind(): string {
  return pick(Object.keys(kinds));
}

function anyNumber(): number {
  return Math.floor(Math.random() * registersOfAKind);
}

function pick<T>(choices: readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T;
}

function isLost(error: unknown): boolean {
  return error instanceof ClientError && ['protocol/connection-lost', 'protocol/unreachable'].includes(error.code);
}
