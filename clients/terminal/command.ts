// What the shell's own commands are and what they may do to their shell. The commands are in shell-commands.ts and beside it.

import type { Client, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn } from '../../server/protocol/frames.ts';
import type { LastResult } from './last-result.ts';
import type { OutputMode } from './output/mode.ts';
import type { PagerChoice } from './pager.ts';
import type { Paint } from './paint.ts';
import type { RedirectedOutput } from './result-output.ts';
import type { ShellInput } from './shell-input.ts';
import type { Streams } from './streams.ts';

/** What a person may set. */
export interface Settings {
  mode: OutputMode;
  /** Show how long statements take. */
  timer: boolean;
  pager: PagerChoice;
  /** Ask before a statement that throws away everything. */
  confirm: boolean;
}

/** Where results go in place of the screen. */
export interface Redirection {
  /** `.output FILE` and `.output |COMMAND`: until it is taken back. */
  output: RedirectedOutput | undefined;
  /** `.once FILE` and `.once |COMMAND`: the next result only. */
  once: RedirectedOutput | undefined;
}

export interface CommandContext {
  readonly client: Client;
  readonly streams: Streams;
  readonly paint: Paint;
  readonly signal: AbortSignal;
  readonly settings: Settings;
  readonly redirection: Redirection;
  /** A person is there. */
  readonly interactive: boolean;
  readonly input: ShellInput;
  /** Values of `$name` in statements. */
  readonly parameters: Map<string, unknown>;
  /** The names of those whose values are not listed. */
  readonly hiddenParameters: Set<string>;
  readonly lastResult: LastResult | undefined;
  /** The last statement that ran, for `.watch` and `.edit`. */
  readonly lastStatement: string | undefined;
  quit: boolean;
  /** Runs a statement and shows its result as if it had been typed. */
  show(statement: string): Promise<void>;
  /** Shows rows that are at hand as a result. */
  showRows(columns: readonly WireColumn[], rows: readonly (readonly ClientValue[])[]): Promise<void>;
  /** Shows a text, a screen at a time if it is taller than that. */
  page(text: string): Promise<void>;
  /** Goes over to another file or server, and leaves the one before. */
  open(target: string): Promise<void>;
  /** Runs a script file with its results shown. */
  read(file: string): Promise<void>;
}

export interface ShellCommand {
  readonly usage: string;
  readonly help: string;
  /** Further lines for `.help NAME`. */
  readonly more?: string;
  /** `rest` is the line behind the command's name; `words` are its words. */
  run(context: CommandContext, words: readonly string[], rest: string): Promise<void>;
}
