// A CSV file as a stream of records with the line each starts on, in constant memory. RFC 4180 with any delimiter, a byte order
// mark, blank lines and lone quotes tolerated. The delimiter is found from the first lines when it is not given.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse';
import { TerminalError } from '../error-text.ts';

export interface CsvRecord {
  readonly fields: readonly string[];
  /** From 1: where the record begins. */
  readonly line: number;
  /** Positions of fields written as `""`: empty text, where a field with nothing at all is a null. */
  readonly quotedEmpty: ReadonlySet<number> | undefined;
  /** Bytes of the file up to the record's end. */
  readonly bytes: number;
}

/** A record longer than this is taken for a forgotten quote. */
const recordBytesMax = 16 * 1024 * 1024;
/** How much of the file decides about the delimiter. */
const delimiterSampleBytes = 64 * 1024;

/** The records of a file, the header among them. */
export async function* csvRecords(file: string, delimiter: string): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
  });
  const input = createReadStream(file, { highWaterMark: 256 * 1024 });
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  // The parser's own `info` costs as much as its parsing, so lines and bytes are counted in the raw text.
  let lines = 0;
  let bytes = 0;
  try {
    for await (const { record, raw } of parser as AsyncIterable<{ record: string[]; raw: string }>) {
      const blank = blankLines(raw);
      yield {
        fields: record,
        line: lines + blank + 1,
        quotedEmpty: raw.includes('""') ? quotedEmptyFields(record, raw, delimiter) : undefined,
        bytes: (bytes += raw.length),
      };
      lines += lineBreaks(raw);
    }
  } catch (error) {
    if (error instanceof CsvError) throw csvFailure(file, error);
    throw error;
  } finally {
    input.destroy();
  }
}

/** Blank lines that the raw text begins with: each is one character, since of CRLF only the CR is kept outside of fields. */
function blankLines(raw: string): number {
  let at = 0;
  while (raw.charCodeAt(at) === 10 || raw.charCodeAt(at) === 13) at++;
  return at;
}

/** Line ends of a raw record: LF, CRLF, or the CR that is left of CRLF at a record's end. */
function lineBreaks(raw: string): number {
  if (raw.indexOf('\n') === raw.length - 1 && !raw.includes('\r')) return 1;
  return raw.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** Walks the raw record beside its fields; only records that contain `""` come here. */
function quotedEmptyFields(fields: readonly string[], raw: string, delimiter: string): ReadonlySet<number> | undefined {
  if (!fields.includes('')) return undefined;
  const found = new Set<number>();
  let at = 0;
  while (raw[at] === '\r' || raw[at] === '\n' || raw[at] === '\ufeff') at++;
  for (let i = 0; i < fields.length; i++) {
    const start = at;
    if (raw[at] === '"') {
      at++;
      while (at < raw.length && !(raw[at] === '"' && raw[at + 1] !== '"')) at += raw[at] === '"' ? 2 : 1;
      at++;
    }
    const end = raw.indexOf(delimiter, at);
    at = end < 0 ? raw.length : end + 1;
    if (fields[i] === '' && raw[start] === '"') found.add(i);
  }
  return found;
}

function csvFailure(file: string, error: CsvError): Error {
  const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : undefined;
  const where = `${file}${line === undefined ? '' : `, line ${line}`}`;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new TerminalError(
      `${file}: a quoted field is not closed; the file ends inside it (line ${line ?? '?'}).`,
      'A quote inside a quoted field is written twice: "".',
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new TerminalError(`${where}: this record is longer than ${recordBytesMax / 1024 / 1024} MiB.`, 'Perhaps a quote is not closed.');
  }
  return new TerminalError(`${where}: ${error.message}`);
}

/** The delimiter of a file: the one of `,` `;` tab and `|` that cuts its first lines most evenly; a comma if none does. */
export async function findDelimiter(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(delimiterSampleBytes), 0, delimiterSampleBytes, 0);
    return delimiterOf(buffer.toString('utf8', 0, bytesRead), bytesRead < delimiterSampleBytes);
  } finally {
    await handle.close();
  }
}

/** As findDelimiter, from the text of the first lines. `whole`: the text is not cut off in its last line. */
export function delimiterOf(sample: string, whole = true): string {
  let best = ',';
  let bestScore = 0;
  for (const candidate of [',', ';', '\t', '|']) {
    const counts = fieldCounts(sample, candidate, whole);
    const first = counts[0] ?? 1;
    if (first < 2) continue;
    const even = counts.filter((count) => count === first).length / counts.length;
    const score = even * 1000 + first;
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function fieldCounts(sample: string, delimiter: string, whole: boolean): number[] {
  const counts: number[] = [];
  let fields = 1;
  let quoted = false;
  let empty = true;
  for (const c of sample) {
    if (c === '"') quoted = !quoted;
    else if (!quoted && c === delimiter) fields++;
    else if (!quoted && c === '\n') {
      if (!empty) counts.push(fields);
      fields = 1;
      empty = true;
      continue;
    }
    if (c !== '\r') empty = false;
  }
  if (!empty && (whole || counts.length === 0)) counts.push(fields);
  return counts;
}
