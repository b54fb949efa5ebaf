// IN over a list that shows only at run time, in a document, a column or a parameter: a look at its elements by jsonb_each.
//
//   'x' IN o.tags   →   CASE WHEN json_type(doc, '$.tags') = 'array' THEN EXISTS (SELECT 1 FROM jsonb_each(doc, '$.tags') AS j …) … END

import { elementType, elementValue, jsonScalarOf, jsonTextOf, jsonTypeOf } from '../document/json-place.ts';
import { eachAt } from '../document/unnest.ts';
import { type Fragment, raising, sql, stringLiteral, text } from '../sql/fragment.ts';
import { type JsonValue, type NativeValue, refuse, type SqlValue, typeClass } from '../sql/value.ts';
import { isFinite, jsonTypesOf } from './compare.ts';
import { isTemporal, isZoned, settled } from './convert.ts';
import type { Compilation } from './scope.ts';

/** A value that is not a list raises; null and MISSING have no members, which is null. */
export function compileInPlace(cx: Compilation, operand: SqlValue, list: JsonValue, positive: boolean): Fragment {
  const found = operand.form === 'native' ? nativeFound(cx, operand, list, positive) : jsonFound(cx, operand, list, positive);
  const type = jsonTypeOf(cx.dialect, list);
  if (list.type === 'list') return sql`CASE WHEN ${type} = 'array' THEN ${found} END`;
  const complaint = raising(cx.dialect.call('operand', stringLiteral('IN needs a list on its right, not'), type));
  return sql`CASE WHEN ${type} = 'array' THEN ${found} WHEN ${type} <> 'null' THEN ${complaint} END`;
}

/** Is there an element of the list for which the condition holds? */
function anyElement(cx: Compilation, list: JsonValue, condition: (alias: string) => Fragment): Fragment {
  const alias = cx.alias('j');
  const query: Fragment = {
    kind: 'query',
    query: {
      kind: 'select',
      distinct: false,
      columns: [{ value: text('1') }],
      from: [{ join: 'cross', source: { kind: 'function', call: eachAt(cx.dialect, list) }, alias, on: [] }],
      where: [condition(alias)],
      groupBy: [],
      having: [],
      orderBy: [],
    },
  };
  return sql`EXISTS ${query}`;
}

function nativeFound(cx: Compilation, operand: NativeValue, list: JsonValue, positive: boolean): Fragment {
  const known = typeClass(operand.type) ?? refuse(`IN of ${operand.type}`);
  if (known === 'bytes') refuse('bytes in a document');
  const value = settled(cx.dialect, operand);
  const found = anyElement(cx, list, (alias) => {
    const [type, element] = [elementType(alias), elementValue(alias)];
    if (isZoned(known)) return refuse('a datetime among the items of a document');
    if (isTemporal(known)) {
      const stored = sql`${stringLiteral(`{"$${known}":"`)} || ${value} || '"}'`;
      return sql`${type} = 'object' AND json(${element}) = ${stored}`;
    }
    const same = sql`${element} = ${operand.isColumn ? sql`+${value}` : value} AND ${type} IN ${jsonTypesOf(known)}`;
    if (known !== 'number' || isFinite(operand)) return same;
    const infinite = sql`CASE json(${element}) WHEN '{"$float":"Infinity"}' THEN 9e999 WHEN '{"$float":"-Infinity"}' THEN -9e999 END`;
    return sql`(${same} OR ${type} = 'object' AND ${infinite} = ${value})`;
  });
  if (positive) return found;
  const open = anyElement(cx, list, (alias) =>
    operand.nullable ? sql`(${elementType(alias)} = 'null' OR ${value} IS NULL)` : sql`${elementType(alias)} = 'null'`,
  );
  return sql`CASE WHEN ${found} THEN 1 WHEN ${open} THEN NULL ELSE 0 END`;
}

/** Numbers and texts are looked for here, whatever else by the function that compares as Trefoil does. */
function jsonFound(cx: Compilation, operand: JsonValue, list: JsonValue, positive: boolean): Fragment {
  const { dialect } = cx;
  const [type, scalar] = [jsonTypeOf(dialect, operand), jsonScalarOf(dialect, operand)];
  const numbersAndTexts = text("('integer', 'real', 'text')");
  const found = anyElement(cx, list, (alias) => sql`${elementValue(alias)} = ${scalar} AND ${elementType(alias)} IN ${numbersAndTexts}`);
  const open = anyElement(cx, list, (alias) => sql`${elementType(alias)} = 'null'`);
  const answer = positive ? found : sql`CASE WHEN ${found} THEN 1 WHEN ${open} THEN NULL ELSE 0 END`;
  const otherwise = dialect.call('in_list', jsonTextOf(dialect, operand), jsonTextOf(dialect, list));
  return sql`CASE WHEN ${type} IN ${numbersAndTexts} THEN ${answer} ELSE ${otherwise} END`;
}
