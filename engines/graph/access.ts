// Finds ways to reach the nodes of a pattern variable without scanning: by id, or through an index on a property, with
// values that are constant in a run or come from the input row or other variables.

import type { IndexInfo } from '../catalog.ts';
import { columnsOf, type Expr } from '../plan/expression.ts';
import type { ColumnId } from '../plan/type.ts';
import { type Parts, requiredLabels } from './conditions.ts';
import { type Estimates, scanOf } from './order.ts';
import type { Access, AccessValue, Bound, Condition } from './program.ts';

export interface AccessChoice {
  readonly node: number;
  readonly access: Access;
  /** Nodes of the pattern whose values it reads. */
  readonly needs: ReadonlySet<number>;
  /** Neither the input row nor another variable is read: one look-up per run. */
  readonly constant: boolean;
  /** Conditions that the look-up answers fully. */
  readonly answers: readonly Condition[];
  readonly rows: number;
}

type Path = readonly (string | number)[];
export type IndexOn = (label: string, path: Path) => { readonly name: string } | undefined;

/** All usable accesses of a node, best first. */
export function accessesOf(
  parts: Parts,
  node: number,
  indexOn: IndexOn,
  estimates: Estimates,
  indexes: readonly IndexInfo[],
): AccessChoice[] {
  const labelCount = estimates.label;
  const column = parts.match.pattern.nodes[node]?.column.id ?? -1;
  const labels = requiredLabels(parts.labels[node]);
  const choices: AccessChoice[] = [];
  const ranges = new Map<string, { label: string; path: Path; index: string; low?: Bound; high?: Bound; conditions: Condition[] }>();
  const add = (condition: Condition, other: Expr | undefined, access: Access, rows: number): void => {
    const reads = other ? readsOf(parts, other) : { nodes: new Set<number>(), input: false, edges: false };
    if (reads.nodes.has(node) || reads.edges) return;
    const constant = reads.nodes.size === 0 && !reads.input;
    if (!constant && access.value.kind === 'prefix') return;
    choices.push({ node, access, needs: reads.nodes, constant, answers: constant ? [condition] : [], rows });
  };
  for (const condition of parts.conditions) {
    if (!condition.nodes.has(node)) continue;
    for (const found of propertyTests(condition.expr)) {
      if (isId(found.subject, column)) {
        if (found.value.kind === 'equal' || found.value.kind === 'in' || found.value.kind === 'keys')
          add(condition, found.other, { kind: 'ids', value: found.value, conditions: [condition] }, found.value.kind === 'equal' ? 0.5 : 5);
        continue;
      }
      const path = pathOf(found.subject, column);
      if (!path) continue;
      const hashed = hashAccess(parts, node, condition, found, path, estimates);
      if (hashed) choices.push(hashed);
      for (const label of labels) {
        const index = indexOn(label, path);
        if (!index) continue;
        if (found.value.kind === 'range') {
          const reads = found.other && readsOf(parts, found.other);
          if (!reads || reads.nodes.size > 0 || reads.input || reads.edges) continue;
          const range = ranges.get(index.name) ?? { label, path, index: index.name, conditions: [] };
          if (found.value.low) range.low = found.value.low;
          if (found.value.high) range.high = found.value.high;
          range.conditions.push(condition);
          ranges.set(index.name, range);
          continue;
        }
        const unique = indexes.some((i) => i.name === index.name && i.unique);
        const rows = estimate(found.value, labelCount(label), unique);
        add(condition, found.other, { kind: 'index', label, path, index: index.name, value: found.value, conditions: [condition] }, rows);
      }
    }
  }
  for (const range of ranges.values()) {
    const value: AccessValue = { kind: 'range', low: range.low, high: range.high };
    const rows = labelCount(range.label) * (range.low && range.high ? 0.1 : 0.3);
    const access: Access = { kind: 'index', label: range.label, path: range.path, index: range.index, value, conditions: range.conditions };
    choices.push({ node, access, needs: new Set(), constant: true, answers: [], rows });
  }
  return choices.sort((a, b) => a.rows - b.rows);
}

/** Fewer nodes than this are scanned as fast as they are hashed. */
const hashedFrom = 100;

