// Runs one SQL logic test file: its records in order on one database, values printed as the format wants them.
// Formats and sorting as in SQLite's own sqllogictest program.

import { createHash } from 'node:crypto';
import { QueryError } from '../../parser/error.ts';
import { openDatabase } from '../../engines/open.ts';
import { plainJson } from '../../engines/json.ts';
import type { Value } from '../../engines/value.ts';
import type { CaseOutcome, FileOutcome } from './outcome.ts';
import { sessionSubject, type Subject } from './run-texts.ts';
import { startWireServer } from './wire.ts';
import { type QueryRecord, readRecords, type SqlRecord, type StatementRecord } from './sql-records.ts';

/** Records that depend on the database are run as for this one. */
const engineName = 'sqlite';
/** How much of a long result a report shows. */
const shownValues = 60;

interface Verdict {
  readonly result: CaseOutcome['result'];
  readonly expected: string;
  readonly actual: string;
}

const passed: Verdict = { result: 'pass', expected: '', actual: '' };

/** `wire`: through a server of its own, which the file's tables need. */
export async function runSqlLogic(file: string, text: string, wire = false): Promise<FileOutcome> {
  const server = wire ? await startWireServer() : undefined;
  const subject = server ? await server.subject() : sessionSubject(await openDatabase({ file: ':memory:' }));
  const cases: CaseOutcome[] = [];
  const labels = new Map<string, string>();
  let halted = false;
  try {
    for (const record of readRecords(text, engineName)) {
      if (record.kind === 'hash-threshold') continue; // Results are compared in full where the file gives them, by hash where it gives a hash.
      if (record.kind === 'halt') {
        halted ||= record.runs;
        continue;
      }
      const start = performance.now();
      const verdict: Verdict = halted || !record.runs ? { ...passed, result: 'skip' } : await runRecord(record, subject, labels);
      const query = 'sql' in record ? record.sql : record.text;
      cases.push({ name: `${record.line}: ${record.kind}`, query, ...verdict, elapsedMs: performance.now() - start });
    }
  } finally {
    await subject.close();
    await server?.stop();
  }
  return { file, suite: 'SQL logic tests', cases };
}

async function runRecord(record: SqlRecord, subject: Subject, labels: Map<string, string>): Promise<Verdict> {
  switch (record.kind) {
    case 'statement':
      return runStatement(record, subject);
    case 'query':
      return runQuery(record, subject, labels);
    case 'unknown':
    case 'halt':
    case 'hash-threshold':
      return { result: 'fail', expected: 'a record that the runner knows', actual: record.kind };
  }
}

async function runStatement(record: StatementRecord, subject: Subject): Promise<Verdict> {
  try {
    await subject.gather(record.sql);
    return record.expect === 'ok' ? passed : { result: 'fail', expected: 'an error', actual: 'no error' };
  } catch (error) {
    if (record.expect === 'error' && error instanceof QueryError) return passed;
    return { result: 'fail', expected: record.expect, actual: showError(error) };
  }
}

async function runQuery(record: QueryRecord, subject: Subject, labels: Map<string, string>): Promise<Verdict> {
  const expected = record.expected.join('\n');
  let values: string[];
  try {
    const { columns, rows } = await subject.gather(record.sql);
    if (columns.length !== record.types.length)
      return { result: 'fail', expected: `${record.types.length} columns`, actual: `${columns.length} columns` };
    values = sorted(
      rows.map((row) => row.map((value, i) => print(value, record.types[i] ?? 'T'))),
      record.sort,
    );
  } catch (error) {
    // SQLite's own program takes the rows up to an error: a sum that overflows stands there as no row.
    if (expected === '' && error instanceof QueryError && error.code === 'type/overflow') return passed;
    return { result: 'fail', expected, actual: showError(error) };
  }
  const hash = md5(values);
  const hashed = /^(\d+) values hashing to ([0-9a-f]{32})$/.exec(record.expected[0] ?? '');
  const same = hashed ? Number(hashed[1]) === values.length && hashed[2] === hash : expected === values.join('\n');
  if (!same) {
    const shown = values.slice(0, shownValues).join('\n');
    return { result: 'fail', expected, actual: hashed ? `${values.length} values hashing to ${hash}\n${shown}` : shown };
  }
  if (record.label !== undefined) {
    const known = labels.get(record.label) ?? hash;
    labels.set(record.label, known);
    if (known !== hash)
      return {
        result: 'fail',
        expected: `the same result as the other queries labelled ${record.label}`,
        actual: values.slice(0, shownValues).join('\n'),
      };
  }
  return passed;
}

function sorted(rows: readonly (readonly string[])[], sort: QueryRecord['sort']): string[] {
  if (sort === 'nosort') return rows.flat();
  if (sort === 'valuesort') return rows.flat().sort(byBytes);
  return [...rows].sort(byRow).flat();
}

function byRow(a: readonly string[], b: readonly string[]): number {
  for (const [i, value] of a.entries()) {
    const order = byBytes(value, b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function md5(values: readonly string[]): string {
  const hash = createHash('md5');
  for (const value of values) hash.update(`${value}\n`);
  return hash.digest('hex');
}

/** I: whole numbers, cut off. R: three decimals. T: text; what cannot be printed is an @. */
function print(value: Value, type: string): string {
  if (value === null || value === undefined) return 'NULL';
  const number = typeof value === 'boolean' ? BigInt(value) : value;
  if (type === 'I') {
    if (typeof number === 'bigint') return `${number}`;
    if (typeof number === 'number') return `${BigInt(Math.trunc(number))}`;
    return /^\s*[-+]?\d+/.exec(textOf(number))?.[0].trim() ?? '0';
  }
  if (type === 'R') return threeDecimals(typeof number === 'string' ? Number.parseFloat(number) || 0 : Number(number));
  const text = textOf(number);
  return text === '' ? '(empty)' : text.replace(/[^ -~]/g, '@');
}

/** As SQLite's printf gives %.3f: with sixteen digits that count. */
function threeDecimals(value: number): string {
  if (!(Math.abs(value) >= 1e15) || !Number.isFinite(value)) return value.toFixed(3);
  const [digits = '', exponent = '0'] = Math.abs(value).toExponential(15).split('e');
  return `${value < 0 ? '-' : ''}${digits
    .replace('.', '')
    .padEnd(Number(exponent) + 1, '0')
    .slice(0, Number(exponent) + 1)}.000`;
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : typeof value === 'bigint' ? `${value}` : plainJson(value);
}

function showError(error: unknown): string {
  if (error instanceof QueryError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `INTERNAL ${error.stack ?? error.message}` : `INTERNAL ${String(error)}`;
}
