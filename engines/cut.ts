// Cuts a plan at the engines' borders: the largest subtrees of tables and collections become one SQL statement each, every match a
// traversal program; row operators keep the rest. Where two engines meet in a join, the smaller side runs first and its keys
// narrow the other side.

import { bulkDocuments, bulkRows } from './bulk-update.ts';
import type { Catalog } from './catalog.ts';
import type { CompileSql, GraphEngine } from './engine.ts';
import { hashSubqueries } from './hash-subqueries.ts';
import { estimateRows } from './plan/estimate.ts';
import { columnsOf, conjuncts, type Expr } from './plan/expression.ts';
import { patternColumns } from './plan/pattern.ts';
import { type Aggregate, type Join, type Match, outputColumns, type Plan } from './plan/plan.ts';
import { push } from './plan/rules/push-filters.ts';
import { freeColumns } from './plan/free-columns.ts';
import {
  freeColumnId,
  mapConflict,
  mapPlanChildren,
  planChildren,
  planColumnReads,
  planExpressions,
  planWrites,
  wholeChildren,
} from './plan/walk.ts';
import type { Column, ColumnId } from './plan/type.ts';
import type { DocumentConflict, InsertDocuments, InsertRows, RowConflict, UpdateDocuments, UpdateRows } from './plan/writes.ts';

interface CutOptions {
  readonly compileSql: CompileSql;
  readonly graph: GraphEngine;
  readonly catalog: Catalog;
  /** False: only bare scans go to SQLite and matches run on the reference operator. */
  readonly pushdown: boolean;
  readonly interruptible: boolean;
}

/** Below this many rows on the larger side pushing keys is not worth a second look-up. */
const keysPushedFromRows = 200;

/** The plan as it runs: `sql` and `traverse` nodes where an engine takes over, the rest as it was. */
export function cut(plan: Plan, options: CutOptions): Plan {
  const ready = options.pushdown ? hashSubqueries(plan, options.catalog) : plan;
  const unseen = ready.kind === 'project' && ready.items.length === 0 ? ready.input : undefined;
  const cutter = new Cutter(options, freeColumnId(ready), unseen);
  return cutter.cut(ready, new Map(), new Set(outputColumns(plan).map((c) => c.id)));
}

type Outer = ReadonlyMap<ColumnId, Column>;

/** Lives for one statement: hands out key slots and column ids. */
class Cutter {
  private nextSlot = 1;
  private readonly options: CutOptions;
  private nextColumn: number;
  /** The plan whose rows nobody sees, not even how many they are. */
  private readonly unseen: Plan | undefined;

  constructor(options: CutOptions, nextColumn: number, unseen: Plan | undefined) {
    this.options = options;
    this.nextColumn = nextColumn;
    this.unseen = unseen;
  }

  /** `outer`: columns of rows round this subtree that it may read. `wanted`: the columns that somebody above reads. */
  cut(plan: Plan, outer: Outer, wanted: ReadonlySet<ColumnId>): Plan {
    const sql = this.trySql(plan, outer, wanted);
    if (sql) return sql;
    const below = wantedBelow(plan, wanted);
    switch (plan.kind) {
      case 'match':
        return this.cutMatch(plan, outer, below);
      case 'aggregate':
        return this.countOnly(plan, outer, below) ?? { ...plan, input: this.cut(plan.input, outer, below) };
      case 'join':
        return this.cutJoin(plan, outer, below);
      case 'apply':
        return {
          ...plan,
          input: this.cut(plan.input, outer, below),
          subplan: this.cut(plan.subplan, withColumns(outer, plan.input), below),
        };
      case 'updateRows':
      case 'updateDocuments':
        return this.cutUpdate(plan, outer, below);
      case 'insertRows':
      case 'insertDocuments':
        return this.cutInsert(plan, outer, below);
      case 'forEach':
        return { ...plan, input: this.cut(plan.input, outer, below), body: this.cut(plan.body, withColumns(outer, plan.input), below) };
      case 'scanTable':
      case 'scanCollection':
        throw new Error(`a bare ${plan.kind} must compile to SQL`);
      default:
        return mapPlanChildren(plan, (child) => this.cut(child, outer, below));
    }
  }

