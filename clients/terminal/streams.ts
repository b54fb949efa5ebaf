// Where the command line reads and writes. Handed down instead of `process`, so that tests can put strings in their place.

import type { Readable, Writable } from 'node:stream';

export interface Streams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly errors: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** A terminal on which nothing can be drawn over what stands there. */
export function isDumb(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment.TERM === 'dumb';
}

/** Columns of a terminal; Infinity for a pipe or a file. */
export function widthOf(stream: Streams['output']): number {
  return stream.isTTY ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY;
}

/** Writes and waits until the stream has taken it, so that a slow reader slows the query and not the memory. */
export function write(stream: Writable, text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())));
}
