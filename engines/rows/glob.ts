// SQLite's GLOB: the case counts, * is any run, ? one character, [abc] and [a-c] one of these, [^abc] none of these. Backing up goes to the
// last * only, so that no pattern takes exponential time.

import type { Matcher } from '../text-match.ts';

interface CharacterSet {
  readonly negated: boolean;
  /** Pairs of first and last code point. */
  readonly ranges: readonly (readonly [number, number])[];
}

type Token = 'run' | 'one' | number | CharacterSet;

/** A GLOB pattern as a function. A set that is not closed matches nothing. */
export function compileGlob(pattern: string): Matcher {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] as string;
    if (character === '[') {
      const set = readSet(characters, at + 1);
      if (!set) return () => false;
      tokens.push(set.set);
      at = set.end;
      continue;
    }
    if (character === '*') {
      if (tokens.at(-1) !== 'run') tokens.push('run');
    } else tokens.push(character === '?' ? 'one' : codeOf(character));
    at++;
  }
  return (text) => match(tokens, [...text]);
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

/** From behind the opening bracket. A `]` that comes first belongs to the set. */
function readSet(characters: readonly string[], from: number): { set: CharacterSet; end: number } | undefined {
  let at = from;
  const negated = characters[at] === '^';
  if (negated) at++;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; at < characters.length; first = false) {
    const character = characters[at] as string;
    if (character === ']' && !first) return { set: { negated, ranges }, end: at + 1 };
    const to = characters[at + 2];
    if (characters[at + 1] === '-' && to !== undefined && to !== ']') {
      ranges.push([codeOf(character), codeOf(to)]);
      at += 3;
    } else {
      ranges.push([codeOf(character), codeOf(character)]);
      at++;
    }
  }
  return undefined;
}

function fits(token: Token, character: string): boolean {
  if (token === 'one') return true;
  const code = codeOf(character);
  if (typeof token !== 'object') return token === code;
  return token.ranges.some(([from, to]) => code >= from && code <= to) !== token.negated;
}

function match(tokens: readonly Token[], text: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let runToken = -1;
  let runAt = 0;
  while (at < text.length) {
    const wanted = tokens[token];
    if (wanted === 'run') {
      runToken = token++;
      runAt = at;
    } else if (wanted !== undefined && fits(wanted, text[at] as string)) {
      token++;
      at++;
    } else if (runToken >= 0) {
      token = runToken + 1;
      at = ++runAt;
    } else return false;
  }
  while (tokens[token] === 'run') token++;
  return token === tokens.length;
}
