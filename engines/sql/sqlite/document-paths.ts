// Which paths occur in the documents of a collection: noted when documents are written, so that `SELECT *` knows the fields and a
// path that occurs nowhere can be told from one that some documents lack. A trie per collection makes noting a known shape cheap.

import { type CollectionInfo, documentPathText } from '../../catalog.ts';
import type { ObjectValue, Value } from '../../value.ts';
import type { SqliteConnection } from './driver.ts';
import { catalogChanged } from './schema.ts';

/** Objects used as maps have keys without end: beyond this many paths nothing more is noted. */
export const pathsPerCollectionMax = 1_000;
/** Steps of a path that are noted. */
const pathStepsMax = 16;

interface Trie {
  readonly fields: Map<string, Trie>;
  /** The elements of a list. */
  elements?: Trie;
}

interface Known {
  readonly root: Trie;
  count: number;
}

export class DocumentPaths {
  private readonly connection: SqliteConnection;
  /** By the catalogue's object: a change of the catalogue, a rollback of one too, makes new objects. */
  private readonly known = new WeakMap<CollectionInfo, Known>();

  constructor(connection: SqliteConnection) {
    this.connection = connection;
  }

  /** Notes the paths of a document about to be written. */
  note(collection: CollectionInfo, document: ObjectValue): void {
    const known = this.current(collection);
    if (known.count >= pathsPerCollectionMax) return;
    const before = known.count;
    this.visitFields(collection, known, known.root, document, []);
    if (known.count > before) catalogChanged(this.connection);
  }

  private current(collection: CollectionInfo): Known {
    const known = this.known.get(collection);
    if (known) return known;
    const fresh: Known = { root: { fields: new Map() }, count: 0 };
    for (const [steps] of this.connection.all('SELECT steps FROM trefoil_path WHERE collection = ?', [collection.name])) {
      let at = fresh.root;
      for (const step of JSON.parse(steps as string) as (string | null)[]) at = childOf(at, step) ?? addChild(at, step);
      fresh.count++;
    }
    this.known.set(collection, fresh);
    return fresh;
  }

  private visitFields(collection: CollectionInfo, known: Known, at: Trie, object: ObjectValue, path: readonly (string | null)[]): void {
    for (const [name, value] of object) {
      if (value !== undefined) this.visit(collection, known, at, name, value, path);
    }
  }

  private visit(
    collection: CollectionInfo,
    known: Known,
    parent: Trie,
    step: string | null,
    value: Value,
    path: readonly (string | null)[],
  ): void {
    const seen = childOf(parent, step);
    const here = [...path, step];
    if (!seen) {
      if (known.count >= pathsPerCollectionMax || here.length > pathStepsMax) return;
      this.connection.run('INSERT OR IGNORE INTO trefoil_path (collection, path, steps) VALUES (?, ?, ?)', [
        collection.name,
        documentPathText(here),
        JSON.stringify(here),
      ]);
      known.count++;
    }
    const node = seen ?? addChild(parent, step);
    if (value instanceof Map) this.visitFields(collection, known, node, value as ObjectValue, here);
    else if (Array.isArray(value))
      for (const item of value as readonly Value[])
        if (typeof item === 'object' && item !== null) this.visit(collection, known, node, null, item, here);
  }
}

function childOf(trie: Trie, step: string | null): Trie | undefined {
  return step === null ? trie.elements : trie.fields.get(step);
}

function addChild(trie: Trie, step: string | null): Trie {
  const child: Trie = { fields: new Map() };
  if (step === null) trie.elements = child;
  else trie.fields.set(step, child);
  return child;
}

/** The noted paths by collection, in the order they first occurred. */
export function readPaths(
  connection: SqliteConnection,
): Map<string, { readonly path: string; readonly steps: readonly (string | null)[] }[]> {
  const found = new Map<string, { path: string; steps: (string | null)[] }[]>();
  for (const [collection, path, steps] of connection.all('SELECT collection, path, steps FROM trefoil_path ORDER BY id')) {
    const list = found.get((collection as string).toLowerCase()) ?? [];
    list.push({ path: path as string, steps: JSON.parse(steps as string) as (string | null)[] });
    found.set((collection as string).toLowerCase(), list);
  }
  return found;
}
