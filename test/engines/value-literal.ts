// Values as they would be written in a statement, for the examples of the function list. Temporal values are calls: `date('2024-01-31')`.

import { floatText } from '../../engines/json.ts';
import { EdgeValue, NodeValue, PathValue, TemporalValue, type Value } from '../../engines/value.ts';
import { printAnyName, printString } from '../../parser/print-expression.ts';

/** A value as text; control characters as escapes. */
export function literalOf(value: Value): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return escaped(printString(value));
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (value instanceof TemporalValue) return `${value.kind}('${value.text}')`;
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${printAnyName(key)}: ${literalOf(item)}`).join(', ')}}`;
  if (value instanceof NodeValue) return `node ${value.id}`;
  if (value instanceof EdgeValue) return `edge ${value.id}`;
  if (value instanceof PathValue) return `path of ${value.edges.length}`;
  throw new Error('no literal for this value');
}

function escaped(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (c) =>
    c === '\n' ? '\\n' : c === '\t' ? '\\t' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
