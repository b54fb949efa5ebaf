// Weights at run time: how many ways a cut-off subtree matches from a node. Plain degrees where nothing is asked of the other
// end; else a sum over the neighbours, remembered per node, so that each edge is looked at once whatever the number of matches.

import { QueryError } from '../../parser/error.ts';
import { Neighbours, partsOf } from './neighbours.ts';
import { between, type FoundEdges, withOpposite } from './between.ts';
import type { Tally, Weight } from './program.ts';
import type { Run } from './run.ts';
import type { Registers } from './state.ts';
import { degreeOf } from './topology.ts';

/** The largest count that a traversal can tell exactly. */
export const countMax = Number.MAX_SAFE_INTEGER;

/** The product of some weights at a node. */
export type Weigh = (node: number) => number;

/** The weight of the subtree behind an edge, as a function of the node where it hangs. */
function compileWeight(run: Run, weight: Weight): Weigh {
  const edge = run.program.match.pattern.edges[weight.edge]!;
  const parts = partsOf(run.topology, run.typesOf(edge), weight.way);
  const test = run.nodeTest(weight.end);
  const below = weight.below.map((w) => compileWeight(run, w));
  if (!test && below.length === 0 && weight.way !== 'both') {
    return (node) => {
      let degree = 0;
      for (const part of parts) degree += degreeOf(part.adjacency, node);
      return degree;
    };
  }
  const neighbours = new Neighbours(parts, run.work);
  const known = new Remembered(run.topology.nodeLimit);
  let steps = 0;
  return (node) => {
    const before = known.get(node);
    if (before >= 0) return before;
    let sum = 0;
    neighbours.open(node);
    while (neighbours.next()) {
      if ((++steps & 16383) === 0) run.context.check();
      const target = neighbours.target;
      if (test && !test(target)) continue;
      let product = 1;
      for (const weigh of below) {
        product *= weigh(target);
        if (product === 0) break;
      }
      sum += product;
    }
    known.set(node, exact(sum));
    return sum;
  };
}

/** Weights kept in a map; beyond, in an array over all nodes. */
const mappedMax = 2048;

/** A number per node: few of them cost little, many are found fast. */
class Remembered {
  private readonly few = new Map<number, number>();
  private many: Float64Array | undefined;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** -1: not known. */
  get(node: number): number {
    return this.many ? this.many[node]! : (this.few.get(node) ?? -1);
  }

  set(node: number, value: number): void {
    if (this.many) {
      this.many[node] = value;
      return;
    }
    this.few.set(node, value);
    if (this.few.size < mappedMax) return;
    this.many = new Float64Array(this.limit).fill(-1);
    for (const [key, known] of this.few) this.many[key] = known;
  }
}

/** How many matches a finished walk stands for: the weights at its nodes, and its last step if that is only tallied. */
export type CountMatches = (registers: Registers) => number;

/** How many matches a finished walk stands for, as a function of its registers. */
export function compileCount(run: Run): CountMatches {
  const { weights, tally } = run.program;
  const factors = weights.map((w) => ({ at: w.at, weigh: compileWeight(run, w) }));
  const last = tally && compileTally(run, tally);
  return (registers) => {
    let product = 1;
    for (const { at, weigh } of factors) {
      product *= weigh(registers.ids[at]!);
      if (product === 0) return 0;
    }
    return last ? product * last(registers) : product;
  };
}

function compileTally(run: Run, tally: Tally): CountMatches {
  const { weight, otherNodes, otherEdges } = tally;
  const pattern = run.program.match.pattern.edges;
  const edge = pattern[weight.edge]!;
  const types = run.typesOf(edge);
  const total = compileWeight(run, weight);
  const test = run.nodeTest(weight.end);
  const below = weight.below.map((w) => compileWeight(run, w));
  const weighEnd: Weigh = (node) => (test === undefined || test(node) ? below.reduce((product, weigh) => product * weigh(node), 1) : 0);
  const parts = withOpposite(run.topology, partsOf(run.topology, types, weight.way));
  const { nodes, edges } = run.slots;
  const isType = types && new Set(types);
  const found: FoundEdges = { ids: [], count: 0 };
  /** The far end of a taken edge if this step could take it too. */
  const farEnd = (id: number, meta: number, from: number, to: number, start: number): number => {
    if (isType && !isType.has(meta >>> 1)) return -1;
    const [source, target] = (meta & 1) === 1 ? [to, from] : [from, to];
    if (id >= 0 && weight.way !== 'in' && source === start) return target;
    return id >= 0 && weight.way !== 'out' && target === start ? source : -1;
  };
  return ({ ids, trails }) => {
    const start = ids[weight.at]!;
    let sum = total(start);
    if (sum === 0) return 0;
    const excluded: number[] = [];
    for (const other of otherNodes) {
      const node = ids[other]!;
      if (excluded.includes(node)) continue;
      excluded.push(node);
      const each = weighEnd(node);
      if (each === 0) continue;
      found.count = 0;
      for (const part of parts) if (!(part.skipLoops && start === node)) between(part.adjacency, part.opposite, start, node, found);
      run.work.entries += found.count;
      sum -= found.count * each;
    }
    const takeOff = (far: number): void => {
      if (far >= 0 && !excluded.includes(far)) sum -= weighEnd(far);
    };
    for (const other of otherEdges) {
      const taken = pattern[other]!;
      const trail = trails[other];
      if (taken.quantifier && trail)
        trail.edges.forEach((id, i) => takeOff(farEnd(id, trail.metas[i]!, trail.nodes[i]!, trail.nodes[i + 1]!, start)));
      else takeOff(farEnd(ids[nodes + other]!, ids[nodes + edges + other]!, ids[taken.from]!, ids[taken.to]!, start));
    }
    return sum;
  };
}

/** Refuses counts that a float cannot hold exactly. */
export function exact(count: number): number {
  if (count > countMax)
    throw new QueryError('limit/count', `A pattern has more than ${countMax} matches, which is more than can be counted.`);
  return count;
}
