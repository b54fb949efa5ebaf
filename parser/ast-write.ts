// The syntax tree of INSERT, UPDATE and DELETE of rows and documents.

import type { Name, Path } from './ast.ts';
import type { Expression, ObjectLiteral } from './ast-expression.ts';
import type { FromItem, Query, SelectItem, SortKey, WithTables } from './ast-query.ts';
import type { Span } from './error.ts';

/** What becomes of a statement one of whose rows breaks a constraint: `INSERT OR IGNORE`. */
export type ConflictResolution = 'abort' | 'fail' | 'ignore' | 'replace' | 'rollback';

/** The keyword DEFAULT in the place of a value. */
export interface DefaultValue {
  readonly kind: 'default';
  readonly span: Span;
}

export type Assigned = Expression | DefaultValue;

/** `INSERT [OR …] INTO name [AS alias] [(columns)] source [ON CONFLICT …] [RETURNING items]` */
export interface Insert {
  readonly kind: 'insert';
  readonly with?: WithTables;
  /** `REPLACE INTO` is `INSERT OR REPLACE`. */
  readonly or?: ConflictResolution;
  /** `UPSERT INTO`: what has the same unique keys is replaced as a whole. */
  readonly upsert?: true;
  readonly into: Name;
  readonly alias?: Name;
  readonly columns?: readonly Name[];
  /** `OVERRIDING SYSTEM VALUE`: values may be given for columns that are GENERATED ALWAYS AS IDENTITY. */
  readonly overriding?: true;
  readonly source: InsertSource;
  readonly onConflict: readonly OnConflict[];
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export type InsertSource =
  | { readonly kind: 'values'; readonly rows: readonly (readonly Assigned[])[] }
  /** `INSERT INTO orders {…}, $doc` */
  | { readonly kind: 'documents'; readonly documents: readonly Expression[] }
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'defaultValues' };

/** `ON CONFLICT [(keys) [WHERE condition]] DO NOTHING | DO UPDATE SET …`. Without keys: any. */
export interface OnConflict {
  readonly target?: { readonly keys: readonly Path[]; readonly where?: Expression; readonly span: Span };
  /** Absent: nothing. */
  readonly update?: { readonly set: readonly Assignment[]; readonly unset: readonly Path[]; readonly where?: Expression };
  readonly span: Span;
}

export type Assignment =
  | { readonly kind: 'value'; readonly path: Path; readonly value: Assigned }
  /** `(a, b) = (SELECT …)` */
  | { readonly kind: 'query'; readonly paths: readonly Path[]; readonly query: Query; readonly span: Span };

/** How UPDATE and DELETE end. */
export interface WriteTail {
  readonly orderBy: readonly SortKey[];
  readonly limit?: Expression;
  readonly offset?: Expression;
  readonly returning?: readonly SelectItem[];
}

/** `UPDATE [OR …] name [AS alias] SET path = value, … [UNSET path, …] [FROM items] [WHERE …] [ORDER BY …] [LIMIT …] [RETURNING …]` */
export interface Update extends WriteTail {
  readonly kind: 'update';
  readonly with?: WithTables;
  readonly or?: ConflictResolution;
  readonly target: Name;
  readonly alias?: Name;
  readonly set: readonly Assignment[];
  readonly unset: readonly Path[];
  readonly from?: FromItem;
  readonly where?: Expression;
  readonly span: Span;
}

/** `DELETE FROM name [AS alias] [USING items] [WHERE …] [ORDER BY …] [LIMIT …] [RETURNING …]` */
export interface Delete extends WriteTail {
  readonly kind: 'delete';
  readonly with?: WithTables;
  readonly from: Name;
  readonly alias?: Name;
  readonly using?: FromItem;
  readonly where?: Expression;
  readonly span: Span;
}

/** What a dump writes and no other statement can say: what has an id keeps it. */
export interface Restore {
  readonly kind: 'restore';
  readonly restored: Restored;
  readonly span: Span;
}

export type Restored =
  /** `NODES (7:Person {name: 'Ada'}), …` */
  | { readonly kind: 'nodes'; readonly nodes: readonly RestoredNode[] }
  /** `EDGES (7)-[3:KNOWS {since: 1}]->(8), …` */
  | { readonly kind: 'edges'; readonly edges: readonly RestoredEdge[] }
  /** `DOCUMENTS orders (3 {customer: 1}), …` */
  | { readonly kind: 'documents'; readonly collection: Name; readonly documents: readonly RestoredDocument[] }
  /** `PATHS orders {customer: NULL, items: [{sku: NULL}]}, …`: the paths that documents have had, as objects that have them all. */
  | { readonly kind: 'paths'; readonly collection: Name; readonly paths: readonly ObjectLiteral[] }
  /** `NEXT NODE 12`: the id that the next one gets, because those before have been given. */
  | { readonly kind: 'next'; readonly element: 'node' | 'edge'; readonly id: number };

export interface RestoredDocument {
  readonly id: bigint;
  readonly document: ObjectLiteral;
  readonly span: Span;
}

export interface RestoredNode {
  readonly id: number;
  readonly labels: readonly Name[];
  readonly properties?: ObjectLiteral;
  readonly span: Span;
}

export interface RestoredEdge {
  readonly id: number;
  readonly type: Name;
  readonly from: number;
  readonly to: number;
  readonly properties?: ObjectLiteral;
  readonly span: Span;
}