  private trySql(plan: Plan, outer: Outer, wanted: ReadonlySet<ColumnId>): Plan | undefined {
    const bare = plan.kind === 'scanTable' || plan.kind === 'scanCollection';
    if (!bare && (!this.options.pushdown || !isRelational(plan) || !hasSource(plan))) return undefined;
    const options = { outer, interruptible: this.options.interruptible, indexes: this.options.catalog.indexes };
    const columns = outputColumns(plan);
    const read = columns.filter((c) => wanted.has(c.id));
    if (read.length === columns.length) return this.options.compileSql(plan, options);
    // What was only needed inside does not come out.
    const narrow: Plan = { kind: 'project', input: plan, items: read.map((column) => ({ column, value: columnOf(column) })) };
    return this.options.compileSql(narrow, options) ?? this.options.compileSql(plan, options);
  }

  private cutUpdate(plan: UpdateRows | UpdateDocuments, outer: Outer, below: ReadonlySet<ColumnId>): Plan {
    const input = this.cut(plan.input, outer, below);
    const silent = this.options.pushdown && isRelational(plan.input) && plan === this.unseen;
    const options = { outer, interruptible: this.options.interruptible, indexes: this.options.catalog.indexes };
    if (plan.kind === 'updateRows') {
      return { ...plan, input, bulk: silent ? bulkRows(plan, this.options.compileSql, options) : undefined };
    }
    return { ...plan, input, bulk: silent ? bulkDocuments(plan, this.options.compileSql, options) : undefined };
  }

  /** The plans of ON CONFLICT see the row that is there and the one that was to come. */
  private cutInsert(plan: InsertRows | InsertDocuments, outer: Outer, below: ReadonlySet<ColumnId>): Plan {
    const cutOne = <T extends RowConflict | DocumentConflict>(conflict: T): T => {
      const around = [...conflict.existing, ...conflict.excluded].map((c): [ColumnId, Column] => [c.id, c]);
      return mapConflict(conflict, (child) => this.cut(child, new Map([...outer, ...around]), below));
    };
    const input = this.cut(plan.input, outer, below);
    // Two branches in one: the compiler cannot spread a union.
    return plan.kind === 'insertRows'
      ? { ...plan, input, conflicts: plan.conflicts.map(cutOne) }
      : { ...plan, input, conflicts: plan.conflicts.map(cutOne) };
  }

  private cutMatch(plan: Match, outer: Outer, below: ReadonlySet<ColumnId>): Plan {
    const input = this.cut(plan.input, outer, below);
    if (!this.options.pushdown) return { ...plan, input };
    return { kind: 'traverse', input, program: this.options.graph.compile(plan, { countOnly: false }), was: plan };
  }

  /** `count(*)` over a match whose variables nobody wants: the program counts without making rows. */
  private countOnly(plan: Aggregate, outer: Outer, below: ReadonlySet<ColumnId>): Plan | undefined {
    const { input } = plan;
    if (!this.options.pushdown || input.kind !== 'match' || input.optional || patternColumns(input.pattern).length > 0) return undefined;
    if (plan.aggregates.length === 0 || plan.aggregates.some((a) => a.name !== 'count' || a.arguments.length > 0 || a.filter) || plan.sets)
      return undefined;
    const count: Column = { id: this.nextColumn++, name: 'matches', type: 'integer' };
    const counted: Plan = {
      kind: 'traverse',
      input: this.cut(input.input, outer, wantedBelow(input, below)),
      program: this.options.graph.compile(input, { countOnly: true }),
      was: input,
      count,
    };
    const sums = plan.aggregates.map((a) => ({
      column: { ...a.column, id: this.nextColumn++ },
      name: 'sum',
      arguments: [columnOf(count)],
      distinct: false,
    }));
    const keys = plan.keys.map((k) => ({ column: k.column, value: columnOf(k.column) }));
    const zero: Expr = { kind: 'literal', value: 0n, type: 'integer' };
    const totals = plan.aggregates.map((a, i) => ({
      column: a.column,
      value: { kind: 'call' as const, name: 'coalesce', arguments: [columnOf(sums[i]?.column ?? count), zero], type: 'integer' as const },
    }));
    return {
      kind: 'project',
      input: { kind: 'aggregate', input: counted, keys: plan.keys, aggregates: sums },
      items: [...keys, ...totals],
    };
  }

