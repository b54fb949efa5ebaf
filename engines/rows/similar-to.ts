// Patterns of SIMILAR TO as regular expressions.
//
//   (a|b)_%   →   ^(?:(?:a|b)..*)$

const classes: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  punct: '\\p{P}',
};

const plain = (character: string): string => (/[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);

/** The regular expression for the whole text; `escape` is one character or none. */
export function similarPattern(pattern: string, escape: string): string {
  const characters = [...pattern];
  let out = '';
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === escape) out += plain(characters[++at] ?? escape);
    else if (character === '%') out += '.*';
    else if (character === '_') out += '.';
    else if (character === '(') out += '(?:';
    else if (character === '[') {
      const set = setAt(characters, at, escape);
      out += set.text;
      at = set.end;
    } else if (/[|*+?{})]/.test(character)) out += character;
    else out += plain(character);
  }
  return `^(?:${out})$`;
}

/** `[^a-z[:digit:]]`; one that is not closed stays open, and the regular expression says so. */
function setAt(characters: readonly string[], from: number, escape: string): { text: string; end: number } {
  let text = '[';
  let at = from + 1;
  if (characters[at] === '^') text += characters[at++];
  for (let first = true; at < characters.length; at++, first = false) {
    const character = characters[at] as string;
    if (character === ']' && !first) return { text: `${text}]`, end: at };
    const named = /^\[:(\w+):\]/.exec(characters.slice(at, at + 12).join(''));
    const known = classes[named?.[1] ?? ''];
    if (named && known !== undefined) {
      text += known;
      at += named[0].length - 1;
    } else if (character === escape) text += plain(characters[++at] ?? escape);
    else text += character === '-' ? '-' : plain(character);
  }
  return { text, end: characters.length };
}
