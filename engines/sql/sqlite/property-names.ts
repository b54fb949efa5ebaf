// Which properties nodes and edges have ever had: noted when elements are written, so that a property that occurs nowhere can be told
// from one that some elements lack. A set per kind makes noting known names cheap.

import type { KnownProperties } from '../../catalog.ts';
import type { ObjectValue } from '../../value.ts';
import type { SqliteConnection } from './driver.ts';
import { catalogChanged } from './schema.ts';

/** Objects used as maps have keys without end: beyond this many names of a kind nothing more is noted. */
const propertyNamesMax = 1_000;

export type ElementKind = 'node' | 'edge';

export class PropertyNames {
  readonly #connection: SqliteConnection;
  readonly #table: string;
  #known: Readonly<Record<ElementKind, Set<string>>> = { node: new Set(), edge: new Set() };
  #epoch = -1;

  constructor(connection: SqliteConnection, table: string) {
    this.#connection = connection;
    this.#table = table;
  }

  /** Notes the properties of elements about to be written. */
  note(kind: ElementKind, elements: readonly { readonly properties: ObjectValue }[]): void {
    // A rollback may have undone what was noted since.
    if (this.#epoch !== this.#connection.catalogEpoch) this.#reload();
    const known = this.#known[kind];
    let changed = false;
    for (const { properties } of elements) {
      for (const name of properties.keys()) {
        if (known.has(name) || known.size >= propertyNamesMax) continue;
        this.#connection.run(`INSERT OR IGNORE INTO ${this.#table} (kind, name) VALUES (?, ?)`, [kind, name]);
        known.add(name);
        changed = true;
      }
    }
    if (!changed) return;
    catalogChanged(this.#connection);
    this.#epoch = this.#connection.catalogEpoch;
  }

  #reload(): void {
    const read = readProperties(this.#connection, this.#table);
    this.#known = { node: new Set(read.node.names), edge: new Set(read.edge.names) };
    this.#epoch = this.#connection.catalogEpoch;
  }
}

/** The noted names by kind. */
export function readProperties(connection: SqliteConnection, table: string): Record<ElementKind, KnownProperties> {
  const found: Record<ElementKind, Set<string>> = { node: new Set(), edge: new Set() };
  for (const [kind, name] of connection.all(`SELECT kind, name FROM ${table}`)) found[kind as ElementKind].add(name as string);
  const known = (names: Set<string>): KnownProperties => ({ names, complete: names.size < propertyNamesMax });
  return { node: known(found.node), edge: known(found.edge) };
}
