// From a statement's text to a plan that is ready to run: bind, rewrite, cut. Prepared plans are cached by statement text,
// parameter types, modes and catalogue version, so a repeated statement costs a look-up.

import { type Catalog, defaultGraph } from './catalog.ts';
import { cut } from './cut.ts';
import type { Engine, Notice } from './engine.ts';
import { bind, type PlannedStatement } from './plan/bind.ts';
import type { Plan } from './plan/plan.ts';
import { rewrite } from './plan/rewrite.ts';
import { planChildren } from './plan/walk.ts';
import type { Column, Type } from './plan/type.ts';
import { recentlyUsed } from './recently-used.ts';
import type { RunModes } from './session.ts';
import { type Model, modelOf, modelsOf, type StatementModel } from './statement-model.ts';

export interface PreparedPlan {
  /** As bound: the meaning of the text. */
  readonly bound: Plan;
  /** After the rules. */
  readonly rewritten: Plan;
  /** After the cut: what runs. */
  readonly plan: Plan;
  readonly columns: readonly Column[];
  readonly writes: boolean;
  readonly model: StatementModel;
  readonly models: readonly Model[];
  readonly usesGraph: boolean;
  /** The numbers of the graphs that it walks or writes. */
  readonly graphs: ReadonlySet<number>;
  /** One SQL statement and nothing that needs a snapshot round it. */
  readonly single: boolean;
  readonly notices: readonly Notice[];
}

export interface PrepareInput {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly parameters: ReadonlyMap<string, Type>;
  readonly modes: RunModes;
  /** False: the check for cancellation is left out of the SQL (statements known to be short). */
  readonly interruptible: boolean;
}

/** Bind, rewrite, cut. Throws `bind/*` and `type/*`. */
export function prepareStatement(statement: PlannedStatement, input: PrepareInput): PreparedPlan {
  const bound = bind(statement, { catalog: input.catalog, parameters: input.parameters, procedures: input.engine.procedures.list() });
  const rewritten = input.modes.noRules ? bound.plan : rewrite(bound.plan);
  const plan = cut(rewritten, {
    compileSql: input.engine.compileSql,
    graph: input.engine.graph,
    catalog: input.catalog,
    pushdown: !input.modes.noPushdown,
    interruptible: input.interruptible,
  });
  const models = modelsOf(bound.plan);
  return {
    bound: bound.plan,
    rewritten,
    plan,
    columns: bound.columns,
    writes: bound.writes,
    model: modelOf(models),
    models,
    usesGraph: usesGraph(plan),
    graphs: graphsOf(plan),
    single: countSql(plan) <= 1 && !usesGraph(plan) && !bound.writes,
    notices: bound.notices,
  };
}

/** Does the plan read or write nodes and edges? */
export function usesGraph(plan: Plan): boolean {
  switch (plan.kind) {
    case 'callProcedure':
      return plan.topology === true || usesGraph(plan.input);
    case 'match':
    case 'traverse':
    case 'createElements':
    case 'mergeElements':
    case 'setElements':
    case 'deleteElements':
      return true;
    default:
      return planChildren(plan).some(usesGraph);
  }
}

/** The graphs whose topology the plan needs. */
function graphsOf(plan: Plan, into = new Set<number>()): Set<number> {
  if (plan.kind === 'match' || plan.kind === 'createElements' || plan.kind === 'mergeElements') into.add(plan.graph?.id ?? defaultGraph);
  else if (plan.kind === 'traverse') into.add(plan.was.graph?.id ?? defaultGraph);
  else if (plan.kind === 'callProcedure' && plan.topology) into.add(plan.graph?.id ?? defaultGraph);
  for (const child of planChildren(plan)) graphsOf(child, into);
  return into;
}

function countSql(plan: Plan): number {
  // A subplan runs many times, so it counts as several statements.
  if (plan.kind === 'sql') return 1;
  const factor =
    plan.kind === 'apply' || plan.kind === 'forEach' || (plan.kind === 'join' && plan.lateral) || plan.kind === 'recursive' ? 2 : 1;
  return factor * planChildren(plan).reduce((n, child) => n + countSql(child), 0);
}

/** Plans kept per engine. */
const plansCached = 500;
/** All keys together; a plan is many times as large as its text. */
const planCharsMax = 1_000_000;

/** Keeps the most recently used plans. Lives as long as its engine. */
export class PlanCache {
  private readonly plans = recentlyUsed<PreparedPlan>(plansCached, planCharsMax);

  clear(): void {
    this.plans.clear();
  }

  get(key: string, make: () => PreparedPlan): PreparedPlan {
    const known = this.plans.get(key);
    if (known) return known;
    const made = make();
    this.plans.set(key, made);
    return made;
  }
}

/** The key of a plan in its cache: all that the plan depends on. */
export function planKey(text: string, input: Omit<PrepareInput, 'engine'>): string {
  const types = [...input.parameters].map(([name, type]) => `${name}:${type}`).join(',');
  const { noRules, noPushdown, counting } = input.modes;
  return `${input.catalog.version}.${input.catalog.graph.id}|${noRules ? 'r' : ''}${noPushdown ? 'p' : ''}${input.interruptible ? 'i' : ''}${counting ? 'c' : ''}|${types}|${text}`;
}