/** An equality with what the row or another variable gives, asked anew for each: worth a hash where there is no index. */
function hashAccess(
  parts: Parts,
  node: number,
  condition: Condition,
  { value, other }: Found,
  path: Path,
  estimates: Estimates,
): AccessChoice | undefined {
  const { label, rows } = scanOf(parts, node, estimates);
  if (value.kind !== 'equal' || !other || rows < hashedFrom || columnsOf(other).size === 0) return undefined;
  const reads = readsOf(parts, other);
  if (reads.nodes.has(node) || reads.edges) return undefined;
  const access: Access = { kind: 'hash', label, path, value, conditions: [condition] };
  const constant = reads.nodes.size === 0 && !reads.input;
  // An index is preferred: it need not be made.
  return { node, access, needs: reads.nodes, constant, answers: [], rows: 2 * estimateValue(value, rows, false) };
}

/** Always below a scan, so that an index is used where there is one. */
function estimate(value: AccessValue, count: number, unique: boolean): number {
  return Math.min(estimateValue(value, count, unique), Math.max(0.5, count * 0.9));
}

function estimateValue(value: AccessValue, count: number, unique: boolean): number {
  const each = unique ? 1 : Math.max(1, Math.sqrt(count) / 10);
  switch (value.kind) {
    case 'equal':
      return each;
    case 'in':
      return each * 5;
    case 'keys':
      return each * 10;
    case 'range':
      return count * 0.3;
    case 'prefix':
      return Math.max(1, count * 0.05);
  }
}

function readsOf(parts: Parts, expr: Expr): { nodes: Set<number>; input: boolean; edges: boolean } {
  const nodes = new Set<number>();
  let input = false;
  let edges = false;
  for (const id of columnsOf(expr)) {
    const variable = parts.variables.get(id);
    if (variable?.kind === 'node') nodes.add(variable.index);
    else if (variable) edges = true;
    else if (parts.input.has(id)) input = true;
  }
  return { nodes, input, edges };
}

interface Found {
  readonly subject: Expr;
  readonly other?: Expr | undefined;
  readonly value: AccessValue;
}

/** The condition read as a test of a property; `=` and comparisons both ways round. */
function propertyTests(expr: Expr): Found[] {
  if (expr.kind === 'in') return [{ subject: expr.operand, other: expr.list, value: { kind: 'in', list: expr.list } }];
  if (expr.kind === 'inKeys') return [{ subject: expr.operand, value: { kind: 'keys', slot: expr.slot } }];
  if (expr.kind !== 'binary') return [];
  const { left, right } = expr;
  const one = (subject: Expr, other: Expr, value: AccessValue): Found => ({ subject, other, value });
  switch (expr.operator) {
    case '=':
      return [one(left, right, { kind: 'equal', value: right }), one(right, left, { kind: 'equal', value: left })];
    case '<':
    case '<=': {
      const inclusive = expr.operator === '<=';
      return [
        one(left, right, { kind: 'range', high: { value: right, inclusive } }),
        one(right, left, { kind: 'range', low: { value: left, inclusive } }),
      ];
    }
    case '>':
    case '>=': {
      const inclusive = expr.operator === '>=';
      return [
        one(left, right, { kind: 'range', low: { value: right, inclusive } }),
        one(right, left, { kind: 'range', high: { value: left, inclusive } }),
      ];
    }
    case 'starts with':
      return [one(left, right, { kind: 'prefix', value: right })];
    case 'or':
    case 'xor':
    case 'and':
    case '<>':
    case 'is same':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
    case '||':
    case 'ends with':
    case 'contains':
    case '=~':
      return [];
  }
}

function isId(expr: Expr, column: ColumnId): boolean {
  const argument = expr.kind === 'call' && expr.name === 'id' ? expr.arguments[0] : undefined;
  return argument?.kind === 'column' && argument.id === column;
}

/** `n.address.city` and `n.tags[0]` as a path below the column `n`; undefined for anything else. */
export function pathOf(expr: Expr, column: ColumnId): Path | undefined {
  const path: (string | number)[] = [];
  for (let at = expr; ; ) {
    if (at.kind === 'column') return at.id === column && path.length > 0 ? path.reverse() : undefined;
    if (at.kind === 'field') {
      path.push(at.name);
      at = at.value;
    } else if (at.kind === 'index' && at.index.kind === 'literal' && typeof at.index.value === 'bigint' && at.index.value >= 0n) {
      path.push(Number(at.index.value));
      at = at.value;
    } else return undefined;
  }
}
