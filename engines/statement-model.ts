// Which of the three models a plan reads or writes: what the server counts statements by.

import type { Plan } from './plan/plan.ts';
import { planChildren } from './plan/walk.ts';

/** `across`: more than one; `none`: reads nothing, as `SELECT 1`. */
export type StatementModel = 'relational' | 'document' | 'graph' | 'across' | 'none';

export function modelOf(plan: Plan): StatementModel {
  const found = new Set<StatementModel>();
  const visit = (node: Plan): void => {
    const model = ownModel(node);
    if (model !== undefined) found.add(model);
    for (const child of planChildren(node)) visit(child);
  };
  visit(plan);
  const [only = 'none'] = found;
  return found.size > 1 ? 'across' : only;
}

function ownModel(node: Plan): StatementModel | undefined {
  switch (node.kind) {
    case 'scanTable':
    case 'insertRows':
    case 'updateRows':
    case 'deleteRows':
      return 'relational';
    case 'scanCollection':
    case 'insertDocuments':
    case 'updateDocuments':
    case 'deleteDocuments':
      return 'document';
    case 'match':
    case 'traverse':
    case 'createElements':
    case 'mergeElements':
    case 'setElements':
    case 'deleteElements':
      return 'graph';
    case 'callProcedure':
      return node.topology === true ? 'graph' : undefined;
    default:
      return undefined;
  }
}
