// Mode markdown: a pipe table as GitHub and others read it. What would be taken for a mark is escaped, so that a text is read as it is;
// cells are padded to the widths of the first page, so that the source is read as a table too.

import type { ClientValue } from '../../../server/protocol/client.ts';
import { textColumns } from '../editor/columns.ts';
import { cellText } from '../value-text.ts';
import { alignsRight, holdsNumbers } from './number-columns.ts';
import type { OutputRow, Printer, PrinterOptions } from './printer.ts';

/** A column is not padded beyond this; a longer cell stands out. */
const paddedColumnsMax = 60;
/** As wide as the rule below its name must be: `---:` */
const narrowestColumns = 4;

export function markdownPrinter({ columns, firstPage }: Pick<PrinterOptions, 'columns' | 'firstPage'>): Printer {
  const names = columns.map(({ name }) => escapedCell(name));
  const right = columns.map((column, i) => alignsRight(column) || holdsNumbers(firstPage, i));
  const cells = (row: OutputRow): string[] => columns.map((_, i) => markdownCell(row[i] ?? null));
  const widths = names.map((name) => Math.max(narrowestColumns, textColumns(name)));
  for (const row of firstPage) {
    for (const [i, cell] of cells(row).entries()) {
      const width = textColumns(cell);
      if (width <= paddedColumnsMax) widths[i] = Math.max(widths[i] ?? 0, width);
    }
  }
  const line = (texts: readonly string[]): string => {
    const padded = texts.map((text, i) => {
      const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - textColumns(text)));
      return right[i] ? blanks + text : text + blanks;
    });
    return `| ${padded.join(' | ')} |\n`;
  };
  const rules = widths.map((width, i) => (right[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return {
    head: line(names) + line(rules),
    rows: (page) => page.map((row) => line(cells(row))).join(''),
    foot: () => '',
  };
}

function markdownCell(value: ClientValue): string {
  if (typeof value === 'string' && value !== 'NULL') return escapedCell(value);
  return escapedCell(cellText(value));
}

/** A text inside a table: bars and line ends would end the cell. */
function escapedCell(text: string): string {
  return escapedText(text)
    .replaceAll('|', '\\|')
    .replace(/\r\n|\r|\n/g, '<br>');
}

/**
 * A text in which nothing is a mark: emphasis, code, links, tags and entities, and at the beginning of a line headings, quotes and lists.
 * What means nothing where it stands is left alone, as the underscores inside a name.
 */
export function escapedText(text: string): string {
  return text
    .replace(/[\\*`]|~~|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\](?=[([:])|!(?=\[)/gu, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/^(\s*)(#{1,6}(?=\s)|>|[-+](?=\s)|[-=]+(?=\s*$))/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s)/gm, '$1\\$2');
}

/** A text as code inside a line; the marks are longer than any in it. */
export function inlineCode(text: string): string {
  const marks = '`'.repeat(longestOf(/`+/g, text) + 1);
  const blank = /^`|`$/.test(text) ? ' ' : '';
  return `${marks}${blank}${text}${blank}${marks}`;
}

/** A text as a block of code; the fence is longer than any in it. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestOf(/`+/g, text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestOf(pattern: RegExp, text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(pattern), ([marks]) => marks.length));
}
