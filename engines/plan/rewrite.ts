// The rewrite rules in their order. Each is a function from plan to plan that keeps the rows; the suite runs once with all of
// them and once with none.

import type { Plan } from './plan.ts';
import { markNeeds } from './rules/element-needs.ts';
import { joinIn } from './rules/join-in.ts';
import { narrowDocuments } from './rules/narrow-documents.ts';
import { pruneColumns } from './rules/prune-columns.ts';
import { pushFilters } from './rules/push-filters.ts';
import { markReachable } from './rules/reachable.ts';

export const rules: readonly { readonly name: string; readonly rewrite: (plan: Plan) => Plan }[] = [
  { name: 'join-in', rewrite: joinIn },
  { name: 'push-filters', rewrite: pushFilters },
  { name: 'prune-columns', rewrite: pruneColumns },
  { name: 'narrow-documents', rewrite: narrowDocuments },
  { name: 'reachable', rewrite: markReachable },
  { name: 'element-needs', rewrite: markNeeds },
];

/** The plan after all rules. */
export function rewrite(plan: Plan): Plan {
  return rules.reduce((p, rule) => rule.rewrite(p), plan);
}
