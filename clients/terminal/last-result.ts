// The last result, kept for `.last`, for `.export` and for `_`, which stands for it in FROM and JOIN:
//
//   SELECT country, count(*) FROM _ GROUP BY country
//
// The rows go along as a parameter, and `_` becomes a query over it. Nodes and edges are objects there, since a parameter holds values:
// their properties, with _id, _labels and the like beside them.

import type { ClientEdge, ClientNode, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn } from '../../server/protocol/frames.ts';
import { TerminalError } from './error-text.ts';
import { uniqueNames } from './json-text.ts';
import { isEdge, isNode, isPath, isTemporal, nameText } from './value-text.ts';

/** Rows kept; of a longer result these are only its beginning. */
export const lastRowsMax = 10_000;

export interface LastResult {
  readonly text: string;
  readonly columns: readonly WireColumn[];
  readonly rows: (readonly ClientValue[])[];
  /** All its rows are kept. */
  isComplete: boolean;
}

/** The last result, whole; an error if there is none or only its beginning was kept. */
export function wholeResult(last: LastResult | undefined): LastResult {
  if (!last) throw new TerminalError('There is no last result yet.');
  if (last.isComplete) return last;
  throw new TerminalError(
    `Only the first ${last.rows.length.toLocaleString('en')} rows of the last result are kept.`,
    'CREATE TABLE … AS keeps all rows; .export FILE STATEMENT writes them to a file.',
  );
}

const parameterName = 'trefoil_last_result';

export interface WithLast {
  readonly text: string;
  readonly parameters: { readonly [name: string]: unknown };
  /** An offset in the text as it was sent → the offset in the text as it was typed. */
  readonly typedOffset: (offset: number) => number;
}

/** The statement with its `_` replaced, if it has one where a table may stand; undefined otherwise. */
export async function withLastResult(text: string, last: LastResult | undefined): Promise<WithLast | undefined> {
  if (!/(?<![\p{L}\p{N}_$])_(?![\p{L}\p{N}_])/u.test(text)) return undefined;
  const { looseTokens } = await import('../../parser/tokenize.ts');
  const places = placesOf(looseTokens(text));
  if (places.length === 0) return undefined;
  const { columns, rows } = wholeResult(last);
  const query = queryOf(columns);
  const changes: { readonly at: number; readonly by: number }[] = [];
  let sent = '';
  let from = 0;
  for (const { start, hasAlias } of places) {
    const piece = hasAlias ? query : `${query} AS _`;
    sent += text.slice(from, start) + piece;
    from = start + 1;
    changes.push({ at: sent.length, by: piece.length - 1 });
  }
  return {
    text: sent + text.slice(from),
    parameters: { [parameterName]: rows.map((row) => row.map(parameterValue)) },
    typedOffset: (offset) => {
      let typed = offset;
      for (const { at, by } of changes)
        if (offset >= at) typed -= by;
        else if (offset > at - by - 1) return typed - (offset - (at - by - 1));
      return typed;
    },
  };
}

type Word = { readonly image: string; readonly startOffset: number };

/** Where `_` stands as a table: behind FROM or JOIN, or behind a comma of a FROM. */
function placesOf(tokens: readonly Word[]): { readonly start: number; readonly hasAlias: boolean }[] {
  const places: { start: number; hasAlias: boolean }[] = [];
  // The last clause word at each depth of parentheses.
  const clauses: string[] = [''];
  for (const [i, { image, startOffset }] of tokens.entries()) {
    const word = image.toUpperCase();
    if (image === '(') clauses.push('');
    else if (image === ')') clauses.pop();
    else if (/^(?:SELECT|FROM|JOIN|WHERE|GROUP|ORDER|RETURN|WITH|ON|SET|VALUES|USING|HAVING|LIMIT|MATCH|UNWIND)$/.test(word))
      clauses[clauses.length - 1] = word;
    if (image !== '_') continue;
    const before = tokens[i - 1]?.image.toUpperCase() ?? '';
    const after = tokens[i + 1]?.image ?? '';
    const clause = clauses.at(-1) ?? '';
    const isSource = before === 'FROM' || before === 'JOIN' || (before === ',' && (clause === 'FROM' || clause === 'JOIN'));
    if (isSource && after !== '.' && after !== '[') places.push({ start: startOffset, hasAlias: /^as$/i.test(after) || isAlias(after) });
  }
  return places;
}

const noAlias =
  /^(?:where|join|left|right|full|inner|cross|natural|on|using|group|order|having|limit|offset|union|intersect|except|qualify|window|return|with|match|unwind|set|call|optional|skip|fetch|for)$/i;

function isAlias(word: string): boolean {
  return /^[\p{L}_`"]/u.test(word) && !noAlias.test(word);
}

function queryOf(columns: readonly WireColumn[]): string {
  const names = uniqueNames(columns.map((column) => column.name));
  const items = names.map((name, i) => `row[${i}] AS ${nameText(name)}`);
  return `(SELECT ${items.join(', ')} FROM UNNEST($${parameterName}) AS row)`;
}

function parameterValue(value: ClientValue): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || isTemporal(value)) return value;
  if (Array.isArray(value)) return value.map(parameterValue);
  if (isNode(value)) return nodeObject(value);
  if (isEdge(value)) return edgeObject(value);
  if (isPath(value)) return { nodes: value.nodes.map(nodeObject), edges: value.edges.map(edgeObject) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parameterValue(item)]));
}

function nodeObject({ id, labels, properties }: ClientNode): object {
  return { ...(parameterValue(properties) as object), _id: BigInt(id), _labels: labels };
}

function edgeObject({ id, type, from, to, properties }: ClientEdge): object {
  return { ...(parameterValue(properties) as object), _id: BigInt(id), _type: type, _from: BigInt(from), _to: BigInt(to) };
}
