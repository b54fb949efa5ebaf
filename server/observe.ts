// What is told of statements besides their answers: to the figures (metrics.ts) and to the log of slow statements. The events that leave a
// thread carry it as `measure`, which is taken off before they go to the client.

import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { StatementModel } from '../engines/statement-model.ts';

/** What the thread of a statement knows about it. */
export interface Measure {
  readonly model: StatementModel;
  /** Absent: the statement has no plan. */
  readonly planCached?: boolean | undefined;
  /** Without the time that it waited for its client. */
  readonly workMs: number;
  /** Of one that took longer than `slowMs`: its text, without passwords, and what it did. */
  readonly slow?: { readonly text: string; readonly plan: string } | undefined;
}

export interface StatementEnd extends Omit<Measure, 'model'> {
  readonly model: StatementModel | 'unknown';
  /** `ok` or the code of the error. */
  readonly outcome: string;
  readonly rows: number;
  readonly session: number;
  readonly user?: string | undefined;
}

export interface Observer {
  statement(end: StatementEnd): void;
  /** A commit of so many autocommitted statements. */
  commit(statements: number): void;
  /** A failure of Trefoil itself; `incident` is what the client was told. */
  bug(incident: string, stack: string): void;
}

/** Both at once: figures, and lines in the log for what an operator wants to know. */
export function observerOf(log: Log, metrics: Pick<Metrics, 'statement' | 'commit'>): Observer {
  return {
    statement(end) {
      metrics.statement(end);
      const { slow, outcome: _, ...fields } = end;
      if (slow !== undefined) log.warn({ ...fields, statement: slow.text, plan: slow.plan }, 'slow statement');
    },
    commit: (statements) => metrics.commit(statements),
    bug: (incident, stack) => log.error({ incident, stack }, 'Trefoil failed where it should not'),
  };
}

/** For files opened in a program. */
export const noObserver: Observer = {
  statement: () => {},
  commit: () => {},
  bug: (incident, stack) => console.error(`${incident}: ${stack}`),
};
