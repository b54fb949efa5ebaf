// Runs what the documents claim. Every ```trefoil block of a page runs in order against one fresh database (with the bundled sample
// where it says `sample`), every command of a page runs in a folder of its own (docs/commands.ts), and what comes must be what stands
// below. Tables of functions and the stages in ARCHITECTURE.md are written from the code. TREFOIL_UPDATE=1 writes the pages anew. Each
// command is a process of its own, so those of pages other than the README are left to `npm run test:long`.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Commands } from './docs/commands.ts';
import { generated } from './docs/generated.ts';
import { anchorsOf, type Block, blocksOf, missingNames, withGenerated, withOutputs, withoutTimes } from './docs/page.ts';
import { PageDatabases } from './docs/statements.ts';
import { longRun } from './long.ts';

const root = resolve(new URL('..', import.meta.url).pathname);
const update = process.env.TREFOIL_UPDATE === '1';
const timeoutMs = 180_000;
const pages = ['README.md', 'ARCHITECTURE.md', 'STYLE.md', 'examples/README.md', 'examples/lsqb/README.md'].concat(
  ['docs', 'docs/language'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  ),
);
// By test/storage/docs.test.ts, with SQLite alone.
const runElsewhere = ['docs/storage.md'];

for (const name of pages) {
  const page = readFileSync(join(root, name), 'utf8');
  describe(name, () => {
    if (!runElsewhere.includes(name)) test('says what happens', { timeout: timeoutMs }, () => follow(name, page));
    test('links to what is there', () => {
      const links = [...page.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map((m) => m[1] ?? '').filter((link) => !/^[a-z]+:/.test(link));
      expect(links.filter((link) => !existsSync(join(root, dirname(name), link)))).toEqual([]);
      const anchors = [...page.matchAll(/\]\(([^)#\s]*)#([^)]+)\)/g)].map(([, file = '', anchor = '']) => ({ file, anchor }));
      const headingsOf = (file: string): string => (file === '' ? page : readFileSync(join(root, dirname(name), file), 'utf8'));
      expect(anchors.filter(({ file, anchor }) => !anchorsOf(headingsOf(file)).includes(anchor))).toEqual([]);
    });
    test('names files and functions that are there', () => {
      expect(missingNames(page, (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined))).toEqual([]);
    });
  });
}

async function follow(name: string, page: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-docs-'));
  const databases = new PageDatabases(folder, root);
  const commands = await Commands.prepare(folder, root);
  const changed: { output: NonNullable<Block['output']>; text: string }[] = [];
  const failures: string[] = [];
  try {
    for (const block of blocksOf(page)) {
      if (block.language !== 'trefoil' && name !== 'README.md' && !longRun && !update) continue;
      const text = block.language === 'trefoil' ? await databases.run(block) : await commands.run(block);
      if (text === undefined) continue;
      const claimed = block.language === 'console' ? inPlace(page, block) : block.output;
      // The build may be half written while the test runs; a crash is never what a page should say.
      if (/^Node\.js v\d|^error: The requested module/m.test(text)) failures.push(`${name}:${block.line}: crashed: ${text}`);
      if (claimed && withoutTimes(claimed.text) !== withoutTimes(text)) changed.push({ output: claimed, text });
      if (!claimed && /^(error |[a-z]+\/[a-z-]+: )/m.test(text)) failures.push(`${name}:${block.line}: ${text}`);
    }
  } finally {
    await commands.close();
    await databases.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const now = withGenerated(withOutputs(page, changed), (what) => generated(what, root));
  if (update && now !== page && failures.length === 0) writeFileSync(join(root, name), now);
  else if (!update) expect(now, relative(root, name)).toBe(page);
  expect(failures).toEqual([]);
}

/** A dialogue is its own output. */
function inPlace(page: string, block: Block): NonNullable<Block['output']> {
  const lines = page.split('\n').slice(0, block.line);
  const start = lines.join('\n').length + 1;
  return { text: block.text, start, end: start + block.text.length + 1 };
}
