// The scalar functions by canonical name. engines/plan/functions.ts says what exists and what arguments fit; a test demands that both
// lists have the same names. Arguments come in checked and, unless the function takes nulls, not null.

import type { Span } from '../../parser/error.ts';
import type { RunContext } from '../engine.ts';
import type { Value } from '../value.ts';
import { elementFunctions } from './functions-element.ts';
import { listFunctions } from './functions-list.ts';
import { numberFunctions } from './functions-number.ts';
import { textFunctions } from './functions-text.ts';
import { timeFunctions } from './functions-time.ts';
import { valueFunctions } from './functions-value.ts';

/** Where a function is called: for messages, and for what depends on the statement. Pure functions must not touch `context`. */
export interface CallSite {
  readonly context: RunContext;
  readonly name: string;
  readonly span: Span | undefined;
}

export type Implementation = (args: readonly Value[], site: CallSite) => Value;

export const scalarFunctions: ReadonlyMap<string, Implementation> = new Map(
  Object.entries({ ...numberFunctions, ...valueFunctions, ...textFunctions, ...listFunctions, ...elementFunctions, ...timeFunctions }),
);
