// Functions of any value: choices, conversions, JSON. coalesce and iif are compiled in evaluate-call.ts, because they must not
// evaluate what is not wanted; they stand here for the list's sake and for callers that have all values at hand.

import { QueryError } from '../../parser/error.ts';
import { equals, order, typeName } from '../compare.ts';
import { parseJson, plainJson } from '../json.ts';
import { momentKinds, readMoment } from '../temporal/convert.ts';
import { TemporalValue, type Value } from '../value.ts';
import { toBoolean, toFloat, toInteger, valueText } from './conversion.ts';
import type { Implementation } from './functions.ts';
import { truth } from '../truth.ts';

function extreme(args: readonly Value[], direction: 1 | -1): Value {
  return args.reduce((best, value) => (order(value, best) * direction > 0 ? value : best));
}

export const valueFunctions: Readonly<Record<string, Implementation>> = {
  greatest: (args) => extreme(args, 1),
  least: (args) => extreme(args, -1),
  coalesce: (args) => args.find((value) => value !== null && value !== undefined) ?? null,
  nullif: ([a, b]) => (equals(a, b) === true ? null : a),
  iif: ([condition, then, otherwise], site) => (truth(condition, site.span) === true ? then : (otherwise ?? null)),
  truth: ([x], site) => truth(x, site.span),
  readlike: ([text, value]) => {
    if (typeof text !== 'string') return null;
    const kind = value instanceof TemporalValue ? momentKinds.find((k) => k === value.kind) : undefined;
    return (kind && readMoment(kind, text)) ?? text;
  },
  typeof: ([x]) => typeName(x),
  tostring: ([x]) => valueText(x),
  tointeger: ([x]) => toInteger(x),
  tofloat: ([x]) => toFloat(x),
  toboolean: ([x]) => toBoolean(x),
  json: ([x], site) => {
    try {
      return parseJson(x as string, { tags: 'plain' });
    } catch (error) {
      if (error instanceof QueryError) throw new QueryError(error.code, error.message, { span: site.span, hint: error.hint });
      throw error;
    }
  },
  to_json: ([x]) => plainJson(x),
};
