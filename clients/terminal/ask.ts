// Asks the person at the terminal for a line; a hidden one is not shown while it is typed.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** The line, without its end. Ctrl-C ends the program as always. */
export function ask(question: string, options: { readonly hidden?: boolean } = {}): Promise<string> {
  process.stderr.write(question);
  // What readline would show goes nowhere.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: options.hidden ? silent : process.stderr,
    terminal: options.hidden ?? false,
    historySize: 0,
  });
  return new Promise((resolve) => {
    let answer = '';
    lines.on('SIGINT', () => process.exit(130));
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
