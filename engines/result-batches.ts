// A statement's rows on their way out: those in memory, and those that still come and hold an engine until they end.

import { namedTextLimit } from './text-too-long.ts';
import type { StatementResult } from './session.ts';
import type { Row } from './value.ts';

/** The result with these batches. */
export function withBatches(result: Omit<StatementResult, 'batches'>, batches: AsyncIterable<Row[]>): StatementResult {
  const { columns, stats, notices, statement, graph, planned } = result;
  return { columns, batches, stats, notices, statement, graph, planned };
}

/** Rows that are in memory. */
export async function* fromArray(batches: readonly Row[][]): AsyncGenerator<Row[]> {
  yield* batches;
}

/** Rows without columns, of what is run for what it does: to the end, and none of them comes out. */
export async function* unseen(batches: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  for await (const _batch of batches);
}

/** Calls `finish` once, when the rows end, fail, or are no longer wanted. */
export function closing(batches: AsyncIterable<Row[]>, finish: () => Promise<void>): AsyncIterable<Row[]> {
  const inner = batches[Symbol.asyncIterator]();
  let finished = false;
  const once = async (): Promise<void> => {
    if (finished) return;
    finished = true;
    await finish();
  };
  const iterator: AsyncIterator<Row[]> = {
    async next() {
      if (finished) return { done: true, value: undefined };
      try {
        const step = await inner.next();
        if (step.done) await once();
        return step;
      } catch (error) {
        await once();
        throw namedTextLimit(error);
      }
    },
    async return() {
      try {
        await inner.return?.();
      } finally {
        await once();
      }
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
