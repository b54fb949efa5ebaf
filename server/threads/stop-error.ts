// The error for each reason why a statement was told to stop, the same on both sides of a thread.

import { QueryError } from '../../parser/error.ts';
import type { Limits } from '../limits.ts';
import { flags, type StopReason } from './flag-word.ts';

export function stopError(word: number, limits: Limits): QueryError {
  const reasons: readonly StopReason[] = ['timeout', 'busy', 'stopping'];
  return stopErrorOf(reasons.find((reason) => flags[reason] === word) ?? 'cancelled', limits);
}

export function stopErrorOf(reason: StopReason, limits: Limits): QueryError {
  switch (reason) {
    case 'cancelled':
      return new QueryError('limit/cancelled', 'The statement was cancelled.');
    case 'timeout':
      return new QueryError('limit/timeout', 'The statement took longer than it may.', {
        hint: `A statement may take ${limits.statementTimeoutMs} ms, or the timeoutMs that the query named.`,
      });
    case 'busy':
      return new QueryError('storage/busy', `Other transactions kept the writer for more than ${limits.writerWaitMs} ms.`, {
        retryable: true,
        hint: 'Send the statement again.',
      });
    case 'stopping':
      return new QueryError('limit/stopping', 'The server is stopping.', {
        retryable: true,
        hint: 'Send the statement again when it is back.',
      });
  }
}
