// The words of a command line.

import { homedir } from 'node:os';

/** Words as a Unix shell splits them: blanks between, quotes round what has blanks, `~/` for the home folder. */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+)+/g)) {
    words.push(
      match[0]
        .replace(/^~(?=\/)/, homedir)
        .replace(
          /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
          (_, double: string | undefined, single: string | undefined) => double?.replace(/\\(.)/g, '$1') ?? single ?? '',
        ),
    );
  }
  return words;
}

/** The first word of a text, in quotes or not, and what stands behind it. */
export function firstWord(text: string): readonly [word: string | undefined, rest: string] {
  const match = /^\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+)+)\s*([^]*)$/.exec(text);
  return match ? [commandWords(match[1] ?? '')[0], match[2] ?? ''] : [undefined, ''];
}
