// How many rows a plan goes through, for who wants to show how far it is: known where one table or collection is read once and nothing
// else is.

import type { CreateIndex } from '../../parser/ast.ts';
import type { Catalog } from '../catalog.ts';
import type { Plan } from './plan.ts';
import { planChildren } from './walk.ts';

/** About how many rows the plan's only scan has; undefined where there are several, or one that may be run again and again. */
export function scannedRows(plan: Plan): number | undefined {
  switch (plan.kind) {
    case 'sql':
      return scannedRows(plan.was);
    case 'scanTable':
      return plan.table.rows;
    case 'scanCollection':
      return plan.collection.rows;
    default: {
      const [first, ...others] = planChildren(plan);
      return first === undefined || others.some(readsRows) ? undefined : scannedRows(first);
    }
  }
}

function readsRows(plan: Plan): boolean {
  if (plan.kind === 'sql') return readsRows(plan.was);
  return plan.kind.startsWith('scan') || plan.kind === 'match' || planChildren(plan).some(readsRows);
}

/** About how many rows the making of an index goes through: all that there are, once to read and once to write. */
export function indexedRows({ target }: CreateIndex, catalog: Catalog): number | undefined {
  if (target.kind === 'label') return undefined;
  const rows = catalog.table(target.name.text)?.rows ?? catalog.collection(target.name.text)?.rows;
  return rows === undefined ? undefined : 2 * rows;
}
