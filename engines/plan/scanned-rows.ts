// How many rows a plan goes through, for who wants to show how far it is: known where each scan runs once.

import type { CreateIndex } from '../../parser/ast.ts';
import type { Catalog } from '../catalog.ts';
import type { Plan, Sql } from './plan.ts';
import { planChildren } from './walk.ts';

/**
 * About how many rows the plan's scans have together; undefined where one of them may be run again and again, and where edges are
 * followed, which nobody counts beforehand. `rowsOfSql` tells of a whole statement of SQL.
 */
export function scannedRows(plan: Plan, rowsOfSql: (plan: Sql) => number | undefined): number | undefined {
  switch (plan.kind) {
    case 'sql':
      return rowsOfSql(plan);
    case 'scanTable':
      return plan.table.rows;
    case 'scanCollection':
      return plan.collection.rows;
    case 'join': {
      if (plan.lateral) return readsRows(plan.right) ? undefined : scannedRows(plan.left, rowsOfSql);
      return sumOfRows([plan.left, plan.right], rowsOfSql);
    }
    case 'set':
      return sumOfRows([plan.left, plan.right], rowsOfSql);
    default: {
      const [first, ...others] = planChildren(plan);
      return first === undefined || walksEdges(plan) || others.some(readsRows) ? undefined : scannedRows(first, rowsOfSql);
    }
  }
}

function sumOfRows(plans: readonly Plan[], rowsOfSql: (plan: Sql) => number | undefined): number | undefined {
  let sum = 0;
  for (const plan of plans) {
    const rows = readsRows(plan) ? scannedRows(plan, rowsOfSql) : 0;
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}

/** Is a match that starts by itself all that the plan reads from? */
export function startsFromMatch(plan: Plan): boolean {
  if (plan.kind === 'traverse') return plan.input.kind === 'one';
  const [first, ...others] = planChildren(plan);
  return first !== undefined && !others.some(readsRows) && startsFromMatch(first);
}

function readsRows(plan: Plan): boolean {
  if (plan.kind === 'sql') return readsRows(plan.was);
  return plan.kind.startsWith('scan') || walksEdges(plan) || planChildren(plan).some(readsRows);
}

function walksEdges(plan: Plan): boolean {
  return plan.kind === 'match' || plan.kind === 'traverse';
}

/** About how many rows the making of an index goes through: all that there are, once to read and once to write. */
export function indexedRows({ target }: CreateIndex, catalog: Catalog): number | undefined {
  if (target.kind === 'label') return undefined;
  const rows = catalog.table(target.name.text)?.rows ?? catalog.collection(target.name.text)?.rows;
  return rows === undefined ? undefined : 2 * rows;
}
