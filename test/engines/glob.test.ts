// GLOB patterns match what they match in SQLite.

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { compileGlob } from '../../engines/rows/glob.ts';
import { runs } from '../long.ts';

const db = new Database(':memory:');
const statement = db.prepare('SELECT ? GLOB ?').pluck();
afterAll(() => db.close());

const part = fc.constantFrom('a', 'b', 'c', 'A', '*', '?', '[', ']', '^', '-', 'ä', '😀', '\\', '.', '[a-b]', '[^a]', '[]a]');

it('A pattern matches exactly what it matches in SQLite.', () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }),
      fc.array(fc.constantFrom('a', 'b', 'c', 'A', ']', '-', '^', '*', 'ä', '😀', '\\', '.'), { maxLength: 8 }),
      (p, t) => {
        const [pattern, text] = [p.join(''), t.join('')];
        expect(compileGlob(pattern)(text), `'${text}' GLOB '${pattern}'`).toBe(statement.get(text, pattern) === 1);
      },
    ),
    { numRuns: runs(1000) },
  );
});
