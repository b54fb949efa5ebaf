import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { column, compileLiterals, index, name, newFolder, table, withStorage } from './opened.ts';

const rounds = 3;

/** The writer as one module: loading its sources one by one takes far longer than all that it writes. */
async function builtWriter(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'crash-writer.ts')],
    bundle: true,
    write: false,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return outputFiles[0]?.text ?? '';
}

/** Runs the writer until it has acknowledged a few commits, kills it at a random moment, and gives the last number it said. */
function writeUntilKilled(writer: string, file: string): Promise<bigint> {
  const root = join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['--input-type=module', '-', file], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(writer);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), 20 + Math.random() * 100);
      said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => {
      // What follows the last line's end may be torn.
      const lines = said.split('\n').slice(0, -1);
      const last = lines.at(-1);
      if (last === undefined) reject(new Error('the writer said nothing'));
      else resolve(BigInt(last));
    });
  });
}

test('a killed writer loses no acknowledged commit and leaves none half done', { timeout: 60_000 }, async () => {
  const { file, remove } = newFolder();
  const writer = await builtWriter();
  try {
    await withStorage(async (storage) => {
      await storage.createTable(table('t', [column('n', 'INTEGER')]), compileLiterals);
      await storage.createCollection({ kind: 'createCollection', name: name('c'), ifNotExists: false, span: { start: 0, end: 0 } });
      await storage.createIndex(index(':Label1', [['n']], { unique: true }));
    }, file);
    for (let round = 0; round < rounds; round++) {
      const acknowledged = await writeUntilKilled(writer, file);
      await withStorage(async (storage) => {
        const [row] = storage.connection.all(
          `SELECT (SELECT count(*) FROM t), (SELECT max(n) FROM t), (SELECT count(*) FROM c), (SELECT max(doc ->> 'n') FROM c), (SELECT count(*) FROM trefoil_node),
                  (SELECT count(*) FROM trefoil_edge), (SELECT sum(count) FROM trefoil_label), (SELECT count FROM trefoil_edge_type), (SELECT max(number) / 3 FROM trefoil_change)`,
        );
        expect(new Set(row).size).toBe(1);
        expect(row?.[0]).toBeGreaterThanOrEqual(acknowledged);
        expect(storage.connection.get('PRAGMA integrity_check')).toEqual(['ok']);
        expect(storage.connection.all('PRAGMA foreign_key_check')).toEqual([]);
        const indexed = storage.connection.get('SELECT count(*) FROM trefoil_index_1');
        expect(indexed).toEqual(storage.connection.get("SELECT count FROM trefoil_label WHERE name = 'Label1'"));
      }, file);
    }
  } finally {
    remove();
  }
});
