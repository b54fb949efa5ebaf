// Draws nodes and edges as patterns: chains as long as they go, and a MATCH of its own where edges of one type meet, because edges of
// one MATCH are distinct and rows of a join need not be.

import { quoted } from './syntax.ts';

export interface DrawnNode {
  readonly alias: string | undefined;
  readonly label: string | undefined;
}

export interface DrawnEdge {
  readonly from: DrawnNode;
  readonly to: DrawnNode;
  readonly type: string;
  readonly alias: string | undefined;
}

/** The patterns of each MATCH. */
export function drawPatterns(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): string[] {
  const clauses: DrawnEdge[][] = [];
  for (const edge of edges) {
    const clause = clauses.find((c) => c.every((e) => e.type !== edge.type));
    if (clause) clause.push(edge);
    else clauses.push([edge]);
  }
  const drawn = new Set<DrawnNode>();
  const alone = nodes.filter((n) => !edges.some((e) => e.from === n || e.to === n)).map((n) => nodeText(n, drawn));
  const texts = clauses.map((clause) => chains(clause, drawn));
  if (texts.length === 0) return [alone.join(', ')];
  return texts.map((t, i) => (i === 0 ? [...t, ...alone] : t).join(', '));
}

function chains(edges: readonly DrawnEdge[], drawn: Set<DrawnNode>): string[] {
  const left = [...edges];
  const texts: string[] = [];
  for (let edge = left.shift(); edge; edge = left.shift()) {
    let end = edge.to;
    let text = nodeText(edge.from, drawn) + arrow(edge, false) + nodeText(end, drawn);
    for (;;) {
      const next = left.findIndex((e) => e.from === end || e.to === end);
      const [more] = next < 0 ? [] : left.splice(next, 1);
      if (!more) break;
      const back = more.from !== end;
      end = back ? more.from : more.to;
      text += arrow(more, back) + nodeText(end, drawn);
    }
    texts.push(text);
  }
  return texts;
}

function nodeText(node: DrawnNode, drawn: Set<DrawnNode>): string {
  const label = drawn.has(node) || node.label === undefined ? '' : `:${quoted(node.label)}`;
  drawn.add(node);
  return `(${node.alias === undefined ? '' : quoted(node.alias)}${label})`;
}

function arrow({ type, alias }: DrawnEdge, back: boolean): string {
  return `${back ? '<' : ''}-[${alias === undefined ? '' : quoted(alias)}:${quoted(type)}]-${back ? '' : '>'}`;
}
