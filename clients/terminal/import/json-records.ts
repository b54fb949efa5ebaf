// A JSON or JSON Lines file as a stream of records with their place, in constant memory. A file that begins with `[` is one
// array, anything else a value a line. Integers stay exact and apart from floats.

import { createReadStream } from 'node:fs';
import { TerminalError } from '../error-text.ts';
import { exactParser, type Json, parseJson } from '../parse-json.ts';

export interface JsonRecord {
  readonly value: Json | undefined;
  /** `line 7` or `element 7`. */
  readonly place: string;
  /** Why there is no value. */
  readonly failure?: string;
  readonly bytes: number;
}

/** The records of a file. A bad line of JSON Lines is a record with a failure; a bad array ends the stream with an error. */
export async function* jsonRecords(file: string): AsyncGenerator<JsonRecord> {
  const input = createReadStream(file, { highWaterMark: 256 * 1024 });
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    let head = Buffer.alloc(0);
    for (;;) {
      const next = await chunks.next();
      if (next.done) break;
      head = Buffer.concat([head, next.value]);
      if (head.length > 3 && head.toString('utf8').trim() !== '') break;
    }
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) head = head.subarray(3);
    const rest = { [Symbol.asyncIterator]: () => chunks };
    yield* head.toString('utf8').trimStart().startsWith('[') ? arrayRecords(file, head, rest) : lineRecords(head, rest);
  } finally {
    input.destroy();
  }
}

async function* arrayRecords(file: string, head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<JsonRecord> {
  let found: Json[] = [];
  let element = 0;
  let bytes = 0;
  const parser = exactParser(['$.*'], (value) => found.push(value));
  const feed = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw new TerminalError(`${file}: this is no valid JSON after element ${element + found.length} (${sentence(error)}).`);
    }
  };
  const drain = function* (): Generator<JsonRecord> {
    for (const value of found) yield { value, place: `element ${++element}`, bytes };
    found = [];
  };
  for await (const chunk of both(head, rest)) {
    bytes += chunk.length;
    feed(() => parser.write(chunk));
    yield* drain();
  }
  feed(() => parser.end());
  yield* drain();
}

async function* lineRecords(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<JsonRecord> {
  const decoder = new TextDecoder();
  let pending = '';
  let line = 0;
  let bytes = 0;
  const read = (text: string): JsonRecord | undefined => {
    line++;
    if (text.trim() === '') return undefined;
    try {
      return { value: parseJson(text), place: `line ${line}`, bytes };
    } catch (error) {
      return { value: undefined, place: `line ${line}`, failure: `This is no valid JSON (${sentence(error)}).`, bytes };
    }
  };
  for await (const chunk of both(head, rest)) {
    const lines = (pending + decoder.decode(chunk, { stream: true })).split('\n');
    pending = lines.pop() ?? '';
    for (const text of lines) {
      bytes += text.length + 1;
      const record = read(text);
      if (record) yield record;
    }
  }
  const last = read(pending);
  if (last) yield last;
}

async function* both(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
