// For threads that may be ended while they are inside SQLite. There a failure of SQLite must be thrown without running JavaScript:
// better-sqlite3 calls the constructor of its errors, and on a thread that is being ended this call gives nothing, which better-sqlite3
// takes for granted, and the whole process dies. `Array` runs no JavaScript, so the failure arrives as [message, code]; see errors.ts.

import { createRequire } from 'node:module';

interface Addon {
  setErrorConstructor(constructor: unknown): void;
  isInitialized?: boolean;
}

/** Makes it so for this thread and all its connections. */
export function throwPlainFailures(): void {
  const addon = createRequire(import.meta.url)('better-sqlite3/build/Release/better_sqlite3.node') as Addon;
  addon.setErrorConstructor(Array);
  // Else the first connection would set its own.
  addon.isInitialized = true;
}
