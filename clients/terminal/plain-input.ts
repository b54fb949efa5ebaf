// A person at a terminal that draws nothing (TERM=dumb: a shell inside an editor, a serial line): lines as the terminal itself gives them,
// a prompt before each, no keys and no colours.

import { createInterface, emitKeypressEvents, type Interface } from 'node:readline';
import { isCompleteText } from './complete-text.ts';
import { HiddenLine } from './editor/hidden-line.ts';
import type { Key } from './editor/keys.ts';
import type { Answer, KeyInput } from './editor/line-editor.ts';
import type { ShellInput } from './shell-input.ts';
import type { Streams } from './streams.ts';

/** Ctrl-C came in place of a line. */
const interruption = Symbol('interruption');
type Line = string | undefined | typeof interruption;

export class PlainInput implements ShellInput {
  readonly history: string[] = [];
  private readonly streams: Streams;
  private readonly onInterrupt: () => void;
  private lines: Interface;
  private readonly queue: string[] = [];
  private wake: ((line: string | undefined) => void) | undefined;
  private interrupted: (() => void) | undefined;
  private ended = false;
  private initial = '';

  constructor(streams: Streams, onInterrupt: () => void) {
    this.streams = streams;
    this.onInterrupt = onInterrupt;
    this.lines = this.openLines();
    process.on('SIGINT', this.onSignal);
  }

  async next(prompt: () => string): Promise<Answer> {
    let text = this.initial;
    this.initial = '';
    for (;;) {
      if (text !== '' && isCompleteText(text)) break;
      const line = await this.line(text === '' ? prompt() : `${'-'.padStart(prompt().length - 2)}> `);
      if (line === interruption) return { kind: 'interrupted', typed: text !== '' };
      if (line === undefined) return text.trim() === '' ? { kind: 'end' } : { kind: 'text', text };
      text = text === '' ? line : `${text}\n${line}`;
      if (text.trim() === '') text = '';
    }
    this.history.push(text);
    return { kind: 'text', text };
  }

  /** The first letter of an answer that ends with Enter. */
  async key(question: string): Promise<string> {
    const line = await this.line(question);
    return line === interruption || line === undefined ? 'C-c' : (line.trim()[0] ?? 'return');
  }

  /** Takes keys one by one: of a line, the terminal itself would show what is typed. */
  async hidden(question: string): Promise<string | undefined> {
    const input: KeyInput = this.streams.input;
    this.streams.output.write(question);
    this.closeLines();
    input.setRawMode?.(true);
    emitKeypressEvents(input);
    const line = new HiddenLine();
    const answer = await new Promise<ReturnType<HiddenLine['press']>>((resolve) => {
      const done = (pressed: ReturnType<HiddenLine['press']>): void => {
        input.off('keypress', onKey).off('end', onEnd);
        resolve(pressed);
      };
      const onKey = (text: string | undefined, key: Key): void => {
        const pressed = line.press(text, key);
        if (pressed !== undefined) done(pressed);
      };
      const onEnd = (): void => done('givenUp');
      input.on('keypress', onKey).on('end', onEnd).resume();
    });
    input.setRawMode?.(false);
    this.streams.output.write('\n');
    this.lines = this.openLines();
    return typeof answer === 'object' ? answer.line : undefined;
  }

  pause(forMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const ends = (stopped: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        resolve(stopped);
      };
      const aborted = (): void => ends(true);
      const timer = setTimeout(() => ends(false), forMs);
      signal.addEventListener('abort', aborted);
    });
  }

  tell(text: string): void {
    this.streams.output.write(`\n${text}`);
  }
  /** What comes back from an editor is shown, and ends with the lines that are typed behind it. */
  prefill(text: string): void {
    this.initial = text;
    this.streams.output.write(`${text}\n`);
  }
  lend<T>(work: () => Promise<T>): Promise<T> {
    this.lines.pause();
    return work().finally(() => this.lines.resume());
  }
  close(): void {
    process.off('SIGINT', this.onSignal);
    this.closeLines();
  }

  private openLines(): Interface {
    return createInterface({ input: this.streams.input, terminal: false })
      .on('line', (line) => (this.wake ? this.wake(line) : this.queue.push(line)))
      .on('close', this.onEnd);
  }

  private closeLines(): void {
    this.lines.off('close', this.onEnd).close();
  }

  private readonly onEnd = (): void => {
    this.ended = true;
    if (!this.wake) return;
    this.streams.output.write('\n');
    this.wake(undefined);
  };

  private line(prompt: string): Promise<Line> {
    this.streams.output.write(prompt);
    const waiting = this.queue.shift();
    if (waiting !== undefined || this.ended) return Promise.resolve(waiting);
    return new Promise((resolve) => {
      const done = (line: Line): void => {
        this.wake = undefined;
        this.interrupted = undefined;
        resolve(line);
      };
      this.wake = done;
      this.interrupted = () => done(interruption);
    });
  }

  private readonly onSignal = (): void => {
    this.streams.output.write('\n');
    if (this.interrupted) this.interrupted();
    else this.onInterrupt();
  };
}
