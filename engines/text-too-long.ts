// A text longer than the runtime can hold: joined, collected, or written as JSON, in whichever operator. It is the user's doing
// and so a QueryError, made where all failures of a statement pass.

import { QueryError } from '../parser/error.ts';
import { runtimeTextUnitsMax } from './limits.ts';

/** The runtime's refusal of such a text as `limit/text`; any other error as it is. */
export function namedTextLimit(error: unknown): unknown {
  const refused =
    error instanceof Error && (error.message === 'Invalid string length' || ('code' in error && error.code === 'ERR_STRING_TOO_LONG'));
  return refused ? new QueryError('limit/text', `A text would have more than ${runtimeTextUnitsMax} characters.`) : error;
}
