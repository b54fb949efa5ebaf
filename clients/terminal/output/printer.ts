// The output modes. A printer is made from the columns and the first page of rows (a table takes its widths from it) and then
// turns pages into text, so a result of any size passes through with one page in memory. No mode writes anything itself.
//
//   const printer = await makePrinter('csv', { columns, firstPage, width: Infinity, paint: plain });
//   write(printer.head + (await printer.rows(firstPage)) + (await printer.rows(nextPage)) + printer.foot());

import type { ClientValue } from '../../../server/protocol/client.ts';
import type { WireColumn } from '../../../server/protocol/frames.ts';
import type { Paint } from '../paint.ts';
import { comparisonTable, isComparison } from './comparison.ts';
import type { OutputMode } from './mode.ts';

export type OutputRow = readonly ClientValue[];

export interface PrinterOptions {
  readonly columns: readonly WireColumn[];
  readonly firstPage: readonly OutputRow[];
  /** Columns of the terminal; Infinity when the output is not one. */
  readonly width: number;
  readonly paint: Paint;
  /** A table breaks long cells into lines instead of cutting them. */
  readonly wrap?: boolean;
  /** Each row has one value, an object, which stands for it in JSON. */
  readonly bare?: boolean;
  readonly csv?: CsvForm;
}

/** How CSV is written; RFC 4180 where nothing else is said. */
export interface CsvForm {
  readonly delimiter: string;
  /** The first line names the columns. */
  readonly header: boolean;
}

export interface Printer {
  readonly head: string;
  rows(page: readonly OutputRow[]): string | Promise<string>;
  /** Ends the output; it may depend on whether any row came. */
  foot(): string;
}

/** The types of columns that may hold nodes, edges or paths. */
const drawable: readonly string[] = ['any', 'node', 'edge', 'path', 'list', 'object'];

/** On a terminal a result in which nothing can be drawn, such as that of `.schema`, stays a table in the modes that draw. */
function modeFor(mode: OutputMode, { columns, width }: PrinterOptions): OutputMode {
  const draws = mode === 'graph' || mode === 'mermaid' || mode === 'dot';
  return draws && Number.isFinite(width) && !columns.some((c) => drawable.includes(c.type)) ? 'table' : mode;
}

/** The printer of a mode, loading only that one. `table` falls back to `line` when the columns cannot fit the terminal. */
export async function makePrinter(mode: OutputMode, options: PrinterOptions): Promise<Printer> {
  switch (modeFor(mode, options)) {
    case 'table':
      return (await makeTable(options)) ?? (await import('./line.ts')).linePrinter(options);
    case 'json':
      return (await import('./json.ts')).jsonPrinter(options);
    case 'jsonl':
      return (await import('./json.ts')).jsonLinesPrinter(options);
    case 'csv':
      return (await import('./csv.ts')).csvPrinter(options);
    case 'markdown':
      if (isComparison(options.columns)) return (await import('./comparison-page.ts')).comparisonPage(options);
      return (await import('./markdown.ts')).markdownPrinter(options);
    case 'line':
      return (await import('./line.ts')).linePrinter(options);
    case 'tree':
      return (await import('./tree.ts')).treePrinter(options);
    case 'graph':
      return (await import('./graph.ts')).graphPrinter(options);
    case 'mermaid':
      return (await import('./diagrams.ts')).mermaidPrinter(options);
    case 'dot':
      return (await import('./diagrams.ts')).dotPrinter(options);
  }
}

async function makeTable(options: PrinterOptions): Promise<Printer | undefined> {
  const { tablePrinter } = await import('./table.ts');
  return isComparison(options.columns) ? comparisonTable(options, tablePrinter) : tablePrinter(options);
}
