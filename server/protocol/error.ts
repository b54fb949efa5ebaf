// The error that programs see, over a socket and in process alike: a code to branch on, a sentence to show, the place in the
// statement. Made from the `error` frame or from the engine's QueryError.

import type { ClientErrorShape } from './client.ts';

/** A failed statement or connection. `retryable`: the same statement may succeed when it is sent again. */
export class ClientError extends Error implements ClientErrorShape {
  override readonly name = 'ClientError';
  readonly code: string;
  readonly span?: NonNullable<ClientErrorShape['span']>;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly others?: readonly ClientErrorShape[];

  constructor(shape: ClientErrorShape) {
    super(shape.message);
    this.code = shape.code;
    if (shape.span !== undefined) this.span = shape.span;
    if (shape.hint !== undefined) this.hint = shape.hint;
    this.retryable = shape.retryable;
    if (shape.others !== undefined) this.others = shape.others;
  }
}

/** Short form for the failures that the client side finds by itself. */
export function clientError(code: string, message: string, hint?: string, retryable = false): ClientError {
  return new ClientError({ code, message, retryable, ...(hint === undefined ? {} : { hint }) });
}
