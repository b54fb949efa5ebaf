// Mode csv (RFC 4180): a header line, CRLF between records, quotes where a field needs them. A null is an empty field and an
// empty text is "", so the two stay apart when the file is imported again. Nested values are JSON text.

import type { ClientValue } from '../../../server/protocol/client.ts';
import { jsonText } from '../json-text.ts';
import { isTemporal } from '../value-text.ts';
import type { Printer, PrinterOptions } from './printer.ts';

export function csvPrinter(options: PrinterOptions): Printer {
  return {
    head: `${options.columns.map((column) => quoteField(column.name)).join(',')}\r\n`,
    rows: (page) => page.map((row) => `${row.map(csvField).join(',')}\r\n`).join(''),
    foot: () => '',
  };
}

/** One value as a field. */
export function csvField(value: ClientValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return quoteField(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object' && isTemporal(value)) return quoteField(value.text);
  return quoteField(jsonText(value));
}

function quoteField(text: string): string {
  return text === '' || /[",\r\n]|^[\s\ufeff]|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
