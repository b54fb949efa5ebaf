// Turns what chevrotain reports into a QueryError that a person understands.

import type { IRecognitionException } from './chevrotain.ts';
import { QueryError } from './error.ts';
import { describeToken, spanOfToken } from './grammar-base.ts';
import type { Token } from './tokenize.ts';

export function syntaxError(error: IRecognitionException, tokens: readonly Token[], text: string): QueryError {
  const token = error.token;
  const span = Number.isNaN(token.startOffset) ? { start: text.trimEnd().length, end: text.trimEnd().length } : spanOfToken(token);
  void tokens;
  return new QueryError('syntax/unexpected', `${error.message} found ${describeToken(token)}.`, { span });
}
