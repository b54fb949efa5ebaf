// When a transaction was ended behind its client's back, nothing runs until the client has said that it knows: half of what belongs
// together would be committed by itself. Shared by sessions over a socket and by clients of a file.

import { QueryError } from '../parser/error.ts';

export function rolledBackError(): QueryError {
  return new QueryError('storage/rolled-back', 'The transaction was rolled back when a statement in it failed or was stopped.', {
    hint: 'Send ROLLBACK, then start it again.',
    retryable: true,
  });
}

/** What a text means for a transaction that is lost. */
export interface LostAnswer {
  /** The client knows now: it is a ROLLBACK, a COMMIT, or a BEGIN. The savepoints are gone with the transaction, so they do not say it. */
  readonly ends: boolean;
  /** A ROLLBACK alone succeeds; everything else gets the error. */
  readonly succeeds: boolean;
}

/** `controlsTransaction`: the text has BEGIN, COMMIT or ROLLBACK. */
export function answerLost(text: string, controlsTransaction: boolean): LostAnswer {
  const aboutSavepoints = /^\s*(savepoint|release|rollback\s+(transaction\s+|work\s+)?to)\b/i.test(text);
  const succeeds = /^\s*rollback\s*(transaction|work)?\s*;?\s*$/i.test(text);
  return { ends: controlsTransaction && !aboutSavepoints, succeeds };
}
