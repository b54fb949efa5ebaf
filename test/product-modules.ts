// What tests import from parser/, engines/, server/ and clients/ is translated by esbuild, a module each, and loaded by Node itself. Vitest
// would translate and evaluate every module for every run, which took longer than most tests. Stacks name the sources all the same.
// A watching vitest does it the slow way, because only then does it know what a change concerns.

import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'vitest/config';
import { builtDecisions } from '../build-decisions.mjs';

const root = resolve(new URL('..', import.meta.url).pathname);
const folders = ['parser', 'engines', 'server', 'clients'];
/** Below node_modules, so that git and vitest leave it alone. */
const builtFolder = join(root, 'node_modules/.trefoil-modules');

export function productModules(): Plugin {
  let watching = true;
  return {
    name: 'product-modules',
    enforce: 'pre',
    async configureVitest({ vitest }) {
      watching = vitest.config.watch;
      if (!watching) await translate();
    },
    resolveId(specifier, importer) {
      if (watching || !specifier.startsWith('.') || importer === undefined) return null;
      const path = relative(root, resolve(dirname(importer), specifier));
      if (!path.endsWith('.ts') || !folders.some((folder) => path.startsWith(`${folder}/`))) return null;
      return { id: join(builtFolder, javascript(path)), external: true };
    },
  };
}

function javascript(path: string): string {
  return path.replace(/\.ts$/, '.js');
}

async function translate(): Promise<void> {
  const entryPoints = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  );
  const { outputFiles } = await build({
    entryPoints,
    outbase: root,
    outdir: builtFolder,
    write: false,
    sourcemap: 'linked',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    packages: 'external',
    bundle: true,
    plugins: [
      builtDecisions,
      {
        name: 'a-module-each',
        setup(builder) {
          builder.onResolve({ filter: /^\./ }, ({ path }) => ({ path: javascript(path), external: true }));
        },
      },
    ],
  });
  for (const { path, text } of outputFiles) writeIfChanged(path, text);
}

/** Whole or not at all: another run may be reading it. */
function writeIfChanged(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}
