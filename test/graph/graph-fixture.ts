// Patterns by hand for tests of the graph engine: builders for matches and expressions, a small evaluator for the conditions
// that these tests use, and a runner that gives plain rows.

import type { Catalog } from '../../engines/catalog.ts';
import { compare, equals } from '../../engines/compare.ts';
import type { Batches, CompileExpression, RunContext } from '../../engines/engine.ts';
import { createGraphEngine, type TopologyGraphEngine } from '../../engines/graph/graph-engine.ts';
import type { Expr, Labels } from '../../engines/plan/expression.ts';
import type { Pattern, PatternEdge, PatternNode, PatternPath } from '../../engines/plan/pattern.ts';
import type { Match, Plan, Traverse } from '../../engines/plan/plan.ts';
import { EdgeValue, NodeValue, PathValue, type Row, type Value } from '../../engines/value.ts';
import { catalogOfGraphs } from '../../engines/sql/sqlite/read-graphs.ts';
import { MemoryStorage } from './memory-storage.ts';
import { makeProcedures } from '../../engines/procedures.ts';
import { emptyStats } from '../../engines/run-context.ts';

// ------------------------------------------------------------------------------------------------ expressions

export const literal = (value: Value): Expr => ({ kind: 'literal', type: 'any', value });
export const column = (id: number, type: 'node' | 'edge' | 'any' | 'path' = 'node'): Expr => ({ kind: 'column', type, id, name: `c${id}` });
export const field = (value: Expr, name: string): Expr => ({ kind: 'field', type: 'any', value, name });
export const call = (name: string, ...args: Expr[]): Expr => ({ kind: 'call', type: 'any', name, arguments: args });
export const binary = (operator: (Expr & { kind: 'binary' })['operator'], left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  type: 'boolean',
  operator,
  left,
  right,
});
export const label = (name: string): Labels => ({ kind: 'label', name });

/** Enough of an evaluator for these tests. The real one stands in engines/rows. */
export const compileExpression: CompileExpression = (expr, layout) => {
  const evaluate = (e: Expr, row: Row, context: RunContext): Value => {
    switch (e.kind) {
      case 'literal':
        return e.value;
      case 'column': {
        const at = layout.get(e.id);
        return at === undefined ? context.outer.get(e.id) : row[at];
      }
      case 'field': {
        const value = evaluate(e.value, row, context);
        if (value instanceof NodeValue || value instanceof EdgeValue) {
          if (!value.properties) throw new Error('not loaded');
          return value.properties.get(e.name);
        }
        return value instanceof Map ? (value.get(e.name) as Value) : undefined;
      }
      case 'inKeys': {
        const keys = context.keys.get(e.slot);
        const value = evaluate(e.operand, row, context);
        return keys === undefined || keys.some((k) => equals(k, value) === true);
      }
      case 'call': {
        const value = evaluate(e.arguments[0] as Expr, row, context);
        if (e.name === 'id') return BigInt((value as NodeValue).id);
        if (e.name === 'length') return BigInt((value as PathValue).edges.length);
        throw new Error(`no function ${e.name}`);
      }
      case 'binary': {
        const left = evaluate(e.left, row, context);
        const right = evaluate(e.right, row, context);
        if (e.operator === '=') return equals(left, right);
        if (e.operator === '<>') return equals(left, right) === null ? null : !equals(left, right);
        if (e.operator === 'and') return left === true && right === true;
        if (e.operator === 'starts with') return typeof left === 'string' && left.startsWith(String(right));
        const order = compare(left, right);
        if (order === null) return null;
        if (e.operator === '<') return order < 0;
        if (e.operator === '>=') return order >= 0;
        if (e.operator === '>') return order > 0;
        if (e.operator === '<=') return order <= 0;
        throw new Error(`no operator ${e.operator}`);
      }
      default:
        throw new Error(`no ${e.kind}`);
    }
  };
  return (row, context) => evaluate(expr, row, context);
};

// ------------------------------------------------------------------------------------------------ patterns

export const node = (id: number, more: Partial<PatternNode> = {}): PatternNode => ({
  column: { id, name: `n${id}`, type: 'node' },
  bound: false,
  out: true,
  filters: [],
  needs: 'identity',
  ...more,
});
export const edge = (id: number, from: number, to: number, more: Partial<PatternEdge> = {}): PatternEdge => ({
  column: { id, name: `e${id}`, type: 'edge' },
  bound: false,
  out: true,
  from,
  to,
  direction: 'forward',
  types: [],
  filters: [],
  needs: 'identity',
  reversed: false,
  selector: 'all',
  ...more,
});

export const one: Plan = { kind: 'one' };
export function matchOf(nodes: PatternNode[], edges: PatternEdge[], more: Partial<Match> & { paths?: PatternPath[] } = {}): Match {
  const { paths = [], ...rest } = more;
  const pattern: Pattern = { nodes, edges, paths };
  return { kind: 'match', input: one, pattern, optional: false, ...rest };
}

