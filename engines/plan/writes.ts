// The writes in the plan (plan.ts): each has a query as its input. They read their whole input before they change anything, so a
// statement never sees its own changes half-way.

import type { Span } from '../../parser/error.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import type { Expr } from './expression.ts';
import type { PatternPath } from './pattern.ts';
import type { Plan } from './plan.ts';
import type { Column, ColumnId } from './type.ts';

/** Puts out the rows as stored: all columns of the table, in order. A column not in `values` takes its default. */
export interface InsertRows {
  readonly kind: 'insertRows';
  readonly input: Plan;
  readonly table: TableInfo;
  readonly values: readonly { readonly source: string; readonly value: Expr }[];
  readonly columns: readonly Column[];
  readonly places?: InsertPlaces | undefined;
}
/** Where failures are shown: the values row by row as the text has them, if it has them; else the target's name. */
export interface InsertPlaces {
  readonly target: Span;
  readonly rows?: readonly (readonly Span[])[] | undefined;
}
/** `key` is the rowid column of the input. Puts out the new rows. */
export interface UpdateRows {
  readonly kind: 'updateRows';
  readonly input: Plan;
  readonly table: TableInfo;
  readonly key: ColumnId;
  readonly set: readonly { readonly source: string; readonly value: Expr; readonly span?: Span }[];
  readonly columns: readonly Column[];
}
/** Puts out the rows that went: the input's columns. */
export interface DeleteRows {
  readonly kind: 'deleteRows';
  readonly input: Plan;
  readonly table: TableInfo;
  readonly key: ColumnId;
  /** The target's name. */
  readonly span?: Span;
}
export interface InsertDocuments {
  readonly kind: 'insertDocuments';
  readonly input: Plan;
  readonly collection: CollectionInfo;
  /** Must be an object, or a list of objects when `spread`. */
  readonly document: Expr;
  readonly spread: boolean;
  readonly doc: Column;
  readonly key: Column;
  readonly places?: InsertPlaces | undefined;
}
export interface UpdateDocuments {
  readonly kind: 'updateDocuments';
  readonly input: Plan;
  readonly collection: CollectionInfo;
  readonly key: ColumnId;
  readonly oldDoc: ColumnId;
  readonly set: readonly {
    readonly path: readonly (string | number)[];
    readonly value: Expr;
    readonly span?: Span;
  }[];
  readonly unset: readonly (readonly (string | number)[])[];
  readonly doc: Column;
  readonly keyOut: Column;
}
export interface DeleteDocuments {
  readonly kind: 'deleteDocuments';
  readonly input: Plan;
  readonly collection: CollectionInfo;
  readonly key: ColumnId;
}

/** Per input row, makes the nodes and edges of a CREATE; puts out the input's columns and the new ones with `out`. */
export interface CreateElements {
  readonly kind: 'createElements';
  readonly input: Plan;
  /** `bound`: an existing node from the input; a null there is an error. */
  readonly nodes: readonly {
    readonly column: Column;
    readonly bound: boolean;
    readonly out: boolean;
    readonly labels: readonly string[];
    readonly properties?: Expr | undefined;
    readonly span?: Span;
  }[];
  readonly edges: readonly {
    readonly column: Column;
    readonly out: boolean;
    readonly type: string;
    readonly from: number;
    readonly to: number;
    readonly properties?: Expr | undefined;
    readonly span?: Span;
  }[];
  readonly paths: readonly PatternPath[];
}
/** Changes properties and labels; rows pass through. A null target is left alone. */
export interface SetElements {
  readonly kind: 'setElements';
  readonly input: Plan;
  readonly items: readonly SetElementItem[];
}
export type SetElementItem =
  | { readonly kind: 'set'; readonly target: Expr; readonly path: readonly (string | number)[]; readonly value: Expr }
  /** `SET n = {…}`, with merge `n += {…}`; a null value removes the key. */
  | { readonly kind: 'setAll'; readonly target: Expr; readonly value: Expr; readonly merge: boolean }
  | { readonly kind: 'remove'; readonly target: Expr; readonly path: readonly (string | number)[] }
  | { readonly kind: 'addLabels' | 'removeLabels'; readonly target: Expr; readonly labels: readonly string[] };
/** Nodes, edges or paths; rows pass through. A node that still has edges at the end of the clause is `constraint/has-edges` unless `detach`. */
export interface DeleteElements {
  readonly kind: 'deleteElements';
  readonly input: Plan;
  readonly values: readonly Expr[];
  readonly detach: boolean;
}
