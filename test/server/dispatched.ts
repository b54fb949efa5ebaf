// Asks a dispatcher's session without a socket between.

import type { QueryRequest } from '../../server/query.ts';
import type { DispatchSession } from '../../server/session.ts';
import type { QueryEvent } from '../../server/threads/outlet.ts';

/** The rows of a text as one JSON text, or the code of its error. */
export function ask(session: DispatchSession, text: string, request: Omit<QueryRequest, 'text'> = {}): Promise<string> {
  return new Promise((resolve) => {
    let rows = '';
    session.run({ text, ...request }, (event: QueryEvent) => {
      if (event.kind === 'rows') rows += event.text;
      if (event.kind === 'error') resolve(event.error.code);
      else if (event.kind === 'done' && event.last) resolve(rows);
    });
  });
}
