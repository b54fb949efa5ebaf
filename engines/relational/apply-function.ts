// Scalar functions that SQLite lacks, or means otherwise, inside SQL: a call of `trefoil_apply`, which runs the implementation of engines/rows
// on SQLite's values. So whatever is pure and whose values SQL can carry is pushed down. A float may be NaN, which SQLite has not: floats
// come back as JSON.

import type { CallExpr } from '../plan/expression.ts';
import { isPureCall, type ScalarFunction } from '../plan/functions.ts';
import type { Type } from '../plan/type.ts';
import type { Fragment } from '../sql/fragment.ts';
import { raising, sqlNull, stringLiteral } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { computedJson, native, settled } from './convert.ts';
import { compileValue, jsonOrMissing } from './expression.ts';
import type { Compilation, Scope } from './scope.ts';

/** `name(arguments)` by way of engines/rows. Refuses what depends on the moment, on elements, or on values without native form. */
export function compileApply(cx: Compilation, info: ScalarFunction, expr: CallExpr, scope: Scope): SqlValue {
  const { dialect } = cx;
  if (dialect.inSchema || info.family === 'graph' || !isPureCall(info, expr.arguments.length)) return refuse(`function ${info.name}`);
  const values = expr.arguments.map((argument) => carried(cx, compileValue(cx, argument, scope)));
  // What chooses among its arguments may choose MISSING, which only JSON can say.
  const result = info.family === 'choice' ? 'j' : resultLetter(expr.type);
  const letters = `${values.map((v) => v.letter).join('')}>${result}`;
  const call = raising(dialect.call('apply', stringLiteral(info.name), stringLiteral(letters), ...values.map((v) => v.sql)));
  return result === 'j' ? computedJson(call, 'missing') : native(expr.type, call);
}

function carried(cx: Compilation, value: SqlValue): { readonly letter: string; readonly sql: Fragment } {
  if (value.form === 'json' || value.missing) return { letter: 'j', sql: jsonOrMissing(cx, value) };
  if (value.type === 'null') return { letter: 'v', sql: sqlNull };
  return { letter: applyLetter(value.type), sql: settled(cx.dialect, value) };
}

/** How a native value of the type is handed over: v as it is, b boolean, and the temporal kinds. */
function applyLetter(type: Type): string {
  switch (type) {
    case 'integer':
    case 'float':
    case 'number':
    case 'text':
    case 'bytes':
      return 'v';
    case 'boolean':
      return 'b';
    case 'date':
      return 'D';
    case 'time':
      return 'T';
    case 'localtime':
      return 't';
    case 'datetime':
      return 'Z';
    case 'localdatetime':
      return 'z';
    case 'duration':
      return 'P';
    case 'null':
    case 'any':
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
      return refuse(`an argument of type ${type}`);
  }
}

function resultLetter(type: Type): 'v' | 'j' {
  switch (type) {
    case 'integer':
    case 'text':
    case 'bytes':
    case 'boolean':
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return 'v';
    case 'float':
    case 'number':
    case 'any':
    case 'null':
    case 'list':
    case 'object':
      return 'j';
    case 'node':
    case 'edge':
    case 'path':
      return refuse(`a result of type ${type}`);
  }
}
