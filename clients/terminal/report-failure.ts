// The last words about a failure that nothing else has told.

import { Interrupted } from './ask.ts';
import { errorText, usageText } from './error-text.ts';
import { paintFor } from './paint.ts';
import { StatementFailure } from './script.ts';
import { type Streams, write } from './streams.ts';

/** 128 and the number of SIGINT, as for a program that Ctrl-C has ended. */
const interruptedCode = 130;

/** Writes what is wrong with the words of the command line, and which command line tells more. */
export async function reportUsage(
  { message, help }: { readonly message: string; readonly help: string },
  errors: Streams['errors'],
): Promise<void> {
  const paint = await paintFor(errors);
  await write(errors, `${usageText(message, paint)}${paint.cyan(`Try: ${help}`)}\n`);
}

/** Writes the failure and returns the exit code. */
export async function reportFailure(error: unknown, errors: Streams['errors']): Promise<number> {
  if (error instanceof Interrupted) return interruptedCode;
  const paint = await paintFor(errors);
  const text = error instanceof StatementFailure ? errorText(error.failure, paint, error.source) : errorText(error, paint);
  await write(errors, text);
  return 1;
}
