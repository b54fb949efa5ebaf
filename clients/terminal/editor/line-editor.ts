// The line editor of the shell: a statement of any number of lines, edited as one text. It reads node's keypress events and draws by
// frame.ts; what keys do to the text is in edit.ts. Between two readings keys are kept, so that a person may type ahead.
//
//   const editor = new LineEditor({ input: process.stdin, screen: process.stdout, … });
//   const answer = await editor.read(prompt);   // { kind: 'text', text: 'SELECT 1;' }

import { emitKeypressEvents } from 'node:readline';
import type { Readable } from 'node:stream';
import { HistoryBrowser } from './history-browser.ts';
import { CompletionMenu } from './completion-menu.ts';
import { empty } from './edit.ts';
import { Frame, type Screen } from './frame.ts';
import { HiddenLine } from './hidden-line.ts';
import { type Action, actionOf, isPrefix, type Key, keyName, typedText } from './keys.ts';
import { type Layout, layout, type PromptText, type Span } from './layout.ts';
import { TextState } from './text-actions.ts';

export type KeyInput = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };

export interface EditorOptions {
  readonly input: KeyInput;
  readonly screen: Screen;
  readonly paint: EditorPaint;
  /** Statements typed before, the oldest first. The editor only reads it. */
  readonly history: readonly string[];
  /** What could stand at the cursor, and the piece before the cursor that it would replace. */
  readonly complete?: (before: string, after: string) => Promise<readonly [candidates: readonly string[], replaced: string]>;
  /** True when Enter ends the text rather than its line. */
  readonly isComplete: (text: string) => boolean;
  /** Colours of a text; loaded after the first prompt stands, since it takes a moment. */
  readonly loadHighlighter?: () => Promise<(text: string) => readonly Span[]>;
  /** Ctrl-C while nothing is being read. */
  readonly onInterrupt: () => void;
}

export interface EditorPaint {
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly chosen: (text: string) => string;
}

export interface Prompt {
  /** Asked for at each drawing. */
  readonly text: () => string;
  /** What stands before each line of the text; the first is not used. */
  readonly continuations: (text: string) => readonly string[];
}

export type Answer =
  | { readonly kind: 'text'; readonly text: string }
  /** Ctrl-C; `typed`: there was text. */
  | { readonly kind: 'interrupted'; readonly typed: boolean }
  /** The wish to edit the text elsewhere. */
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'end' };

interface Reading {
  readonly prompt: Prompt;
  readonly resolve: (answer: Answer) => void;
}

/** More keys typed ahead than these are dropped. */
const keysAheadMax = 100_000;

/** What is pressed when the input has ended. */
const endKey: Key = { name: 'c', ctrl: true };

export class LineEditor {
  private readonly options: EditorOptions;
  private readonly frame: Frame;
  private readonly state = new TextState(empty);
  private readonly keysAhead: (readonly [string | undefined, Key])[] = [];
  private reading: Reading | undefined;
  /** Takes the keys in place of what is being typed. */
  private asked: ((text: string | undefined, key: Key) => void) | undefined;
  private pasted: string | undefined;
  private prefix: string | undefined;
  private readonly history: HistoryBrowser;
  private readonly menu: CompletionMenu;
  private busy = false;
  private drawing = false;
  private suspended = false;
  private paintText: ((text: string) => readonly Span[]) | undefined;
  private ended = false;

  constructor(options: EditorOptions) {
    this.options = options;
    this.frame = new Frame(options.screen);
    this.history = new HistoryBrowser(options.history, this.state);
    this.menu = new CompletionMenu(this.state);
    emitKeypressEvents(options.input);
    options.input.on('keypress', this.onKey);
    options.input.on('end', this.onEnd);
    options.screen.on('resize', this.onResize);
    this.resume();
  }

  /** Reads a text. `initial` stands there to begin with. */
  read(prompt: Prompt, initial = ''): Promise<Answer> {
    if (this.ended) return Promise.resolve({ kind: 'end' });
    this.state.reset({ text: initial, cursor: initial.length });
    this.history.begin();
    this.menu.close();
    return new Promise((resolve) => {
      this.reading = { prompt, resolve };
      this.takeKeysAhead();
      if (this.reading) this.draw();
      void this.loadColours();
    });
  }

  /** Waits for one key, none typed before the question; `C-c` is one too. */
  key(question: string): Promise<string> {
    return this.ask(question, (_text, key) => keyName(key));
  }

