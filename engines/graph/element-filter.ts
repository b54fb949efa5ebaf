// The conditions on each edge of a variable-length pattern. Answers are remembered per edge; unknown ones are collected and
// loaded in batches while the cursor waits.

import { Neighbours, type Part } from './neighbours.ts';

/** Evaluates the conditions for edges; given by the run. Parallel arrays. */
export type EvaluateEdges = (edges: readonly number[]) => Promise<readonly boolean[]>;

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

  /** Asks for all unknown edges of a node. */
  want(parts: readonly Part[], node: number): void {
    const neighbours = new Neighbours(parts);
    neighbours.open(node);
    while (this.wanted.size < wantedMax && neighbours.next()) if (!this.known.has(neighbours.edge)) this.wanted.add(neighbours.edge);
  }

  wantEdge(edge: number): void {
    if (!this.known.has(edge)) this.wanted.add(edge);
  }

  get isWaiting(): boolean {
    return this.wanted.size > 0;
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
