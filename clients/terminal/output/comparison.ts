// Mode table for an answer of COMPARE or EXPLAIN MODELS: one table of what decides, with long cells broken into lines; of EXPLAIN MODELS
// the queries follow, ready to be copied.

import type { ClientValue } from '../../../server/protocol/client.ts';
import type { WireColumn } from '../../../server/protocol/frames.ts';
import type { OutputRow, Printer, PrinterOptions } from './printer.ts';

const marks = ['model', 'verdict', 'reason', 'answer', 'query', 'question'];
const shown = ['model', 'verdict', 'reason', 'answer', 'rows', 'medianMs'];

/** Is it an answer with a row per model? */
export function isComparison(columns: readonly WireColumn[]): boolean {
  return marks.every((mark) => columns.some(({ name }) => name === mark));
}

/** Gives the printer of a table the columns that decide. Undefined: they do not fit the width. */
export async function comparisonTable(
  options: PrinterOptions,
  makeTable: (options: PrinterOptions) => Promise<Printer | undefined>,
): Promise<Printer | undefined> {
  const { columns } = options;
  const placeOf = (wanted: string): number => columns.findIndex(({ name }) => name === wanted);
  const places = shown.map(placeOf);
  const narrow = (row: OutputRow): ClientValue[] => places.map((i) => row[i] ?? null);
  const firstPage = options.firstPage.map(narrow);
  const table = await makeTable({ ...options, columns: places.flatMap((i) => columns[i] ?? []), firstPage, wrap: true });
  if (!table) return undefined;
  const page: OutputRow[] = [];
  return {
    head: table.head,
    rows(rows) {
      page.push(...rows);
      return table.rows(rows === options.firstPage ? firstPage : rows.map(narrow));
    },
    foot() {
      const [model, data, query] = ['model', 'data', 'query'].map(placeOf);
      const texts = data === -1 ? [] : page.flatMap((row) => queryText(row[model ?? -1], row[data ?? -1], row[query ?? -1]));
      return `${table.foot()}${texts.join('')}${options.paint.dim('Mode line shows every figure, mode markdown makes a page.')}\n`;
    },
  };
}

function queryText(model?: ClientValue, data?: ClientValue, query?: ClientValue): string[] {
  if (typeof query !== 'string') return [];
  const stored = typeof data === 'string' ? `${data};\n` : '';
  return [`-- ${String(model)}\n${stored}${query};\n`];
}
