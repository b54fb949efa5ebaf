// The scalar functions by canonical name. engines/plan/functions.ts says what exists and what arguments fit; a test demands that both
// lists have the same names. Arguments come in checked and, unless the function takes nulls, not null.

import { QueryError, type Span } from '../../parser/error.ts';
import type { RunContext } from '../engine.ts';
import type { Value } from '../value.ts';
import { arrayFunctions } from './functions-array.ts';
import { bytesFunctions } from './functions-bytes.ts';
import { choiceFunctions } from './functions-choice.ts';
import { elementFunctions } from './functions-element.ts';
import { checkRoomForArguments } from './growing.ts';
import { jsonFunctions } from './functions-json.ts';
import { listFunctions } from './functions-list.ts';
import { numberFunctions } from './functions-number.ts';
import { objectFunctions } from './functions-object.ts';
import { regexFunctions } from './functions-regex.ts';
import { textFunctions } from './functions-text.ts';
import { sqlTimeFunctions } from './functions-sql-time.ts';
import { temporalFunctions } from './functions-temporal.ts';
import { typeFunctions } from './functions-type.ts';
import { valueFunctions } from './functions-value.ts';
import { wordFunctions } from './functions-words.ts';

/** Where a function is called: for messages, and for what depends on the statement. Pure functions must not touch `context`. */
export interface CallSite {
  readonly context: RunContext;
  readonly name: string;
  readonly span: Span | undefined;
}

export type Implementation = (args: readonly Value[], site: CallSite) => Value;

export const scalarFunctions: ReadonlyMap<string, Implementation> = new Map(
  Object.entries({
    ...numberFunctions,
    ...valueFunctions,
    ...choiceFunctions,
    ...typeFunctions,
    ...textFunctions,
    ...wordFunctions,
    ...regexFunctions,
    ...bytesFunctions,
    ...listFunctions,
    ...arrayFunctions,
    ...objectFunctions,
    ...jsonFunctions,
    ...elementFunctions,
    ...temporalFunctions,
    ...sqlTimeFunctions,
  }),
);

/** Pure functions ask nothing of the context. One that asks for the time after all, as `date({timezone: 'Asia/Tokyo'})`, must be called in a statement. */
export const noContext = {
  /** Lists have a limit, so nothing runs on for long. */
  check: () => undefined,
  get now(): Date {
    throw new QueryError('type/temporal', 'The time is not known yet.');
  },
  get transactionStart(): Date {
    return noContext.now;
  },
} as unknown as RunContext;

/** Calls a pure function outside of any statement. */
export function applyPure(name: string, args: readonly Value[]): Value {
  const run = scalarFunctions.get(name);
  if (run === undefined) throw new Error(`function ${name} is not there`);
  checkRoomForArguments(args, true);
  return run(args, { context: noContext, name, span: undefined });
}
