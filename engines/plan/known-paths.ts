// Tells a path that some documents lack from one that occurs nowhere: the first is MISSING, the second deserves a notice, since
// it is nearly always a slip. Knows which columns hold (parts of) a collection's documents. The same for properties of nodes and edges.

import { nearestName, type Span } from '../../parser/error.ts';
import { type CollectionInfo, documentPathText } from '../catalog.ts';
import { temporalFields } from '../temporal/fields.ts';
import type { Expr } from './expression.ts';
import type { BindContext } from './scope.ts';

const partsOfTime = new Set([...temporalFields('datetime'), ...temporalFields('duration')]);

/** Where in a collection's documents a value comes from; null is a step into the elements of a list. */
export interface DocumentPlace {
  readonly collection: CollectionInfo;
  readonly steps: readonly (string | null)[];
}

/** The place that an expression reads, if it is a path into documents of a collection. */
export function placeOfExpr(context: BindContext, expr: Expr): DocumentPlace | undefined {
  if (expr.kind === 'column') return context.documents.get(expr.id);
  if (expr.kind === 'field') return stepped(placeOfExpr(context, expr.value), expr.name);
  if (expr.kind === 'index' && expr.index.type === 'integer') return stepped(placeOfExpr(context, expr.value), null);
  return undefined;
}

function stepped(place: DocumentPlace | undefined, step: string | null): DocumentPlace | undefined {
  return place && { collection: place.collection, steps: [...place.steps, step] };
}

/** Adds a notice if no document of the collection has the field that `expr` reads. Only the first unknown step of a path is noted. */
export function noteUnknownPath(context: BindContext, expr: Expr, span: Span): void {
  if (expr.kind !== 'field') return;
  const parent = placeOfExpr(context, expr.value);
  if (!parent) return;
  const { collection, steps } = parent;
  if (!collection.pathsComplete || collection.paths.size === 0) return;
  const path = documentPathText([...steps, expr.name]);
  if (collection.paths.has(path) || (steps.length > 0 && !collection.paths.has(documentPathText(steps)))) return;
  // The value may be a date or time, whose parts are fields that no document stores.
  if (steps.length > 0 && partsOfTime.has(expr.name)) return;
  const prefix = steps.length === 0 ? '' : `${documentPathText(steps)}.`;
  const siblings = [...collection.paths]
    .flatMap((p) => (p.startsWith(prefix) ? [p.slice(prefix.length)] : []))
    .filter((p) => !/[.[]/.test(p));
  const near = nearestName(path.slice(prefix.length), siblings);
  const message = `No document of "${collection.name}" has the path ${path}.${near === undefined ? '' : ` There is ${prefix}${near}.`}`;
  if (!context.notices.some((n) => n.message === message)) context.notices.push({ code: 'notice/unknown-path', message, span });
}

/** Adds a notice if `value` is known to be a node or an edge and none ever had the property. */
export function noteUnknownProperty(context: BindContext, value: Expr, name: string, span: Span): void {
  if (value.type !== 'node' && value.type !== 'edge') return;
  const { catalog, written } = context;
  const graph = value.kind === 'column' ? context.elementGraphs.get(value.id) : undefined;
  // An element that came another way may be of any graph.
  const graphs = graph === undefined ? catalog.graphs : [catalog.using(graph)];
  const isNode = value.type === 'node';
  const known = graphs.map((g) => (isNode ? g.nodeProperties : g.edgeProperties));
  const some = graphs.some((g, i) => (known[i]?.names.size ?? 0) > 0 || (isNode ? g.labels : g.edgeTypes).length > 0);
  if (!some || known.some((k) => !k.complete || k.names.has(name)) || written.any || written.properties.has(name)) return;
  const near = nearestName(
    name,
    known.flatMap((k) => [...k.names]),
  );
  const message = `No ${value.type} has the property "${name}".${near === undefined ? '' : ` There is "${near}".`}`;
  if (!context.notices.some((n) => n.message === message)) context.notices.push({ code: 'notice/unknown-property', message, span });
}

/** The keys of an object that a clause writes to elements: what the rest of the statement may find. */
export function noteWrittenProperties(context: BindContext, properties: Expr | undefined): void {
  if (properties?.kind === 'object') for (const { key } of properties.entries) context.written.properties.add(key);
  else if (properties) context.written.any = true;
}
