// Graph algorithms as procedures: CALL algo.pagerank('Page', 'LINKS', {damping: 0.9}) YIELD node, score. The algorithms are
// graphology's; this file says what each is called, takes its arguments apart and turns results into rows.

import { didYouMean, QueryError } from '../../parser/error.ts';
import { typeName } from '../compare.ts';
import type { ProcedureInfo, RunContext } from '../engine.ts';
import type { GraphStorage } from '../storage.ts';
import type { CallProcedure } from '../plan/plan.ts';
import type { ObjectValue, Row, Value } from '../value.ts';
import { type Projection, projectionOf, runBetweenness, runCommunities, runComponents, runPagerank } from './algorithms.ts';
import { shortestPathInfo, shortestPathRows } from './shortest-path-procedure.ts';
import type { TopologyView } from './topology.ts';

export interface ProcedureRun {
  readonly topology: TopologyView;
  readonly storage: GraphStorage;
  readonly context: RunContext;
}

interface Procedure extends ProcedureInfo {
  /** The option names that it takes. */
  readonly options: readonly string[];
  /** The column that its result goes to, and the value of each node of the projection. */
  readonly result: 'score' | 'community' | 'component';
  run(projection: Projection, options: Options): Promise<ReadonlyMap<number, number>>;
}

const graphArguments = (options: string): ProcedureInfo['arguments'] => [
  { name: 'label', type: 'text', optional: true, description: 'Only nodes with this label; null: all nodes.' },
  { name: 'edgeType', type: 'text', optional: true, description: 'Only edges of this type; null: all edges.' },
  { name: 'options', type: 'object', optional: true, description: options },
];

const list: readonly Procedure[] = [
  {
    name: 'algo.pagerank',
    description: 'How important a node is by the importance of those that point to it. Scores add up to 1.',
    arguments: graphArguments('{damping: 0.85, iterations: 100, tolerance: 0.000001}'),
    yields: [
      { name: 'node', type: 'node' },
      { name: 'score', type: 'float' },
    ],
    options: ['damping', 'iterations', 'tolerance'],
    result: 'score',
    run: (projection, options) =>
      runPagerank(projection, options.number('damping', 0.85), options.number('iterations', 100), options.number('tolerance', 1e-6)),
  },
  {
    name: 'algo.betweenness',
    description: 'How often a node stands on the shortest paths between others.',
    arguments: graphArguments('{directed: true, normalized: true}'),
    yields: [
      { name: 'node', type: 'node' },
      { name: 'score', type: 'float' },
    ],
    options: ['directed', 'normalized'],
    result: 'score',
    run: (projection, options) => runBetweenness(projection, options.boolean('directed', true), options.boolean('normalized', true)),
  },
  {
    name: 'algo.communities',
    description:
      'Groups of nodes with more edges inside than between them (Louvain). Direction does not count. The same seed gives the same groups.',
    arguments: graphArguments('{resolution: 1.0, seed: 1}'),
    yields: [
      { name: 'node', type: 'node' },
      { name: 'community', type: 'integer' },
    ],
    options: ['resolution', 'seed'],
    result: 'community',
    run: (projection, options) => runCommunities(projection, options.number('resolution', 1), options.number('seed', 1)),
  },
  {
    name: 'algo.components',
    description: 'Groups of nodes that are connected; with {strong: true}, along the edges both ways.',
    arguments: graphArguments('{strong: false}'),
    yields: [
      { name: 'node', type: 'node' },
      { name: 'component', type: 'integer' },
    ],
    options: ['strong'],
    result: 'component',
    run: (projection, options) => runComponents(projection, options.boolean('strong', false)),
  },
];

export const procedures: readonly ProcedureInfo[] = [...list, shortestPathInfo].map(({ name, description, arguments: args, yields }) => ({
  name,
  description,
  arguments: args,
  yields,
  topology: true,
}));

/** Per argument row, the procedure's rows with the columns that the call yields. Equal arguments are answered once. */
export async function callProcedure(node: CallProcedure, argumentRows: readonly Row[], run: ProcedureRun): Promise<(readonly Row[])[]> {
  const name = node.procedure.toLowerCase();
  const procedure = list.find((p) => p.name === name);
  if (name === shortestPathInfo.name.toLowerCase()) {
    const answers: (readonly Row[])[] = [];
    for (const row of argumentRows) answers.push(await shortestPathRows(node, row, new Options(shortestPathInfo, row[2]), run));
    return answers;
  }
  if (!procedure) throw new QueryError('bind/unknown-procedure', `There is no procedure "${node.procedure}".`);
  const out: (readonly Row[])[] = [];
  let last: { readonly row: Row; readonly rows: readonly Row[] } | undefined;
  for (const row of argumentRows) {
    if (!last || row.length !== last.row.length || row.some((value, i) => value !== last?.row[i])) {
      last = { row, rows: await answer(procedure, node, row, run) };
    }
    out.push(last.rows);
  }
  return out;
}

