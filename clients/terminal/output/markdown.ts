// Mode markdown: a pipe table as GitHub and others read it. Bars and line ends inside cells are escaped.

import type { ClientValue } from '../../../server/protocol/client.ts';
import { cellText } from '../value-text.ts';
import { alignsRight } from './number-columns.ts';
import type { Printer, PrinterOptions } from './printer.ts';

export function markdownPrinter(options: PrinterOptions): Printer {
  const names = options.columns.map((column) => escapeCell(column.name));
  const rules = options.columns.map((column) => (alignsRight(column) ? '---:' : '---'));
  return {
    head: `| ${names.join(' | ')} |\n| ${rules.join(' | ')} |\n`,
    rows: (page) => page.map((row) => `| ${row.map(markdownCell).join(' | ')} |\n`).join(''),
    foot: () => '',
  };
}

function markdownCell(value: ClientValue): string {
  if (typeof value === 'string' && value !== 'NULL') {
    return value
      .split(/\r\n|\r|\n/)
      .map(escapeCell)
      .join('<br>');
  }
  return escapeCell(cellText(value));
}

function escapeCell(text: string): string {
  return text.replace(/[\\|<]/g, (c) => (c === '<' ? '&lt;' : `\\${c}`)).replace(/\r\n|\r|\n/g, '<br>');
}
