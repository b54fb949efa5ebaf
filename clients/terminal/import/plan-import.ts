// Which files an import loads, into what, and in which order. A folder stands for its CSV files; role headers make a graph
// import (nodes before edges), a schema script gives tables and their order, --tables a table per file.

import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { TerminalError } from '../error-text.ts';
import { csvRecords, findDelimiter } from './csv-records.ts';
import type { ImportRequest } from './request.ts';
import { type EdgeHeader, type NodeHeader, roleHeader, stemOf } from './role-header.ts';
import { foreignKeys, loadOrder } from './table-order.ts';

export interface ImportJob {
  readonly file: string;
  readonly bytes: number;
  readonly format: 'csv' | 'json';
  /** Only csv. */
  readonly delimiter: string;
  readonly into:
    | { readonly kind: 'named'; readonly name: string; readonly as: 'table' | 'collection' | undefined }
    | { readonly kind: 'labelled'; readonly labels: readonly string[] }
    | { readonly kind: 'roles'; readonly header: NodeHeader | EdgeHeader };
}

/** The jobs in the order they run. Throws TerminalError for what does not fit together. */
export async function planImport(request: ImportRequest): Promise<ImportJob[]> {
  const files = await expandFolders(request);
  const jobs: ImportJob[] = [];
  for (const file of files) jobs.push(await jobFor(file, request));
  if (request.schema !== undefined) return inSchemaOrder(jobs, request.schema);
  const named = jobs.filter((job) => job.into.kind === 'named');
  if (request.into !== undefined && named.length > 1 && request.files.length < files.length) {
    throw new TerminalError('A folder of plain CSV files does not go into one table.', 'Give --tables to make a table of each file.');
  }
  const order = (job: ImportJob): number => (job.into.kind === 'roles' && job.into.header.kind === 'edges' ? 1 : 0);
  return jobs.sort((a, b) => order(a) - order(b));
}

async function expandFolders(request: ImportRequest): Promise<string[]> {
  const files: string[] = [];
  for (const path of request.files) {
    if (!(await stat(path)).isDirectory()) {
      files.push(path);
      continue;
    }
    const inside = (await readdir(path)).filter((name) => /\.(csv|tsv)$/i.test(name)).sort();
    if (inside.length === 0) throw new TerminalError(`The folder ${path} has no CSV files.`);
    files.push(...inside.map((name) => join(path, name)));
  }
  return files;
}

async function jobFor(file: string, request: ImportRequest): Promise<ImportJob> {
  const bytes = (await stat(file)).size;
  const format = ['.json', '.jsonl', '.ndjson'].includes(extname(file).toLowerCase()) ? 'json' : 'csv';
  const delimiter = format === 'csv' ? (request.delimiter ?? (await findDelimiter(file))) : ',';
  const base = { file, bytes, format, delimiter } as const;
  if (request.tables || request.schema !== undefined) return { ...base, into: { kind: 'named', name: stemOf(file), as: 'table' } };
  if (format === 'csv' && request.header && (request.kind === undefined || request.kind === 'graph')) {
    const header = roleHeader(await firstFields(file, delimiter), file);
    if (header) return { ...base, into: { kind: 'roles', header } };
  }
  if (request.kind === 'graph') {
    if (request.labels.length > 0) return { ...base, into: { kind: 'labelled', labels: request.labels } };
    throw new TerminalError(`${file}: the header names no roles, as in id:ID(Person).`, 'Give --label to make each record a node.');
  }
  if (request.into === undefined) {
    throw new TerminalError(
      `Where shall ${file} go?`,
      'Give --into NAME for a table or a collection, --label NAME for nodes, or --tables for a table per file.',
    );
  }
  return { ...base, into: { kind: 'named', name: request.into, as: request.kind } };
}

async function firstFields(file: string, delimiter: string): Promise<readonly string[]> {
  for await (const record of csvRecords(file, delimiter)) return record.fields;
  return [];
}

async function inSchemaOrder(jobs: readonly ImportJob[], schema: string): Promise<ImportJob[]> {
  const order = loadOrder(foreignKeys(await readFile(schema, 'utf8')));
  const place = (job: ImportJob): number => {
    const name = job.into.kind === 'named' ? job.into.name.toLowerCase() : '';
    const at = order.indexOf(name);
    if (at < 0) throw new TerminalError(`${job.file}: ${schema} makes no table of the name ${name}.`);
    return at;
  };
  return jobs
    .map((job) => ({ job, at: place(job) }))
    .sort((a, b) => a.at - b.at)
    .map(({ job }) => job);
}
