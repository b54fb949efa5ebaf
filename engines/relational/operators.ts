// Plan nodes to relations: scans, filters, projections, sorting, limits. Joins, grouping, subqueries and set operations stand
// in files of their own.

import { eachOf } from '../document/unnest.ts';
import { scanCollection } from '../document/scan.ts';
import type { Expr } from '../plan/expression.ts';
import { columnsOf } from '../plan/expression.ts';
import type { Limit, Plan, Project, Sort, Unnest, Values } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { column, type Fragment, fragmentSize, raising, sql, stringLiteral, text, walkFragment } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import { compileAggregate, compileDistinct } from './aggregate.ts';
import { compileApply } from './apply.ts';
import { addPart } from './conditions.ts';
import { computedJson, native } from './convert.ts';
import { compileValue, unified } from './expression.ts';
import { compileJoin } from './join.ts';
import { flatRelation, grouped, isFlat, isLimited, type Relation, wrap } from './relation.ts';
import { scanTable } from './scan.ts';
import type { Compilation, Scope } from './scope.ts';
import { compileWindow } from './window.ts';
import { compileRecursive, compileSetOperation, scanWorking } from './set.ts';
import { orderItems } from './sort.ts';

/** What one subtree is compiled with: the columns that someone above reads, and the queries around it. */
export interface Around {
  readonly needed: ReadonlySet<ColumnId>;
  readonly scope: Scope;
}

/** Larger expressions are not worth writing out again and again. */
const fragmentSizeMax = 3000;

export function compilePlan(cx: Compilation, plan: Plan, around: Around): Relation {
  switch (plan.kind) {
    case 'one':
      return flatRelation([], [], new Map());
    case 'values':
      return compileValues(cx, plan, around);
    case 'scanTable':
      return scanTable(cx, plan);
    case 'scanCollection':
      return scanCollection(cx, plan);
    case 'scanWorking':
      return scanWorking(cx, plan);
    case 'unnest':
      return compileUnnest(cx, plan, around);
    case 'filter':
      if (plan.hash) refuse('hashed filter');
      return filtered(cx, compilePlan(cx, plan.input, needing(around, [plan.predicate])), plan.predicate, around);
    case 'project':
      return compileProject(cx, plan, around);
    case 'join':
      return compileJoin(cx, plan, around);
    case 'apply':
      return compileApply(cx, plan, around);
    case 'aggregate':
      return compileAggregate(cx, plan, around);
    case 'window':
      return compileWindow(cx, plan, around);
    case 'distinct':
      return compileDistinct(cx, plan, around);
    case 'sort':
      return compileSort(cx, plan, around);
    case 'limit':
      return compileLimit(cx, plan, around);
    case 'set':
      return compileSetOperation(cx, plan, around);
    case 'recursive':
      return compileRecursive(cx, plan, around);
    case 'match':
    case 'callProcedure':
    case 'insertRows':
    case 'updateRows':
    case 'deleteRows':
    case 'insertDocuments':
    case 'updateDocuments':
    case 'deleteDocuments':
    case 'createElements':
    case 'mergeElements':
    case 'forEach':
    case 'setElements':
    case 'deleteElements':
    case 'sql':
    case 'traverse':
      return refuse(plan.kind);
  }
}

/** The same surroundings with what these expressions read. */
export function needing(around: Around, expressions: readonly Expr[], more: Iterable<ColumnId> = []): Around {
  const needed = new Set([...around.needed, ...more]);
  for (const expr of expressions) columnsOf(expr, needed);
  return { ...around, needed };
}

export function scopeOf(relation: Relation, around: Around): Scope {
  return { columns: relation.columns, parent: around.scope };
}

function filtered(cx: Compilation, input: Relation, predicate: Expr, around: Around): Relation {
  const relation = isLimited(input) ? wrap(cx, input, needing(around, [predicate]).needed) : input;
  const parts = conjuncts(predicate);
  let { where, having } = relation;
  for (const part of parts) {
    if (relation.aggregated) having = addPart(cx, having, part, scopeOf(relation, around));
    else where = addPart(cx, where, part, scopeOf(relation, around));
  }
  return { ...relation, where, having };
}

/** The operands of AND, left to right. */
export function conjuncts(expr: Expr): Expr[] {
  return expr.kind === 'binary' && expr.operator === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];
}

function compileProject(cx: Compilation, plan: Project, around: Around): Relation {
  const items = plan.items.filter((item) => around.needed.has(item.column.id));
  const inner = { ...around, needed: new Set(items.flatMap((item) => [...columnsOf(item.value)])) };
  const input = compilePlan(cx, plan.input, inner);
  const relation = grouped(cx, input);
  const columns = new Map<ColumnId, SqlValue>();
  for (const item of items) {
    const value = compileValue(cx, item.value, scopeOf(relation, around));
    const fragment = value.form === 'native' ? value.sql : value.base.kind === 'element' ? text('') : value.base.sql;
    if (fragmentSize(fragment) > fragmentSizeMax) refuse('expression too large');
    columns.set(item.column.id, value);
  }
  return { ...relation, columns };
}

