// Labels and edge types of patterns, with a notice for names that nothing in the graph has. Part of bind-pattern.ts.

import { nearestName } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { bindLabels } from './bind-expression.ts';
import type { Labels } from './expression.ts';
import type { PatternEdge } from './pattern.ts';
import type { BindContext } from './scope.ts';

/** What an edge says of its type. */
export function edgeTypes(context: BindContext, edge: Ast.EdgePattern): Pick<PatternEdge, 'types' | 'typeTest'> {
  for (const t of edge.types) noteUnknown(context, t, 'edge type');
  return {
    types: edge.types.map((t) => t.text),
    ...(edge.typeTest && { typeTest: notedLabels(context, edge.typeTest, 'edge type') }),
  };
}

/** A label expression; names that are not there are noted. */
export function notedLabels(context: BindContext, labels: Ast.LabelExpression, what: 'label' | 'edge type' = 'label'): Labels {
  const note = (l: Ast.LabelExpression): void => {
    if (l.kind === 'label') noteUnknown(context, l.name, what);
    if (l.kind === 'not') note(l.operand);
    if (l.kind === 'and' || l.kind === 'or') {
      note(l.left);
      note(l.right);
    }
  };
  note(labels);
  return bindLabels(labels);
}

/** A new variable with the very name of a label or an edge type: a colon was forgotten, nearly always, and the pattern fits everything. */
export function noteMissingColon(context: BindContext, name: Ast.Name, what: 'label' | 'edge type'): void {
  const known = what === 'label' ? context.catalog.labels : context.catalog.edgeTypes;
  if (!known.some((l) => l.name === name.text)) return;
  const message = `"${name.text}" is a new variable here; the ${what} is ":${name.text}".`;
  if (!context.notices.some((n) => n.message === message)) context.notices.push({ code: 'notice/missing-colon', message, span: name.span });
}

function noteUnknown(context: BindContext, name: Ast.Name, what: 'label' | 'edge type'): void {
  const known = what === 'label' ? context.catalog.labels : context.catalog.edgeTypes;
  if (context.made.has(name.text) || known.some((l) => l.name === name.text)) return;
  const near = nearestName(
    name.text,
    known.map((l) => l.name),
  );
  const code = what === 'label' ? 'notice/unknown-label' : 'notice/unknown-edge-type';
  const message = `No ${what === 'label' ? 'node has the label' : 'edge has the type'} "${name.text}".${near === undefined ? '' : ` There is "${near}".`}`;
  if (!context.notices.some((n) => n.message === message)) context.notices.push({ code, message, span: name.span });
}
