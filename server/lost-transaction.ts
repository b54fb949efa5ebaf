// When a transaction was ended behind its client's back, nothing runs until the client has said that it knows: half of what belongs
// together would be committed by itself. Shared by sessions over a socket and by clients of a file.

import { QueryError } from '../parser/error.ts';

export function rolledBackError(): QueryError {
  return new QueryError('storage/rolled-back', 'The transaction was rolled back when a statement in it failed or was stopped.', {
    hint: 'Send ROLLBACK, then start it again.',
    retryable: true,
  });
}
