// Mode table: boxes round columns, laid out by the package `table`, which measures with string-width as the fitting here does.
// The widths come from the first page of rows, so a table streams. On a terminal long cells are cut with …, but a number never
// is, since a cut number is a wrong one: its column grows. Without a terminal nothing is cut.

import stringWidth from 'string-width';
import { type BorderUserConfig, getBorderCharacters, table } from 'table';
import type { ClientValue } from '../../../server/protocol/client.ts';
import { cellText } from '../value-text.ts';
import { alignsRight, holdsNumbers } from './number-columns.ts';
import type { OutputRow, Printer, PrinterOptions } from './printer.ts';

/** A text column is not narrowed below this; if that is still too wide, the table gives way to line mode. */
const narrowestTextColumns = 8;
/** `│ ` and ` ` round each cell. */
const frameColumns = 3;

/** The packages take a time that grows with the square of a cell's length, so a first page with a longer cell is shown in line mode. */
const cellCharactersMax = 50_000;

/** The table's printer, or undefined if the columns cannot fit the width or a cell is very long. */
export async function tablePrinter(options: PrinterOptions): Promise<Printer | undefined> {
  const { columns, firstPage, paint } = options;
  if (firstPage.some((row) => row.some((value) => cellText(value).length > cellCharactersMax))) return undefined;
  const names = columns.map((column) => cellText(column.name));
  const right = columns.map((column, i) => alignsRight(column) || holdsNumbers(firstPage, i));
  const limited = Number.isFinite(options.width);
  const fit = (natural: readonly number[]): number[] | undefined =>
    fitWidths(
      natural,
      natural.map((width, i) => (right[i] ? width : Math.min(width, narrowestTextColumns))),
      options.width - frameColumns * columns.length - 1,
    );
  const firstWidths = fit(
    naturalWidths(
      firstPage,
      names.map((name) => Math.max(1, stringWidth(name))),
    ),
  );
  if (!firstWidths) return undefined;
  let widths = firstWidths;

  const lines = getBorderCharacters('norc');
  const dim = (border: BorderUserConfig): BorderUserConfig =>
    Object.fromEntries(Object.entries(border).map(([part, line]) => [part, paint.dim(line)]));
  const border = dim(lines);
  const rule = dim({ bottomLeft: lines.joinLeft, bottomBody: lines.joinBody, bottomJoin: lines.joinJoin, bottomRight: lines.joinRight });
  const draw = (rows: readonly string[][], edges: 'both' | 'bottom' | 'none'): string =>
    table(rows, {
      border: edges === 'both' ? { ...border, ...rule } : border,
      columns: widths.map((width, i) => ({ width, alignment: right[i] ? 'right' : 'left', wrapWord: true })),
      drawHorizontalLine: (line, last) => edges === 'both' || (edges === 'bottom' && line === last),
    });
  const cellsOf = async (row: OutputRow): Promise<string[]> =>
    Promise.all(
      columns.map(async (_, i) => {
        const value = row[i] ?? null;
        if (value === null) return paint.dim('NULL');
        return limited && !options.wrap && !isNumber(value) ? cut(cellText(value), widths[i] ?? 0) : cellText(value);
      }),
    );
  const head = await Promise.all(names.map(async (name, i) => paint.bold(await cut(name, widths[i] ?? 0))));
  return {
    head: draw([head], 'both'),
    async rows(page) {
      if (page.length === 0) return '';
      if (page !== firstPage) {
        const grown = naturalWidths(limited ? page.map((row) => row.map((value) => (isNumber(value) ? value : ''))) : page, widths);
        widths = fit(grown) ?? grown;
      }
      return draw(await Promise.all(page.map(cellsOf)), 'none');
    },
    foot: () =>
      `${
        draw([names.map(() => '')], 'bottom')
          .split('\n')
          .at(-2) ?? ''
      }\n`,
  };
}

function isNumber(value: ClientValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function naturalWidths(rows: readonly OutputRow[], least: readonly number[]): number[] {
  return least.map((width, i) => rows.reduce((most, row) => Math.max(most, stringWidth(cellText(row[i] ?? null))), width));
}

/** Cuts to at most `width` columns; what was cut shows as `…`. The package that keeps characters whole takes long to load. */
async function cut(text: string, width: number): Promise<string> {
  const beginning = text.slice(0, cellCharactersMax);
  if (stringWidth(beginning) <= width) return beginning;
  const { default: cliTruncate } = await import('cli-truncate');
  return cliTruncate(beginning, width);
}

/** Narrows the widest columns first until the sum is at most `room`; undefined if even `least` is too much. */
export function fitWidths(natural: readonly number[], least: readonly number[], room: number): number[] | undefined {
  const sum = (list: readonly number[]): number => list.reduce((total, width) => total + width, 0);
  if (sum(natural) <= room) return [...natural];
  if (sum(least) > room) return undefined;
  let low = 0;
  let high = Math.max(...natural);
  const capped = (cap: number): number[] => natural.map((width, i) => Math.max(Math.min(width, cap), least[i] ?? 0));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sum(capped(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  const widths = capped(low);
  let rest = room - sum(widths);
  for (let i = 0; i < widths.length && rest > 0; i++) {
    const width = widths[i] ?? 0;
    if (width < (natural[i] ?? 0)) {
      widths[i] = width + 1;
      rest--;
    }
  }
  return widths;
}
