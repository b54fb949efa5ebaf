// What documents look like, found out from some of them: their paths, the types of each, and how many documents have it.

import type { ClientValue } from '../../server/protocol/client.ts';
import { isTemporal, nameText } from './value-text.ts';

export interface PathShape {
  /** `items[].sku` */
  readonly path: string;
  /** The most frequent first: `['text', 'null']`. */
  readonly types: readonly string[];
  /** Documents that have it. */
  readonly documents: number;
}

interface Seen {
  readonly types: Map<string, number>;
  documents: number;
  lastDocument: number;
}

/** Gathers documents, or the properties of nodes. */
export class Shapes {
  documents = 0;
  private readonly seen = new Map<string, Seen>();

  add(document: { readonly [key: string]: ClientValue }): void {
    this.documents++;
    this.fields(document, '');
  }

  get paths(): PathShape[] {
    return [...this.seen].map(([path, { types, documents }]) => ({
      path,
      types: [...types].sort((a, b) => b[1] - a[1]).map(([type]) => type),
      documents,
    }));
  }

  private fields(object: { readonly [key: string]: ClientValue }, before: string): void {
    for (const [key, value] of Object.entries(object)) this.value(value, before === '' ? nameText(key) : `${before}.${nameText(key)}`);
  }

  private value(value: ClientValue, path: string): void {
    this.note(path, typeOf(value));
    if (Array.isArray(value)) for (const item of value) this.value(item, `${path}[]`);
    else if (typeOf(value) === 'object') this.fields(value as { readonly [key: string]: ClientValue }, path);
  }

  private note(path: string, type: string): void {
    let seen = this.seen.get(path);
    if (!seen) this.seen.set(path, (seen = { types: new Map(), documents: 0, lastDocument: 0 }));
    seen.types.set(type, (seen.types.get(type) ?? 0) + 1);
    if (seen.lastDocument !== this.documents) seen.documents++;
    seen.lastDocument = this.documents;
  }
}

function typeOf(value: ClientValue): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'integer';
    case 'number':
      return 'float';
    case 'string':
      return 'text';
    default:
  }
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'list';
  return isTemporal(value) ? value.kind : 'object';
}
