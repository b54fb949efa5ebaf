// The words of the commands that are about a whole database: check, backup, dump and restore. Part of arguments.ts.

import type { Command } from 'commander';
import type { Account } from './arguments.ts';

export type FileInvocation =
  | { readonly kind: 'dump'; readonly target: string; readonly output?: string; readonly force: boolean; readonly account: Account }
  | { readonly kind: 'restore'; readonly target: string; readonly script?: string; readonly account: Account }
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'backup'; readonly file: string; readonly destination: string; readonly force: boolean };

/** The words by which a server is met. */
export interface AccountWords {
  add(command: Command): Command;
  of(options: Account): Account;
}

/** Adds them to the program. */
export function addFileCommands(program: Command, tell: (invocation: FileInvocation) => void, account: AccountWords): void {
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
  const dump = program
    .command('dump')
    .description('write everything as a script: definitions, rows, documents, nodes and edges')
    .argument('<target>', "a database file or a server's URL")
    .option('-o, --output <file>', 'the script to make (default: standard output)')
    .option('--force', 'put it in the place of a file that is there');
  account.add(dump).action((target: string, options: { readonly output?: string; readonly force?: boolean } & Account) => {
    const { output, force = false } = options;
    tell({ kind: 'dump', target, force, account: account.of(options), ...(output === undefined ? {} : { output }) });
  });
  const restore = program
    .command('restore')
    .description('run a script as a whole: all of it is there at the end, or nothing')
    .argument('<target>', "a database file, which may be new, or a server's URL")
    .argument('[script]', 'the script (default: standard input)');
  account.add(restore).action((target: string, script: string | undefined, options: Account) => {
    tell({ kind: 'restore', target, account: account.of(options), ...(script === undefined ? {} : { script }) });
  });
}
