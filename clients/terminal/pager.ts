// Results that are taller than the screen, a screenful at a time: by the program that PAGER names or `less`, or where there is neither by
// asking after each screen. What fits on the screen is shown at once.

import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { textColumns } from './editor/columns.ts';
import type { Paint } from './paint.ts';
import type { ResultOutput } from './result-output.ts';
import type { ShellInput } from './shell-input.ts';
import { isDumb, type Streams, widthOf, write } from './streams.ts';

/** `off`, `builtin`, or a command for the system's shell. */
export type PagerChoice = string;

/** The pager of the environment: TREFOIL_PAGER, else PAGER, else less if there is one. */
export function defaultPager(environment: NodeJS.ProcessEnv = process.env): PagerChoice {
  if (isDumb(environment)) return 'off';
  const named = environment.TREFOIL_PAGER ?? environment.PAGER;
  if (named !== undefined) return ['', 'cat', 'off'].includes(named.trim()) ? 'off' : named;
  return isOnPath('less', environment) ? 'less' : 'builtin';
}

function isOnPath(program: string, environment: NodeJS.ProcessEnv): boolean {
  return (environment.PATH ?? '').split(delimiter).some((folder) => folder !== '' && isProgram(join(folder, program)));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program that a command begins with, if it is plainly one and is not there. */
function missingProgram(command: PagerChoice): string | undefined {
  const program = command === 'builtin' ? undefined : /^[\w./-]+(?=\s|$)/.exec(command.trim())?.[0];
  if (program === undefined) return undefined;
  return (program.includes('/') ? isProgram(program) : isOnPath(program, process.env)) ? undefined : program;
}

export interface PagedOptions {
  readonly streams: Streams;
  readonly paint: Paint;
  readonly input: ShellInput;
  readonly pager: PagerChoice;
  /** Called before anything is shown. */
  readonly onShow: () => void;
}

/** Output to a terminal that pages what is too tall for it. */
export class PagedOutput implements ResultOutput {
  readonly width: number;
  readonly paint: Paint;
  waitedMs = 0;
  private readonly options: PagedOptions;
  private readonly height: number;
  /** Text not shown yet, while it may still fit on the screen. */
  private held = '';
  private heldRows = 0;
  private reader: Reader | undefined;

  constructor(options: PagedOptions) {
    this.options = options;
    this.paint = options.paint;
    this.width = widthOf(options.streams.output);
    this.height = Math.max(4, (options.streams.output as { readonly rows?: number }).rows ?? 24);
  }

  async write(text: string): Promise<boolean> {
    if (this.reader) return this.timed(this.reader.write(text));
    this.held += text;
    this.heldRows += rowsOf(text, this.width);
    // The count of rows and the next prompt have to fit too.
    if (this.heldRows <= this.height - 2) return true;
    this.options.onShow();
    this.reader = await this.openReader();
    const held = this.held;
    this.held = '';
    return this.timed(this.reader.write(held));
  }

  private async openReader(): Promise<Reader> {
    const { pager, streams, input, paint } = this.options;
    const missing = missingProgram(pager);
    if (pager !== 'builtin' && missing === undefined) return new ProgramReader(pager, input);
    const reader = new ScreenReader(streams, paint, input, this.height, this.width);
    if (missing !== undefined) await reader.write(`${paint.dim(`There is no program "${missing}" to page with; .pager names another.`)}\n`);
    return reader;
  }

  async end(): Promise<void> {
    if (this.reader) return this.timed(this.reader.end());
    this.options.onShow();
    await write(this.options.streams.output, this.held);
  }

  private async timed<T>(work: Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work;
    } finally {
      this.waitedMs += performance.now() - started;
    }
  }
}

function rowsOf(text: string, width: number): number {
  const lines = text.split('\n');
  lines.pop();
  return lines.reduce((rows, line) => rows + screenRows(line, width), 0);
}

/** Rows that a line takes; its colours take none. */
function screenRows(line: string, width: number): number {
  if (line.length <= width) return 1;
  return Math.max(1, Math.ceil(textColumns(line.replace(/\x1b\[[0-9;]*m/g, '')) / width));
}

interface Reader {
  write(text: string): Promise<boolean>;
  end(): Promise<void>;
}

/** Another program, which has the terminal until it ends. */
class ProgramReader implements Reader {
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private isGone = false;

  constructor(command: string, input: ShellInput) {
    // As git does it: colours pass, a short text is shown at once, the screen stays as it is afterwards.
    const environment = process.env.LESS === undefined ? { ...process.env, LESS: 'FRSX' } : process.env;
    this.child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: environment });
    this.child.stdin?.on('error', () => undefined);
    this.gone = input.lend(
      () =>
        new Promise<void>((resolve) => {
          const done = (): void => {
            this.isGone = true;
            resolve();
          };
          this.child.on('close', done);
          this.child.on('error', done);
        }),
    );
  }

  async write(text: string): Promise<boolean> {
    if (this.isGone) return false;
    const written = new Promise<boolean>((resolve) => this.child.stdin?.write(text, (error) => resolve(!error)));
    return (await Promise.race([written, this.gone.then(() => false)])) && !this.isGone;
  }

  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.gone;
  }
}

/** Screens of text with a question between. */
class ScreenReader implements Reader {
  private readonly streams: Streams;
  private readonly paint: Paint;
  private readonly input: ShellInput;
  private readonly height: number;
  private readonly width: number;
  private room: number;
  private all = false;
  private stopped = false;

  constructor(streams: Streams, paint: Paint, input: ShellInput, height: number, width: number) {
    this.streams = streams;
    this.paint = paint;
    this.input = input;
    this.height = height;
    this.width = width;
    this.room = height - 1;
  }

  async write(text: string): Promise<boolean> {
    if (this.stopped) return false;
    if (this.all) await write(this.streams.output, text);
    let screen = '';
    for (const line of this.all ? [] : text.split(/(?<=\n)/)) {
      const rows = screenRows(line.trimEnd(), this.width);
      if (!this.all && rows > this.room) {
        await write(this.streams.output, screen);
        screen = '';
        if (!(await this.ask())) return false;
      }
      this.room -= rows;
      screen += line;
    }
    await write(this.streams.output, screen);
    return true;
  }

  async end(): Promise<void> {}

  private async ask(): Promise<boolean> {
    const key = await this.input.key(this.paint.dim('-- Space: a screen, Enter: a line, a: all, q: stop -- '));
    this.stopped = ['q', 'C-c', 'C-d', 'escape'].includes(key);
    this.all = key === 'a';
    this.room = this.all ? Number.POSITIVE_INFINITY : key === 'return' || key === 'down' ? 1 : this.height - 1;
    return !this.stopped;
  }
}
