// The names that are taken in a database, so that what a translation would store there stands beside what is there.

import type { Catalog } from '../catalog.ts';

/** Of tables, collections and views, which share one set of names. */
export function storedNames(catalog: Catalog): string[] {
  return [...catalog.tables, ...catalog.collections, ...catalog.views].map((x) => x.name);
}

export function labelNames(catalog: Catalog): string[] {
  return catalog.labels.map((l) => l.name);
}

export function typeNames(catalog: Catalog): string[] {
  return catalog.edgeTypes.map((t) => t.name);
}
