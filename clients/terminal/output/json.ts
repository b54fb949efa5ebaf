// Modes json (one array of objects, an object a line) and jsonl (an object a line, nothing round them).

import { jsonText, uniqueNames } from '../json-text.ts';
import type { OutputRow, Printer, PrinterOptions } from './printer.ts';

export function jsonPrinter(options: PrinterOptions): Printer {
  const object = rowObject(options);
  let first = true;
  return {
    head: '[',
    rows(page) {
      let text = '';
      for (const row of page) {
        text += `${first ? '\n' : ',\n'}  ${object(row)}`;
        first = false;
      }
      return text;
    },
    foot: () => (first ? ']\n' : '\n]\n'),
  };
}

export function jsonLinesPrinter(options: PrinterOptions): Printer {
  const object = rowObject(options);
  return { head: '', rows: (page) => page.map((row) => `${object(row)}\n`).join(''), foot: () => '' };
}

function rowObject(options: PrinterOptions): (row: OutputRow) => string {
  if (options.bare) return ([object]) => jsonText(object ?? null);
  const keys = uniqueNames(options.columns.map((column) => column.name)).map((name) => JSON.stringify(name));
  return (row) => `{${keys.map((key, i) => `${key}:${jsonText(row[i] ?? null)}`).join(',')}}`;
}
