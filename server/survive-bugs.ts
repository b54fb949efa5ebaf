// A bug of ours that nobody catches must not take the server down, and with it everybody's connections: it is reported, and the server goes
// on. The statement that met it has its own error, or its timeout. For the command line; a program that embeds the server decides itself.

import type { EventEmitter } from 'node:events';

/** Gives back a function that ends it. */
export function surviveBugs(process: EventEmitter, report: (text: string) => void): () => void {
  const tell = (error: unknown): void =>
    report(`A bug of Trefoil, which goes on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  for (const event of events) process.on(event, tell);
  return () => {
    for (const event of events) process.off(event, tell);
  };
}
