// Functions of regular expressions and of GLOB patterns. The expressions are JavaScript's, with the flag u where it can be; the last few
// are kept compiled, because a pattern is mostly the same for all rows.

import { QueryError } from '../../parser/error.ts';
import { runtimeTextUnitsMax, textUnitsMax } from '../limits.ts';
import { checkRoom } from '../room.ts';
import type { Matcher } from '../text-match.ts';
import type { Value } from '../value.ts';
import type { CallSite, Implementation } from './functions.ts';
import { characterCount } from './functions-text.ts';
import { compileGlob } from './glob.ts';
import { checkGrowing, checkLength } from './growing.ts';
import { similarPattern } from './similar-to.ts';

const kept = new Map<string, RegExp>();
const keptMax = 64;

/** A regular expression for all matches, by pattern and flags. `type/regex`, `type/argument`. */
function regexOf(pattern: string, flags: Value, site: CallSite): RegExp {
  const letters = flags === undefined ? '' : (flags as string);
  const key = `${letters}/${pattern}`;
  const found = kept.get(key);
  if (found) return found;
  const wrong = /[^ismgcu]/.exec(letters);
  if (wrong)
    throw new QueryError('type/argument', `A regular expression has no flag '${wrong[0]}'.`, {
      span: site.span,
      hint: 'There are i, s, m and (to replace all) g.',
    });
  const regex = compiled(pattern, `${[...new Set(letters)].filter((c) => 'ism'.includes(c)).join('')}g`, site);
  if (kept.size >= keptMax) kept.clear();
  kept.set(key, regex);
  return regex;
}

/** Without u more escapes are allowed, such as \- outside a class. */
function compiled(given: string, letters: string, site: CallSite): RegExp {
  const inline = /^\(\?([ism]+)\)/.exec(given);
  const pattern = inline ? given.slice(inline[0].length) : given;
  const flags = [...new Set(letters + (inline?.[1] ?? ''))].join('');
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    try {
      return new RegExp(pattern, flags);
    } catch (error) {
      throw new QueryError('type/regex', `The regular expression is not valid: ${(error as Error).message}.`, { span: site.span });
    }
  }
}

/** One after the other, because all of them together may take hundreds of times the text. */
function* matches(x: Value, pattern: Value, flags: Value, site: CallSite): Generator<RegExpExecArray> {
  let found = 0;
  for (const match of (x as string).matchAll(regexOf(pattern as string, flags, site))) {
    if ((++found & 0xfff) === 0) site.context.check();
    yield match;
  }
}

function countMatches(x: string, pattern: string, flags: Value, site: CallSite): number {
  let count = 0;
  for (const _match of matches(x, pattern, flags, site)) count++;
  return count;
}

function firstMatch(x: Value, pattern: Value, flags: Value, site: CallSite): RegExpExecArray | null {
  const regex = regexOf(pattern as string, flags, site);
  regex.lastIndex = 0;
  return regex.exec(x as string);
}

/** The groups, null where one took no part; the whole match if there is no group. */
function groups(match: RegExpExecArray): Value {
  return match.length === 1 ? [match[0]] : match.slice(1).map((group) => group ?? null);
}

/** `\1` and `\&` are what others write for `$1` and `$&`. */
function replacementOf(text: string): string {
  return text.replace(/\\([\\&\d])/g, (_, c: string) => (c === '\\' ? '\\' : `$${c}`));
}

function replace(x: string, pattern: string, replacement: string, flags: Value, site: CallSite): string {
  const regex = regexOf(pattern, flags, site);
  const once = typeof flags !== 'string' || !flags.includes('g');
  const written = replacementOf(replacement);
  // Counted only where it could matter.
  if (!once && x.length * (written.length + 1) > textUnitsMax) {
    const units = x.length + countMatches(x, pattern, flags, site) * written.length * (written.includes('$') ? x.length : 1);
    if (!written.includes('$')) checkLength(Math.max(0, units - x.length), site);
    checkRoom(Math.min(units, runtimeTextUnitsMax) * 2);
  }
  const result = x.replace(once ? new RegExp(regex.source, regex.flags.replace('g', '')) : regex, written);
  checkLength(result.length, site);
  return result;
}

const globs = new Map<string, Matcher>();

function glob(pattern: string, text: string): boolean {
  let matches = globs.get(pattern);
  if (!matches) {
    matches = compileGlob(pattern);
    if (globs.size >= keptMax) globs.clear();
    globs.set(pattern, matches);
  }
  return matches(text);
}

function similarTo(x: string, pattern: string, escape: Value, site: CallSite): boolean {
  const character = escape === undefined ? '\\' : (escape as string);
  if ([...character].length > 1) {
    throw new QueryError('type/argument', 'The ESCAPE of SIMILAR TO is one character, or none.', { span: site.span });
  }
  const regex = regexOf(similarPattern(pattern, character), 's', site);
  regex.lastIndex = 0;
  return regex.test(x);
}

export const regexFunctions: Readonly<Record<string, Implementation>> = {
  glob: ([pattern, x]) => glob(pattern as string, x as string),
  similar_to: ([x, pattern, escape], site) => similarTo(x as string, pattern as string, escape, site),
  regexp_like: ([x, pattern, flags], site) => firstMatch(x, pattern, flags, site) !== null,
  regexp_count: ([x, pattern, flags], site) => BigInt(countMatches(x as string, pattern as string, flags, site)),
  regexp_instr: ([x, pattern, flags], site) => {
    const match = firstMatch(x, pattern, flags, site);
    return match === null ? 0n : BigInt(characterCount((x as string).slice(0, match.index)) + 1);
  },
  regexp_substr: ([x, pattern, flags], site) => firstMatch(x, pattern, flags, site)?.[0] ?? null,
  regexp_match: ([x, pattern, flags], site) => {
    const match = firstMatch(x, pattern, flags, site);
    return match === null ? null : groups(match);
  },
  regexp_matches: ([x, pattern, flags], site) => {
    const found: Value[] = [];
    for (const match of matches(x, pattern, flags, site)) checkGrowing(found.push(groups(match)), site, 128);
    return found;
  },
  regexp_replace: ([x, pattern, replacement, flags], site) => replace(x as string, pattern as string, replacement as string, flags, site),
  regexp_split_to_array: ([x, pattern, flags], site) => {
    const text = x as string;
    const parts: string[] = [];
    let from = 0;
    for (const match of matches(x, pattern, flags, site)) {
      // A match of nothing parts the characters, but neither the start nor the end.
      if (match[0] === '' && (match.index === 0 || match.index >= text.length)) continue;
      checkGrowing(parts.push(text.slice(from, match.index)), site);
      from = match.index + match[0].length;
    }
    parts.push(text.slice(from));
    return parts;
  },
};
