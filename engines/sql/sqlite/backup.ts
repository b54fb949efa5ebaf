// Copies a file that may be in use: SQLite's backup, with the source held in a read transaction, so that the copy is one snapshot
// and writers do not make it begin anew. The copy is written aside and gets its name when it is complete and on the disk.

import { closeSync, existsSync, fsyncSync, linkSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { QueryError } from '../../../parser/error.ts';
import { openConnection } from './driver.ts';
import { translateError } from './errors.ts';

export interface BackupOptions {
  /** Replace a file that is there. */
  readonly force: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Bytes copied of the whole. */
  onProgress?(bytes: number, totalBytes: number): void;
}

const pagesPerStep = 500;

/** Gives the size of the copy in bytes. Throws `storage/*`. */
export async function backupFile(file: string, destination: string, options: BackupOptions): Promise<number> {
  refuseDestination(file, destination, options.force);
  const connection = openConnection(file, { readOnly: true });
  const aside = `${destination}.${process.pid}.partial`;
  try {
    const pageBytes = connection.get('PRAGMA page_size', [], 'number')?.[0] as number;
    connection.run('BEGIN');
    // The first read fixes the snapshot.
    connection.get('SELECT 1 FROM main.sqlite_schema');
    await connection.database.backup(aside, {
      progress: ({ totalPages, remainingPages }) => {
        options.signal?.throwIfAborted();
        options.onProgress?.((totalPages - remainingPages) * pageBytes, totalPages * pageBytes);
        return pagesPerStep;
      },
    });
    toDisk(aside);
    giveName(aside, destination, options.force);
    toDisk(dirname(resolve(destination)));
    return statSync(destination).size;
  } catch (error) {
    throw refusedByDisk(translateError(error), destination);
  } finally {
    connection.close();
    for (const left of [aside, `${aside}-journal`]) rmSync(left, { force: true });
  }
}

function refuseDestination(file: string, destination: string, force: boolean): void {
  const folder = dirname(resolve(destination));
  if (!existsSync(folder)) throw new QueryError('storage/cannot-open', `The folder "${folder}" does not exist.`);
  const there = existsSync(destination);
  if (there && existsSync(file) && realpathSync(file) === realpathSync(destination))
    throw new QueryError('storage/destination', 'The copy would take the place of the file itself.');
  if (there && statSync(destination).isDirectory())
    throw new QueryError('storage/destination', `"${destination}" is a folder.`, { hint: 'Name the file to make.' });
  if (there && !force) throw existsError(destination);
  const beside = [`${destination}-wal`, `${destination}-journal`].find((name) => existsSync(name) && statSync(name).size > 0);
  if (beside !== undefined) {
    // SQLite would take it for a part of the copy.
    throw new QueryError('storage/destination', `"${beside}" belongs to a database that is in use or was not closed.`, {
      hint: 'Choose another name for the copy.',
    });
  }
}

function existsError(destination: string): QueryError {
  return new QueryError('storage/destination', `There is already a file "${destination}".`, { hint: '--force replaces it.' });
}

/** Without force by a link, which fails if a file has come meanwhile; where the file system knows no links, by its name. */
function giveName(aside: string, destination: string, force: boolean): void {
  if (!force) {
    try {
      linkSync(aside, destination);
      return;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw existsError(destination);
    }
  }
  renameSync(aside, destination);
}

function toDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function refusedByDisk(error: unknown, destination: string): unknown {
  switch (error instanceof QueryError ? error.code : codeOf(error)) {
    case 'storage/full':
    case 'ENOSPC':
      return new QueryError('storage/full', 'The disk is full, so the copy was not made.', { hint: 'Free some space and try again.' });
    case 'EACCES':
    case 'EROFS':
      return new QueryError('storage/cannot-open', `"${destination}" may not be written.`);
    default:
      return error;
  }
}
