// Results that go to the standard input of another program: `.once |less -S`, `.output |sort`.

import { type ChildProcess, spawn } from 'node:child_process';
import { TerminalError } from './error-text.ts';
import { plain } from './paint.ts';
import type { RedirectedOutput } from './result-output.ts';
import type { ShellInput } from './shell-input.ts';

export class CommandOutput implements RedirectedOutput {
  readonly width = Number.POSITIVE_INFINITY;
  readonly paint = plain;
  readonly name: string;
  waitedMs = 0;
  beforeShown: (() => void) | undefined;
  private readonly command: string;
  /** Has the terminal until it ends; absent: the shell keeps it. */
  private readonly lender: ShellInput | undefined;
  private child: ChildProcess | undefined;
  private ended: Promise<string | undefined> | undefined;
  private readsOn = true;

  constructor(command: string, lender?: ShellInput) {
    this.command = command;
    this.name = `|${command}`;
    this.lender = lender;
  }

  /** The program is started with the first text, so not for a statement that fails. */
  async write(text: string): Promise<boolean> {
    if (text === '') return this.readsOn;
    this.beforeShown?.();
    const { stdin } = (this.child ??= this.start());
    if (!this.readsOn || !stdin) return false;
    const started = performance.now();
    const written = new Promise<boolean>((resolve) => stdin.write(text, (error) => resolve(!error)));
    const taken = await Promise.race([written, this.ended?.then(() => false)]);
    this.waitedMs += performance.now() - started;
    return taken === true && this.readsOn;
  }

  async end(): Promise<void> {}

  /** Waits for the program to end. A TerminalError if it says that it failed. */
  async close(): Promise<void> {
    this.child?.stdin?.end();
    const started = performance.now();
    const failure = await this.ended;
    this.waitedMs += performance.now() - started;
    this.ended = undefined;
    if (failure !== undefined) throw new TerminalError(`The command "${this.command}" ${failure}.`);
  }

  private start(): ChildProcess {
    const child = spawn(this.command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin?.on('error', () => {
      this.readsOn = false;
    });
    const ended = new Promise<string | undefined>((resolve) => {
      child.on('error', (error) => resolve(`cannot be run: ${error.message}`));
      child.on('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${code ?? signal ?? 'nothing'}`));
    });
    this.ended = this.lender ? this.lender.lend(() => ended) : ended;
    void ended.then(() => {
      this.readsOn = false;
    });
    return child;
  }
}
