// Streams that keep what is written, and an open database, for the tests of the command line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { ask } from '../../clients/terminal/execute.ts';
import type { Streams } from '../../clients/terminal/streams.ts';
import { literalText } from '../../clients/terminal/value-text.ts';
import { type Client, open } from '../../server/open.ts';

export interface Captured extends Streams {
  written(): string;
  failures(): string;
}

export function capture(input = ''): Captured {
  const output = new PassThrough();
  const errors = new PassThrough();
  const text = (stream: PassThrough): (() => string) => {
    let all = '';
    stream.setEncoding('utf8').on('data', (piece: string) => {
      all += piece;
    });
    return () => all;
  };
  return { input: Readable.from(input === '' ? [] : [input]), output, errors, written: text(output), failures: text(errors) };
}

/** A database in memory, a folder for files, and their end. */
export async function bench(): Promise<{
  client: Client;
  file: (name: string, text: string) => string;
  folder: string;
  end: () => Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-terminal-'));
  const client = await open(':memory:');
  return {
    client,
    folder,
    file: (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    end: async () => {
      await client.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The rows of a statement, each as one line of literals. */
export async function rowsOf(client: Client, text: string): Promise<string[]> {
  const { rows } = await ask(client, text);
  return rows.map((row) => row.map(literalText).join(' '));
}
