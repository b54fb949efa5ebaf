// Asks the person at the terminal for a line; a hidden one is not shown while it is typed.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** The person pressed Ctrl-C in place of an answer. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The line, without its end. Fails with Interrupted. */
export function ask(question: string, options: { readonly hidden?: boolean } = {}): Promise<string> {
  // What readline would show goes nowhere.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: options.hidden ? silent : process.stderr,
    prompt: question,
    terminal: true,
    historySize: 0,
  });
  if (options.hidden) process.stderr.write(question);
  else lines.prompt();
  return new Promise((resolve, reject) => {
    let answer = '';
    lines.on('SIGINT', () => {
      if (!options.hidden) process.stderr.write('\n');
      reject(new Interrupted());
      lines.close();
    });
    lines.on('line', (line) => {
      answer = line;
      lines.close();
    });
    lines.on('close', () => {
      if (options.hidden) process.stderr.write('\n');
      resolve(answer);
    });
  });
}
