// Finds documents by an element of one of their lists through an index over the elements (engines/sql/sqlite/element-index.ts). The
// condition that it makes only narrows: whatever it was made from is still asked.
//
//   'new' IN o.tags   →   t1.id IN (SELECT doc FROM trefoil_index_3 WHERE value IN ('new', x'00')) AND …

import type { IndexInfo } from '../catalog.ts';
import type { ColumnId } from '../plan/type.ts';
import type { Expr } from '../plan/expression.ts';
import { isFinite } from '../relational/compare.ts';
import { settled } from '../relational/convert.ts';
import { compileValue } from '../relational/expression.ts';
import { type Compilation, findColumn, type Scope } from '../relational/scope.ts';
import { column, type Fragment, joined, mayRaise, sql, tablesOf, text } from '../sql/fragment.ts';
import { type JsonValue, type NativeValue, Refusal, type SqlValue, typeClass } from '../sql/value.ts';

type Steps = readonly (string | number | null)[];

/** A place in the documents of one FROM item; null is a step into the elements of a list. */
interface Origin {
  readonly alias: string;
  readonly steps: Steps;
}

/** A name that no FROM item has: it stands for the items while a condition on them is looked at. */
const itemAlias = '[item]';

/** Entries that every look-up finds: documents with something else where the list should be, which a condition may have to refuse. */
const noList = text("x'00'");

/** Conditions that hold wherever `part` does, each served by an index over elements. None if there is no such index. */
export function elementLookups(cx: Compilation, part: Expr, scope: Scope): readonly Fragment[] {
  if (part.kind === 'column') {
    const known = findColumn(scope, part.id);
    return (known?.form === 'native' && known.implies) || [];
  }
  if (!cx.indexes.some((index) => index.elements)) return [];
  try {
    return lookups(cx, part, scope);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function lookups(cx: Compilation, part: Expr, scope: Scope): readonly Fragment[] {
  switch (part.kind) {
    case 'binary': {
      if (part.operator === 'and') return [...elementLookups(cx, part.left, scope), ...elementLookups(cx, part.right, scope)];
      if (part.operator !== '=') return [];
      const left = compileValue(cx, part.left, scope);
      const right = compileValue(cx, part.right, scope);
      return [...equalTo(cx, originOf(left), [right]), ...equalTo(cx, originOf(right), [left])];
    }
    case 'in': {
      const items = writtenItems(part.list);
      if (items) {
        const values = items.map((item) => compileValue(cx, item, scope));
        return equalTo(cx, originOf(compileValue(cx, part.operand, scope)), values);
      }
      if (part.list.kind === 'each')
        return overItems(cx, part.list.value, part.list.variable, isOneOf(part.operand, part.list.result), scope);
      const list = originOf(compileValue(cx, part.list, scope));
      return equalTo(cx, list && { ...list, steps: [...list.steps, null] }, [compileValue(cx, part.operand, scope)]);
    }
    case 'quantified':
      return part.quantifier === 'any' ? overItems(cx, part.list, part.variable, part.condition, scope) : [];
    default:
      return [];
  }
}

function writtenItems(list: Expr): readonly Expr[] | undefined {
  if (list.kind === 'list') return list.items;
  if (list.kind !== 'literal' || !Array.isArray(list.value)) return undefined;
  return list.value.map((value: unknown): Expr => ({ kind: 'literal', value: value as null, type: 'any' }));
}

function isOneOf(operand: Expr, result: Expr): Expr {
  if (result.kind === 'each') return { kind: 'in', operand, list: result, type: 'boolean' };
  return { kind: 'binary', operator: '=', left: operand, right: result, type: 'boolean' };
}

/** What a condition over the items of a list says about the document. */
function overItems(cx: Compilation, list: Expr, variable: ColumnId, condition: Expr, scope: Scope): readonly Fragment[] {
  const of = compileValue(cx, list, scope);
  if (of.form === 'native') return [];
  const item: JsonValue = { form: 'json', type: 'any', base: { kind: 'element', alias: itemAlias, of }, steps: [] };
  return elementLookups(cx, condition, { columns: new Map([[variable, item]]), parent: scope });
}

function originOf(value: SqlValue): Origin | undefined {
  if (value.form === 'native' || value.rowMayLack) return undefined;
  const { base, steps } = value;
  if (base.kind === 'document') return base.sql.kind === 'column' && !base.nullable ? { alias: base.sql.table, steps } : undefined;
  const list = base.kind === 'element' && base.of ? originOf(base.of) : undefined;
  return list && { alias: list.alias, steps: [...list.steps, null, ...steps] };
}

function equalTo(cx: Compilation, place: Origin | undefined, values: readonly SqlValue[]): readonly Fragment[] {
  if (!place) return [];
  const index = indexAt(cx, place);
  if (!index?.elements) return [];
  const keys: Fragment[] = [];
  for (const value of values) {
    const known = value.form === 'native' ? typeClass(value.type) : undefined;
    if (value.form !== 'native' || (known !== 'number' && known !== 'text' && known !== 'boolean')) return [];
    const key = settled(cx.dialect, value);
    if (mayRaise(key) || readsItem(key)) return [];
    keys.push(...keysOf(key, value, known));
  }
  const alias = cx.alias('x');
  const found: Fragment = {
    kind: 'query',
    query: {
      kind: 'select',
      distinct: false,
      columns: [{ value: column(alias, 'doc') }],
      from: [{ join: 'cross', source: { kind: 'table', name: index.elements, key: 'doc' }, alias, on: [] }],
      where: [sql`${column(alias, 'value')} IN (${joined([...keys, noList], ', ')})`],
      groupBy: [],
      having: [],
      orderBy: [],
    },
  };
  return [{ kind: 'sequence', parts: [sql`${column(place.alias, 'id')} IN ${found}`], lookup: true }];
}

/** An infinity is stored as an object. */
function keysOf(key: Fragment, value: NativeValue, known: string): Fragment[] {
  if (known !== 'number' || isFinite(value)) return [key];
  return [key, sql`CASE ${key} WHEN 9e999 THEN '{"$float":"Infinity"}' WHEN -9e999 THEN '{"$float":"-Infinity"}' END`];
}

function readsItem(fragment: Fragment): boolean {
  return tablesOf(fragment).has(itemAlias);
}

function indexAt(cx: Compilation, { alias, steps }: Origin): IndexInfo | undefined {
  if (!steps.includes(null)) return undefined;
  const table = cx.collections.get(alias)?.toLowerCase();
  const path = JSON.stringify(steps);
  return cx.indexes.find((i) => i.elements && i.on.name.toLowerCase() === table && JSON.stringify(i.keys[0]) === path);
}

/** The look-ups among conditions that are about none of these FROM items, but about one further out. */
export function outerLookups(conditions: readonly Fragment[], aliases: ReadonlySet<string>): readonly Fragment[] {
  return conditions.filter((condition) => {
    if (condition.kind !== 'sequence' || !condition.lookup) return false;
    return [...tablesOf(condition)].every((table) => !aliases.has(table));
  });
}
