// Where a dump goes: standard output, or a file that gets its name when it is complete.

import type { Client } from '../../../server/protocol/client.ts';
import { writeAside } from '../aside.ts';
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
  const report = await writeAside(output, { force }, (file) => writeDump(client, async (text) => void (await file.write(text)), streams));
  await write(streams.output, `${output}: ${reportText(report)}\n`);
}
