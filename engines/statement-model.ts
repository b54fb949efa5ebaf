// Which of the three models a plan reads or writes: what the server counts statements by.

import type { Plan } from './plan/plan.ts';
import { planChildren } from './plan/walk.ts';

export type Model = 'relational' | 'document' | 'graph';

/** `across`: more than one; `none`: reads nothing, as `SELECT 1`. */
export type StatementModel = Model | 'across' | 'none';

export function modelOf(models: readonly Model[]): StatementModel {
  return models.length > 1 ? 'across' : (models[0] ?? 'none');
}

/** In the order of the alphabet. */
export function modelsOf(plan: Plan): Model[] {
  const found = new Set<Model>();
  const visit = (node: Plan): void => {
    const model = ownModel(node);
    if (model !== undefined) found.add(model);
    for (const child of planChildren(node)) visit(child);
  };
  visit(plan);
  return [...found].sort();
}

function ownModel(node: Plan): Model | undefined {
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
