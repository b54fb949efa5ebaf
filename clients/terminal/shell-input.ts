// Where the shell's text comes from: a person at a terminal, by the line editor, or a scripted standard input, line by line.

import { createInterface } from 'node:readline';
import { openAtLines } from '../../parser/split.ts';
import { isCompleteText } from './complete-text.ts';
import type { Span } from './editor/layout.ts';
import type { Answer, KeyInput, LineEditor } from './editor/line-editor.ts';
import { appendHistory, historyFile, isSecret, loadHistory, rememberEntry } from './history.ts';
import type { Paint } from './paint.ts';
import type { Streams } from './streams.ts';

export interface ShellInput {
  /** The next text: a line of a script, or what a person typed up to an Enter that ends it. The prompt may change while it is shown. */
  next(prompt: () => string): Promise<Answer>;
  /** Asks the person for one key: `y`, `return`, `C-c`. */
  key(question: string): Promise<string>;
  /** Asks the person for a line that is not shown while it is typed; undefined when the person gives it up. */
  hidden(question: string): Promise<string | undefined>;
  /** Waits; true if a person pressed a key that ends the waiting. */
  pause(forMs: number, signal: AbortSignal): Promise<boolean>;
  /** Text above what is being typed. */
  tell(text: string): void;
  /** Text that the next prompt begins with. */
  prefill(text: string): void;
  /** Gives the terminal to another program while `work` runs. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** Statements typed so far, the oldest first. */
  readonly history: readonly string[];
  close(): void;
}

/** Lines of a script; they are queued as they arrive. */
export class ScriptedInput implements ShellInput {
  readonly history: readonly string[] = [];
  private readonly queue: string[] = [];
  private wake: (() => void) | undefined;
  private ended = false;
  private readonly lines;

  constructor(input: Streams['input']) {
    this.lines = createInterface({ input, terminal: false });
    this.lines.on('line', (line) => {
      this.queue.push(line);
      this.wake?.();
    });
    this.lines.on('close', () => {
      this.ended = true;
      this.wake?.();
    });
  }

  async next(): Promise<Answer> {
    if (this.queue.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    const line = this.queue.shift();
    return line === undefined ? { kind: 'end' } : { kind: 'text', text: line };
  }

  key(): Promise<string> {
    return Promise.resolve('C-c');
  }
  hidden(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  pause(): Promise<boolean> {
    return Promise.resolve(true);
  }
  tell(): void {}
  prefill(): void {}
  lend<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
  close(): void {
    this.lines.close();
  }
}

export interface TerminalInputOptions {
  readonly streams: Streams;
  readonly paint: Paint;
  /** Of errors; statements below them get their colours too. */
  readonly errorPaint: Paint;
  readonly complete: (before: string, after: string) => Promise<readonly [readonly string[], string]>;
  readonly onInterrupt: () => void;
}

/** A person at a terminal. */
export class TerminalInput implements ShellInput {
  readonly history: string[];
  private readonly editor: LineEditor;
  private initial = '';
  private readonly file = historyFile();

  private constructor(history: string[], editor: LineEditor) {
    this.history = history;
    this.editor = editor;
  }

  static async open({ streams, paint, errorPaint, complete, onInterrupt }: TerminalInputOptions): Promise<TerminalInput> {
    const { LineEditor } = await import('./editor/line-editor.ts');
    const history = loadHistory(historyFile());
    const editor = new LineEditor({
      input: streams.input as KeyInput,
      screen: streams.output,
      paint: { dim: paint.dim, bold: paint.bold, chosen: paint.inverse },
      history,
      complete,
      isComplete: isCompleteText,
      ...(paint.isColoured ? { loadHighlighter: () => loadColours(paint, errorPaint) } : {}),
      onInterrupt,
    });
    return new TerminalInput(history, editor);
  }

  async next(prompt: () => string): Promise<Answer> {
    const initial = this.initial;
    this.initial = '';
    const answer = await this.editor.read({ text: prompt, continuations: (text) => continuations(prompt(), text) }, initial);
    if (answer.kind === 'text') this.remember(answer.text);
    return answer;
  }

  /** Keeps a text in the history; one that holds a secret, or begins with a blank, only until the shell is left. */
  private remember(text: string): void {
    const entry = text.trimEnd();
    if (entry.trim() === '') return;
    rememberEntry(this.history, entry);
    if (!isSecret(entry) && !entry.startsWith(' ')) appendHistory(this.file, entry);
  }

  key(question: string): Promise<string> {
    return this.editor.key(question);
  }
  hidden(question: string): Promise<string | undefined> {
    return this.editor.hidden(question);
  }
  async pause(forMs: number, signal: AbortSignal): Promise<boolean> {
    const key = await this.editor.keyWithin(forMs);
    return signal.aborted || ['q', 'C-c', 'C-d', 'escape'].includes(key ?? '');
  }
  tell(text: string): void {
    this.editor.tell(text);
  }
  prefill(text: string): void {
    this.initial = text;
  }
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.editor.suspend();
    // Ctrl-C is a matter of the other program now.
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    try {
      return await work();
    } finally {
      process.off('SIGINT', ignore);
      this.editor.resume();
    }
  }
  close(): void {
    this.editor.close();
  }
}

/** The colours of statements, while they are typed and below errors. */
async function loadColours(paint: Paint, errorPaint: Paint): Promise<(text: string) => readonly Span[]> {
  const { paintStatement, statementSpans } = await import('./paint-statement.ts');
  if (errorPaint.isColoured) errorPaint.statement = (line) => paintStatement(line, errorPaint);
  return statementSpans(paint);
}

/** Before each line of a statement but the first; `'> ` says that a quote is open. */
function continuations(prompt: string, text: string): string[] {
  return openAtLines(text).map((open) => `${(open ?? '-').padStart(prompt.length - 2)}> `);
}
