// Subqueries as SQL subqueries: EXISTS, IN, a scalar, a count.

import { jsonScalarOf, jsonTypeOf } from '../document/json-place.ts';
import { elementLookups, outerLookups } from '../document/element-lookup.ts';
import type { Expr } from '../plan/expression.ts';
import { freeColumns } from '../plan/free-columns.ts';
import { type Apply, outputColumns, type Plan } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { type Fragment, raising, type Select, sql, stringLiteral, text } from '../sql/fragment.ts';
import { refuse, type SqlValue, typeClass } from '../sql/value.ts';
import { jsonTypesOf } from './compare.ts';
import { computedJson, isZoned, native, settled, withoutAffinity, zonedKey } from './convert.ts';
import { compileValue, jsonOrMissing } from './expression.ts';
import { type Around, compilePlan, conjuncts, needing, scopeOf } from './operators.ts';
import { grouped, isFlat, readsOnlyAround, type Relation, selectOf, wrap } from './relation.ts';
import type { Compilation } from './scope.ts';

export function compileApply(cx: Compilation, plan: Apply, around: Around): Relation {
  const inner = needing(around, plan.operand ? [plan.operand] : [], freeColumns(plan.subplan));
  const input = compilePlan(cx, plan.input, inner);
  // A subquery inside a grouped query would read rows, not groups.
  const relation = input.aggregated || input.distinct ? wrap(cx, grouped(cx, input), inner.needed) : input;
  if ((input.aggregated || input.distinct) && input.orderBy.length > 0 && input.limit === undefined)
    refuse('subquery over an ordered group');
  if (!around.needed.has(plan.column.id) && plan.mode !== 'scalar') return relation;
  const columns = new Map(relation.columns);
  columns.set(plan.column.id, compileSubquery(cx, plan, relation, around));
  return { ...relation, columns };
}

function compileSubquery(cx: Compilation, plan: Apply, input: Relation, around: Around): SqlValue {
  const scope = scopeOf(input, around);
  const results = outputColumns(plan.subplan);
  const wanted = plan.mode === 'exists' || plan.mode === 'count' ? [] : results;
  const subquery = compilePlan(cx, plan.subplan, { needed: new Set(wanted.map((c) => c.id)), scope });
  switch (plan.mode) {
    case 'exists':
      return existing(cx, subquery);
    case 'count':
      return native('integer', query(countSelect(cx, subquery)), false);
    case 'in':
      return compileMembership(cx, plan, subquery, scope);
    case 'scalar':
      return compileScalar(cx, plan, subquery);
    case 'collect':
      return compileCollect(cx, plan, subquery);
    case 'rows':
      return refuse(`subquery as ${plan.mode}`);
  }
}

/** EXISTS; what its conditions say about the document around is handed on. */
function existing(cx: Compilation, subquery: Relation): SqlValue {
  const implies = impliedBy(subquery);
  const inner = { ...subquery, where: subquery.where.filter((condition) => !implies.includes(condition)) };
  return { ...native('boolean', sql`EXISTS ${query(selectOf(forgetOrder(grouped(cx, inner)), []))}`, false), implies };
}

function impliedBy({ where, from }: Relation): readonly Fragment[] {
  return outerLookups(where, new Set(from.map((item) => item.alias)));
}

function query(select: Select): Fragment {
  return { kind: 'query', query: select };
}

function forgetOrder(relation: Relation): Relation {
  return relation.limit === undefined ? { ...relation, orderBy: [] } : relation;
}

function countSelect(cx: Compilation, subquery: Relation): Select {
  const counted = isFlat(subquery) ? { ...subquery, orderBy: [] } : wrap(cx, grouped(cx, subquery), new Set());
  return selectOf(counted, [{ value: text('count(*)') }]);
}

