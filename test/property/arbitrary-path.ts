// Random path patterns for the print and parse properties. Part of arbitrary-ast.ts.

import fc from 'fast-check';
import type * as ast from '../../parser/ast.ts';
import { ZERO, few, is, labels, maybe, name, node, quantifier } from './arbitrary-leaves.ts';

/** The random trees that a pattern has inside. */
type Tie = fc.LetrecTypedTie<{ expression: ast.Expression; object: ast.ObjectLiteral }>;

function isAlternatives(l: ast.LabelExpression): boolean {
  return l.kind === 'label' || (l.kind === 'or' && isAlternatives(l.left) && isAlternatives(l.right));
}

/** A path pattern. `selected`: also with a selector, a mode and parenthesised paths. */
export function pathOf(
  tie: Tie,
  { minEdges, selected = true, named = true }: { minEdges: number; selected?: boolean; named?: boolean },
): fc.Arbitrary<ast.PathPattern> {
  const properties = fc.oneof<fc.Arbitrary<ast.Expression>[]>(tie('object'), is({ kind: 'parameter', name: 'p', span: ZERO }));
  const point = node<ast.NodePattern>({
    variable: maybe(name),
    labels: maybe(labels),
    properties: maybe(properties),
    where: maybe(tie('expression')),
    span: is(ZERO),
  });
  const edge = node<ast.EdgePattern>({
    variable: maybe(name),
    direction: fc.constantFrom('left', 'right', 'any'),
    types: few(name),
    // No filter: at the greatest depth there are only plain labels, and a filter would look for ever.
    typeTest: maybe(labels.map((l): ast.LabelExpression => (isAlternatives(l) ? { kind: 'not', operand: l } : l))),
    properties: maybe(properties),
    where: maybe(tie('expression')),
    quantifier: maybe(quantifier),
    span: is(ZERO),
  }).map((e) => (e.typeTest ? { ...e, types: [] } : e));
  const chain = fc
    .tuple(point, fc.array(fc.tuple(edge, point), { minLength: minEdges, maxLength: 2 }))
    .map(([first, rest]) => ({ nodes: [first, ...rest.map(([, to]) => to)], edges: rest.map(([along]) => along) }));
  const path = node<Pick<ast.PathPattern, 'variable' | 'selector' | 'span'>>({
    variable: named ? maybe(name) : is(undefined),
    selector: is('all'),
    span: is(ZERO),
  });
  if (!selected) return fc.tuple(path, chain).map(([head, body]) => ({ ...head, ...body }));
  const inside = node<ast.InnerPath & { readonly where?: ast.Expression }>({
    nodes: is([]),
    edges: is([]),
    where: maybe(tie('expression')),
  });
  const braces = quantifier.map((q) => ({ ...q, notation: 'braces' as const }));
  const inner = fc.tuple(chain, inside, fc.option(braces, { nil: undefined })).map(
    ([body, head, repeat]): ast.EdgePattern => ({
      direction: 'right',
      types: [],
      inside: { ...head, ...body },
      ...(repeat && { quantifier: repeat }),
      span: ZERO,
    }),
  );
  // Beside a parenthesised path a node may be left out.
  const mixed = fc
    .tuple(chain, fc.array(fc.option(inner, { nil: undefined, freq: 3 }), { minLength: 2, maxLength: 2 }), fc.boolean())
    .map(([{ nodes, edges }, inners, leaveOut]) => {
      const parts = edges.map((e, i) => inners[i] ?? e);
      const bare = (i: number): boolean => leaveOut && (parts[i]?.inside !== undefined || parts[i - 1]?.inside !== undefined);
      return { nodes: nodes.map((n, i): ast.NodePattern => (bare(i) ? { implied: true, span: ZERO } : n)), edges: parts };
    });
  const count = fc.integer({ min: 1, max: 9 });
  const mode = maybe(fc.constantFrom<ast.PathMode>('walk', 'trail', 'acyclic', 'simple'));
  const prefix = fc.oneof(
    node<Pick<ast.PathPattern, 'selector' | 'mode'>>({ selector: fc.constantFrom('all', 'anyShortest', 'allShortest'), mode }),
    node<Pick<ast.PathPattern, 'selector' | 'mode' | 'count'>>({
      selector: fc.constantFrom('any', 'shortestGroups'),
      count: maybe(count),
      mode,
    }),
    node<Pick<ast.PathPattern, 'selector' | 'mode' | 'count'>>({ selector: is('shortest'), count, mode }),
    node<Pick<ast.PathPattern, 'selector'>>({ selector: fc.constantFrom('shortestPath', 'allShortestPaths') }),
  );
  return fc.tuple(path, prefix, mixed).map(([head, how, body]) => ({ ...head, ...how, ...body }));
}
