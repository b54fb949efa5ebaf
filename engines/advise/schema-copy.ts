// An empty copy of a schema in a scratch database, to plan statements there: tables with their columns and keys, collections, labels,
// edge types, views and indexes. Constraints that no plan looks at are left out.

import { printName } from '../../parser/print.ts';
import { type Catalog, defaultGraph, type IndexInfo, type TableInfo } from '../catalog.ts';
import type { Session } from '../session.ts';
import { pathText } from '../show.ts';

export async function copySchema(catalog: Catalog, scratch: Session): Promise<void> {
  for (const text of schemaTexts(catalog)) {
    try {
      for await (const result of scratch.run(text)) for await (const _ of result.batches);
    } catch {
      // What cannot be copied (another tool's table, a view over it) leaves statements about it unplanned, and they get no advice.
    }
  }
}

function schemaTexts(catalog: Catalog): string[] {
  return [
    ...catalog.tables.filter((t) => !t.view).map(tableText),
    ...catalog.collections.map((c) => `CREATE COLLECTION ${printName(c.name)}`),
    ...catalog.graphs.flatMap((g) => {
      const use = g.id === defaultGraph ? '' : `USE ${printName(g.name)} `;
      return [
        ...(use === '' ? [] : [`CREATE GRAPH ${printName(g.name)}`]),
        ...g.labels.map((l) => `${use}CREATE (:${printName(l.name)})`),
        ...g.edgeTypes.map((t) => `${use}CREATE ()-[:${printName(t.name)}]->()`),
      ];
    }),
    ...catalog.views.map(
      (v) => `CREATE VIEW ${printName(v.name)}${v.columns ? ` (${v.columns.map(printName).join(', ')})` : ''} AS ${v.text}`,
    ),
    ...catalog.everyIndex.map((index) => indexText(index, catalog)),
  ];
}

function tableText({ name, columns, primaryKey, unique }: TableInfo): string {
  const listed = (names: readonly string[]): string => names.map(printName).join(', ');
  const parts = columns.map((c) => `${printName(c.name)} ${c.declared === '' ? 'ANY' : c.declared}${c.isRowid ? ' PRIMARY KEY' : ''}`);
  if (primaryKey.length > 0 && !columns.some((c) => c.isRowid)) parts.push(`PRIMARY KEY (${listed(primaryKey)})`);
  const own = primaryKey.join('\n');
  for (const key of unique) if (key.join('\n') !== own) parts.push(`UNIQUE (${listed(key)})`);
  return `CREATE TABLE ${printName(name)} (${parts.join(', ')})`;
}

function indexText({ name, on, keys, unique }: IndexInfo, { graphs }: Catalog): string {
  const graph = on.graph === undefined ? undefined : graphs.find((g) => g.id === on.graph);
  const target = `${graph ? `GRAPH ${printName(graph.name)} ` : ''}${on.kind === 'label' ? ':' : ''}${printName(on.name)}`;
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${printName(name)} ON ${target} (${keys.map(pathText).join(', ')})`;
}