function compileMembership(cx: Compilation, plan: Apply, subquery: Relation, scope: ReturnType<typeof scopeOf>): SqlValue {
  const { dialect } = cx;
  const [only, more] = outputColumns(plan.subplan);
  if (!only || more || !plan.operand) return refuse('IN over several columns');
  const operand = compileValue(cx, plan.operand, scope);
  const relation = forgetOrder(grouped(cx, subquery));
  const member = relation.columns.get(only.id) ?? refuse('no column');
  if (operand.form === 'json' && member.form === 'json') refuse('IN between document values');
  const known = classOf(operand) ?? classOf(member) ?? refuse('IN of that type');
  if (known === 'bytes' || (operand.form === 'native' && member.form === 'native' && typeClass(operand.type) !== typeClass(member.type)))
    refuse('IN of different types');
  const scalarOf = (value: SqlValue): Fragment => {
    // Texts of one instant may differ.
    if (value.form === 'native' && isZoned(known)) return zonedKey(dialect, known, settled(dialect, value));
    if (value.form === 'native')
      return operand.form === member.form ? settled(dialect, value) : value.isColumn ? withoutAffinity(value) : settled(dialect, value);
    if (known !== 'number' && known !== 'text' && known !== 'boolean') refuse('IN of temporal values in documents');
    const type = jsonTypeOf(dialect, value);
    // A value of another type equals none, but is not null: a blob stands for it.
    const scalar = jsonScalarOf(dialect, value);
    const infinite = known === 'number' ? infinities(scalar) : text('');
    return sql`CASE WHEN ${type} IN ${jsonTypesOf(known)} THEN ${scalar} ${infinite}WHEN ${type} <> 'null' THEN x'' END`;
  };
  const select = selectOf(relation, [{ value: scalarOf(member) }], false);
  const found = sql`(${scalarOf(operand)} IN ${query(select)})`;
  // The member equals the operand in the row that is found.
  const same: Expr = {
    kind: 'binary',
    operator: '=',
    left: plan.operand,
    right: { kind: 'column', id: only.id, name: '', type: 'any' },
    type: 'boolean',
  };
  const aliases = new Set(relation.from.map((item) => item.alias));
  const equal = isFlat(relation) ? elementLookups(cx, same, { columns: relation.columns, parent: scope }) : [];
  const implies = [...impliedBy(relation), ...outerLookups(equal, aliases)];
  return { ...(plan.nullIsFalse ? native('boolean', sql`coalesce(${found}, 0)`, false) : native('boolean', found)), implies };
}

/** They are objects in JSON. */
function infinities(scalar: Fragment): Fragment {
  return sql`WHEN ${scalar} = '{"$float":"Infinity"}' THEN 9e999 WHEN ${scalar} = '{"$float":"-Infinity"}' THEN -9e999 `;
}

function classOf(value: SqlValue): ReturnType<typeof typeClass> {
  return value.form === 'native' ? typeClass(value.type) : undefined;
}

function compileScalar(cx: Compilation, plan: Apply, subquery: Relation): SqlValue {
  const [only] = outputColumns(plan.subplan);
  if (!only) return refuse('scalar subquery without column');
  const relation = grouped(cx, subquery);
  const value = relation.columns.get(only.id) ?? refuse('no column');
  const isNative = value.form === 'native';
  // No row is null; a row whose value is MISSING is an empty text until it is out.
  const inner = isNative ? settled(cx.dialect, value) : sql`coalesce(${jsonOrMissing(cx, value)}, '')`;
  const single = query(
    atMostOneRow(plan.subplan) ? selectOf(forgetOrder(relation), [{ value: inner }]) : firstOfOne(cx, plan, relation, only.id, inner),
  );
  if (isNative) return native(value.type === 'any' ? refuse('scalar of an untyped column') : value.type, single);
  return computedJson(sql`nullif(coalesce(${single}, 'null'), '')`, 'missing', value.type);
}

/**
 * The list of the single column. Without ORDER BY its order is that of the rows, which SQLite may join in any order: then only what reads one
 * source, or lists in documents, becomes SQL.
 */
