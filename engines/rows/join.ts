// Join of two independent inputs. One side is held in memory (the build side: the one whose keys are pushed, else the right),
// the other streams past it. Equalities between the two sides in `on` make it a hash join; what is left of `on` is checked
// pair by pair. Without such an equality every pair is tried. The columns are always the left's, then the right's.

import { equals, type GroupKey, groupKey, rowKey } from '../compare.ts';
import type { Batches, Evaluator, RunContext } from '../engine.ts';
import { keysPushedMax } from '../limits.ts';
import type { Expr } from '../plan/expression.ts';
import { outputColumns, type Join, type Plan } from '../plan/plan.ts';
import { planWrites } from '../plan/walk.ts';
import type { Row, Value } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { splitJoinCondition } from './join-condition.ts';
import { deriveContext, layoutOf, prepare, prepareAll, preparePredicate } from './prepare.ts';
import type { RunPlan } from './run.ts';

/** The rows held in memory and how to find those that a row of the other side may match. */
interface Build {
  readonly rows: readonly Row[];
  readonly matched: Uint8Array | undefined;
  /** Absent: every row is a candidate. */
  readonly byKey: Map<GroupKey, number[]> | undefined;
}

/** Does the join keep rows of this side that match nothing? */
function keepsUnmatched(plan: Join, side: 'left' | 'right'): boolean {
  return plan.type === 'full' || plan.type === side;
}

/** The joined rows, those without a partner after them where the join keeps them. */
export async function* runJoin(plan: Join, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const buildSide = plan.keys?.first ?? 'right';
  const probeSide = buildSide === 'left' ? 'right' : 'left';
  const probePlan = plan[probeSide];
  // A probe side that writes must have written before the build side reads.
  const written = planWrites(probePlan) ? await drain(run(probePlan, context), context) : undefined;
  const buildRows = await drain(run(plan[buildSide], context), context);
  const probeContext = plan.keys ? withKeys(plan, plan.keys, buildRows, context) : context;
  const condition = splitJoinCondition(plan);
  const build = makeBuild(
    plan,
    condition.keys.map((k) => k[buildSide]),
    plan[buildSide],
    buildRows,
    keepsUnmatched(plan, buildSide),
    context,
  );
  const canMatch = buildRows.length > 0 || keepsUnmatched(plan, probeSide);
  if (canMatch) {
    const probe = written ? inBatches(written, context) : run(probePlan, probeContext);
    yield* probeAll(plan, probeSide, condition, build, probe, context);
  }
  if (build.matched) yield* unmatchedRows(plan, buildSide, build, context);
}

/** The context in which the other side runs: with the distinct values of the build side's key, if they are not too many. */
function withKeys(plan: Join, keys: NonNullable<Join['keys']>, rows: readonly Row[], context: RunContext): RunContext {
  const value = prepare(keys.value, layoutOf(plan[keys.first]));
  const distinct = new Map<GroupKey, Value>();
  for (const row of rows) {
    const key = value(row, context);
    if (key !== null && key !== undefined) distinct.set(groupKey(key), key);
    if (distinct.size > keysPushedMax) break;
  }
  const slots = new Map(context.keys);
  slots.delete(keys.slot);
  if (distinct.size <= keysPushedMax) slots.set(keys.slot, [...distinct.values()]);
  return deriveContext(context, { keys: slots });
}

function makeBuild(plan: Join, keyExprs: readonly Expr[], side: Plan, rows: readonly Row[], track: boolean, context: RunContext): Build {
  const matched = track ? new Uint8Array(rows.length) : undefined;
  if (keyExprs.length === 0) return { rows, matched, byKey: undefined };
  const evaluators = prepareAll(keyExprs, layoutOf(side));
  const byKey = new Map<GroupKey, number[]>();
  for (const [i, row] of rows.entries()) {
    if ((i & 1023) === 0) context.check();
    const key = joinKey(evaluators, row, context);
    if (key === undefined) continue;
    const bucket = byKey.get(key);
    if (bucket) bucket.push(i);
    else byKey.set(key, [i]);
  }
  return { rows, matched, byKey };
}

