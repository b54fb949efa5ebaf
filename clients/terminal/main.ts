#!/usr/bin/env node
// The command `trefoil`. Reads its words (arguments.ts) and hands over to the part that does the work, loading only that one.
// Exit codes: 0 done, 1 a failure, 2 wrong usage.

import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import type { Invocation } from './arguments.ts';
import { packageFile } from '../../engines/package-file.ts';
import type { Streams } from './streams.ts';

async function main(): Promise<number> {
  const streams: Streams = { input: process.stdin, output: process.stdout, errors: process.stderr };
  // A reader that stops reading (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const { parseArguments } = await import('./arguments.ts');
  const invocation = await parseArguments(process.argv.slice(2), { version: version(), interactive });
  switch (invocation.kind) {
    case 'text':
      process.stdout.write(invocation.text);
      return 0;
    case 'usage':
      await (await import('./report-failure.ts')).reportUsage(invocation, process.stderr);
      return 2;
    case 'serve':
    case 'start':
      return (await import('./serve.ts')).serve(invocation, streams, interactive);
    case 'check':
      return (await import('./check.ts')).runCheck(invocation.file, streams);
    case 'backup':
      await (await import('./backup.ts')).runBackup(invocation, streams);
      return 0;
    case 'run':
    case 'shell':
    case 'import':
    case 'export':
    case 'dump':
    case 'restore':
      return withClient(invocation, streams);
  }
}

type ClientInvocation = Extract<Invocation, { readonly kind: 'run' | 'shell' | 'import' | 'export' | 'dump' | 'restore' }>;

async function withClient(invocation: ClientInvocation, streams: Streams): Promise<number> {
  const { isUrl, openAsking } = await import('./target.ts');
  if (invocation.target === undefined) process.stderr.write('No file or server given: this runs in memory, and nothing is kept.\n');
  const target = invocation.target ?? ':memory:';
  if ((invocation.kind === 'dump' || invocation.kind === 'export') && !isUrl(target) && !existsSync(target))
    throw new (await import('./error-text.ts')).TerminalError(`There is no file ${target}.`);
  // A dump and an export change nothing, not even the version of an older file.
  const readOnly = invocation.kind === 'dump' || invocation.kind === 'export';
  const how = { account: invocation.account, threads: invocation.kind === 'shell', readOnly };
  const { client, ...again } = await openAsking(target, how);
  try {
    switch (invocation.kind) {
      case 'run':
        return await (await import('./run.ts')).run(client, invocation, streams);
      case 'shell':
        return await (await import('./shell.ts')).runShell(client, {
          streams,
          mode: invocation.mode,
          target,
          account: invocation.account,
          ...again,
        });
      case 'dump':
        await (await import('./dump/run-dump.ts')).runDump(client, invocation, streams);
        return 0;
      case 'restore':
        await (await import('./dump/restore.ts')).runRestore(client, invocation.script, streams);
        return 0;
      case 'import':
        await (await import('./import/import.ts')).runImport(client, invocation.request, streams);
        return 0;
      case 'export':
        await (await import('./export/run-export.ts')).runExport(client, invocation.request, streams);
        return 0;
    }
  } finally {
    await client.close();
  }
}

function version(): string {
  const description: unknown = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  return typeof description === 'object' && description !== null && 'version' in description ? String(description.version) : '?';
}

// Node 22 and newer keep compiled code between runs, which makes starting quicker.
if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function') nodeModule.enableCompileCache();

try {
  process.exit(await main());
} catch (error) {
  const { reportFailure } = await import('./report-failure.ts');
  process.exit(await reportFailure(error, process.stderr));
}
