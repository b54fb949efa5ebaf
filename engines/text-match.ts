// LIKE and =~: patterns compiled once and matched often. LIKE is SQLite's: ASCII letters match without regard to case, `_` is one
// character (code point), and backing up goes to the last % only, so that no pattern takes exponential time.

import { QueryError, type Span } from '../parser/error.ts';

const anyRun = -1;
const anyOne = -2;

export type Matcher = (text: string) => boolean;

/** A LIKE pattern as a function. An escape that is not one character is `type/escape`. */
export function compileLike(pattern: string, escape: string | undefined, span: Span | undefined): Matcher {
  const escapeCode = escape?.codePointAt(0);
  if (escape !== undefined && (escapeCode === undefined || [...escape].length !== 1)) {
    throw new QueryError('type/escape', 'The ESCAPE of LIKE must be one character.', { span });
  }
  const tokens: number[] = [];
  let escaped = false;
  for (const character of pattern) {
    const code = character.codePointAt(0) as number;
    if (escaped) {
      tokens.push(fold(code));
      escaped = false;
    } else if (code === escapeCode) escaped = true;
    else if (character === '%') {
      if (tokens[tokens.length - 1] !== anyRun) tokens.push(anyRun);
    } else tokens.push(character === '_' ? anyOne : fold(code));
  }
  // An escape at the end escapes nothing, and nothing matches it.
  return escaped ? () => false : (text) => match(tokens, text);
}

function fold(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

function match(tokens: readonly number[], text: string): boolean {
  let token = 0;
  let at = 0;
  let runToken = -1;
  let runAt = 0;
  while (at < text.length) {
    const wanted = tokens[token];
    if (wanted === anyRun) {
      runToken = token++;
      runAt = at;
      continue;
    }
    const code = text.codePointAt(at) as number;
    if (wanted === anyOne || wanted === fold(code)) {
      token++;
      at += code > 0xffff ? 2 : 1;
    } else if (runToken >= 0) {
      token = runToken + 1;
      runAt += (text.codePointAt(runAt) as number) > 0xffff ? 2 : 1;
      at = runAt;
    } else return false;
  }
  while (tokens[token] === anyRun) token++;
  return token === tokens.length;
}

/** A regular expression that must match the whole text; `(?i)` and `(?s)` may stand at its start. `type/regex` if it is not one. */
export function compileRegex(pattern: string, span: Span | undefined): Matcher {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const body = `^(?:${flags === null ? pattern : pattern.slice(flags[0].length)})$`;
  const letters = [...new Set(flags?.[1] ?? '')].join('');
  let regex: RegExp;
  try {
    regex = new RegExp(body, `${letters}u`);
  } catch {
    try {
      // Without u more escapes are allowed, such as \- outside a class.
      regex = new RegExp(body, letters);
    } catch (error) {
      throw new QueryError('type/regex', `The regular expression is not valid: ${(error as Error).message}.`, { span });
    }
  }
  return (text) => regex.test(text);
}
