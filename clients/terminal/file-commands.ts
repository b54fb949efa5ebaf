// The words of the commands that are about a whole database: check, backup. Part of arguments.ts.

import type { Command } from 'commander';

export type FileInvocation =
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'backup'; readonly file: string; readonly destination: string; readonly force: boolean };

/** Adds them to the program. */
export function addFileCommands(program: Command, tell: (invocation: FileInvocation) => void): void {
  program
    .command('check')
    .description('check a database file, also one in use: exit code 1 if anything is wrong with it')
    .argument('<file>', 'the database file')
    .action((file: string) => tell({ kind: 'check', file }));
  program
    .command('backup')
    .description('copy a database file, also one in use')
    .argument('<file>', 'the database file')
    .argument('<destination>', 'the file to make')
    .option('--force', 'put it in the place of a file that is there')
    .action((file: string, destination: string, options: { readonly force?: boolean }) =>
      tell({ kind: 'backup', file, destination, force: options.force ?? false }),
    );
}
