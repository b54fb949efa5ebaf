// The parts of an import that need no database: CSV and JSON records, types, role headers, the order of tables.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { csvValue } from '../../clients/terminal/import/columns.ts';
import { type CsvRecord, csvRecords, delimiterOf } from '../../clients/terminal/import/csv-records.ts';
import { inferType, readField } from '../../clients/terminal/import/field.ts';
import { type JsonRecord, jsonRecords } from '../../clients/terminal/import/json-records.ts';
import { startProgress } from '../../clients/terminal/import/progress.ts';
import { edgeTypeOf, roleHeader, stemOf, upperSnake } from '../../clients/terminal/import/role-header.ts';
import { foreignKeys, loadOrder } from '../../clients/terminal/import/table-order.ts';
import { parseJson } from '../../clients/terminal/parse-json.ts';
import { TestScreen } from './screen.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function csv(text: string, delimiter = ','): Promise<CsvRecord[]> {
  const file = join(folder, 'a.csv');
  writeFileSync(file, text);
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(file, delimiter)) records.push(record);
  return records;
}

async function json(text: string): Promise<JsonRecord[]> {
  const file = join(folder, 'a.json');
  writeFileSync(file, text);
  const records: JsonRecord[] = [];
  for await (const record of jsonRecords(file)) records.push(record);
  return records;
}

describe('CSV records', () => {
  test('Quotes, line ends inside quotes, a byte order mark and blank lines; each record knows its line.', async () => {
    const records = await csv('\ufeffid,note\r\n1,"a ""b""\nc"\r\n\r\n2,x\r\n');
    expect(records.map((record) => [record.line, record.fields])).toEqual([
      [1, ['id', 'note']],
      [2, ['1', 'a "b"\nc']],
      [5, ['2', 'x']],
    ]);
    for (const end of ['\n', '\r\n']) {
      const lines = await csv(['', 'a,b', '', '', '1,"x', 'y"', '2,z', '', '3,w'].join(end));
      expect(lines.map((record) => record.line)).toEqual([2, 5, 7, 9]);
    }
  });
  test('Nothing is a null, "" is empty text, also after quoted fields that hold the delimiter.', async () => {
    const [, record] = await csv('a,b,c,d\n"x,""y",,"",\n');
    expect(record && [0, 1, 2, 3].map((at) => csvValue(record, at, 'text'))).toEqual(['x,"y', null, '', null]);
    expect(record && csvValue(record, 2, 'integer')).toBeNull();
  });
  test('A quote that is never closed is an error that says so.', async () => {
    await expect(csv('a,b\n1,"x\n2,y\n')).rejects.toThrow(/is not closed/);
  });
  test('The delimiter is the character that cuts the lines evenly.', () => {
    expect(delimiterOf('a;b;c\n1,5;2;3\n')).toBe(';');
    expect(delimiterOf('a\tb\n1\t2\n')).toBe('\t');
    expect(delimiterOf('id|name\n1|x, y\n2|"a|b"\n')).toBe('|');
    expect(delimiterOf('id\n1\n2\n')).toBe(',');
    expect(delimiterOf('')).toBe(',');
  });
});

describe('types of fields', () => {
  test('The narrowest type that all fields have.', () => {
    expect(inferType(['1', '', '-20'])).toBe('integer');
    expect(inferType(['1', '2.5'])).toBe('float');
    expect(inferType(['1e3', '.5'])).toBe('float');
    expect(inferType(['true', 'FALSE'])).toBe('boolean');
    expect(inferType(['2024-02-29'])).toBe('date');
    expect(inferType(['2024-02-29T10:00:00Z'])).toBe('datetime');
    expect(inferType(['2024-02-29 10:00:00'])).toBe('localdatetime');
    expect(inferType(['2024-02-30'])).toBe('text');
    expect(inferType(['1', 'x'])).toBe('text');
    expect(inferType(['', ''])).toBe('text');
  });
  test('Codes with leading zeros and numbers beyond 64 bits are not integers.', () => {
    expect(inferType(['007', '012'])).toBe('text');
    expect(inferType(['9223372036854775807'])).toBe('integer');
    expect(inferType(['9223372036854775808'])).toBe('float');
  });
  test('A field that is not of its type is refused, not guessed.', () => {
    expect(readField('12', 'integer')).toBe(12n);
    expect(readField('12', 'float')).toBe(12);
    expect(readField('1.5', 'integer')).toBeUndefined();
    expect(readField('e5', 'float')).toBeUndefined();
    expect(readField('', 'integer')).toBeNull();
    expect(readField('{"a": 1}', 'json')).toEqual({ a: 1n });
    expect(readField('P1Y2M', 'duration')).toMatchObject({ kind: 'duration', text: 'P1Y2M' });
  });
});

