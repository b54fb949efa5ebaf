// The conditions on each edge of a variable-length pattern. Answers are remembered per edge; unknown ones are collected and
// loaded in batches while the cursor waits.

import { Neighbours, type Part } from './neighbours.ts';

/** Evaluates the conditions for edges; given by the run. Parallel arrays. */
type EvaluateEdges = (edges: readonly number[]) => Promise<readonly boolean[]>;

/** Edges loaded at a time, at most. */
const wantedMax = 4096;

/** One per variable-length edge and run. */
export class ElementFilter {
  private readonly known = new Map<number, boolean>();
  private readonly wanted = new Set<number>();
  private readonly evaluate: EvaluateEdges;

  constructor(evaluate: EvaluateEdges) {
    this.evaluate = evaluate;
  }

  /** Undefined: not known yet. */
  test(edge: number): boolean | undefined {
    return this.known.get(edge);
  }

  /** Asks for unknown edges of a node, as many as are loaded at a time. */
  want(parts: readonly Part[], node: number): void {
    const neighbours = new Neighbours(parts);
    neighbours.open(node);
    while (this.wanted.size < wantedMax && neighbours.next()) if (!this.known.has(neighbours.edge)) this.wanted.add(neighbours.edge);
  }

  /** Asks for the edges of many nodes, each edge once: a batch at every step, to be loaded before the next. */
  *batches(parts: readonly Part[], nodes: Iterable<number>): Generator<undefined, undefined> {
    const neighbours = new Neighbours(parts);
    for (const node of nodes) {
      neighbours.open(node);
      while (neighbours.next()) {
        if (!this.known.has(neighbours.edge)) this.wanted.add(neighbours.edge);
        if (this.wanted.size >= wantedMax) yield undefined;
      }
    }
    if (this.wanted.size > 0) yield undefined;
  }

  async load(): Promise<void> {
    const edges = [...this.wanted];
    this.wanted.clear();
    const answers = await this.evaluate(edges);
    edges.forEach((edge, i) => this.known.set(edge, answers[i] === true));
  }

  /** The conditions read the input row and the row has changed. */
  forget(): void {
    this.known.clear();
    this.wanted.clear();
  }
}
