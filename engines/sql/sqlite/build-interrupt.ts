// Compiles interrupt.c with the system's C compiler (`cc`, or what CC names) against the headers that better-sqlite3 brings. Run by
// `npm run build`, and where the package is installed. Without a compiler it says so and that is all: nothing depends on it.
//
//   node dist/engines/sql/sqlite/build-interrupt.js

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageFile } from '../../package-file.ts';
import { interruptPath } from './interrupt-file.ts';

const beside = packageFile('dist/engines/sql/sqlite/interrupt.c');
const inRepository = packageFile('engines/sql/sqlite/interrupt.c');

/** The package brings a copy of the source beside the built files. */
function sourceFile(): string | undefined {
  if (!existsSync(inRepository)) return existsSync(beside) ? beside : undefined;
  copyFileSync(inRepository, beside);
  return inRepository;
}

function buildInterrupt(): string {
  const source = sourceFile();
  if (source === undefined) return 'interrupt.c is not there';
  const target = interruptPath();
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return '';
  const headers = join(dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')), 'deps', 'sqlite3');
  const made = `${target}.${process.pid}`;
  const compiler = process.env['CC'] ?? 'cc';
  const { error, status, stderr } = spawnSync(compiler, ['-O2', '-shared', '-fPIC', `-I${headers}`, '-o', made, source], {
    encoding: 'utf8',
  });
  if (error !== undefined || status !== 0) return `${compiler}: ${error?.message ?? stderr.split('\n')[0]}`;
  renameSync(made, target);
  return '';
}

const failure = buildInterrupt();
if (failure !== '') {
  console.error(`The extension that stops statements inside SQLite was not built (${failure}).`);
  console.error('Trefoil works without it; a cancelled sort or index build then goes on until SQLite comes back.');
}
