// Takes a Match's conditions apart: what asks for labels goes to the node, what compares two nodes goes to the walk as a
// check on ids, and the rest becomes conditions that know which variables they read and which of those must be loaded.

import { columnsOf, conjuncts, type Expr, type Labels, mapChildren } from '../plan/expression.ts';
import { seenColumns } from '../plan/pattern.ts';
import { type Match, outputColumns } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import type { Condition, IdCheck } from './program.ts';

/** What a column id of the pattern stands for. */
export type Variable = { readonly kind: 'node' | 'edge' | 'path'; readonly index: number };

export interface Parts {
  readonly match: Match;
  readonly input: ReadonlySet<ColumnId>;
  readonly variables: ReadonlyMap<ColumnId, Variable>;
  readonly labels: readonly (Labels | undefined)[];
  readonly conditions: readonly Condition[];
  /** Per quantified edge: conditions on a single edge of it. */
  readonly elements: ReadonlyMap<number, readonly Condition[]>;
  readonly checks: readonly IdCheck[];
}

/** The conditions of a match, sorted by what can answer them. */
export function takeApart(match: Match): Parts {
  const { nodes, edges, paths } = match.pattern;
  const input = new Set(outputColumns(match.input).map((c) => c.id));
  const variables = new Map<ColumnId, Variable>();
  nodes.forEach((n, index) => variables.set(n.column.id, { kind: 'node', index }));
  edges.forEach((e, index) => {
    variables.set(e.column.id, { kind: 'edge', index });
    if (e.body) for (const column of seenColumns(e.body)) variables.set(column.id, { kind: 'edge', index });
  });
  paths.forEach((p, index) => variables.set(p.column.id, { kind: 'path', index }));
  const labels = nodes.map((n) => n.labels);
  const conditions: Condition[] = [];
  const checks: IdCheck[] = [];
  const all = [...nodes.flatMap((n) => n.filters), ...edges.flatMap((e) => (e.quantifier ? [] : e.filters))].flatMap(conjuncts);
  for (const expr of [...all, ...(match.where ? conjuncts(match.where) : [])]) {
    if (expr.kind === 'labelTest' && expr.operand.kind === 'column') {
      const variable = variables.get(expr.operand.id);
      if (variable?.kind === 'node') {
        const known = labels[variable.index];
        labels[variable.index] = known ? { kind: 'and', left: known, right: expr.labels } : expr.labels;
        continue;
      }
    }
    const check = idCheck(expr, variables);
    if (check) checks.push(check);
    else conditions.push(condition(expr, match, input, variables));
  }
  const elements = new Map<number, Condition[]>();
  edges.forEach((e, edge) => {
    const column = e.elementColumn?.id;
    if (!e.quantifier || column === undefined) return;
    const filters = e.filters
      .flatMap(conjuncts)
      .map((expr) => ({ ...condition(expr, match, input, variables), element: { edge, column } }));
    if (filters.length > 0) elements.set(edge, filters);
  });
  return { match, input, variables, labels, conditions, elements, checks };
}

function condition(expr: Expr, match: Match, input: ReadonlySet<ColumnId>, variables: ReadonlyMap<ColumnId, Variable>): Condition {
  const nodes = new Set<number>();
  const edges = new Set<number>();
  const reads = columnsOf(expr);
  let readsInput = false;
  for (const id of reads) {
    const variable = variables.get(id);
    if (variable?.kind === 'node') nodes.add(variable.index);
    else if (variable?.kind === 'edge') edges.add(variable.index);
    else if (variable?.kind === 'path') {
      const path = match.pattern.paths[variable.index];
      for (const node of path?.nodes ?? []) nodes.add(node);
      for (const edge of path?.edges ?? []) edges.add(edge);
    } else if (input.has(id)) readsInput = true;
  }
  const loads = new Set<ColumnId>();
  collectLoads(expr, loads);
  return { expr, nodes, edges, reads, readsInput, loads };
}

/** Functions that read only what an element knows without being loaded. */
const identityFunctions: ReadonlySet<string> = new Set(['id', 'type', 'length', 'same', 'all_different']);

function isIdentity(expr: Expr): boolean {
  return expr.kind === 'column' && (expr.type === 'node' || expr.type === 'edge');
}

/** Columns whose elements must be loaded before the expression is evaluated. */
function collectLoads(expr: Expr, loads: Set<ColumnId>): void {
  if (expr.kind === 'column') {
    loads.add(expr.id);
    return;
  }
  if (expr.kind === 'call' && identityFunctions.has(expr.name) && expr.arguments.every((a) => a.kind === 'column')) return;
  if (expr.kind === 'is' && expr.operand.kind === 'column') return;
  if (expr.kind === 'labelTest' && expr.operand.kind === 'column' && expr.operand.type === 'edge') return;
  if (expr.kind === 'binary' && (expr.operator === '=' || expr.operator === '<>') && isIdentity(expr.left) && isIdentity(expr.right))
    return;
  mapChildren(expr, (child) => {
    collectLoads(child, loads);
    return child;
  });
}

function idCheck(expr: Expr, variables: ReadonlyMap<ColumnId, Variable>): IdCheck | undefined {
  if (expr.kind !== 'binary') return undefined;
  const operator = expr.operator;
  if (operator !== '=' && operator !== '<>' && operator !== '<' && operator !== '<=' && operator !== '>' && operator !== '>=')
    return undefined;
  const byIdentity = operator === '=' || operator === '<>';
  const side = (e: Expr): number | undefined => {
    const argument = e.kind === 'call' && e.name === 'id' ? e.arguments[0] : byIdentity ? e : undefined;
    const variable = argument?.kind === 'column' ? variables.get(argument.id) : undefined;
    return variable?.kind === 'node' ? variable.index : undefined;
  };
  // id(a) = b compares a number with a node: not for us.
  if ((expr.left.kind === 'call') !== (expr.right.kind === 'call')) return undefined;
  const left = side(expr.left);
  const right = side(expr.right);
  return left === undefined || right === undefined ? undefined : { operator, left, right };
}

/** The labels that a label expression demands of every node. */
export function requiredLabels(labels: Labels | undefined): string[] {
  if (!labels) return [];
  switch (labels.kind) {
    case 'label':
      return [labels.name];
    case 'and':
      return [...requiredLabels(labels.left), ...requiredLabels(labels.right)];
    case 'not':
    case 'or':
    case 'any':
      return [];
  }
}
