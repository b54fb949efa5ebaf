// The shell's history, kept in a file that only its owner may read: statements hold data. An entry is a whole statement, whose line
// ends stand as the character U+0001 in the file, as psql keeps them.

import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Entries kept. */
const historyEntriesMax = 2000;
/** A longer text, as a pasted script, is kept only until the shell is left. */
const entryCharactersMax = 20_000;

const lineEnd = '\u0001';

/** Where the history is: XDG_STATE_HOME/trefoil/history, or ~/.trefoil_history. */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment.XDG_STATE_HOME;
  return state ? join(state, 'trefoil', 'history') : join(environment.HOME || homedir(), '.trefoil_history');
}

/** The entries, oldest first. A file that cannot be read is an empty history. */
export function loadHistory(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const kept = lines.slice(-historyEntriesMax);
    if (kept.length < lines.length) writeFileSync(file, `${kept.join('\n')}\n`, { mode: 0o600 });
    const entries: string[] = [];
    for (const line of new Set(kept.toReversed())) entries.unshift(line.replaceAll(lineEnd, '\n'));
    return entries;
  } catch {
    return [];
  }
}

/** Adds an entry. A history that cannot be written is not worth an error. */
export function appendHistory(file: string, entry: string): void {
  if (entry.length > entryCharactersMax) return;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${entry.replaceAll('\n', lineEnd)}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch {
    // Read-only home directories exist.
  }
}

/** Puts an entry at the end of the list; the same text earlier gives way. */
export function rememberEntry(entries: string[], entry: string): void {
  const earlier = entries.indexOf(entry);
  if (earlier >= 0) entries.splice(earlier, 1);
  entries.push(entry);
}

/** A name that says that its value is for few eyes: `password`, `apiToken`, `client_secret`. */
export function isSecretName(name: string): boolean {
  return /passw|passphrase|pwd|secret|token|credential|api_?key/i.test(name);
}

/**
 * Texts that are never written to a file: those that speak of a password or a secret, those about a user, in which the word may be
 * misspelt, and those that give a parameter with such a name its value.
 */
export function isSecret(entry: string): boolean {
  if (/passw|passphrase|secret|\bidentified\b|\b(?:create|alter)\s+user\b/i.test(entry)) return true;
  const [, name] = /^\s*\.param\w*\s+set\s+(\S+)/i.exec(entry) ?? [];
  return name !== undefined && isSecretName(name);
}
