// Tokens that are a value or a name, as nodes of the tree.

import type * as ast from './ast.ts';
import { QueryError } from './error.ts';
import { nameOf } from './grammar-base.ts';
import { Float } from './tokens.ts';
import { type Token, tokenSpan, unquote } from './tokenize.ts';

/** A bare or quoted name. */
export function identifier(token: Token): ast.Identifier {
  return { kind: 'identifier', name: nameOf(token).text, span: tokenSpan(token) };
}

/** A literal with its value. */
export function literal(token: Token, value: ast.Literal['value']): ast.Literal {
  return { kind: 'literal', value, span: tokenSpan(token) };
}

/** The text of a quoted token. */
export function stringLiteral(token: Token): ast.Literal {
  return literal(token, unquote(token.image));
}

/** `$name` */
export function parameter(token: Token): ast.Parameter {
  const name = token.image.slice(1);
  return { kind: 'parameter', name: name.startsWith('`') ? name.slice(1, -1) : name, span: tokenSpan(token) };
}

/** An integer or a float. Integers up to 2^63 pass, which is out of range unless a minus sign stands before it; grammar-expressions.ts checks that. */
export function numberLiteral(token: Token): ast.Literal {
  const span = tokenSpan(token);
  if (token.tokenType === Float) {
    const value = Number(token.image);
    if (!Number.isFinite(value)) throw new QueryError('syntax/number', 'This number is too large for a float.', { span });
    return { kind: 'literal', value, span };
  }
  const value = BigInt(token.image);
  if (value > 2n ** 63n)
    throw new QueryError('syntax/number', 'This integer does not fit into 64 bits.', { span, hint: 'Write it as a float: add .0' });
  return { kind: 'literal', value, span };
}

/** `x'00ff'` */
export function blobLiteral(token: Token): ast.Literal {
  const digits = token.image.slice(2, -1);
  const span = tokenSpan(token);
  if (digits.length % 2 === 1) throw new QueryError('syntax/number', 'A blob has two hexadecimal digits for each byte.', { span });
  const value = Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
  return { kind: 'literal', value, span };
}
