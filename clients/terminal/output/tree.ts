// Mode tree: documents, lists, nodes and paths as branches, one value a line.
//
//   o
//   ├─ id: 1
//   └─ lines
//      └─ [0]
//         └─ sku: 'pen'

import type { ClientValue } from '../../../server/protocol/client.ts';
import { GraphEdge, GraphNode } from '../../../server/protocol/decode.ts';
import { countText } from '../count-text.ts';
import type { Paint } from '../paint.ts';
import { cellText, isEdge, isNode, isPath, isTemporal, keyText, literalText } from '../value-text.ts';
import type { OutputRow, Printer, PrinterOptions } from './printer.ts';

export function treePrinter({ columns, paint }: PrinterOptions): Printer {
  const names = columns.map((column) => cellText(column.name));
  let number = 0;
  const branches = (row: OutputRow): string => {
    number++;
    const single = columns.length === 1 ? (row[0] ?? null) : undefined;
    if (single !== undefined) return treeText(paint.bold(names[0] ?? ''), single, paint);
    const entries = names.map((name, i) => ({ label: paint.cyan(name), value: row[i] ?? null }));
    return `${paint.bold(`row ${number}`)}\n${childrenText(entries, '', paint)}`;
  };
  return { head: '', rows: (page) => page.map(branches).join(''), foot: () => '' };
}

interface Branch {
  readonly label: string;
  readonly value: ClientValue;
}

function treeText(label: string, value: ClientValue, paint: Paint): string {
  return `${lineText(label, value, paint)}\n${childrenText(branchesOf(value, paint), '', paint)}`;
}

function childrenText(branches: readonly Branch[], indent: string, paint: Paint): string {
  return branches
    .map(({ label, value }, i) => {
      const last = i === branches.length - 1;
      const own = `${indent}${paint.dim(last ? '└─' : '├─')} ${lineText(label, value, paint)}\n`;
      return own + childrenText(branchesOf(value, paint), `${indent}${last ? '   ' : `${paint.dim('│')}  `}`, paint);
    })
    .join('');
}

/** A label with its value, or with what kind of branch it is. */
function lineText(label: string, value: ClientValue, paint: Paint): string {
  const kind = kindText(value);
  if (kind !== undefined) return kind === '' ? label : `${label} ${paint.yellow(kind)}`;
  return `${label}: ${leafText(value, paint)}`;
}

function leafText(value: ClientValue, paint: Paint): string {
  const text = literalText(value);
  if (value === null) return paint.dim(text);
  if (typeof value === 'string') return paint.green(text);
  return typeof value === 'number' || typeof value === 'bigint' ? paint.magenta(text) : text;
}

/** What is said of a value that has branches; undefined for one that has none. */
function kindText(value: ClientValue): string | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || isTemporal(value)) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : '';
  if (isNode(value)) return literalText(new GraphNode(value.id, value.labels, {}));
  if (isEdge(value)) return literalText(new GraphEdge({ ...value, properties: {} }));
  if (isPath(value)) return `path of ${countText(value.edges.length, 'edge')}`;
  return Object.keys(value).length === 0 ? undefined : '';
}

function branchesOf(value: ClientValue, paint: Paint): Branch[] {
  if (kindText(value) === undefined) return [];
  const object = value as object;
  if (Array.isArray(object)) return object.map((item: ClientValue, i) => ({ label: paint.dim(`[${i}]`), value: item }));
  if (isPath(object)) {
    return object.nodes
      .flatMap((node, i) => {
        const edge = object.edges[i];
        return edge ? [node, edge] : [node];
      })
      .map((item) => ({ label: paint.dim('·'), value: item }));
  }
  const fields = isNode(object) || isEdge(object) ? object.properties : (object as { readonly [key: string]: ClientValue });
  return Object.entries(fields).map(([key, item]) => ({ label: paint.cyan(keyText(key)), value: item }));
}
