// RESTORE: what a dump writes. A million elements come in one script, so what is written out is taken as it stands, and only what is
// called, such as date('2020-01-31'), is bound and evaluated.

import { didYouMean, QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import type { Catalog, CollectionInfo } from './catalog.ts';
import { refuseGone } from './choose-graph.ts';
import type { Engine, RestoredElements, RunStats } from './engine.ts';
import { bindDefinition } from './plan/bind-definition.ts';
import { foldExpression } from './rows/evaluate.ts';
import type { ObjectValue, Value } from './value.ts';

/** Stores what the statement holds. `bind/constant` for a value that is none, `constraint/element-id` for an id that is taken. */
export async function runRestore(
  { restored, span }: Ast.Restore,
  engine: Pick<Engine, 'rows' | 'graph' | 'graphStorage'>,
  catalog: Catalog,
  stats: RunStats,
  check: () => void,
): Promise<void> {
  switch (restored.kind) {
    case 'nodes':
    case 'edges': {
      const elements = restoredElements(restored, catalog);
      await engine.graph.restoreElements(elements, check);
      stats.nodesCreated = elements.nodes.length;
      stats.edgesCreated = elements.edges.length;
      return;
    }
    case 'documents': {
      const collection = collectionOf(restored.collection, catalog);
      for (const { id, span: place } of restored.documents)
        if (BigInt.asIntN(64, id) !== id)
          throw new QueryError('constraint/element-id', `The id of a document is a 64-bit integer, and this is ${id}.`, { span: place });
      const documents = restored.documents.map(({ id, document }) => ({ key: id, document: valuesOf(document, catalog, true) }));
      await engine.rows.restoreDocuments(collection, documents, (error, at) => placed(error, restored.documents[at]));
      stats.rowsInserted = documents.length;
      return;
    }
    case 'paths':
      for (const object of restored.paths)
        await engine.rows.notePaths(collectionOf(restored.collection, catalog), valuesOf(object, catalog, true));
      return;
    case 'next':
      if (restored.id < 1)
        throw new QueryError('constraint/element-id', `The id of a node or an edge is from 1, and this is ${restored.id}.`, { span });
      await engine.graphStorage(catalog.graph.id).leaveIds(restored.element, restored.id - 1);
  }
}

function collectionOf(name: Ast.Name, catalog: Catalog): CollectionInfo {
  const found = catalog.collection(name.text);
  if (found) return found;
  const near = didYouMean(
    name.text,
    catalog.collections.map((collection) => collection.name),
  );
  throw new QueryError('bind/unknown-collection', `There is no collection "${name.text}".`, {
    span: name.span,
    hint: near ?? 'SHOW COLLECTIONS lists them.',
  });
}

function placed(error: unknown, document: Ast.RestoredDocument | undefined): unknown {
  if (!(error instanceof QueryError) || !document) return error;
  if (error.code !== 'constraint/primary-key') return new QueryError(error.code, error.message, { span: document.span, hint: error.hint });
  return new QueryError('constraint/element-id', `There is already a document with the id ${document.id}.`, {
    span: document.span,
    hint: 'A script is restored into a collection without documents.',
  });
}

function restoredElements(restored: Ast.Restored & { kind: 'nodes' | 'edges' }, catalog: Catalog): RestoredElements {
  refuseGone(catalog);
  const nodes = restored.kind === 'nodes' ? restored.nodes : [];
  const edges = restored.kind === 'edges' ? restored.edges : [];
  return {
    graph: catalog.graph.id,
    nodes: nodes.map(({ id, labels, properties, span }) => ({
      id,
      labels: labels.map((label) => label.text),
      properties: valuesOf(properties, catalog, false),
      span,
    })),
    edges: edges.map(({ id, type, from, to, properties, span }) => ({
      id,
      type: type.text,
      from,
      to,
      properties: valuesOf(properties, catalog, false),
      span,
    })),
  };
}

/** A document has nulls, and an element has no null properties. */
function valuesOf(written: Ast.ObjectLiteral | undefined, catalog: Catalog, nulls: boolean): ObjectValue {
  const values = new Map<string, Value>();
  for (const { key, value } of written?.entries ?? []) {
    const found = constant(value, catalog);
    if (found !== undefined && (nulls || found !== null)) values.set(key.text, found);
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