async function answer(procedure: Procedure, node: CallProcedure, row: Row, run: ProcedureRun): Promise<Row[]> {
  const label = nameArgument(procedure, 'label', row[0]);
  const type = nameArgument(procedure, 'edgeType', row[1]);
  const options = new Options(procedure, row[2]);
  noticeUnknown(run, label, type);
  const projection = projectionOf(run.topology, run.storage, label, type, run.context.check);
  if (run.context.work) run.context.work.entries += projection.nodes.length + projection.edges.length;
  run.context.check();
  const values = await procedure.run(projection, options);
  run.context.check();
  const rows: Row[] = [];
  for (const id of projection.nodes) {
    const value = values.get(id);
    if (value === undefined) continue;
    const result = procedure.result === 'score' ? value : BigInt(value);
    rows.push(node.yields.map((y) => (y.source === 'node' ? run.context.elements.node(id, run.storage.graph) : result)));
  }
  if (node.yields.some((y) => y.source === 'node'))
    await run.context.elements.load(projection.nodes.map((id) => run.context.elements.node(id, run.storage.graph)));
  return rows;
}

function nameArgument(procedure: Procedure, name: string, value: Value): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  throw new QueryError('type/argument', `The argument "${name}" of ${procedure.name} is a text or null, not ${typeName(value)}.`);
}

/** A name that occurs nowhere gives an empty answer, so it is said. */
function noticeUnknown(run: ProcedureRun, label: string | undefined, type: string | undefined): void {
  const say = (code: string, message: string): void => {
    if (!run.context.notices.some((n) => n.message === message)) run.context.notices.push({ code, message });
  };
  if (label !== undefined && run.storage.labels.id(label) === undefined) say('notice/unknown-label', `No node has the label "${label}".`);
  if (type !== undefined && run.storage.types.id(type) === undefined) say('notice/unknown-edge-type', `No edge has the type "${type}".`);
}

/** The options object of a call, checked. */
export class Options {
  private readonly procedure: Pick<Procedure, 'name' | 'options'>;
  private readonly values: ObjectValue;

  constructor(procedure: Pick<Procedure, 'name' | 'options'>, value: Value) {
    this.procedure = procedure;
    if (value !== null && value !== undefined && !(value instanceof Map)) {
      throw new QueryError('type/argument', `The options of ${procedure.name} are an object or null, not ${typeName(value)}.`);
    }
    this.values = value instanceof Map ? (value as ObjectValue) : new Map<string, Value>();
    for (const name of this.values.keys()) {
      if (procedure.options.includes(name)) continue;
      const near = didYouMean(name, procedure.options);
      throw new QueryError('bind/unknown-option', `${procedure.name} has no option "${name}".`, {
        hint: near ?? `Its options are ${procedure.options.join(', ')}.`,
      });
    }
  }

  /** A number that is not negative. */
  number(name: string, otherwise: number): number {
    const value = this.values.get(name);
    if (value === null || value === undefined) return otherwise;
    const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
    if (number >= 0 && Number.isFinite(number)) return number;
    throw new QueryError('type/argument', `The option "${name}" of ${this.procedure.name} is a number that is not negative.`);
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'string') return value;
    throw new QueryError('type/argument', `The option "${name}" of ${this.procedure.name} is a text, not ${typeName(value)}.`);
  }

  /** A text or a list of texts. */
  texts(name: string): string[] | undefined {
    const value = this.values.get(name);
    if (value === null || value === undefined) return undefined;
    const all: readonly Value[] = Array.isArray(value) ? value : [value];
    if (all.every((v) => typeof v === 'string')) return [...all];
    throw new QueryError('type/argument', `The option "${name}" of ${this.procedure.name} is a list of texts, not ${typeName(value)}.`);
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.values.get(name);
    if (value === null || value === undefined) return otherwise;
    if (typeof value === 'boolean') return value;
    throw new QueryError('type/argument', `The option "${name}" of ${this.procedure.name} is true or false, not ${typeName(value)}.`);
  }
}
