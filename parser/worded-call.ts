// SQL's calls with words between their arguments, as the plain calls that they mean:
//
//   substring(s FROM 2 FOR 3)  →  substr(s, 2, 3)          trim(LEADING 'x' FROM s)  →  ltrim(s, 'x')

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { type Token, tokenSpan } from './tokenize.ts';

/** What may stand first in trim(…). */
export const TRIM_SIDES: ReadonlySet<string> = new Set(['BOTH', 'LEADING', 'TRAILING']);

/** The words that make a call of that name one of SQL's. */
export const CALL_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['trim', new Set(['FROM'])],
  ['substring', new Set(['FROM', 'FOR'])],
  ['overlay', new Set(['PLACING'])],
]);

/** SQL's calls with words as the calls that they mean; all count from 1. */
export function wordedCallOf(
  name: Token,
  side: string,
  parts: ReadonlyMap<string, ast.Expression>,
  span: ast.Name['span'],
): ast.FunctionCall {
  const [x, from, length, placing] = ['', 'FROM', 'FOR', 'PLACING'].map((word) => parts.get(word));
  const call = (text: string, ...values: readonly (ast.Expression | undefined)[]): ast.FunctionCall => {
    const given = values.filter((value) => value !== undefined);
    return { kind: 'call', name: { text, span: tokenSpan(name) }, distinct: false, arguments: given, span };
  };
  const known = [...parts.keys()].every(
    (word) => word === '' || CALL_WORDS.get(name.image.toLowerCase())?.has(word) || (placing && /^(FROM|FOR)$/.test(word)),
  );
  switch (known ? name.image.toLowerCase() : '') {
    case 'trim':
      if (from) return call(side === 'LEADING' ? 'ltrim' : side === 'TRAILING' ? 'rtrim' : 'trim', from, x);
      break;
    case 'substring':
      if (x && from?.kind === 'literal' && typeof from.value === 'string' && !length) return call('regexp_substr', x, from);
      if (x) return call('substr', x, from ?? { kind: 'literal', value: 1n, span }, length);
      break;
    case 'overlay':
      if (x && placing && from) return call('overlay', x, placing, from, length);
  }
  throw new QueryError('syntax/unexpected', `This is not how ${name.image} is called.`, {
    span,
    hint: "It is trim(BOTH 'x' FROM s), substring(s FROM 2 FOR 3), overlay(s PLACING t FROM 2 FOR 3).",
  });
}
