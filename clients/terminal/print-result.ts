// One statement's result on its way to the screen, page by page: never more than a page of it is held. Used by the shell, by
// -c and by scripts.

import type { ClientResult, ClientSummary, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn, WireStats } from '../../server/protocol/frames.ts';
import { countText } from './count-text.ts';
import type { OutputMode } from './output/mode.ts';
import { makePrinter, type OutputRow, type Printer, type PrinterOptions } from './output/printer.ts';
import type { ResultOutput } from './result-output.ts';

/** Rows per page; a table takes its column widths from the first page. */
const pageRows = 500;

export interface PrintOptions extends Pick<PrinterOptions, 'bare' | 'csv'> {
  readonly mode: OutputMode;
  readonly output: ResultOutput;
  /** Told of each row that came, shown or not yet. */
  readonly onRow?: (row: readonly ClientValue[]) => void;
}

export interface Printed {
  readonly rows: number;
  /** Absent when the rest was not wanted. */
  readonly summary?: ClientSummary;
}

/** Prints a result as its rows arrive. */
export async function printResult(result: ClientResult, options: PrintOptions): Promise<Printed> {
  const pages = new Pages(result.columns, options);
  for await (const row of result) {
    options.onRow?.(row);
    if (await pages.take(row)) continue;
    await result.discard();
    return { rows: pages.printed };
  }
  if (result.columns.length > 0) await pages.end();
  return { rows: pages.printed, summary: await result.summary() };
}

/** Prints rows that are at hand as a result is printed. */
export async function printRows(columns: readonly WireColumn[], rows: readonly OutputRow[], options: PrintOptions): Promise<void> {
  const pages = new Pages(columns, options);
  for (const row of rows) if (!(await pages.take(row))) return;
  await pages.end();
}

class Pages {
  printed = 0;
  private readonly columns: readonly WireColumn[];
  private readonly options: PrintOptions;
  private printer: Printer | undefined;
  private page: OutputRow[] = [];

  constructor(columns: readonly WireColumn[], options: PrintOptions) {
    this.columns = columns;
    this.options = options;
  }

  /** Takes a row, and prints a page when it is full. False when nobody reads any more; the output is ended then. */
  async take(row: OutputRow): Promise<boolean> {
    if (this.page.length >= pageRows && !(await this.flush())) {
      await this.options.output.end();
      return false;
    }
    this.page.push(row);
    return true;
  }

  async end(): Promise<void> {
    if (await this.flush()) await this.options.output.write(this.printer?.foot() ?? '');
    await this.options.output.end();
  }

  private async flush(): Promise<boolean> {
    const { mode, output, ...form } = this.options;
    const first = this.printer === undefined;
    const { width, paint } = output;
    this.printer ??= await makePrinter(mode, { ...form, columns: this.columns, firstPage: this.page, width, paint });
    const text = (first ? this.printer.head : '') + (await this.printer.rows(this.page));
    this.printed += this.page.length;
    this.page = [];
    return output.write(text);
  }
}

const changes: readonly (readonly [key: string, noun: string, verb: string])[] = [
  ['rowsInserted', 'row', 'inserted'],
  ['rowsUpdated', 'row', 'updated'],
  ['rowsDeleted', 'row', 'deleted'],
  ['nodesCreated', 'node', 'created'],
  ['nodesDeleted', 'node', 'deleted'],
  ['edgesCreated', 'edge', 'created'],
  ['edgesDeleted', 'edge', 'deleted'],
  ['labelsAdded', 'label', 'added'],
  ['labelsRemoved', 'label', 'removed'],
  ['propertiesSet', 'property', 'set'],
  ['propertiesRemoved', 'property', 'removed'],
];

/** `3 rows inserted, 1 node created`; empty when nothing changed. */
export function changesText(stats: WireStats): string {
  return changes
    .filter(([key]) => (stats[key] ?? 0) > 0)
    .map(([key, noun, verb]) => `${countText(stats[key] ?? 0, noun)} ${verb}`)
    .join(', ');
}
