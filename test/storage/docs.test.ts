// Runs the examples of docs/storage.md: its statements make a file with Trefoil, its queries are run with SQLite alone and must give the
// output that stands below them.

import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../engines/open.ts';
import { newFolder } from './opened.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/storage.md'), 'utf8');
const blocks = [...page.matchAll(/^```(trefoil|sql|text)\n(.*?)^```$/gms)].map((match) => ({
  language: match[1],
  text: (match[2] ?? '').trim(),
}));

function shownRows(database: Database.Database, sql: string): string {
  const statement = database.prepare(sql);
  if (!statement.reader) {
    statement.run();
    return '';
  }
  const head = statement.columns().map((column) => column.name);
  // A float shows its point, as in the sqlite3 shell.
  statement.safeIntegers(true).raw(true);
  const shown = (value: unknown) => (typeof value === 'number' && Number.isInteger(value) ? `${value}.0` : value);
  return [head, ...(statement.all() as unknown[][])].map((row) => row.map(shown).join('|')).join('\n');
}

test('the examples of docs/storage.md are true', async () => {
  const { file, remove } = newFolder();
  try {
    const trefoil = await openDatabase({ file });
    const session = trefoil.session();
    for (const block of blocks) {
      if (block.language !== 'trefoil') continue;
      for await (const result of session.run(block.text)) for await (const _ of result.batches);
    }
    await trefoil.close();
    const database = new Database(file);
    let queries = 0;
    for (const [i, block] of blocks.entries()) {
      if (block.language !== 'sql') continue;
      const output = shownRows(database, block.text);
      const expected = blocks[i + 1];
      expect(output).toBe(expected?.language === 'text' ? expected.text : '');
      queries++;
    }
    expect(queries).toBeGreaterThan(8);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  } finally {
    remove();
  }
});
