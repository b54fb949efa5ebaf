// The client library's interface: the same for a server over a socket (clients/typescript/connect.ts) and for a file in process
// (server/open.ts). Hardly more than types stands here, so that both sides may import it.
//
//   const db = await connect('ws://127.0.0.1:7333');
//   for await (const row of db.query('SELECT name FROM customer WHERE id = $id', { id: 1 })) console.log(row.name);

import type { WireColumn, WireNotice, WireStats } from './frames.ts';

export type TemporalKind = 'date' | 'time' | 'localtime' | 'datetime' | 'localdatetime' | 'duration';

/** Values as a program sees them. Integers are numbers up to 2^53 and bigint beyond; with `typed: true` integers are always bigint and floats always number. */
export type ClientValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | ClientTemporal
  | ClientNode
  | ClientEdge
  | ClientPath
  | readonly ClientValue[]
  | { readonly [key: string]: ClientValue };

export interface ClientTemporal {
  readonly $type: 'temporal';
  readonly kind: TemporalKind;
  /** ISO 8601. */
  readonly text: string;
}
export interface ClientNode {
  readonly $type: 'node';
  readonly id: number;
  readonly labels: readonly string[];
  readonly properties: { readonly [key: string]: ClientValue };
}
export interface ClientEdge {
  readonly $type: 'edge';
  readonly id: number;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly properties: { readonly [key: string]: ClientValue };
}
export interface ClientPath {
  readonly $type: 'path';
  readonly nodes: readonly ClientNode[];
  readonly edges: readonly ClientEdge[];
}

export type Parameters = { readonly [name: string]: unknown };

export interface QueryOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Rows in flight at most. */
  readonly windowRows?: number;
  readonly readOnly?: boolean;
  /** Told now and then how far the statement under way is. A file without threads tells from inside the statement, as far as it looks up there. */
  readonly onProgress?: (progress: ClientProgress) => void;
  /** Integers are always bigint and floats always number, in results and in parameters (so `1` as a parameter is the float 1.0 and `1n` the integer). */
  readonly typed?: boolean;
}

export interface ClientProgress {
  /** Rows that it has gone through. */
  readonly read: number;
  /** About how many it will go through; absent where that is not known. */
  readonly of?: number;
}

/** How far apart a program is told of progress. */
export const progressMs = 250;

/** One statement's result. `columns` is known before the first row. */
export interface ClientResult extends AsyncIterable<readonly ClientValue[]> {
  readonly columns: readonly WireColumn[];
  /** Complete once the rows were read to the end; reading stops early with `discard`. */
  summary(): Promise<ClientSummary>;
  discard(): Promise<void>;
}
export interface ClientSummary {
  readonly stats: WireStats;
  readonly notices: readonly WireNotice[];
}

export type RowObject = { readonly [column: string]: ClientValue };

/** A connection or an open file. Failures are ClientError. */
export interface Client {
  /** Rows of the text's only (or last) statement as objects. */
  query(text: string, parameters?: Parameters, options?: QueryOptions): AsyncIterable<RowObject> & { all(): Promise<RowObject[]> };
  /** Every statement of the text in turn; each result must be read to its end (or discarded) before the next comes. */
  run(text: string, parameters?: Parameters, options?: QueryOptions): AsyncIterable<ClientResult>;
  close(): Promise<void>;
}

export interface ClientErrorShape {
  readonly code: string;
  readonly message: string;
  readonly span?: { readonly start: number; readonly end: number; readonly line: number; readonly column: number };
  readonly hint?: string;
  readonly retryable: boolean;
  /** Further syntax errors of the same text, in its order. */
  readonly others?: readonly ClientErrorShape[];
}