function compileCollect(cx: Compilation, plan: Apply, subquery: Relation): SqlValue {
  const [only] = outputColumns(plan.subplan);
  if (!only) return refuse('list of no column');
  const ordered = subquery.orderBy.length > 0;
  const sources = subquery.from.filter(({ source }) => source.kind !== 'function').length;
  if (!ordered && sources > 1) refuse('list of rows from several sources');
  const known = subquery.columns.get(only.id);
  const around = known !== undefined && readsOnlyAround(jsonOrMissing(cx, known), new Set(subquery.from.map((item) => item.alias)));
  const plain = isFlat(subquery) && !ordered && !around;
  const limited = ordered && subquery.limit === undefined ? { ...subquery, limit: cx.dialect.noLimit } : subquery;
  const relation = plain ? subquery : wrap(cx, grouped(cx, limited), new Set([only.id]));
  const value = relation.columns.get(only.id) ?? refuse('no column');
  const item = sql`coalesce(${jsonOrMissing(cx, value)}, 'null')`;
  const list = query(selectOf({ ...relation, orderBy: [] }, [{ value: sql`'[' || coalesce(group_concat(${item}, ','), '') || ']'` }]));
  return computedJson(list, 'null', 'list');
}

/** Raises if there is a second row. */
function firstOfOne(cx: Compilation, plan: Apply, relation: Relation, id: ColumnId, inner: Fragment): Select {
  const alias = cx.alias('d');
  const name = `c${id}`;
  const two = relation.limit
    ? refuse('scalar subquery with a limit')
    : selectOf({ ...relation, limit: text('2') }, [{ value: inner, as: name }]);
  const message = 'A subquery gives more than one row where one value is wanted: aggregate it, or add LIMIT 1.';
  const complaint = raising(cx.dialect.call('raise', stringLiteral('type/more-than-one-row'), stringLiteral(message)));
  const outer: Fragment = { kind: 'column', table: alias, name };
  return {
    kind: 'select',
    distinct: false,
    columns: [{ value: sql`CASE WHEN count(*) OVER () > 1 THEN ${complaint} ELSE ${outer} END` }],
    from: [{ join: 'cross', source: { kind: 'derived', query: two }, alias, on: [] }],
    where: [],
    groupBy: [],
    having: [],
    orderBy: [],
    limit: text('1'),
  };
}

/** Is it plain from the plan that there is at most one row? */
function atMostOneRow(plan: Plan): boolean {
  switch (plan.kind) {
    case 'one':
      return true;
    case 'values':
      return plan.rows.length <= 1;
    case 'aggregate':
      return plan.keys.length === 0;
    case 'project':
    case 'sort':
    case 'distinct':
      return atMostOneRow(plan.input);
    case 'apply':
      return atMostOneRow(plan.input);
    case 'limit':
      return (plan.count?.kind === 'literal' && typeof plan.count.value === 'bigint' && plan.count.value <= 1n) || atMostOneRow(plan.input);
    case 'filter':
      return atMostOneRow(plan.input) || findsByKey(plan.input, conjuncts(plan.predicate));
    default:
      return false;
  }
}

/** `id = …` on every column of a unique key, the other side not from the table. */
function findsByKey(input: Plan, conditions: ReturnType<typeof conjuncts>): boolean {
  if (input.kind === 'filter') return findsByKey(input.input, [...conditions, ...conjuncts(input.predicate)]);
  if (input.kind !== 'scanTable' && input.kind !== 'scanCollection') return false;
  const own = new Set(outputColumns(input).map((c) => c.id));
  const fixed = new Set<ColumnId>();
  for (const c of conditions) {
    if (c.kind !== 'binary' || c.operator !== '=') continue;
    for (const [a, b] of [
      [c.left, c.right],
      [c.right, c.left],
    ] as const) {
      const constant = b.kind === 'parameter' || b.kind === 'literal' || (b.kind === 'column' && !own.has(b.id));
      if (a.kind === 'column' && constant) fixed.add(a.id);
    }
  }
  if (input.key && fixed.has(input.key.id)) return true;
  if (input.kind === 'scanCollection') return false;
  const names = new Set(input.columns.filter((c) => fixed.has(c.column.id)).map((c) => c.source.toLowerCase()));
  return input.table.unique.some((key) => key.length > 0 && key.every((name) => names.has(name.toLowerCase())));
}
