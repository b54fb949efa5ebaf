// One statement's result on its way to the screen, page by page: never more than a page of it is held. Used by the shell, by
// -c and by scripts.

import type { ClientResult, ClientSummary } from '../../server/protocol/client.ts';
import type { WireStats } from '../../server/protocol/frames.ts';
import { countText } from './count-text.ts';
import type { OutputMode } from './output/mode.ts';
import { makePrinter, type OutputRow, type Printer } from './output/printer.ts';
import type { Paint } from './paint.ts';
import { type Streams, widthOf, write } from './streams.ts';

/** Rows per page; a table takes its column widths from the first page. */
export const pageRows = 500;

export interface PrintOptions {
  readonly mode: OutputMode;
  readonly streams: Streams;
  readonly paint: Paint;
  /** Asked after each page when more follows; false ends the result. */
  readonly wantsMore?: (printedRows: number) => Promise<boolean>;
}

export interface Printed {
  readonly rows: number;
  /** Absent when the rest was not wanted. */
  readonly summary?: ClientSummary;
}

/** Prints a result as its rows arrive. */
export async function printResult(result: ClientResult, options: PrintOptions): Promise<Printed> {
  const { streams, paint, mode } = options;
  const { columns } = result;
  let printer: Printer | undefined;
  let printed = 0;
  let page: OutputRow[] = [];
  const flush = async (): Promise<void> => {
    const first = printer === undefined;
    printer ??= await makePrinter(mode, { columns, firstPage: page, width: widthOf(streams.output), paint });
    await write(streams.output, (first ? printer.head : '') + (await printer.rows(page)));
    printed += page.length;
    page = [];
  };
  for await (const row of result) {
    if (page.length >= pageRows) {
      await flush();
      if (options.wantsMore && !(await options.wantsMore(printed))) {
        await result.discard();
        await write(streams.output, printer?.foot() ?? '');
        return { rows: printed };
      }
    }
    page.push(row);
  }
  if (result.columns.length > 0) {
    await flush();
    await write(streams.output, printer?.foot() ?? '');
  }
  return { rows: printed, summary: await result.summary() };
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
