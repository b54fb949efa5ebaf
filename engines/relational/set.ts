// UNION, INTERSECT, EXCEPT and recursive queries.

import type { Recursive, ScanWorking, SetOperation } from '../plan/plan.ts';
import { outputColumns } from '../plan/plan.ts';
import type { Column, ColumnId, Type } from '../plan/type.ts';
import { column, type Compound, type Select } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { computedJson, isZoned, native, settled } from './convert.ts';
import { jsonOrMissing, unifiedType } from './expression.ts';
import { type Around, compilePlan } from './operators.ts';
import { flatRelation, grouped, isFlat, isLimited, type Relation, selectOf, wrap } from './relation.ts';
import type { Compilation } from './scope.ts';

export function compileSetOperation(cx: Compilation, plan: SetOperation, around: Around): Relation {
  if (plan.all && plan.operator !== 'union') refuse(`${plan.operator} all`);
  const left = side(cx, plan.left, around);
  const right = side(cx, plan.right, around);
  const types = plan.columns.map((_, i) => unifiedType([valueAt(left, i), valueAt(right, i)]));
  const plain = types.every((type) => type !== undefined && !isZoned(type));
  // Equal JSON values may differ as text, so duplicates go in a second step.
  // Which of 1 and 1.0 stands for both is the left one's say.
  if (!plan.all && types.some((type, i) => type === 'number' && (typeAt(left, i) === 'integer' || typeAt(right, i) === 'integer')))
    refuse('mixed numbers');
  const all = plan.operator === 'union' && (plan.all || !plain);
  if (plan.operator !== 'union' && !plain) refuse(`${plan.operator} of document values`);
  // SQLite flattens such a derived table, and in doing so takes the conditions of the other sides for those of the join.
  if (all && (left.relation.sealed || right.relation.sealed)) refuse('full join inside a union');
  const operator = plan.operator === 'union' ? (all ? 'union all' : 'union') : plan.operator;
  const query: Compound = {
    kind: 'compound',
    operator,
    left: selectAs(cx, left, types, plan.columns),
    right: selectAs(cx, right, types, plan.columns),
  };
  const alias = cx.alias('d');
  const columns = new Map(plan.columns.map((c, i) => [c.id, columnOf(alias, c, types[i])]));
  const relation = flatRelation([{ join: 'cross', source: { kind: 'derived', query }, alias, on: [] }], [], columns);
  return all && !plan.all ? grouped(cx, { ...relation, distinct: plan.columns.map((c) => c.id) }) : relation;
}

interface Side {
  readonly relation: Relation;
  readonly columns: readonly Column[];
}

function side(cx: Compilation, plan: SetOperation['left'], around: Around): Side {
  const columns = outputColumns(plan);
  const needed = new Set(columns.map((c) => c.id));
  const relation = grouped(cx, compilePlan(cx, plan, { ...around, needed }));
  return { relation: isLimited(relation) || relation.with ? wrap(cx, relation, needed) : { ...relation, orderBy: [] }, columns };
}

function valueAt({ relation, columns }: Side, index: number): SqlValue {
  const id = columns[index]?.id;
  return (id === undefined ? undefined : relation.columns.get(id)) ?? refuse('ragged set operation');
}

function typeAt(from: Side, index: number): Type {
  return valueAt(from, index).type;
}

function selectAs(cx: Compilation, from: Side, types: readonly (Type | undefined)[], columns: readonly Column[]): Select {
  const selected = types.map((type, i) => {
    const value = valueAt(from, i);
    const fragment = type !== undefined && value.form === 'native' ? settled(cx.dialect, value) : jsonOrMissing(cx, value);
    return { value: fragment, as: `c${columns[i]?.id}` };
  });
  return selectOf(from.relation, selected);
}

function columnOf(alias: string, c: Column, type: Type | undefined): SqlValue {
  const place = column(alias, `c${c.id}`);
  return type === undefined ? computedJson(place, 'missing') : native(type, place);
}

// ------------------------------------------------------------------------------------------------ recursion

/** What a recursive step may refer to while it is compiled. */
interface Working {
  readonly name: string;
  readonly columns: readonly string[];
  readonly types: readonly (Type | undefined)[];
  uses: number;
}

const workingTables = new WeakMap<Compilation, Map<number, Working>>();

function workingOf(cx: Compilation): Map<number, Working> {
  let known = workingTables.get(cx);
  if (!known) {
    known = new Map();
    workingTables.set(cx, known);
  }
  return known;
}

export function compileRecursive(cx: Compilation, plan: Recursive, around: Around): Relation {
  const name = cx.alias('w');
  const base = side(cx, plan.base, around);
  const types = plan.columns.map((c, i) => {
    const type = unifiedType([valueAt(base, i)]);
    return type === 'null' || type !== c.type ? undefined : type;
  });
  if (!plan.all && types.some((type) => type === undefined || isZoned(type))) refuse('recursion over document values without duplicates');
  const names = plan.columns.map((c) => `c${c.id}`);
  const working: Working = { name, columns: names, types, uses: 0 };
  workingOf(cx).set(plan.recursion, working);
  const step = side(cx, plan.step, around);
  workingOf(cx).delete(plan.recursion);
  // SQLite wants the working table once, in the FROM of the step itself, and no grouping.
  const direct = step.relation.from.filter((item) => item.source.kind === 'common' && item.source.name === name);
  if (working.uses !== 1 || direct.length !== 1 || !isFlat(step.relation)) refuse('shape of the recursive step');
  for (const [i, type] of types.entries()) {
    const stepType = unifiedType([valueAt(step, i)]);
    if (type !== undefined && stepType !== type && stepType !== 'null') refuse('types of the recursive step');
  }
  const operator = plan.all ? 'union all' : 'union';
  const query: Compound = {
    kind: 'compound',
    operator,
    left: selectAs(cx, base, types, plan.columns),
    right: selectAs(cx, step, types, plan.columns),
  };
  const columns = new Map(plan.columns.map((c, i) => [c.id, columnOf(name, c, types[i])]));
  const from = [{ join: 'cross' as const, source: { kind: 'common' as const, name }, alias: name, on: [] }];
  return { ...flatRelation(from, [], columns), with: { name, columns: names, query } };
}

export function scanWorking(cx: Compilation, plan: ScanWorking): Relation {
  const working = workingOf(cx).get(plan.recursion) ?? refuse('working table out of its recursion');
  working.uses++;
  const alias = cx.alias('w');
  const columns = new Map<ColumnId, SqlValue>();
  for (const [i, c] of plan.columns.entries()) {
    const base = working.types[i];
    const place = column(alias, working.columns[i] ?? refuse('ragged working table'));
    columns.set(c.id, base === undefined ? computedJson(place, 'missing') : native(base, place));
  }
  const check = cx.interruptible ? [cx.dialect.check()] : [];
  return flatRelation([{ join: 'cross', source: { kind: 'common', name: working.name }, alias, on: [] }], check, columns);
}