  private cutJoin(plan: Join, outer: Outer, below: ReadonlySet<ColumnId>): Plan {
    if (plan.lateral)
      return { ...plan, left: this.cut(plan.left, outer, below), right: this.cut(plan.right, withColumns(outer, plan.left), below) };
    const keys = this.options.pushdown ? this.keysOf(plan) : undefined;
    if (!keys) return { ...plan, left: this.cut(plan.left, outer, below), right: this.cut(plan.right, outer, below) };
    const slot = this.nextSlot++;
    const narrowed = (side: Plan): Plan => push(side, [{ kind: 'inKeys', operand: keys.of, slot, type: 'boolean' }]);
    const left = this.cut(keys.first === 'left' ? plan.left : narrowed(plan.left), outer, below);
    const right = this.cut(keys.first === 'right' ? plan.right : narrowed(plan.right), outer, below);
    return { ...plan, left, right, keys: { first: keys.first, value: keys.value, slot } };
  }

  /** Which side runs first, which of its values are the keys, and what they are keys of on the other side. */
  private keysOf(plan: Join): { first: 'left' | 'right'; value: Expr; of: Expr } | undefined {
    if (plan.type === 'full' || !plan.on) return undefined;
    const leftIds = new Set(outputColumns(plan.left).map((c) => c.id));
    const rightIds = new Set(outputColumns(plan.right).map((c) => c.id));
    const within = (e: Expr, ids: ReadonlySet<ColumnId>): boolean => {
      const used = [...columnsOf(e)];
      return used.length > 0 && used.every((id) => ids.has(id));
    };
    const leftRows = estimateRows(plan.left, this.options.catalog);
    const rightRows = estimateRows(plan.right, this.options.catalog);
    const first = plan.type === 'left' ? 'left' : plan.type === 'right' ? 'right' : leftRows <= rightRows ? 'left' : 'right';
    if (Math.max(leftRows, rightRows) < keysPushedFromRows || (first === 'left' ? leftRows > rightRows : rightRows > leftRows))
      return undefined;
    for (const p of conjuncts(plan.on)) {
      if (p.kind !== 'binary' || p.operator !== '=') continue;
      for (const [l, r] of [
        [p.left, p.right],
        [p.right, p.left],
      ] as const) {
        if (!within(l, leftIds) || !within(r, rightIds) || !canBeKey(l) || !canBeKey(r)) continue;
        return first === 'left' ? { first, value: l, of: r } : { first, value: r, of: l };
      }
    }
    return undefined;
  }
}

function canBeKey(e: Expr): boolean {
  return e.type !== 'node' && e.type !== 'edge' && e.type !== 'path' && e.type !== 'object' && e.type !== 'list';
}

function columnOf(column: Column): Expr {
  return { kind: 'column', id: column.id, name: column.name, type: column.type };
}

/** The columns that a node's ancestors or the node itself (its other children too) read from its children. */
function wantedBelow(plan: Plan, wanted: ReadonlySet<ColumnId>): ReadonlySet<ColumnId> {
  const below = new Set(wanted);
  for (const e of planExpressions(plan)) columnsOf(e, below);
  for (const id of planColumnReads(plan)) below.add(id);
  if (plan.kind === 'apply') for (const id of freeColumns(plan.subplan)) below.add(id);
  if (plan.kind === 'join') for (const id of freeColumns(plan.right)) below.add(id);
  if (plan.kind === 'forEach') for (const id of freeColumns(plan.body)) below.add(id);
  for (const child of wholeChildren(plan)) for (const c of outputColumns(child)) below.add(c.id);
  return below;
}

function withColumns(outer: Outer, plan: Plan): Outer {
  return new Map([...outer, ...outputColumns(plan).map((c): [ColumnId, Column] => [c.id, c])]);
}

/** Only nodes that SQLite could run. */
function isRelational(plan: Plan): boolean {
  return (
    plan.kind !== 'match' &&
    plan.kind !== 'traverse' &&
    plan.kind !== 'callProcedure' &&
    !planWrites(plan) &&
    planChildren(plan).every(isRelational)
  );
}

/** A plan without a table or collection is computed faster here than by SQLite. A recursion is worth it anyway. */
function hasSource(plan: Plan): boolean {
  return plan.kind === 'scanTable' || plan.kind === 'scanCollection' || planChildren(plan).some(hasSource);
}
