// Mode csv (RFC 4180), written by csv-stringify: a header line, CRLF between records, quotes where a field needs them. A null is an
// empty field and an empty text is "", so the two stay apart when the file is imported again. Nested values are JSON text.

import { stringify } from 'csv-stringify/sync';
import type { ClientValue } from '../../../server/protocol/client.ts';
import { jsonText } from '../json-text.ts';
import { isTemporal } from '../value-text.ts';
import type { Printer, PrinterOptions } from './printer.ts';

/** Empty text, blanks at an end and line ends need quotes for other readers too. */
const quotedMatch = /^$|^[\s\ufeff]|\s$|[\r\n]/;

export function csvPrinter(options: PrinterOptions): Printer {
  const { delimiter, header } = options.csv ?? { delimiter: ',', header: true };
  const records = (rows: readonly (readonly unknown[])[]): string =>
    stringify([...rows], { delimiter, record_delimiter: '\r\n', quoted_match: quotedMatch });
  return {
    head: header ? records([options.columns.map((column) => column.name)]) : '',
    rows: (page) => records(page.map((row) => row.map(csvField))),
    foot: () => '',
  };
}

function csvField(value: ClientValue): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object' && isTemporal(value)) return value.text;
  return jsonText(value);
}
