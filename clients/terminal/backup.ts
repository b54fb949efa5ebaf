// `trefoil backup FILE DESTINATION`: a copy of a database file that may be in use.

import { copyFile } from '../../server/open.ts';
import { TerminalError } from './error-text.ts';
import { bytesText, startProgress } from './import/progress.ts';
import { type Streams, write } from './streams.ts';
import { isUrl } from './target.ts';

export interface BackupRequest {
  readonly file: string;
  readonly destination: string;
  readonly force: boolean;
}

/** Makes the copy and tells its size. */
export async function runBackup({ file, destination, force }: BackupRequest, streams: Streams): Promise<void> {
  if (isUrl(file)) {
    throw new TerminalError(
      'A file is copied, not a server.',
      'The file may be in use: give its name, on the machine where it is. Over a connection, trefoil dump writes everything as a script.',
    );
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new TerminalError('Interrupted; no copy was made.'));
  process.once('SIGINT', interrupt);
  let progress: ReturnType<typeof startProgress> | undefined;
  const started = performance.now();
  try {
    const bytes = await copyFile(file, destination, {
      force,
      signal: interrupted.signal,
      onProgress: (done, total) => {
        progress ??= startProgress(streams, 'backup', total);
        progress.update(done);
      },
    });
    progress?.stop();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    await write(streams.output, `${destination}: ${bytesText(bytes)} (${seconds} s)\n`);
  } finally {
    progress?.stop();
    process.removeListener('SIGINT', interrupt);
  }
}
