// How many rows a statement of ours goes through in full scans, by SQLite's own plan: known where each scan runs once. What it finds by
// an index is not counted, here or by SQLite (interrupt.c); the rows of a table that it makes an index of for the one statement are.
//
//   SCAN t1                                        rows of t1
//   SEARCH t2 USING AUTOMATIC COVERING INDEX       and of t2, to make the index

/** A line of EXPLAIN QUERY PLAN. */
export interface QueryPlanStep {
  readonly depth: number;
  readonly detail: string;
}

interface Step {
  readonly detail: string;
  readonly inside: readonly Step[];
}

/** Undefined: it cannot be told. `rowsOf` gives the rows of a table of the file, if it is known. */
export function scanTotal(plan: readonly QueryPlanStep[], text: string, rowsOf: (table: string) => number | undefined): number | undefined {
  const tables = new Map<string, string>();
  for (const [, table = '', alias = ''] of text.matchAll(/\bmain\."((?:[^"]|"")+)" AS "([^"]+)"/g))
    tables.set(alias, table.replaceAll('""', '"'));
  const total = levelTotal(nested(plan), (alias) => rowsOf(tables.get(alias) ?? '') ?? Number.NaN);
  return Number.isNaN(total) || total === 0 ? undefined : total;
}

function nested(plan: readonly QueryPlanStep[]): readonly Step[] {
  const steps: { detail: string; inside: Step[] }[] = [];
  const open: { detail: string; inside: Step[] }[] = [];
  for (const { depth, detail } of plan) {
    const step = { detail, inside: [] };
    open.length = depth;
    (depth === 0 ? steps : (open[depth - 1]?.inside ?? steps)).push(step);
    open.push(step);
  }
  return steps;
}

/** What runs once for the level round it. */
const once =
  /^(CO-ROUTINE|MATERIALIZE|SCALAR SUBQUERY|LIST SUBQUERY|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION|INTERSECT|EXCEPT|MERGE|SETUP)\b|^(LEFT|RIGHT)$/;
/** What goes through no rows in a full scan. */
const noScan =
  /^(SEARCH|MULTI-INDEX OR|USE TEMP B-TREE|BLOOM FILTER|CREATE BLOOM FILTER|SCAN (CONSTANT ROW|\d+ CONSTANT ROWS?|\S+ VIRTUAL TABLE))\b/;

/** The rows of steps that stand beside each other; NaN: not to be told. The first loop is the outermost: a scan in another one is run again and again. */
function levelTotal(steps: readonly Step[], rowsOf: (alias: string) => number): number {
  let total = 0;
  let loops = 0;
  const coroutines = new Set<string>();
  for (const { detail, inside } of steps) {
    const [, word, alias = ''] = /^(SCAN|SEARCH|CO-ROUTINE) (\S+)/.exec(detail) ?? [];
    if (word === 'CO-ROUTINE') coroutines.add(alias);
    if (once.test(detail)) total += levelTotal(inside, rowsOf);
    else if (detail.startsWith(`SEARCH ${alias} USING AUTOMATIC `)) total += rowsOf(alias);
    else if (word === 'SCAN' && !noScan.test(detail)) total += coroutines.has(alias) ? 0 : loops === 0 ? rowsOf(alias) : Number.NaN;
    else if (!noScan.test(detail)) total += inside.some(readsTable) ? Number.NaN : 0;
    if (/^(SCAN|SEARCH|MULTI-INDEX OR)\b/.test(detail)) loops++;
  }
  return total;
}

function readsTable({ detail, inside }: Step): boolean {
  return /^(SCAN|SEARCH) /.test(detail) || inside.some(readsTable);
}
