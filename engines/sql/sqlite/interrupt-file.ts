// Where the compiled interrupt.c is: beside the built files, with the system and processor in its name. Trefoil runs without it too;
// then what no check reaches (a sort, the making of an index) is stopped only when SQLite comes back.

import { existsSync } from 'node:fs';
import { packageFile } from '../../package-file.ts';

/** Where the extension is, or would be. */
export function interruptPath(): string {
  const ending = process.platform === 'darwin' ? 'dylib' : process.platform === 'win32' ? 'dll' : 'so';
  return packageFile(`dist/engines/sql/sqlite/interrupt-${process.platform}-${process.arch}.${ending}`);
}

/** The extension's path if it has been built. */
export function interruptFile(): string | undefined {
  const path = interruptPath();
  return existsSync(path) ? path : undefined;
}
