// What is done with a file as a whole, as the library offers it (open.ts): checking it, copying it.

import type { CheckResult } from '../engines/file-check.ts';
import { backupDatabase, checkDatabase } from '../engines/open.ts';
import type { CopyOptions } from './open.ts';
import { ClientError } from './protocol/error.ts';
import { wireError } from './wire-error.ts';

export async function* runChecks(file: string): AsyncGenerator<CheckResult> {
  try {
    yield* checkDatabase(file);
  } catch (error) {
    throw asClientError(error);
  }
}

export async function copy(file: string, destination: string, options: CopyOptions): Promise<number> {
  const { force = false, signal, onProgress } = options;
  try {
    return await backupDatabase(file, destination, { force, signal, ...(onProgress ? { onProgress } : {}) });
  } catch (error) {
    throw signal?.aborted ? error : asClientError(error);
  }
}

function asClientError(error: unknown): ClientError {
  return error instanceof ClientError ? error : new ClientError(wireError(error, ''));
}
