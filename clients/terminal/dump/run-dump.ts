// Where a dump goes: standard output, or a file that gets its name when it is complete.

import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import type { Client } from '../../../server/protocol/client.ts';
import { TerminalError } from '../error-text.ts';
import { type Streams, write } from '../streams.ts';
import { reportText, writeDump } from './dump.ts';

export interface DumpRequest {
  /** Absent: standard output. */
  readonly output?: string;
  readonly force: boolean;
}

/** Writes the script and, to a file, tells what is in it. */
export async function runDump(client: Client, { output, force }: DumpRequest, streams: Streams): Promise<void> {
  if (output === undefined) {
    await writeDump(client, (text) => write(streams.output, text), streams);
    return;
  }
  if (existsSync(output) && !force) throw new TerminalError(`There is already a file ${output}.`, '--force replaces it.');
  const aside = `${output}.${process.pid}.partial`;
  const file = createWriteStream(aside);
  try {
    await once(file, 'open');
    const report = await writeDump(client, (text) => write(file, text), streams);
    await new Promise<void>((resolve, reject) => file.end((error?: Error | null) => (error ? reject(error) : resolve())));
    renameSync(aside, output);
    await write(streams.output, `${output}: ${reportText(report)}\n`);
  } finally {
    file.destroy();
    rmSync(aside, { force: true });
  }
}
