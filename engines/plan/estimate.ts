// How many rows a plan gives, roughly. Only orders matter: which side of a join runs first, and whether pushing keys pays.
// Deliberately simple: no histograms; fixed selectivities where the catalogue knows nothing better.

import { conjuncts, type Expr } from './expression.ts';
import { type Catalog, defaultGraph } from '../catalog.ts';
import type { Match, Plan } from './plan.ts';

const selectivityOfEquality = 0.01;
const selectivityOfOther = 0.3;
const elementsPerList = 4;

/** The rows that a plan is expected to give, all runs of it in a subplan counted as one. */
export function estimateRows(plan: Plan, catalog: Catalog): number {
  const of = (p: Plan): number => estimateRows(p, catalog);
  switch (plan.kind) {
    case 'one':
      return 1;
    case 'values':
      return plan.rows.length;
    case 'scanTable':
      return Math.max(1, plan.table.rows);
    case 'scanCollection':
      return Math.max(1, plan.collection.rows);
    case 'scanWorking':
      return 100;
    case 'unnest':
      return of(plan.input) * elementsPerList;
    case 'match':
      return of(plan.input) * matchRows(plan, catalog);
    case 'traverse':
      return of(plan.input) * matchRows(plan.was, catalog);
    case 'filter':
      return Math.max(
        1,
        conjuncts(plan.predicate).reduce((n, p) => n * selectivity(p), of(plan.input)),
      );
    case 'join':
      return joinRows(of(plan.left), of(plan.right), plan.on, plan.lateral);
    case 'aggregate':
      return plan.keys.length === 0 ? 1 : Math.max(1, of(plan.input) / 3);
    case 'limit':
      return plan.count?.kind === 'literal' && typeof plan.count.value === 'bigint'
        ? Math.min(Number(plan.count.value), of(plan.input))
        : of(plan.input);
    case 'set':
      return plan.operator === 'union' ? of(plan.left) + of(plan.right) : of(plan.left);
    case 'recursive':
      return of(plan.base) * 10;
    case 'sql':
      return of(plan.was);
    case 'callProcedure':
      return of(plan.input) * 100;
    case 'project':
    case 'apply':
    case 'window':
    case 'distinct':
    case 'sort':
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
      return of(plan.input);
  }
}

function selectivity(predicate: Expr): number {
  if (predicate.kind === 'binary' && predicate.operator === '=') return selectivityOfEquality;
  if (predicate.kind === 'inKeys' || predicate.kind === 'in') return selectivityOfEquality * 10;
  return selectivityOfOther;
}

function joinRows(left: number, right: number, on: Expr | undefined, lateral: boolean): number {
  if (lateral) return left * Math.max(1, right * selectivityOfEquality);
  if (!on) return left * right;
  const equalities = conjuncts(on).some((p) => p.kind === 'binary' && p.operator === '=');
  return equalities ? Math.max(left, right) : left * right * selectivityOfOther;
}

function matchRows(match: Match, whole: Catalog): number {
  const catalog = whole.using(match.graph?.id ?? defaultGraph);
  const nodes = match.pattern.nodes.map((n) => {
    if (n.bound) return 1;
    const { labels } = n;
    const count =
      labels?.kind === 'label'
        ? (catalog.labels.find((l) => l.name === labels.name)?.count ?? 0)
        : catalog.labels.reduce((sum, l) => sum + l.count, 1);
    return Math.max(
      1,
      n.filters.reduce((rows, f) => rows * selectivity(f), count),
    );
  });
  const start = Math.min(...nodes);
  return start * match.pattern.edges.length ** 2 + start;
}
