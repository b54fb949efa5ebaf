// Where the compiled interrupt.c is: beside the built files, with the system and processor in its name. Trefoil runs without it too;
// then what no check reaches (a sort, the making of an index) is stopped only when SQLite comes back.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The sources run from the build's copy. */
const folder = import.meta.url.endsWith('.ts') ? '../../../dist/engines/sql/sqlite/' : './';

/** Where the extension is, or would be. */
export function interruptPath(): string {
  const ending = process.platform === 'darwin' ? 'dylib' : process.platform === 'win32' ? 'dll' : 'so';
  return fileURLToPath(new URL(`${folder}interrupt-${process.platform}-${process.arch}.${ending}`, import.meta.url));
}

/** The extension's path if it has been built. */
export function interruptFile(): string | undefined {
  const path = interruptPath();
  return existsSync(path) ? path : undefined;
}
