// The import itself: `trefoil import` and `.import` in the shell. Each file is one job and, unless --batch is given, one
// transaction. Everything goes through the Client, so a file and a server are loaded alike.

import { basename } from 'node:path';
import type { Client } from '../../../server/protocol/client.ts';
import { countText } from '../count-text.ts';
import { TerminalError } from '../error-text.ts';
import { ask, execute, namesOf } from '../execute.ts';
import { runScriptFile } from '../script.ts';
import { type Streams, write } from '../streams.ts';
import { nameText } from '../value-text.ts';
import { csvRecords } from './csv-records.ts';
import { IdSpaces } from './id-spaces.ts';
import { csvDocuments, intoCollection, intoNodes, jsonDocuments } from './into-documents.ts';
import { edgesIntoGraph, nodesIntoGraph } from './into-graph.ts';
import { csvIntoTable, jsonIntoTable } from './into-table.ts';
import { jsonRecords } from './json-records.ts';
import { load, type Prepared } from './load.ts';
import { type ImportJob, planImport } from './plan-import.ts';
import { startProgress } from './progress.ts';
import type { ImportRequest } from './request.ts';

/** Bad rows told one by one under `skip`; after that only counted. */
const badRowsToldMax = 20;

/** Runs an import and tells what it did. Throws at the first failure. */
export async function runImport(client: Client, request: ImportRequest, streams: Streams, signal?: AbortSignal): Promise<void> {
  if (request.use === undefined) return runJobs(client, request, streams, signal);
  const { rows } = await ask(client, 'SHOW GRAPHS');
  const before = rows.find((row) => row.at(-1) === true)?.[0];
  await execute(client, `CREATE GRAPH IF NOT EXISTS ${nameText(request.use)}`);
  await execute(client, `SESSION SET GRAPH ${nameText(request.use)}`);
  try {
    await runJobs(client, request, streams, signal);
  } finally {
    await execute(client, typeof before === 'string' ? `SESSION SET GRAPH ${nameText(before)}` : 'SESSION RESET GRAPH');
  }
}

async function runJobs(client: Client, request: ImportRequest, streams: Streams, signal?: AbortSignal): Promise<void> {
  const jobs = await planImport(request);
  if (request.schema !== undefined) await runScriptFile(client, request.schema, { signal });
  const spaces = new IdSpaces();
  let loaded = 0;
  let bad = 0;
  const started = performance.now();
  for (const job of jobs) {
    const progress = startProgress(streams, basename(job.file), job.bytes);
    const jobStarted = performance.now();
    try {
      const report = await load(() => prepare(client, job, request, spaces), {
        client,
        file: job.file,
        onError: request.onError,
        commitRows: request.batchRows,
        signal,
        onBadRow: (message) => {
          if (++bad <= badRowsToldMax) streams.errors.write(`skipped: ${message}\n`);
          else if (bad === badRowsToldMax + 1) streams.errors.write('skipped: … more, which are only counted.\n');
        },
        onProgress: (bytes) => progress.update(bytes),
      });
      progress.stop();
      loaded += report.loaded;
      const skipped = report.bad > 0 ? `, ${countText(report.bad, 'bad row')} skipped` : '';
      await write(
        streams.output,
        `${basename(job.file)}: ${countText(report.loaded, report.noun)}${destination(job)}${skipped} (${seconds(jobStarted)})\n`,
      );
    } finally {
      progress.stop();
    }
  }
  if (jobs.length > 1)
    await write(
      streams.output,
      `${countText(jobs.length, 'file')}, ${countText(loaded, 'record')} in ${seconds(started)}${bad > 0 ? `, ${countText(bad, 'bad row')}` : ''}\n`,
    );
}

async function prepare(client: Client, job: ImportJob, request: ImportRequest, spaces: IdSpaces): Promise<Prepared> {
  const { into, file } = job;
  switch (into.kind) {
    case 'roles': {
      const records = csvRecords(file, job.delimiter);
      return into.header.kind === 'nodes'
        ? nodesIntoGraph(client, file, into.header, records, request, spaces)
        : edgesIntoGraph(client, file, into.header, records, request, spaces);
    }
    case 'labelled': {
      const writeBatch = intoNodes(client, into.labels);
      if (job.format === 'json') return jsonDocuments(jsonRecords(file), writeBatch, 'node');
      return csvDocuments(file, csvRecords(file, job.delimiter), request, { writeBatch, noun: 'node', keepNulls: false });
    }
    case 'named':
      break;
  }
  const as = into.as ?? (await kindOf(client, into.name)) ?? (job.format === 'csv' ? 'table' : 'collection');
  if (as === 'table') {
    if (job.format === 'json') return jsonIntoTable(client, into.name, file, jsonRecords(file), request);
    return csvIntoTable(client, into.name, file, csvRecords(file, job.delimiter), request);
  }
  if (request.key.length > 0) throw new TerminalError('--key is for tables; a collection has its own id.');
  const writeBatch = await intoCollection(client, into.name);
  if (job.format === 'json') return jsonDocuments(jsonRecords(file), writeBatch, 'document');
  return csvDocuments(file, csvRecords(file, job.delimiter), request, { writeBatch, noun: 'document', keepNulls: true });
}

/** What exists under a name. */
async function kindOf(client: Client, name: string): Promise<'table' | 'collection' | undefined> {
  const same = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  if ((await namesOf(client, 'SHOW TABLES')).some(same)) return 'table';
  return (await namesOf(client, 'SHOW COLLECTIONS')).some(same) ? 'collection' : undefined;
}

function destination(job: ImportJob): string {
  switch (job.into.kind) {
    case 'named':
      return ` into ${job.into.name}`;
    case 'labelled':
      return ` with label ${job.into.labels.join(':')}`;
    case 'roles':
      return '';
  }
}

function seconds(since: number): string {
  const elapsedMs = performance.now() - since;
  return elapsedMs < 1000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1000).toFixed(1)} s`;
}
