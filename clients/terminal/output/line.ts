// Mode line: one column a line, `name = value`, an empty line between rows. For wide rows and for documents, which are
// spread over lines here as indented JSON when they do not fit.

import stringWidth from 'string-width';
import type { ClientValue } from '../../../server/protocol/client.ts';
import { jsonText } from '../json-text.ts';
import { cellText, floatText, isEdge, isNode, isPath, isTemporal } from '../value-text.ts';
import type { Printer, PrinterOptions } from './printer.ts';

/** Nested values longer than this are spread over lines when the output is no terminal. */
const spreadBeyondColumns = 80;

export function linePrinter(options: PrinterOptions): Printer {
  const names = options.columns.map((column) => cellText(column.name));
  const nameWidth = Math.max(0, ...names.map(stringWidth));
  const indent = ' '.repeat(nameWidth + 3);
  const room = (Number.isFinite(options.width) ? options.width : spreadBeyondColumns) - nameWidth - 3;
  let first = true;
  return {
    head: '',
    rows(page) {
      let text = '';
      for (const row of page) {
        if (!first) text += '\n';
        first = false;
        names.forEach((name, i) => {
          const value = row[i] ?? null;
          const shown = value === null ? options.paint.dim('NULL') : lineValue(value, room).replaceAll('\n', `\n${indent}`);
          text += `${' '.repeat(nameWidth - stringWidth(name))}${options.paint.cyan(name)} = ${shown}\n`;
        });
      }
      return text;
    },
    foot: () => '',
  };
}

function lineValue(value: ClientValue, room: number): string {
  const short = cellText(value);
  if (stringWidth(short) <= room || typeof value !== 'object' || value === null || value instanceof Uint8Array) return short;
  return spreadText(value, '');
}

/** Indented JSON with floats and integers as they are. */
function spreadText(value: ClientValue, indent: string): string {
  if (value === null || value === undefined || typeof value !== 'object' || value instanceof Uint8Array) {
    return typeof value === 'number' && Number.isFinite(value) ? floatText(value) : jsonText(value);
  }
  if (isTemporal(value) || isNode(value) || isEdge(value) || isPath(value)) return cellText(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + spreadText(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as { readonly [key: string]: ClientValue });
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${spreadText(item, inner)}`).join(',\n')}\n${indent}}`;
}
