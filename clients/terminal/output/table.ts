// Mode table: boxes round columns, laid out by the package `table`, which measures with string-width as the fitting here does.
// The widths come from the first page of rows, so a table streams. On a terminal long cells are cut with …, but a number never
// is, since a cut number is a wrong one: its column grows. Without a terminal nothing is cut.

import stringWidth from 'string-width';
import { type BorderUserConfig, getBorderCharacters, table } from 'table';
import type { ClientValue } from '../../../server/protocol/client.ts';
import { cellText } from '../value-text.ts';
import type { Paint } from '../paint.ts';
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
  const textsOf = (page: readonly OutputRow[]): string[][] => page.map((row) => columns.map((_, i) => cellText(row[i] ?? null)));
  const fit = (natural: readonly number[]): number[] | undefined =>
    fitWidths(
      natural,
      natural.map((width, i) => (right[i] ? width : Math.min(width, narrowestTextColumns))),
      options.width - frameColumns * columns.length - 1,
    );
  const firstWidths = fit(
    naturalWidths(
      textsOf(firstPage),
      names.map((name) => Math.max(1, columnsOf(name))),
    ),
  );
  if (!firstWidths) return undefined;
  let widths = firstWidths;

  const { border, rule } = borders(paint);
  const draw = (rows: readonly string[][], edges: 'both' | 'bottom' | 'none'): string =>
    table(rows, {
      border: edges === 'both' ? { ...border, ...rule } : border,
      columns: widths.map((width, i) => ({ width, alignment: right[i] ? 'right' : 'left', wrapWord: true })),
      drawHorizontalLine: (line, last) => edges === 'both' || (edges === 'bottom' && line === last),
    });
  const shown = (text: string, value: ClientValue): string => (value === null ? paint.dim(text) : text);
  const drawRow = async (row: OutputRow, texts: readonly string[]): Promise<string> => {
    const taken = texts.map(columnsOf);
    const fits = texts.every((text, i) => (taken[i] ?? 0) <= (widths[i] ?? 0) && !text.includes('\n'));
    // The package is for cells that are cut or broken; it takes ten times as long, and most cells are neither.
    if (fits)
      return plainRow(
        texts.map((text, i) => shown(text, row[i] ?? null)),
        taken,
        widths,
        right,
        border.bodyLeft ?? '',
      );
    const cells = texts.map(async (text, i) => {
      const value = row[i] ?? null;
      return limited && !options.wrap && !isNumber(value) && value !== null ? cut(text, widths[i] ?? 0) : shown(text, value);
    });
    return draw([await Promise.all(cells)], 'none');
  };
  const head = await Promise.all(names.map(async (name, i) => paint.bold(await cut(name, widths[i] ?? 0))));
  return {
    head: draw([head], 'both'),
    async rows(page) {
      const texts = textsOf(page);
      if (page !== firstPage) {
        // On a terminal only numbers make a column grow: they are never cut.
        const growing = limited ? texts.map((row, r) => row.map((text, i) => (isNumber(page[r]?.[i] ?? null) ? text : ''))) : texts;
        const grown = naturalWidths(growing, widths);
        widths = fit(grown) ?? grown;
      }
      let drawn = '';
      for (const [r, row] of page.entries()) drawn += await drawRow(row, texts[r] ?? []);
      return drawn;
    },
    foot: () => `${lastLine(draw([names.map(() => '')], 'bottom'))}\n`,
  };
}

/** The lines round the cells; `rule` closes the head. */
function borders(paint: Paint): { readonly border: BorderUserConfig; readonly rule: BorderUserConfig } {
  const lines = getBorderCharacters('norc');
  const dim = (border: BorderUserConfig): BorderUserConfig =>
    Object.fromEntries(Object.entries(border).map(([part, line]) => [part, paint.dim(line)]));
  return {
    border: dim(lines),
    rule: dim({ bottomLeft: lines.joinLeft, bottomBody: lines.joinBody, bottomJoin: lines.joinJoin, bottomRight: lines.joinRight }),
  };
}

function lastLine(text: string): string {
  return text.split('\n').at(-2) ?? '';
}

/** A row whose cells fit on one line. */
function plainRow(
  cells: readonly string[],
  taken: readonly number[],
  widths: readonly number[],
  right: readonly boolean[],
  bar: string,
): string {
  let line = bar;
  for (const [i, cell] of cells.entries()) {
    const room = ' '.repeat((widths[i] ?? 0) - (taken[i] ?? 0));
    line += right[i] ? ` ${room}${cell} ${bar}` : ` ${cell}${room} ${bar}`;
  }
  return `${line}\n`;
}

const plainText = /^[\x20-\x7e]*$/;

/** Columns of a text. Measuring takes long, and most text is plain. */
function columnsOf(text: string): number {
  return plainText.test(text) ? text.length : stringWidth(text);
}

function isNumber(value: ClientValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function naturalWidths(rows: readonly (readonly string[])[], least: readonly number[]): number[] {
  return least.map((width, i) => rows.reduce((most, row) => Math.max(most, columnsOf(row[i] ?? '')), width));
}

/** Cuts to at most `width` columns; what was cut shows as `…`. The package that keeps characters whole takes long to load. */
async function cut(text: string, width: number): Promise<string> {
  const beginning = text.slice(0, cellCharactersMax);
  if (columnsOf(beginning) <= width) return beginning;
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