describe('JSON records', () => {
  test('The elements of an array, with 1 and 1.0 apart and big integers exact.', async () => {
    const records = await json(' [{"a": 1, "b": 1.0}, {"a": 12345678901234567890, "__proto__": {"x": true}}]');
    expect(records.map((record) => record.place)).toEqual(['element 1', 'element 2']);
    expect(records[0]?.value).toEqual({ a: 1n, b: 1 });
    expect(Object.keys(records[1]?.value as object)).toEqual(['a', '__proto__']);
  });
  test('JSON Lines: a bad line is told by its number, the others are read.', async () => {
    const records = await json('{"a":1}\n\n{"a":\n{"a":2}\n');
    expect(records.map((record) => [record.place, record.value, record.failure !== undefined])).toEqual([
      ['line 1', { a: 1n }, false],
      ['line 3', undefined, true],
      ['line 4', { a: 2n }, false],
    ]);
  });
  test('An array that breaks off is an error.', async () => {
    await expect(json('[{"a":1},{"a":')).rejects.toThrow(/no valid JSON after element 1/);
  });
  test('One value is a whole text, no more and no less.', () => {
    expect(parseJson(' "x" ')).toBe('x');
    expect(parseJson('-1.5e3')).toBe(-1500);
    expect(parseJson('7')).toBe(7n);
    for (const text of ['', '1 2', '{"a":1', 'x', '[1,]']) expect(() => parseJson(text), text).toThrow();
  });
});

describe('role headers', () => {
  test('A file of nodes.', () => {
    expect(roleHeader(['id:ID(Person)', 'name:string', 'age:int', 'tags:string[]', ':LABEL', 'x:IGNORE'], 'f')).toEqual({
      kind: 'nodes',
      id: { at: 0, name: 'id', list: false },
      space: 'Person',
      labelAt: 4,
      properties: [
        { at: 1, name: 'name', type: 'text', list: false },
        { at: 2, name: 'age', type: 'integer', list: false },
        { at: 3, name: 'tags', type: 'text', list: true },
      ],
    });
  });
  test('A file of edges; columns without a type are found out later.', () => {
    expect(roleHeader([':START_ID(Person)', ':END_ID(City)', 'since', ':TYPE'], 'f')).toEqual({
      kind: 'edges',
      start: { at: 0, space: 'Person' },
      end: { at: 1, space: 'City' },
      typeAt: 3,
      properties: [{ at: 2, name: 'since', list: false }],
    });
  });
  test('A plain header has no roles; half an edge and unknown types are errors.', () => {
    expect(roleHeader(['id', 'name'], 'f')).toBeUndefined();
    expect(() => roleHeader([':START_ID', 'x'], 'f')).toThrow(/only one/);
    expect(() => roleHeader([':ID', 'x:wibble'], 'f')).toThrow(/unknown type "wibble"/);
  });
  test('File names give labels and edge types.', () => {
    expect(stemOf('/a/person_0_0.csv')).toBe('person');
    expect(edgeTypeOf('Person_isLocatedIn_City.csv', 'keep')).toBe('isLocatedIn');
    expect(edgeTypeOf('Person_isLocatedIn_City.csv', 'upper-snake')).toBe('IS_LOCATED_IN');
    expect(edgeTypeOf('knows.csv', 'keep')).toBe('knows');
    expect(upperSnake('hasHTMLPage')).toBe('HAS_HTMLPAGE');
  });
});

describe('the order of tables', () => {
  test('A table comes after those it refers to; itself does not count.', () => {
    const keys = foreignKeys(`
      CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES "B" (id), FOREIGN KEY (c) REFERENCES c);
      -- REFERENCES nowhere
      CREATE TABLE c (id INTEGER, parent INTEGER REFERENCES c);
      CREATE TABLE B (id INTEGER DEFAULT 'REFERENCES a');
    `);
    expect(loadOrder(keys)).toEqual(['b', 'c', 'a']);
  });
  test('A circle is an error that shows it.', () => {
    expect(() => loadOrder(foreignKeys('CREATE TABLE a (x INTEGER REFERENCES b); CREATE TABLE b (x INTEGER REFERENCES a)'))).toThrow(
      /a → b → a/,
    );
  });
});

test('A bar tells how much of a known end is done, and how much is done where the end is not known.', async () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const shown = async (total: number, done: readonly number[], line: string): Promise<void> => {
    now = 0;
    const screen = new TestScreen(80, 3);
    const progress = startProgress({ input: new PassThrough(), output: new PassThrough(), errors: screen }, 'data', total);
    for (const bytes of done) {
      now += 1000;
      progress.update(bytes);
    }
    await vi.waitFor(async () => expect(await screen.shown()).toEqual([`${line}█`]));
    progress.stop();
    expect(await screen.shown()).toEqual(['█']);
  };
  try {
    await shown(4_000_000, [1_000_000, 2_000_000], `data ${'█'.repeat(15)}${'░'.repeat(15)} 50%, 1.0 MB/s, 2 s left`);
    await shown(4_000_000, [], `data ${'░'.repeat(30)} 0%`);
    await shown(0, [500_000, 1_200_000, 2_400_000], 'data 2.4 MB, 800 kB/s');
    await shown(0, [500_000], '');
    await shown(500_000, [400_000], '');
  } finally {
    clock.mockRestore();
  }
});
