// The wire contract, version 1: JSON text frames over WebSocket, subprotocol `trefoil.v1.json`. docs/protocol.md is the text
// of it and a test pins the hash of this file to that page's version. Imports nothing: clients share it with the server.
//
//   → {"type":"query","id":1,"text":"SELECT 1 AS a"}
//   ← {"type":"head","id":1,"columns":[{"name":"a","type":"integer"}]}
//   ← {"type":"rows","id":1,"rows":[[1]]}
//   ← {"type":"done","id":1,"last":true,"stats":{"rows":1,"timeMs":0.2},"notices":[]}

export const protocolVersion = 1;
export const subprotocol = 'trefoil.v1.json';

export type ClientFrame = HelloFrame | QueryFrame | PullFrame | DiscardFrame | CancelFrame | PingFrame;

export interface HelloFrame {
  readonly type: 'hello';
  readonly client: string;
  readonly version: number;
  /** Left out where the file has no users. */
  readonly auth?: HelloAuth;
}
export type HelloAuth = { readonly user: string; readonly password: string } | { readonly token: string };
export interface QueryFrame {
  readonly type: 'query';
  /** Chosen by the client; unique among those in flight. */
  readonly id: number;
  readonly text: string;
  readonly params?: { readonly [name: string]: WireValue };
  /** How many rows the server may send ahead; default limits.windowRows. */
  readonly window?: number;
  readonly timeoutMs?: number;
  readonly readOnly?: boolean;
  /** While the query runs, `progress` frames may come, this far apart at least. */
  readonly progressMs?: number;
}
export interface PullFrame {
  readonly type: 'pull';
  readonly id: number;
  readonly rows: number;
}
export interface DiscardFrame {
  readonly type: 'discard';
  readonly id: number;
}
export interface CancelFrame {
  readonly type: 'cancel';
  readonly id: number;
}
export interface PingFrame {
  readonly type: 'ping';
}

export type ServerFrame = WelcomeFrame | HeadFrame | RowsFrame | DoneFrame | ErrorFrame | ProgressFrame | PongFrame;

export interface WelcomeFrame {
  readonly type: 'welcome';
  readonly server: string;
  readonly version: number;
  readonly session: string;
  readonly features: readonly string[];
  /** `full`: a write is answered when it is on the disk. `normal`: the last may be lost when the machine loses its power. */
  readonly durability?: 'full' | 'normal';
  readonly limits: { readonly [name: string]: number };
}
export interface HeadFrame {
  readonly type: 'head';
  readonly id: number;
  readonly columns: readonly WireColumn[];
}
export interface WireColumn {
  readonly name: string;
  readonly type: string;
}
export interface RowsFrame {
  readonly type: 'rows';
  readonly id: number;
  readonly rows: readonly (readonly WireValue[])[];
}
export interface DoneFrame {
  readonly type: 'done';
  readonly id: number;
  /** True on the done of the text's last statement. */
  readonly last: boolean;
  readonly stats: WireStats;
  readonly notices: readonly WireNotice[];
}
export interface WireStats {
  readonly rows: number;
  readonly timeMs: number;
  readonly [name: string]: number;
}
export interface WireNotice {
  readonly code: string;
  readonly message: string;
  readonly span?: WireSpan;
}
/** `id` is absent when the failure belongs to the connection; the server then closes it. */
export interface ErrorFrame {
  readonly type: 'error';
  readonly id?: number;
  readonly error: WireError;
}
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly span?: WireSpan;
  readonly hint?: string;
  readonly retryable: boolean;
  /** Further syntax errors of the same text, in its order. */
  readonly others?: readonly WireError[];
}
/** Offsets in UTF-16 units, line and column from 1. */
export interface WireSpan {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}
/** Only for a query that asked for it. */
export interface ProgressFrame {
  readonly type: 'progress';
  readonly id: number;
  /** Rows that the statement under way has gone through. */
  readonly read: number;
  /** About how many it will go through; absent where that is not known. */
  readonly of?: number;
}
export interface PongFrame {
  readonly type: 'pong';
}

/** Plain JSON where JSON can say it, else an object with one `$` key: $int, $float, $bytes, $date, …, $node, $edge, $path, $map. */
export type WireValue = null | boolean | number | string | readonly WireValue[] | { readonly [key: string]: WireValue };
