// The text of CREATE TABLE, as SQLite keeps it, is read into its parts and written again.

import { expect, it } from 'vitest';
import { readTableText, writeTableText } from '../../engines/sql/sqlite/table-text.ts';

const list = [
  '"a" INTEGER CONSTRAINT "t_a_boolean" CHECK ("a" IN (0, 1)) NOT NULL DEFAULT (1)',
  'b TEXT COLLATE NOCASE DEFAULT - 1 UNIQUE',
  '"c ""x" DECIMAL (10, 2) REFERENCES u (id) ON DELETE SET NULL ON UPDATE SET DEFAULT NOT DEFERRABLE INITIALLY IMMEDIATE NOT NULL',
  'd INT GENERATED ALWAYS AS (a + 1) STORED',
  'e AS (a)',
  'f PRIMARY KEY DESC AUTOINCREMENT',
  'CONSTRAINT "q" FOREIGN KEY (a, b) REFERENCES x (y) ON DELETE CASCADE',
  "CHECK (a > ')' AND b <> ',')",
  'PRIMARY KEY (a)',
];

it('A table’s text is what its parts say.', () => {
  const text = readTableText(`CREATE TABLE "t" (${list.join(', ')}) STRICT, WITHOUT ROWID`);
  expect(text && writeTableText(text)).toBe(`(${list.join(', ')}) STRICT, WITHOUT ROWID`);
  expect(text?.columns.map(({ name, type, constraints }) => [name, type, constraints.map((c) => c.kind)])).toEqual([
    ['a', 'INTEGER', ['CHECK', 'NOT', 'DEFAULT']],
    ['b', 'TEXT', ['COLLATE', 'DEFAULT', 'UNIQUE']],
    ['c "x', 'DECIMAL (10, 2)', ['REFERENCES', 'NOT']],
    ['d', 'INT', ['GENERATED']],
    ['e', '', ['AS']],
    ['f', '', ['PRIMARY']],
  ]);
  expect(text?.columns[0]?.constraints[0]?.name).toBe('t_a_boolean');
  expect(text?.constraints.map((c) => [c.kind, c.name])).toEqual([
    ['FOREIGN', 'q'],
    ['CHECK', undefined],
    ['PRIMARY', undefined],
  ]);
});

it('What is no list of columns is not read.', () => {
  expect(readTableText('CREATE VIRTUAL TABLE t USING fts5(a)')).toBeUndefined();
});