function compileSort(cx: Compilation, plan: Sort, around: Around): Relation {
  const inner = needing(
    around,
    plan.keys.map((k) => k.value),
  );
  const input = compilePlan(cx, plan.input, inner);
  const once = plan.keys.some((key) => isComputedQuery(input, key.value)) && input.orderBy.length === 0;
  const limited = once && !isLimited(input) ? { ...input, limit: cx.dialect.noLimit } : input;
  const relation = isLimited(limited) ? wrap(cx, grouped(cx, limited), inner.needed) : limited;
  const items = plan.keys.flatMap((key) => orderItems(cx, key, scopeOf(relation, around)));
  return { ...relation, orderBy: [...items, ...relation.orderBy] };
}

/** JSON that a subquery computes: a key of it is written several times, so it is put into a column first. */
function isComputedQuery({ columns }: Relation, expr: Expr): boolean {
  const value = expr.kind === 'column' ? columns.get(expr.id) : undefined;
  if (value?.form !== 'json' || value.base.kind !== 'value') return false;
  let asks = false;
  walkFragment(value.base.sql, (f) => {
    if (f.kind === 'query') asks = true;
  });
  return asks;
}

function compileLimit(cx: Compilation, plan: Limit, around: Around): Relation {
  const input = compilePlan(cx, plan.input, around);
  const relation = isLimited(input) ? wrap(cx, input, around.needed) : input;
  const limit = plan.count ? amount(cx, plan.count, 'LIMIT', around) : undefined;
  const offset = plan.offset ? amount(cx, plan.offset, 'OFFSET', around) : undefined;
  return { ...relation, limit: limit ?? cx.dialect.noLimit, offset };
}

/** A number of rows: SQLite would take a negative one for no limit. */
function amount(cx: Compilation, expr: Expr, word: string, around: Around): Fragment {
  if (expr.kind === 'literal') {
    if (typeof expr.value !== 'bigint' || expr.value < 0n) refuse(`${word} of that value`);
    return text(String(expr.value));
  }
  if (expr.kind !== 'parameter' && expr.kind !== 'column') refuse(`computed ${word}`);
  const value = compileValue(cx, expr, around.scope);
  if (value.form !== 'native' || value.type !== 'integer' || value.sql.kind !== 'parameter') return refuse(`${word} of that type`);
  const complaint = raising(
    cx.dialect.call('raise', stringLiteral('type/limit'), stringLiteral(`${word} needs an integer that is not negative.`)),
  );
  return sql`CASE WHEN ${value.sql} >= 0 THEN ${value.sql} ELSE ${complaint} END`;
}

function compileValues(cx: Compilation, plan: Values, around: Around): Relation {
  if (plan.rows.length === 0 || plan.columns.length === 0) refuse('empty values');
  const rows = plan.rows.map((row) => row.map((expr) => compileValue(cx, expr, around.scope)));
  const alias = cx.alias('v');
  const columns = new Map<ColumnId, SqlValue>();
  const byColumn = plan.columns.map((c, i) => {
    const { type, values } = unified(
      cx,
      rows.map((row) => row[i] ?? refuse('ragged values')),
    );
    const place = column(alias, `column${i + 1}`);
    columns.set(c.id, type === undefined ? computedJson(place, 'missing') : native(type, place));
    return values;
  });
  const lines = plan.rows.map((_, r) => byColumn.map((values) => values[r] as Fragment));
  return flatRelation([{ join: 'cross', source: { kind: 'derived', query: { kind: 'values', rows: lines } }, alias, on: [] }], [], columns);
}

function compileUnnest(cx: Compilation, plan: Unnest, around: Around): Relation {
  if (plan.keys) refuse('keys of an object');
  const inner = needing(around, [plan.list]);
  const input = compilePlan(cx, plan.input, inner);
  const relation = isFlat(input) ? input : wrap(cx, input, inner.needed);
  const list = compileValue(cx, plan.list, scopeOf(relation, around));
  if (list.form === 'native') return refuse('unnest of a scalar');
  const alias = cx.alias('j');
  const key = column(alias, 'key');
  const call = eachOf(cx.dialect, list);
  const check = cx.interruptible ? [cx.dialect.check(key, true)] : [];
  const columns = new Map(relation.columns);
  columns.set(plan.element.id, { form: 'json', type: 'any', base: { kind: 'element', alias, of: list }, steps: [] });
  if (plan.position) columns.set(plan.position.id, native('integer', key, plan.outer));
  const item = {
    join: plan.outer ? ('left' as const) : ('cross' as const),
    source: { kind: 'function' as const, call },
    alias,
    on: plan.outer ? check : [],
  };
  const first = relation.from.length === 0;
  if (first && plan.outer) refuse('outer unnest of nothing');
  const where = plan.outer ? relation.where : [...relation.where, ...check];
  const orderBy = relation.orderBy.length > 0 ? [...relation.orderBy, { value: key, descending: false }] : [];
  return { ...relation, from: [...relation.from, item], where, columns, orderBy };
}
