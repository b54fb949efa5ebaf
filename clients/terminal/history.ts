// The shell's history, kept in a file that only its owner may read: statements hold data.

import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { openPart } from '../../parser/split.ts';

/** Lines kept. */
export const historyLinesMax = 1000;

/** Where the history is: XDG_STATE_HOME/trefoil/history, or ~/.trefoil_history. */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment.XDG_STATE_HOME;
  return state ? join(state, 'trefoil', 'history') : join(environment.HOME || homedir(), '.trefoil_history');
}

/** The lines, oldest first. A file that cannot be read is an empty history. */
export function loadHistory(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    if (lines.length <= historyLinesMax) return lines;
    const kept = lines.slice(-historyLinesMax);
    writeFileSync(file, `${kept.join('\n')}\n`, { mode: 0o600 });
    return kept;
  } catch {
    return [];
  }
}

/** Adds a line. A history that cannot be written is not worth an error. */
export function appendHistory(file: string, line: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch {
    // Read-only home directories exist.
  }
}

/**
 * A statement's lines as one line to come back to with one keystroke. Undefined for one line, and where a line break means something:
 * in quotes and behind a comment.
 */
export function oneLine(lines: readonly string[]): string | undefined {
  const broken = lines.some((line, i) => /--|\/\//.test(line) || openPart(lines.slice(0, i + 1).join('\n')) !== undefined);
  return lines.length < 2 || broken ? undefined : lines.map((line, i) => (i === 0 ? line.trimEnd() : line.trim())).join(' ');
}

/** Puts the one line in place of the statement's lines, if these are the newest. `history` has the newest first. */
export function joinNewest(history: string[], lines: readonly string[], joined: string): void {
  if (lines.every((line, i) => history[lines.length - 1 - i] === line)) history.splice(0, lines.length, joined);
}
