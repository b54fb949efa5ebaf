// Weights at run time: how many ways a cut-off subtree matches from a node. Plain degrees where nothing is asked of the other
// end; else a sum over the neighbours, remembered per node, so that each edge is looked at once whatever the number of matches.

import { QueryError } from '../../parser/error.ts';
import { Neighbours, partsOf } from './neighbours.ts';
import type { Weight } from './program.ts';
import type { Run } from './run.ts';
import { degreeOf } from './topology.ts';

/** The largest count that a traversal can tell exactly. */
export const countMax = Number.MAX_SAFE_INTEGER;

/** The product of some weights at a node. */
export type Weigh = (node: number) => number;

export function compileWeight(run: Run, weight: Weight): Weigh {
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
  const neighbours = new Neighbours(parts);
  const known = new Float64Array(run.topology.nodeLimit).fill(-1);
  let steps = 0;
  return (node) => {
    const before = known[node];
    if (before !== undefined && before >= 0) return before;
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
    known[node] = exact(sum);
    return sum;
  };
}

/** Refuses counts that a float cannot hold exactly. */
export function exact(count: number): number {
  if (count > countMax)
    throw new QueryError('limit/count', `A pattern has more than ${countMax} matches, which is more than can be counted.`);
  return count;
}
