// The file of lines that an interactive shell runs when it starts: settings such as `.mode line`, parameters, statements.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** TREFOIL_RC if it is set, none if it is empty; else ~/.trefoilrc. */
export function startFile(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.TREFOIL_RC;
  if (named !== undefined) return named === '' ? undefined : named;
  return join(environment.HOME || homedir(), '.trefoilrc');
}
