// The library's entry: opens a file in process and gives the same interface as a connection to a server. Without `threads`
// statements run in the caller's thread; with them they run as in the server, so that a long one can be cancelled.
//
//   const db = await open('shop.db');
//   for await (const row of db.query('SELECT name FROM customer')) console.log(row.name);

import type { CheckResult } from '../engines/file-check.ts';
import { openFileClient } from './file-client.ts';
import type { Limits } from './limits.ts';
import type { Client } from './protocol/client.ts';
import { ClientError, clientError } from './protocol/error.ts';
import type { Procedure } from './procedures.ts';
import { wireError } from './wire-error.ts';

export type {
  Client,
  ClientEdge,
  ClientErrorShape,
  ClientNode,
  ClientPath,
  ClientResult,
  ClientSummary,
  ClientTemporal,
  ClientValue,
  Parameters,
  QueryOptions,
  RowObject,
  TemporalKind,
} from './protocol/client.ts';
export type { Procedure, ProcedureArgument, ProcedureCall, ProcedureRow, ProcedureRows, ProcedureType } from './procedures.ts';
export { Temporal } from './protocol/decode.ts';
export { Float, float } from './protocol/encode.ts';
export { ClientError } from './protocol/error.ts';

export type { CheckResult } from '../engines/file-check.ts';

/** Checks a file, which may be in use, and changes nothing: a result per check. Fails with a ClientError `storage/*` if it cannot be opened. */
export async function* checkFile(file: string): AsyncGenerator<CheckResult> {
  yield* (await import('./whole-file.ts')).runChecks(file);
}

export interface CopyOptions {
  /** Replace a file that is there. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
}

/** Copies a file, which may be in use, as one snapshot, and gives the copy's size in bytes. Fails with a ClientError `storage/*`. */
export async function copyFile(file: string, destination: string, options: CopyOptions = {}): Promise<number> {
  return (await import('./whole-file.ts')).copy(file, destination, options);
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Default for every query. */
  readonly typed?: boolean;
  /** Run statements in threads: several at a time, and any can be cancelled. `:memory:` is a temporary file then. */
  readonly threads?: boolean;
  /** With `threads`. */
  readonly readers?: number;
  /** Without `threads` only `memoryBytes` is asked: what a statement may hold besides what the program held before it. */
  readonly limits?: Partial<Limits>;
  /** Procedures of the program's own, for CALL. Not with `threads`: they run in the program's thread. */
  readonly procedures?: readonly Procedure[];
}

/** Opens a file, or `:memory:`. Fails with a ClientError `storage/*`. */
export async function open(file: string, options: OpenOptions = {}): Promise<Client> {
  try {
    if (options.threads === true && options.procedures !== undefined)
      throw clientError('procedure/definition', "Procedures run in the program's thread, so they cannot be given together with threads.");
    if (options.threads !== true) return await openFileClient(file, options);
    // Threads are loaded only for those who want them, so that a single command starts quickly.
    return await (await import('./dispatch-client.ts')).openDispatchClient(file, options);
  } catch (error) {
    throw error instanceof ClientError ? error : new ClientError(wireError(error, ''));
  }
}
