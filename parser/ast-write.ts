// The syntax tree of INSERT, UPDATE and DELETE of rows and documents.

import type { Name, Path } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import type { Query, SelectItem } from './ast-query.ts';
import type { Span } from './error.ts';

/** `INSERT INTO name [(columns)] source [RETURNING items]` */
export interface Insert {
  readonly kind: 'insert';
  readonly into: Name;
  readonly columns?: readonly Name[];
  readonly source: InsertSource;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export type InsertSource =
  | { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] }
  /** `INSERT INTO orders {…}, $doc` */
  | { readonly kind: 'documents'; readonly documents: readonly Expression[] }
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'defaultValues' };

/** `UPDATE name [AS alias] SET path = value, … [UNSET path, …] [WHERE …] [RETURNING …]` */
export interface Update {
  readonly kind: 'update';
  readonly target: Name;
  readonly alias?: Name;
  readonly set: readonly { readonly path: Path; readonly value: Expression }[];
  readonly unset: readonly Path[];
  readonly where?: Expression;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

/** `DELETE FROM name [AS alias] [WHERE …] [RETURNING …]` */
export interface Delete {
  readonly kind: 'delete';
  readonly from: Name;
  readonly alias?: Name;
  readonly where?: Expression;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}
