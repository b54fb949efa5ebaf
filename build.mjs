// Makes dist/ out of the sources, apart from the declarations, which tsc writes: for each program, entry and worker thread one module, and
// what they share in dist/chunks. A start then reads a few files instead of hundreds (docs/decisions/0018-one-module-per-program.md).
//
//   node build.mjs

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { builtDecisions } from './build-decisions.mjs';

const entryPoints = [
  'clients/terminal/main.ts',
  'clients/typescript/connect.ts',
  'engines/sql/sqlite/build-interrupt.ts',
  // For the benchmark of what loading the grammar costs.
  'parser/parse.ts',
  'server/open.ts',
  'server/serve.ts',
  'server/threads/worker.ts',
];

const { metafile } = await build({
  entryPoints,
  outbase: '.',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
  plugins: [builtDecisions],
  logLevel: 'warning',
});

// What an earlier build made.
for (const name of readdirSync('dist', { recursive: true }).map(String)) {
  const path = join('dist', name);
  if (path.endsWith('.js') && !(path in metafile.outputs)) rmSync(path);
}