// ------------------------------------------------------------------------------------------------ running

export class Fixture {
  readonly storage = new MemoryStorage();
  readonly engine: TopologyGraphEngine = createGraphEngine({ storage: this.storage, catalog: () => this.catalog(), compileExpression });

  catalog(): Catalog {
    const count = (items: Iterable<number[]>, id: number): number => [...items].filter((i) => i.includes(id)).length;
    const labels = [...this.storage.nodesById.values()].map((n) => n.labels);
    const types = [...this.storage.edgesById.values()].map((e) => [e.type]);
    const main: Catalog['graphs'][number] = {
      id: 0,
      name: 'main',
      nodes: this.storage.nodesById.size,
      edges: this.storage.edgesById.size,
      labels: this.storage.labels.list.map((name, i) => ({ id: i + 1, name, count: count(labels, i + 1) })),
      nodeProperties: { names: new Set(), complete: false },
      edgeProperties: { names: new Set(), complete: false },
      edgeTypes: this.storage.types.list.map((name, i) => ({ id: i + 1, name, count: count(types, i + 1) })),
    };
    return catalogOfGraphs({
      version: 1,
      table: () => undefined,
      collection: () => undefined,
      view: () => undefined,
      views: [],
      users: [],
      tables: [],
      collections: [],
      graphs: [main],
      everyIndex: [],
    });
  }

  context(more: Partial<RunContext> = {}): RunContext {
    const stats = emptyStats();
    return {
      catalog: this.catalog(),
      rows: undefined as never,
      graph: this.engine,
      procedures: makeProcedures(this.engine, []),
      graphStorage: () => this.storage,
      elements: this.engine.elements(),
      parameters: new Map(),
      outer: new Map(),
      keys: new Map(),
      working: new Map(),
      batchRows: 3,
      now: new Date(0),
      check: () => {},
      stats,
      notices: [],
      ...more,
    };
  }

  /** Runs a match over input rows. */
  async rows(match: Match, input: readonly Row[] = [[]], context = this.context(), countOnly = false): Promise<Row[]> {
    const traverse: Traverse = { kind: 'traverse', input: match.input, program: this.engine.compile(match, { countOnly }), was: match };
    async function* batches(): Batches {
      for (let at = 0; at < input.length; at += 2) yield input.slice(at, at + 2) as Row[];
    }
    const out: Row[] = [];
    for await (const batch of this.engine.traverse(traverse, batches(), context)) out.push(...batch);
    return out;
  }

  /** The number of matches by counting. */
  async count(match: Match, input: readonly Row[] = [[]], context = this.context()): Promise<bigint> {
    const rows = await this.rows(match, input, context, true);
    return rows.reduce((sum, row) => sum + (row[row.length - 1] as bigint), 0n);
  }

  steps(match: Match, countOnly = false): string[] {
    return this.engine.compile(match, { countOnly }).steps.map((s) => `${s.name} ${s.detail}${s.index ? ` using ${s.index}` : ''}`);
  }

  /** `nodes`: labels and properties; `edges`: [from, type, to] by 0-based node number. */
  async fill(
    nodes: readonly { labels?: string[]; properties?: Record<string, Value> }[],
    edges: readonly (readonly [number, string, number, Record<string, Value>?])[],
  ): Promise<number[]> {
    const rows: { labels: number[]; properties: Map<string, Value> }[] = [];
    for (const n of nodes) {
      const labels: number[] = [];
      for (const name of n.labels ?? []) labels.push(await this.storage.labels.intern(name));
      rows.push({ labels, properties: new Map(Object.entries(n.properties ?? {})) });
    }
    const ids = [...(await this.storage.createNodes(rows))];
    for (const [from, type, to, properties] of edges) {
      await this.storage.createEdges([
        {
          type: await this.storage.types.intern(type),
          from: ids[from] as number,
          to: ids[to] as number,
          properties: new Map(Object.entries(properties ?? {})),
        },
      ]);
    }
    return ids;
  }
}

/** A value as text: nodes and edges by id, lists and paths by their parts. */
export function show(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof NodeValue) return `n${value.id}`;
  if (value instanceof EdgeValue) return `e${value.id}`;
  if (value instanceof PathValue)
    return `<${value.nodes.map((n, i) => (i ? `-e${value.edges[i - 1]?.id}-n${n.id}` : `n${n.id}`)).join('')}>`;
  if (Array.isArray(value)) return `[${value.map((v) => show(v as Value)).join(',')}]`;
  return String(value);
}

export function showRows(rows: readonly Row[]): string[] {
  return rows.map((row) => row.map(show).join(' '));
}