  /** Waits for a line that is not shown while it is typed; undefined when the person gives it up. */
  async hidden(question: string): Promise<string | undefined> {
    const line = new HiddenLine();
    const answer = await this.ask(question, (text, key) => line.press(text, key));
    return typeof answer === 'string' ? undefined : answer.line;
  }

  /** Waits for a key, but not longer than this; undefined if none came. One that was pressed while nobody waited counts. */
  keyWithin(forMs: number): Promise<string | undefined> {
    if (this.ended) return Promise.resolve('C-d');
    const [ahead] = this.keysAhead.splice(0, 1);
    if (ahead) return Promise.resolve(keyName(ahead[1]));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.asked = undefined;
        resolve(undefined);
      }, forMs);
      this.asked = (_text, key) => {
        clearTimeout(timer);
        this.asked = undefined;
        resolve(keyName(key));
      };
    });
  }

  /** Shows a question until `press` makes an answer of the keys. */
  private ask<T>(question: string, press: (text: string | undefined, key: Key) => T | undefined): Promise<T> {
    this.options.screen.write(question);
    return new Promise((resolve) => {
      this.asked = (text, key) => {
        const answer = press(text, key);
        if (answer === undefined) return;
        this.asked = undefined;
        this.options.screen.write('\r\x1b[J');
        resolve(answer);
      };
      if (this.ended) this.asked(undefined, endKey);
    });
  }

  /** Shows text above what is being typed. */
  tell(text: string): void {
    if (this.reading) this.frame.erase();
    this.options.screen.write(text);
    if (this.reading) this.draw();
  }

  /** Gives the terminal to another program, or to another reader of this one: keys are not for the editor meanwhile. */
  suspend(): void {
    this.suspended = true;
    this.options.screen.write('\x1b[?2004l');
    this.options.input.setRawMode?.(false);
    this.options.input.pause();
  }

  resume(): void {
    this.suspended = false;
    this.options.input.setRawMode?.(true);
    this.options.input.resume();
    this.options.screen.write('\x1b[?2004h');
  }

  close(): void {
    const { input, screen } = this.options;
    input.off('keypress', this.onKey);
    input.off('end', this.onEnd);
    screen.off('resize', this.onResize);
    this.suspend();
  }

  // ---------------------------------------------------------------------------------------- events

  private readonly onEnd = (): void => {
    this.ended = true;
    this.asked?.(undefined, endKey);
    this.finish({ kind: 'end' });
  };

  private readonly onResize = (): void => {
    if (this.reading) this.draw();
  };

  private readonly onKey = (text: string | undefined, key: Key): void => {
    if (this.suspended) return;
    if (this.asked && this.pasted === undefined) return this.asked(text, key);
    if (this.reading && !this.busy) return this.take(text, key);
    if (!this.reading && keyName(key) === 'C-c') {
      this.keysAhead.length = 0;
      return this.options.onInterrupt();
    }
    if (this.keysAhead.length < keysAheadMax) this.keysAhead.push([text, key]);
  };

  private takeKeysAhead(): void {
    while (this.reading && !this.busy && this.keysAhead.length > 0) {
      const [text, key] = this.keysAhead.shift() ?? [undefined, {}];
      this.take(text, key);
    }
  }

  private take(text: string | undefined, key: Key): void {
    if (key.name === 'paste-start') this.pasted = '';
    else if (key.name === 'paste-end') this.takePasted();
    else if (this.pasted !== undefined) this.pasted += pastedText(text, key);
    else this.press(text, key);
    if (this.reading && this.pasted === undefined) this.drawSoon();
  }

  private takePasted(): void {
    // Other control characters have no business in a statement.
    const text = (this.pasted ?? '').replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
    this.pasted = undefined;
    this.menu.close();
    if (!this.history.pressInSearch(undefined, text.replaceAll('\n', ' '))) this.state.put(text);
  }

  private press(text: string | undefined, key: Key): void {
    const name = keyName(key, this.prefix);
    this.prefix = undefined;
    if (isPrefix(name)) {
      this.prefix = name;
      return;
    }
    const action = actionOf(name);
    const typed = typedText(text, key);
    if (this.history.pressInSearch(action, typed)) return;
    if (action !== 'up' && action !== 'down') this.history.forgetCharacter();
    if (action === 'escape' && this.menu.isOpen) return this.menu.giveUp();
    if (action !== 'complete' && action !== 'completeBack') this.menu.close();
    if (action === undefined) {
      if (typed !== undefined) this.state.put(typed, true);
      return;
    }
    this.act(action);
  }

  private act(action: Action): void {
    const { edit } = this.state;
    switch (action) {
      case 'submit':
        return this.options.isComplete(edit.text) ? this.submit() : this.state.put('\n');
      case 'newLine':
        return this.state.put('\n');
      case 'complete':
      case 'completeBack':
        return this.complete(action === 'complete' ? 1 : -1);
      case 'up':
      case 'down':
        return this.history.moveLine(action === 'up' ? -1 : 1);
      case 'older':
      case 'newer':
        return this.history.step(action === 'older' ? -1 : 1);
      case 'olderLike':
      case 'newerLike':
        return this.history.stepAlike(action === 'olderLike' ? -1 : 1);
      case 'deleteRightOrEnd':
        if (edit.text === '') return this.finish({ kind: 'end' });
        break;
      case 'search':
      case 'searchForward':
        return this.history.startSearch();
      case 'interrupt':
        return this.finish({ kind: 'interrupted', typed: edit.text !== '' });
      case 'edit':
        return this.finish({ kind: 'edit', text: edit.text });
      case 'clearScreen':
        return this.frame.clearScreen();
      case 'suspend':
        return this.stop();
      default:
    }
    this.state.apply(action);
  }

  private submit(): void {
    const { text } = this.state.edit;
    this.state.moveTo(text.length);
    this.finish({ kind: 'text', text });
  }

  private finish(answer: Answer): void {
    const { reading } = this;
    if (!reading) return;
    this.history.endSearch();
    this.menu.close();
    this.frame.leave(this.layout(reading.prompt));
    this.reading = undefined;
    reading.resolve(answer);
  }

  /** Ctrl-Z: stops the process as the terminal would, and draws again when it goes on. */
  private stop(): void {
    this.frame.erase();
    this.suspend();
    process.once('SIGCONT', () => {
      this.resume();
      if (this.reading) this.draw();
    });
    process.kill(process.pid, 'SIGTSTP');
  }

  // ---------------------------------------------------------------------------------------- completion

  private complete(step: -1 | 1): void {
    if (this.menu.isOpen) return this.menu.choose(step);
    const { complete } = this.options;
    if (!complete) return;
    const { edit } = this.state;
    this.busy = true;
    complete(edit.text.slice(0, edit.cursor), edit.text.slice(edit.cursor))
      .catch((): readonly [string[], string] => [[], ''])
      .then(([candidates, replaced]) => {
        this.busy = false;
        if (!this.reading) return;
        this.menu.offer(candidates, edit.cursor - replaced.length);
        this.takeKeysAhead();
        this.drawSoon();
      });
  }

  // ---------------------------------------------------------------------------------------- drawing

  /** Keys that arrive together are drawn once. */
  private drawSoon(): void {
    if (this.drawing) return;
    this.drawing = true;
    setImmediate(() => {
      this.drawing = false;
      if (this.reading) this.draw();
    });
  }

  private draw(): void {
    if (!this.reading) return;
    const { paint } = this.options;
    const room = { width: this.frame.width, rows: Math.max(1, Math.min(8, this.frame.height - 3)) };
    this.frame.draw(this.layout(this.reading.prompt), this.menu.rows(room, paint));
  }

  private layout(prompt: Prompt): Layout {
    const { text, cursor } = this.state.edit;
    const { paint } = this.options;
    const continuations = prompt.continuations(text);
    const searching = this.history.prompt;
    return layout({
      text,
      cursor,
      prompt: searching === undefined ? promptText(prompt.text(), paint.bold) : promptText(searching, paint.dim),
      continuation: (line) => promptText(continuations[line] ?? '', paint.dim),
      spans: this.paintText?.(text) ?? [],
      width: this.frame.width,
    });
  }

  private async loadColours(): Promise<void> {
    if (this.paintText || !this.options.loadHighlighter) return;
    this.paintText = await this.options.loadHighlighter().catch(() => () => []);
    if (this.reading && this.state.edit.text !== '') this.draw();
  }
}

function pastedText(text: string | undefined, key: Key): string {
  return text ?? (key.sequence !== undefined && key.sequence.length === 1 ? key.sequence : '');
}

function promptText(text: string, paint: (text: string) => string): PromptText {
  return { text, painted: paint(text) };
}
