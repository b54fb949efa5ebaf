// Recognises, at the token where the parser stopped, what other databases have and Trefoil has not built: the error then names
// the feature and what to write instead. Asked only for a text that is wrong, so the grammar need not know these forms.

import { type ErrorDetail, QueryError } from './error.ts';
import { type Token, tokenSpan } from './tokenize.ts';

interface Feature {
  readonly name: string;
  readonly first: Token | undefined;
  readonly last?: Token | undefined;
  readonly hint: string;
}

/** `syntax/not-built` if the tokens at `at` begin or are in the middle of a known feature; `start` is the statement's first token. */
export function notBuiltAt(tokens: readonly Token[], start: number, at: number): QueryError | undefined {
  const feature = featureOfStatement(tokens, start, at);
  if (!feature?.first) return undefined;
  const span = { start: tokenSpan(feature.first).start, end: tokenSpan(feature.last ?? feature.first).end };
  const detail: ErrorDetail = { span, hint: feature.hint };
  return new QueryError('syntax/not-built', `${feature.name} is not built yet.`, detail);
}

function featureOfStatement(tokens: readonly Token[], start: number, at: number): Feature | undefined {
  const word = (i: number): string | undefined => tokens[i]?.image.toUpperCase();
  let verbAt = start;
  while (verbAt < at && (word(verbAt) === 'EXPLAIN' || word(verbAt) === 'ANALYZE')) verbAt++;
  const verb = word(verbAt);
  const first = tokens[at];
  const found = word(at);
  if (verb === 'INSERT' && found === 'DUPLICATE')
    return {
      name: 'ON DUPLICATE KEY',
      first: tokens[at - 1],
      last: first,
      hint: 'Write ON CONFLICT (key columns) DO UPDATE SET …, where excluded.x is the new value.',
    };
  if (verb === 'WITH' && word(at - 1) === 'AS' && found === '(' && /^(INSERT|UPDATE|DELETE)$/.test(word(at + 1) ?? ''))
    return { name: 'A common table that writes', first: tokens[at + 1], hint: 'Write first, and read in a statement behind it.' };
  return undefined;
}
