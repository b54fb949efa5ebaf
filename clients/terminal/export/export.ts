// Rows written to a file as its ending says: `trefoil export` and `.export` in the shell. What is asked goes through the Client and out
// again row by row, so a file and a server are read alike and the size does not matter.

import { extname } from 'node:path';
import type { Client, QueryOptions } from '../../../server/protocol/client.ts';
import { TerminalError } from '../error-text.ts';
import { ask } from '../execute.ts';
import type { OutputMode } from '../output/mode.ts';
import type { CsvForm } from '../output/printer.ts';
import { printResult } from '../print-result.ts';
import type { ResultOutput } from '../result-output.ts';
import { keyText, nameText } from '../value-text.ts';
import { exportEndings, modeOfEnding } from './endings.ts';

export type ExportSource =
  /** A table, a view or a collection. */
  | { readonly kind: 'name'; readonly name: string }
  /** The nodes with the label. */
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'query'; readonly text: string };

/** The mode in which a file of this name is written. */
export function modeOfFile(file: string): OutputMode {
  const mode = modeOfEnding(extname(file).slice(1));
  if (mode) return mode;
  throw new TerminalError(
    `The ending of ${file} does not say how to write it.`,
    `There are: ${exportEndings.map((ending) => `.${ending}`).join(', ')}.`,
  );
}

/** What stands between the fields of a file of this name. */
export function delimiterOfFile(file: string): string {
  return extname(file).toLowerCase() === '.tsv' ? '\t' : ',';
}

/** A name alone stands for all that is in it: `people`, `:Person`. */
export function sourceOf(text: string): ExportSource {
  const label = /^:\s*(?:([\p{L}_][\p{L}\p{N}_]*)|`((?:[^`]|``)+)`)$/u.exec(text);
  if (label) return { kind: 'label', label: label[1] ?? (label[2] ?? '').replaceAll('``', '`') };
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) ? { kind: 'name', name: text } : { kind: 'query', text };
}

/** What is asked of the database for an export. */
export interface ExportQuery {
  readonly text: string;
  /** Each row has one value, an object, which is written in place of the row. */
  readonly bare: boolean;
  /** How many rows there are, where that is known before. */
  readonly rows?: number;
}

/** Documents and nodes are written whole where the form holds objects, and as a column for each field where it has columns. */
export async function exportQuery(client: Client, source: ExportSource, mode: OutputMode, options: QueryOptions): Promise<ExportQuery> {
  const bare = mode === 'json' || mode === 'jsonl';
  switch (source.kind) {
    case 'query':
      return { text: source.text, bare: false };
    case 'name': {
      const name = nameText(source.name);
      const documents = await countOf(client, 'SHOW COLLECTIONS', source.name, options);
      if (documents !== undefined && bare) return { text: `SELECT o FROM ${name} AS o`, bare, rows: documents };
      const rows = documents ?? (await countOf(client, 'SHOW TABLES', source.name, options));
      return { text: `SELECT * FROM ${name}`, bare: false, ...(rows === undefined ? {} : { rows }) };
    }
    case 'label': {
      const { label } = source;
      const rows = await countOf(client, 'SHOW LABELS', label, options);
      if (rows === undefined) throw new TerminalError(`No node has the label "${label}".`, 'SHOW LABELS lists those that there are.');
      const pattern = `MATCH (n:${keyText(label)})`;
      if (bare) return { text: `${pattern} RETURN properties(n) AS n`, bare, rows };
      if (mode !== 'csv' && mode !== 'markdown') return { text: `${pattern} RETURN n`, bare: false, rows };
      const found = await ask(client, `${pattern} UNWIND keys(n) AS k RETURN DISTINCT k`, {}, options);
      const names = found.rows.map(([key]) => nameText(String(key)));
      const columns = names.length > 0 ? names.map((name) => `n.${name} AS ${name}`).join(', ') : 'id(n)';
      return { text: `${pattern} RETURN ${columns}`, bare: false, rows };
    }
  }
}

/** The count that a SHOW statement gives for a name, which tables and collections have in any case of letters. */
async function countOf(client: Client, show: string, name: string, options: QueryOptions): Promise<number | undefined> {
  const { rows } = await ask(client, show, {}, options);
  const same = show === 'SHOW LABELS' ? name : name.toLowerCase();
  const row = rows.find(([known]) => (show === 'SHOW LABELS' ? known : String(known).toLowerCase()) === same);
  return row && Number(row.at(-1));
}

export interface ExportForm {
  readonly mode: OutputMode;
  readonly csv?: CsvForm;
  readonly output: ResultOutput;
  /** Told how many rows have come. */
  readonly onRows: (rows: number) => void;
}

/** Writes what the query gives, and says how many rows that was. */
export async function writeExport(
  client: Client,
  query: ExportQuery,
  { mode, csv, output, onRows }: ExportForm,
  parameters: { readonly [name: string]: unknown },
  options: QueryOptions,
): Promise<number> {
  let rows = 0;
  for await (const result of client.run(query.text, parameters, { ...options, typed: true })) {
    await printResult(result, { mode, output, bare: query.bare, ...(csv && { csv }), onRow: () => onRows(++rows) });
  }
  return rows;
}
