// Works out the decisions of the grammar and puts them into what is built, in the place of parser/built-decisions.ts.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The esbuild plugin. */
export const builtDecisions = {
  name: 'built-decisions',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]parser[\\/]built-decisions\.ts$/ }, async () => ({
      contents: `export const builtDecisions = JSON.parse(${JSON.stringify(JSON.stringify(await decisions()))});`,
      loader: 'js',
    }));
  },
};

async function decisions() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'parser/grammar-statements.ts')],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    logLevel: 'warning',
  });
  // Below node_modules, so that it finds the packages, and git leaves it alone.
  const path = join(root, `node_modules/.trefoil-grammar/${process.pid}.mjs`);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, outputFiles[0].text);
  try {
    const { Grammar } = await import(pathToFileURL(path).href);
    return new Grammar(true).tables();
  } finally {
    rmSync(path);
  }
}
