// Where the text of a result goes: the terminal or a pipe, a pager, or a file. A result asks for one, writes to it while it says so, and
// ends it.

import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Paint, plain } from './paint.ts';
import { type Streams, widthOf, write } from './streams.ts';

export interface ResultOutput {
  /** Columns; Infinity where nobody counts them. */
  readonly width: number;
  readonly paint: Paint;
  /** Writes and waits. False: nobody reads any more, so the rest is not wanted. */
  write(text: string): Promise<boolean>;
  end(): Promise<void>;
  /** How long a person has looked at it so far. */
  readonly waitedMs: number;
}

/** In place of the screen, for one result or for several. */
export interface RedirectedOutput extends ResultOutput {
  /** What it is called to a person: the file, or `|command`. */
  readonly name: string;
  /** Called before anything of it may come to the screen. */
  beforeShown?: (() => void) | undefined;
  /** No result follows. */
  close(): Promise<void>;
}

/** Straight to a stream. */
export function directOutput(stream: Streams['output'], paint: Paint): ResultOutput {
  return {
    width: widthOf(stream),
    paint,
    write: async (text) => {
      await write(stream, text);
      return true;
    },
    end: async () => {},
    waitedMs: 0,
  };
}

/** A file that results are written to, one behind the other. */
export class FileOutput implements RedirectedOutput {
  readonly width = Number.POSITIVE_INFINITY;
  readonly paint = plain;
  readonly waitedMs = 0;
  readonly name: string;
  private readonly stream: WriteStream;

  private constructor(name: string, stream: WriteStream) {
    this.name = name;
    this.stream = stream;
  }

  /** Opens the file and empties it; fails if it cannot be written. `name`: what it is called to a person. */
  static async open(file: string, name = file): Promise<FileOutput> {
    const stream = createWriteStream(file);
    await new Promise<void>((resolve, reject) => stream.once('open', () => resolve()).once('error', reject));
    // Failures later on come with the writing.
    stream.on('error', () => undefined);
    return new FileOutput(name, stream);
  }

  async write(text: string): Promise<boolean> {
    await write(this.stream, text);
    return true;
  }

  /** A result has ended; more may follow. */
  async end(): Promise<void> {}

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}
