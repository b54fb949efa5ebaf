// RESTORE: the values of its elements. A million of them come in one script, so what is written out is taken as it stands, and only
// what is called, such as date('2020-01-31'), is bound and evaluated.

import { QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import type { Catalog } from './catalog.ts';
import { refuseGone } from './choose-graph.ts';
import type { RestoredElements } from './engine.ts';
import { bindDefinition } from './plan/bind-definition.ts';
import { foldExpression } from './rows/evaluate.ts';
import type { ObjectValue, Value } from './value.ts';

/** The elements with their values, for the catalogue's graph. `bind/constant` for a property that is none, `type/*` for one that cannot be stored. */
export function restoredElements({ nodes, edges }: Ast.Restore, catalog: Catalog): RestoredElements {
  refuseGone(catalog);
  return {
    graph: catalog.graph.id,
    nodes: nodes.map(({ id, labels, properties, span }) => ({
      id,
      labels: labels.map((label) => label.text),
      properties: valuesOf(properties, catalog),
      span,
    })),
    edges: edges.map(({ id, type, from, to, properties, span }) => ({
      id,
      type: type.text,
      from,
      to,
      properties: valuesOf(properties, catalog),
      span,
    })),
  };
}

function valuesOf(properties: Ast.ObjectLiteral | undefined, catalog: Catalog): ObjectValue {
  const values = new Map<string, Value>();
  for (const { key, value } of properties?.entries ?? []) {
    const found = constant(value, catalog);
    if (found !== null && found !== undefined) values.set(key.text, found);
  }
  return values;
}

function constant(e: Ast.Expression, catalog: Catalog): Value {
  switch (e.kind) {
    case 'literal':
      return e.missing ? undefined : e.value;
    case 'list':
      return e.items.map((item) => constant(item, catalog) ?? null);
    case 'object':
      return new Map(
        e.entries.map(({ key, value }) => [key.text, constant(value, catalog)] as const).filter(([, value]) => value !== undefined),
      );
    case 'unary': {
      const inner = e.operator === '-' ? e.operand : undefined;
      if (inner?.kind === 'literal' && typeof inner.value === 'number') return -inner.value;
      return evaluated(e, catalog);
    }
    default:
      return evaluated(e, catalog);
  }
}

function evaluated(e: Ast.Expression, catalog: Catalog): Value {
  const expr = foldExpression(bindDefinition(e, [], catalog, 'value').expr);
  if (expr.kind === 'literal') return expr.value;
  throw new QueryError('bind/constant', 'RESTORE takes values that are written out.', { span: e.span });
}
