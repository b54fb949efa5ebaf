// Reads SQL logic test files into records. A record ends at an empty line; `#` starts a comment line.

export type SqlRecord =
  | StatementRecord
  | QueryRecord
  | { readonly kind: 'hash-threshold'; readonly values: number; readonly line: number; readonly runs: boolean }
  | OtherRecord;

export interface StatementRecord {
  readonly kind: 'statement';
  readonly expect: 'ok' | 'error';
  readonly sql: string;
  readonly line: number;
  /** False if skipif or onlyif leave it out. */
  readonly runs: boolean;
}

export interface QueryRecord {
  readonly kind: 'query';
  /** A letter for each column: T, I, R. */
  readonly types: string;
  readonly sort: 'nosort' | 'rowsort' | 'valuesort';
  readonly label: string | undefined;
  readonly sql: string;
  readonly expected: readonly string[];
  readonly line: number;
  readonly runs: boolean;
}

export interface OtherRecord {
  /** halt: nothing behind it is run. unknown: not understood, a failure. */
  readonly kind: 'halt' | 'unknown';
  readonly text: string;
  readonly line: number;
  readonly runs: boolean;
}

/** `engine` is the name that skipif and onlyif are compared with. */
export function readRecords(text: string, engine: string): SqlRecord[] {
  const lines = text.split(/\r?\n/);
  const records: SqlRecord[] = [];
  for (let i = 0; i < lines.length; i++) {
    if ((lines[i] ?? '').trim() === '' || (lines[i] ?? '').startsWith('#')) continue;
    let end = i;
    while (end < lines.length && (lines[end] ?? '').trim() !== '') end++;
    records.push(readRecord(lines.slice(i, end), i + 1, engine));
    i = end;
  }
  return records;
}

function readRecord(block: readonly string[], firstLine: number, engine: string): SqlRecord {
  const lines = block.filter((l) => !l.startsWith('#'));
  let runs = true;
  let head = 0;
  for (; head < lines.length; head++) {
    const [word, name] = words(lines[head]);
    if (word === 'onlyif') runs &&= name === engine;
    else if (word === 'skipif') runs &&= name !== engine;
    else break;
  }
  const line = firstLine + block.indexOf(lines[head] ?? '');
  const body = lines.slice(head + 1);
  const [word, second, third, label] = words(lines[head]);
  if (word === 'halt') return { kind: 'halt', text: 'halt', line, runs };
  if (word === 'hash-threshold' && second !== undefined) return { kind: 'hash-threshold', values: Number(second), line, runs };
  if (word === 'statement' && (second === 'ok' || second === 'error'))
    return { kind: 'statement', expect: second, sql: body.join('\n'), line, runs };
  if (word === 'query' && second !== undefined && /^[TIR]+$/.test(second)) {
    const sort = third ?? 'nosort';
    const divider = body.indexOf('----');
    if (sort === 'nosort' || sort === 'rowsort' || sort === 'valuesort') {
      const sql = (divider < 0 ? body : body.slice(0, divider)).join('\n');
      return { kind: 'query', types: second, sort, label, sql, expected: divider < 0 ? [] : body.slice(divider + 1), line, runs };
    }
  }
  return { kind: 'unknown', text: lines.join('\n'), line, runs };
}

function words(line: string | undefined): string[] {
  return (line ?? '').replace(/#.*$/, '').trim().split(/\s+/);
}
