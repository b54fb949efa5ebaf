// Draws nodes and edges as patterns: chains as long as they go, and a MATCH of its own where edges of one type meet, because edges of
// one MATCH are distinct and rows of a join need not be.

import type * as Ast from '../../parser/ast.ts';
import { parseExpression } from './from-text.ts';
import { type Group, hasQuery, optionalGroups, required, withQueries } from './groups.ts';
import { aliasesRead, andText, quoted, Untranslatable } from './syntax.ts';
import { matchText, type MatchedGroup, type Tail } from './tail.ts';

export interface DrawnNode {
  readonly alias: string | undefined;
  readonly label: string | undefined;
  /** The group that it is found in first. */
  readonly group: number;
}

export interface DrawnEdge {
  readonly from: DrawnNode;
  readonly to: DrawnNode;
  readonly type: string;
  readonly alias: string | undefined;
  readonly group: number;
}

/** A query over groups of patterns. */
export function drawGroups(tail: Tail, groups: readonly Group[], nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): string {
  const drawn = new Set<DrawnNode>();
  const patternsOf = (number: number): string[] =>
    drawPatterns(
      nodes.filter((n) => n.group === number),
      edges.filter((e) => e.group === number),
      drawn,
    );
  const inside = new Map<number, Ast.Expression>();
  const written = <T>(tree: T): T => withQueries(tree, asked);
  const asked = (number: number): Ast.Expression => {
    const known = inside.get(number);
    if (known) return known;
    const { kind, conditions, tail: values } = groups[number] as Group;
    const patterns = patternsOf(number);
    const matches = patterns.map((p) => `MATCH ${p}`).join(' ');
    const where = conditions.length > 0 ? ` WHERE ${andText(conditions.map(written))}` : '';
    const expression = parseExpression(
      values
        ? `(${matchText(written(values), [{ patterns, where: conditions.map(written), optional: false }], [])})`
        : `${kind === 'exists' ? 'EXISTS' : 'COUNT'} { ${matches}${where} }`,
    );
    inside.set(number, expression);
    return expression;
  };
  const parts = [required, ...optionalGroups(groups)].map((number) => ({ number, patterns: patternsOf(number) }));
  const optional = new Set(
    [...nodes, ...edges].flatMap((x) => (groups[x.group]?.kind === 'optional' && x.alias !== undefined ? [x.alias] : [])),
  );
  const ofOptional = (n: DrawnNode): boolean => groups[n.group]?.kind === 'optional';
  const late = (c: Ast.Expression): boolean =>
    [...aliasesRead(c)].some((a) => optional.has(a)) ||
    asksInside(
      c,
      (number) =>
        [...(groups[number]?.conditions ?? []), ...valuesIn(groups[number])].some(late) ||
        edges.some((e) => e.group === number && (ofOptional(e.from) || ofOptional(e.to))),
    );
  const matched = parts.flatMap(({ number, patterns }): MatchedGroup[] => {
    const conditions = (groups[number] as Group).conditions.filter((c) => number !== required || !late(c));
    if (patterns.length > 1 && number !== required) throw new Untranslatable('edges of one kind meet in a part that may be absent');
    return patterns.length === 0 ? [] : [{ patterns, where: conditions.map(written), optional: number !== required }];
  });
  if (hasQuery(tail.groupBy)) throw new Untranslatable('it groups by a query inside');
  return matchText(written(tail), matched, (groups[required] as Group).conditions.filter(late).map(written));
}

function valuesIn(group: Group | undefined): Ast.Expression[] {
  if (!group?.tail) return [];
  const { items, groupBy, having, qualify, orderBy } = group.tail;
  return [...items, ...orderBy].map((x) => x.value).concat(groupBy, having ?? [], qualify ?? []);
}

/** Does that hold of the group of a query inside a condition? */
function asksInside(condition: Ast.Expression, holds: (group: number) => boolean): boolean {
  let found = false;
  withQueries(condition, (number) => {
    found ||= holds(number);
    return condition;
  });
  return found;
}

/** The patterns of each MATCH. `drawn`: nodes whose label is written already. */
function drawPatterns(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[], drawn: Set<DrawnNode>): string[] {
  const clauses: DrawnEdge[][] = [];
  for (const edge of edges) {
    const clause = clauses.find((c) => c.every((e) => e.type !== edge.type));
    if (clause) clause.push(edge);
    else clauses.push([edge]);
  }
  const alone = nodes.filter((n) => !edges.some((e) => e.from === n || e.to === n)).map((n) => nodeText(n, drawn));
  const texts = clauses.map((clause) => chains(clause, drawn));
  if (texts.length === 0) return alone.length > 0 ? [alone.join(', ')] : [];
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
