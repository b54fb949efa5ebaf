// `trefoil export`: rows to a file or to standard output, with a bar on a terminal.

import { basename } from 'node:path';
import type { Client, ClientProgress } from '../../../server/protocol/client.ts';
import { writeAside } from '../aside.ts';
import { countText } from '../count-text.ts';
import { TerminalError } from '../error-text.ts';
import { execute } from '../execute.ts';
import { startProgress } from '../import/progress.ts';
import type { OutputMode } from '../output/mode.ts';
import { durationText } from '../duration-text.ts';
import { plain, paintFor } from '../paint.ts';
import { directOutput, type ResultOutput } from '../result-output.ts';
import { StatementFailure } from '../script.ts';
import { type Streams, write } from '../streams.ts';
import { nameText } from '../value-text.ts';
import { Waiting } from '../waiting.ts';
import { delimiterOfFile, type ExportSource, exportQuery, modeOfFile, writeExport } from './export.ts';

export interface ExportRequest {
  /** `-` is standard output. */
  readonly file: string;
  readonly source: ExportSource;
  /** Absent: as the file's ending says. */
  readonly mode?: OutputMode;
  readonly delimiter?: string;
  readonly header: boolean;
  readonly force: boolean;
  /** The graph that labels and patterns are looked for in. */
  readonly use?: string;
}

/** Writes the file and tells what is in it. */
export async function runExport(client: Client, request: ExportRequest, streams: Streams): Promise<void> {
  const { file, force } = request;
  const started = performance.now();
  if (request.use !== undefined) await execute(client, `SESSION SET GRAPH ${nameText(request.use)}`);
  if (file === '-') {
    if (request.mode === undefined)
      throw new TerminalError('Standard output has no ending.', '--format says how to write it: csv, json, jsonl, …');
    await exportTo(client, request, streams, directOutput(streams.output, plain), request.mode);
    return;
  }
  const mode = request.mode ?? modeOfFile(file);
  const rows = await writeAside(file, { force }, (output) => exportTo(client, request, streams, output, mode));
  await write(streams.output, `${file}: ${countText(rows, 'row')} (${durationText(performance.now() - started)})\n`);
}

async function exportTo(client: Client, request: ExportRequest, streams: Streams, output: ResultOutput, mode: OutputMode): Promise<number> {
  const { source, file, header } = request;
  const csv = { delimiter: request.delimiter ?? delimiterOfFile(file), header };
  const query = await exportQuery(client, source, mode, {});
  // A bar where the number of rows is known, else the time and the rows so far; neither where it would stand in the rows themselves.
  const quiet = file === '-' && streams.output.isTTY === true;
  const bar = quiet || !query.rows ? undefined : startProgress(streams, basename(file), query.rows, 'items');
  const waiting = quiet || bar?.shown ? undefined : new Waiting(streams.errors, await paintFor(streams.errors));
  const onRows = (rows: number): void => {
    bar?.update(rows);
    waiting?.tell(rows);
  };
  try {
    const onProgress = (progress: ClientProgress): void => waiting?.reached(progress);
    return await writeExport(client, query, { mode, csv, output, onRows }, {}, waiting?.isSeen ? { onProgress } : {});
  } catch (error) {
    throw source.kind === 'query' ? new StatementFailure(error, { text: source.text }) : error;
  } finally {
    bar?.stop();
    waiting?.stop();
  }
}