/** Undefined if a part is null: it equals nothing. */
function joinKey(evaluators: readonly Evaluator[], row: Row, context: RunContext): GroupKey | undefined {
  const values: Value[] = [];
  for (const evaluate of evaluators) {
    const value = evaluate(row, context);
    if (value === null || value === undefined) return undefined;
    values.push(value);
  }
  return rowKey(values);
}

async function* probeAll(
  plan: Join,
  probeSide: 'left' | 'right',
  condition: ReturnType<typeof splitJoinCondition>,
  build: Build,
  probe: Batches,
  context: RunContext,
): AsyncGenerator<Row[]> {
  const keyExprs = condition.keys.map((k) => k[probeSide]);
  const keys = prepareAll(keyExprs, layoutOf(plan[probeSide]));
  const agree = agreement(plan, condition, context);
  const keep = keepsUnmatched(plan, probeSide);
  const nulls: Row = new Array(outputColumns(plan[probeSide === 'left' ? 'right' : 'left']).length).fill(null);
  const combine = probeSide === 'left' ? (p: Row, b: Row) => [...p, ...b] : (p: Row, b: Row) => [...b, ...p];
  const all = build.byKey ? undefined : Array.from(build.rows.keys());
  let out: Row[] = [];
  let steps = 0;
  for await (const batch of probe) {
    context.check();
    for (const row of batch) {
      let found = false;
      for (const i of all ?? candidates(build, keys, row, context)) {
        if ((++steps & 1023) === 0) context.check();
        const joined = combine(row, build.rows[i] as Row);
        if (!agree(joined)) continue;
        found = true;
        if (build.matched) build.matched[i] = 1;
        out.push(joined);
        if (out.length >= context.batchRows) {
          yield out;
          out = [];
        }
      }
      if (!found && keep) out.push(combine(row, nulls));
      if (out.length >= context.batchRows) {
        yield out;
        out = [];
      }
    }
  }
  if (out.length > 0) yield out;
}

const none: readonly number[] = [];

function candidates(build: Build, keys: readonly Evaluator[], row: Row, context: RunContext): readonly number[] {
  const key = joinKey(keys, row, context);
  return key === undefined ? none : (build.byKey?.get(key) ?? none);
}

/** What a candidate pair must still pass. Equal hash keys are not always `=`: NaN, and nulls inside lists and objects. */
function agreement(plan: Join, condition: ReturnType<typeof splitJoinCondition>, context: RunContext): (joined: Row) => boolean {
  const layout = layoutOf(plan);
  const holds = condition.residual ? preparePredicate(condition.residual, layout) : undefined;
  const pairs = condition.keys.map((k) => ({ left: prepare(k.left, layout), right: prepare(k.right, layout), simple: k.simple }));
  const checked = pairs.filter((p) => !p.simple);
  return (joined) => {
    for (const pair of checked) if (equals(pair.left(joined, context), pair.right(joined, context)) !== true) return false;
    return holds === undefined || holds(joined, context);
  };
}

async function* unmatchedRows(plan: Join, buildSide: 'left' | 'right', build: Build, context: RunContext): AsyncGenerator<Row[]> {
  const nulls: Row = new Array(outputColumns(plan[buildSide === 'left' ? 'right' : 'left']).length).fill(null);
  const rows = build.rows.filter((_row, i) => build.matched?.[i] === 0);
  for (const batch of chunks(rows, context)) {
    context.check();
    yield batch.map((row) => (buildSide === 'left' ? [...row, ...nulls] : [...nulls, ...row]));
  }
}

async function* inBatches(rows: readonly Row[], context: RunContext): AsyncGenerator<Row[]> {
  yield* chunks(rows, context);
}
