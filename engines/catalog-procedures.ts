// Procedures that read the catalogue, under the names that users of graph databases know. SHOW gives the same as a statement; these can
// stand in a query.

import type { Catalog } from './catalog.ts';
import type { ProcedureInfo } from './engine.ts';
import { pathText } from './show.ts';
import type { Row } from './value.ts';

interface CatalogProcedure extends ProcedureInfo {
  /** A value for every column of `yields`. */
  rows(catalog: Catalog): readonly Row[];
}

const list: readonly CatalogProcedure[] = [
  {
    name: 'db.labels',
    description: 'The labels that nodes have or have had.',
    arguments: [],
    yields: [{ name: 'label', type: 'text' }],
    rows: (catalog) => catalog.labels.map((l) => [l.name]),
  },
  {
    name: 'db.relationshipTypes',
    description: 'The types that edges have or have had.',
    arguments: [],
    yields: [{ name: 'relationshipType', type: 'text' }],
    rows: (catalog) => catalog.edgeTypes.map((t) => [t.name]),
  },
  {
    name: 'db.propertyKeys',
    description: 'The properties that nodes and edges have or have had.',
    arguments: [],
    yields: [{ name: 'propertyKey', type: 'text' }],
    rows: (catalog) => [...new Set([...catalog.nodeProperties.names, ...catalog.edgeProperties.names])].map((name) => [name]),
  },
  {
    name: 'db.indexes',
    description: 'The indexes of tables, collections and labels.',
    arguments: [],
    yields: [
      { name: 'name', type: 'text' },
      { name: 'kind', type: 'text' },
      { name: 'on', type: 'text' },
      { name: 'keys', type: 'list' },
      { name: 'unique', type: 'boolean' },
    ],
    rows: (catalog) =>
      catalog.indexes.map((i) => [i.name, i.on.kind, i.on.name, i.words ? [...i.words.keys] : i.keys.map(pathText), i.unique]),
  },
];

export const catalogProcedures: readonly CatalogProcedure[] = list.map((procedure) => ({ ...procedure, ofGraph: true }));
