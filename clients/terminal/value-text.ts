// Values as people read them: what a table cell or a line of `line` mode shows. Text inside a list or an object is quoted,
// so that 'NULL' and NULL, '1' and 1 differ; control characters are escaped, so that data cannot drive the terminal.
//
//   {id: 1, tags: ['a']}    (:Person {name: 'Ada'})    (:Person)-[:KNOWS {since: 1.0}]->(:Person)

import { needsBackquotes } from '../../parser/keywords.ts';
import type { ClientEdge, ClientNode, ClientPath, ClientTemporal, ClientValue } from '../../server/protocol/client.ts';
import { kindMark } from '../../server/protocol/decode.ts';

/** The text of a whole cell. Text stands as it is, but the text NULL is quoted to tell it from a null. */
export function cellText(value: ClientValue): string {
  if (typeof value === 'string') return value === 'NULL' ? "'NULL'" : escapeControls(value);
  return literalText(value);
}

/** A value as it would be written in a statement, on one line. */
export function literalText(value: ClientValue): string {
  if (value === null || value === undefined) return 'NULL';
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return floatText(value);
    case 'string':
      return quoteText(value);
    case 'object':
      break;
  }
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return `[${value.map(literalText).join(', ')}]`;
  if (isTemporal(value)) return value.text;
  if (isNode(value)) return nodeText(value);
  if (isEdge(value)) return `-${edgeText(value)}->`;
  if (isPath(value)) return pathText(value);
  return objectText(value as { readonly [key: string]: ClientValue });
}

/** A float always shows that it is one: `1.0`, `0.1`, `1e+21`, `NaN`. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A string literal: `'it''s'`. Control characters become escapes. */
export function quoteText(text: string): string {
  return `'${escapeControls(text.replaceAll('\\', '\\\\')).replaceAll("'", "''")}'`;
}

/** A name, in backquotes where it needs them. */
export function nameText(name: string): string {
  return needsBackquotes(name) ? `\`${name.replaceAll('`', '``')}\`` : name;
}

// Control characters, line separators and the marks that turn the direction of writing.
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** Shows control characters as escapes: `\n`, `\u001b`. */
export function escapeControls(text: string): string {
  return text.replace(controls, (c) => shortEscapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function objectText(object: { readonly [key: string]: ClientValue }): string {
  return `{${Object.entries(object)
    .map(([key, value]) => `${keyText(key)}: ${literalText(value)}`)
    .join(', ')}}`;
}

/** A name behind `{` or `:`, where keywords need no quotes. */
export function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : `\`${escapeControls(key).replaceAll('`', '``')}\``;
}

function nodeText(node: ClientNode): string {
  const labels = node.labels.map((label) => `:${keyText(label)}`).join('');
  const properties = Object.keys(node.properties).length ? objectText(node.properties) : '';
  return `(${[labels, properties].filter(Boolean).join(' ')})`;
}

function edgeText(edge: ClientEdge): string {
  const properties = Object.keys(edge.properties).length ? ` ${objectText(edge.properties)}` : '';
  return `[:${keyText(edge.type)}${properties}]`;
}

function pathText(path: ClientPath): string {
  let text = '';
  path.nodes.forEach((node, i) => {
    text += nodeText(node);
    const edge = path.edges[i];
    if (edge) text += edge.from === node.id ? `-${edgeText(edge)}->` : `<-${edgeText(edge)}-`;
  });
  return text;
}

// An object of the user's may have the same fields, also `$type`; it has no mark.

export function isTemporal(value: object): value is ClientTemporal {
  return kindMark in value && value[kindMark] === 'temporal';
}
export function isNode(value: object): value is ClientNode {
  return kindMark in value && value[kindMark] === 'node';
}
export function isEdge(value: object): value is ClientEdge {
  return kindMark in value && value[kindMark] === 'edge';
}
export function isPath(value: object): value is ClientPath {
  return kindMark in value && value[kindMark] === 'path';
}
