// Recognises, at the token where the parser stopped, what other databases have and Trefoil has not built: the error then names
// the feature and what to write instead. Asked only for a text that is wrong, so the grammar need not know these forms.

import { type ErrorDetail, QueryError } from './error.ts';
import { Integer, Parameter } from './tokens.ts';
import { type Token, tokenSpan } from './tokenize.ts';

interface Feature {
  readonly name: string;
  readonly first: Token | undefined;
  readonly last?: Token | undefined;
  readonly hint: string;
}

/** `syntax/not-built` if the tokens at `at` begin or are in the middle of a known feature; `start` is the statement's first token. */
export function notBuiltAt(tokens: readonly Token[], start: number, at: number): QueryError | undefined {
  const feature = featureOfStatement(tokens, start, at) ?? featureOfGraph(tokens, at);
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

const shortestHint = 'ANY SHORTEST gives one shortest path for each pair of ends, ALL SHORTEST all of that length.';

function featureOfGraph(tokens: readonly Token[], at: number): Feature | undefined {
  const [before, first, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  const word = (token: Token | undefined): string | undefined => token?.image.toUpperCase();
  const counts = (token: Token | undefined): boolean => token?.tokenType === Integer || token?.tokenType === Parameter;
  if (word(first) === 'SHORTEST' && (counts(next) || /^GROUPS?$/.test(word(next) ?? '')))
    return { name: counts(next) ? 'SHORTEST k' : 'SHORTEST GROUP', first, last: next, hint: shortestHint };
  if (counts(first) && (word(before) === 'SHORTEST' || word(before) === 'ANY'))
    return { name: `${word(before)} k`, first: before, last: first, hint: shortestHint };
  return undefined;
}
