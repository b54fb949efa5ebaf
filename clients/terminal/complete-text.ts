// Whether what was typed can run: every statement has its semicolon, or a line is one of the shell's own commands.

import { StatementBuffer } from './script.ts';

/** Words that a person may type without a semicolon. */
const plainWords: ReadonlySet<string> = new Set(['quit', 'exit', 'help']);

/** A line that is no part of a statement, if none is open before it: a command, or a word such as `quit`. */
export function isCommandLine(line: string): boolean {
  return /^\s*\./.test(line) || isPlainWord(line);
}

export function isPlainWord(line: string): boolean {
  return plainWords.has(line.trim().toLowerCase().replace(/;$/, ''));
}

/** True when nothing of the text waits for more. */
export function isCompleteText(text: string): boolean {
  const buffer = new StatementBuffer();
  for (const line of text.split('\n')) {
    if (isCommandLine(line) && buffer.isEmpty) buffer.clear();
    else buffer.push(`${line}\n`);
  }
  return buffer.isEmpty && buffer.open === undefined;
}
