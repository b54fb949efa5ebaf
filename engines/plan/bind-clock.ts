// The words by which SQL asks for the time: CURRENT_DATE and its like, which have no parentheses, and the text 'now', which SQLite's
// functions take for this moment. Both become calls.

import type * as Ast from '../../parser/ast.ts';
import { isNamed, type Scope } from './scope.ts';

const clockWords = new Set(['current_date', 'current_time', 'current_timestamp', 'localtime', 'localtimestamp']);

/** The call that a bare word stands for, unless something is named so. */
export function clockWord(scope: Scope, e: Ast.Identifier): Ast.FunctionCall | undefined {
  const name = e.name.toLowerCase();
  return clockWords.has(name) && !isNamed(scope, e.name) ? callOf(name, e.span) : undefined;
}

const takesNow = new Set(['date', 'time', 'localtime', 'datetime', 'localdatetime', 'strftime', 'unixepoch', 'julianday', 'to_char']);

/** The call with now() where an argument is the text 'now'. */
export function withNow(e: Ast.FunctionCall): Ast.FunctionCall {
  if (!takesNow.has(e.name.text.toLowerCase())) return e;
  const isNow = (a: Ast.Expression): boolean => a.kind === 'literal' && typeof a.value === 'string' && a.value.toLowerCase() === 'now';
  // The pattern of strftime stands first and is no time.
  const at = e.name.text.toLowerCase() === 'strftime' ? 1 : 0;
  return { ...e, arguments: e.arguments.map((a, i) => (i === at && isNow(a) ? callOf('now', a.span) : a)) };
}

function callOf(name: string, span: Ast.Expression['span']): Ast.FunctionCall {
  return { kind: 'call', name: { text: name, span }, distinct: false, arguments: [], span };
}
