// Files written aside, which get their name when they are complete: a failure, or Ctrl-C, leaves what stood there before.

import { closeSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { TerminalError } from './error-text.ts';
import { FileOutput } from './result-output.ts';

/** Has `work` write the file. Without `force` a file that is there is refused. `signal` is told of Ctrl-C, which ends the process without one. */
export async function writeAside<T>(
  file: string,
  options: { readonly force: boolean; readonly signal?: AbortSignal },
  work: (output: FileOutput) => Promise<T>,
): Promise<T> {
  const there = statSync(file, { throwIfNoEntry: false });
  // A pipe or a device takes what comes, and keeps its name.
  const direct = there !== undefined && !there.isFile();
  if (there && !direct && !options.force) throw new TerminalError(`There is already a file ${file}.`, '--force replaces it.');
  if (there && !direct && isDatabase(file)) throw new TerminalError(`${file} is a database.`, 'Name another file for what is written.');
  const target = there ? realpathSync(file) : file;
  const aside = `${target}.${process.pid}.partial`;
  const output = await FileOutput.open(direct ? target : aside, file);
  const interrupted = (): void => {
    if (!direct) rmSync(aside, { force: true });
    process.exit(130);
  };
  if (!options.signal) process.once('SIGINT', interrupted);
  try {
    const done = await work(output);
    options.signal?.throwIfAborted();
    await output.close();
    if (!direct) renameSync(aside, target);
    return done;
  } finally {
    process.off('SIGINT', interrupted);
    await output.close().catch(() => undefined);
    if (!direct) rmSync(aside, { force: true });
  }
}

/** SQLite files begin with these words. What is written here is text, and never meant for the place of one. */
function isDatabase(file: string): boolean {
  const start = Buffer.alloc(15);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, start, 0, start.length, 0);
  } finally {
    closeSync(handle);
  }
  return start.toString('latin1') === 'SQLite format 3';
}
