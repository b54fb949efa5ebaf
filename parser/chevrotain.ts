// The one place that imports chevrotain. Its normal entry loads a hundred small modules and costs 250 ms of start-up;
// the minified module in the same package costs under 20 ms. The package does not export that file by name, so it is
// found beside the entry that is exported; if it is ever missing, the normal entry serves.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type * as Chevrotain from 'chevrotain';

async function load(): Promise<typeof Chevrotain> {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('chevrotain'));
  try {
    return (await import(new URL('../chevrotain.min.mjs', entry).href)) as typeof Chevrotain;
  } catch {
    return import('chevrotain');
  }
}

export type { ILookaheadStrategy, IProduction, IRecognitionException, IToken, ParserMethod, Rule, TokenType } from 'chevrotain';

const chevrotain = await load();

export const {
  createToken,
  EarlyExitException,
  EmbeddedActionsParser,
  EOF,
  Lexer,
  LLkLookaheadStrategy,
  NoViableAltException,
  tokenMatcher,
} = chevrotain;

// The parts of a grammar, for lookahead.ts.
export const {
  Alternation,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Terminal,
} = chevrotain;
