// Mode table: boxes drawn round columns. The widths come from the first page of rows and stay for the whole result, so a
// table streams. On a terminal long cells are cut with …, but a number is never cut: a cut number is a wrong one.

import type { ClientValue } from '../../../server/protocol/client.ts';
import type { WireColumn } from '../../../server/protocol/frames.ts';
import { cellText } from '../value-text.ts';
import type { Printer, PrinterOptions } from './printer.ts';
import { fitText, padText, textWidth } from './text-width.ts';

/** A text column is not narrowed below this; if that is still too wide, the table gives way to line mode. */
const narrowestTextColumns = 8;
/** `│ ` and ` ` round each cell. */
const frameColumns = 3;

/** The table's printer, or undefined if the columns cannot fit the width. */
export function tablePrinter(options: PrinterOptions): Printer | undefined {
  const { columns, firstPage, paint } = options;
  const names = columns.map((column) => cellText(column.name));
  const right = columns.map((column, i) => alignsRight(column) || holdsNumbers(firstPage, i));
  const natural = names.map((name, i) => {
    let width = textWidth(name);
    for (const row of firstPage) width = Math.max(width, textWidth(cellText(row[i] ?? null)));
    return width;
  });
  const least = natural.map((width, i) => (right[i] ? width : Math.min(width, narrowestTextColumns)));
  const widths = fitWidths(natural, least, options.width - frameColumns * columns.length - 1);
  if (!widths) return undefined;

  const limited = Number.isFinite(options.width);
  const rule = (left: string, middle: string, end: string): string =>
    `${paint.dim(`${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${end}`)}\n`;
  const bar = paint.dim('│');
  const cell = (value: ClientValue, i: number): string => {
    const width = widths[i] ?? 0;
    const text = cellText(value);
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    const padded = padText(limited && !isNumber ? fitText(text, width) : text, width, right[i] ?? false);
    return value === null ? paint.dim(padded) : padded;
  };
  const head = names.map((name, i) => paint.bold(padText(fitText(name, widths[i] ?? 0), widths[i] ?? 0, right[i] ?? false)));
  return {
    head: `${rule('┌', '┬', '┐')}${bar} ${head.join(` ${bar} `)} ${bar}\n${rule('├', '┼', '┤')}`,
    rows: (page) => page.map((row) => `${bar} ${columns.map((_, i) => cell(row[i] ?? null, i)).join(` ${bar} `)} ${bar}\n`).join(''),
    foot: () => rule('└', '┴', '┘'),
  };
}

/** Numbers stand at the right. */
export function alignsRight(column: WireColumn): boolean {
  return column.type === 'integer' || column.type === 'float' || column.type === 'number';
}

/** A column whose type is not known before run time, as a document's field, but that has only numbers. */
function holdsNumbers(rows: PrinterOptions['firstPage'], index: number): boolean {
  let numbers = 0;
  for (const row of rows) {
    const value = row[index] ?? null;
    if (typeof value === 'bigint' || typeof value === 'number') numbers++;
    else if (value !== null) return false;
  }
  return numbers > 0;
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
