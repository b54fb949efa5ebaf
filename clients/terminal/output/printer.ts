// The output modes. A printer is made from the columns and the first page of rows (a table takes its widths from it) and then
// turns pages into text, so a result of any size passes through with one page in memory. Every mode is a pure function.
//
//   const printer = makePrinter('csv', { columns, firstPage, width: Infinity, paint: plain });
//   write(printer.head + printer.rows(firstPage) + printer.rows(nextPage) + printer.foot);

import type { ClientValue } from '../../../server/protocol/client.ts';
import type { WireColumn } from '../../../server/protocol/frames.ts';
import type { Paint } from '../paint.ts';
import { csvPrinter } from './csv.ts';
import { jsonLinesPrinter, jsonPrinter } from './json.ts';
import { linePrinter } from './line.ts';
import type { OutputMode } from './mode.ts';
import { markdownPrinter } from './markdown.ts';
import { tablePrinter } from './table.ts';

export type OutputRow = readonly ClientValue[];

export interface PrinterOptions {
  readonly columns: readonly WireColumn[];
  readonly firstPage: readonly OutputRow[];
  /** Columns of the terminal; Infinity when the output is not one. */
  readonly width: number;
  readonly paint: Paint;
}

export interface Printer {
  readonly head: string;
  rows(page: readonly OutputRow[]): string;
  /** Ends the output; it may depend on whether any row came. */
  foot(): string;
}

/** The printer of a mode. `table` falls back to `line` when the columns cannot fit the terminal. */
export function makePrinter(mode: OutputMode, options: PrinterOptions): Printer {
  switch (mode) {
    case 'table':
      return tablePrinter(options) ?? linePrinter(options);
    case 'json':
      return jsonPrinter(options);
    case 'jsonl':
      return jsonLinesPrinter(options);
    case 'csv':
      return csvPrinter(options);
    case 'markdown':
      return markdownPrinter(options);
    case 'line':
      return linePrinter(options);
  }
}
