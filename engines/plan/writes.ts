// The writes in the plan (plan.ts): each has a query as its input. They read their whole input before they change anything, so a
// statement never sees its own changes half-way.

import type { Span } from '../../parser/error.ts';
import type { CollectionInfo, GraphRef, TableInfo } from '../catalog.ts';
import type { Expr } from './expression.ts';
import type { PatternPath } from './pattern.ts';
import type { Plan, ScanWorking, Sql } from './plan.ts';
import type { Column, ColumnId } from './type.ts';

/** Puts out the rows as stored: all columns of the table, in order. A column not in `values` takes its default. */
export interface InsertRows {
  readonly kind: 'insertRows';
  readonly input: Plan;
  readonly table: TableInfo;
  readonly values: readonly { readonly source: string; readonly value: Expr }[];
  /** Of an input row by its number: the places in `values` where DEFAULT was written. Absent: nowhere. */
  readonly defaults?: readonly (readonly number[])[] | undefined;
  readonly or?: WriteResolution | undefined;
  readonly conflicts: readonly RowConflict[];
  readonly columns: readonly Column[];
  readonly places?: InsertPlaces | undefined;
}
/** A row that breaks a constraint is left out, or replaces those in its way. Absent: the statement fails. */
export type WriteResolution = 'ignore' | 'replace';

/** What INSERT does where a row is in the way. Of several clauses the first decides for which there is such a row. */
export interface RowConflict {
  /** Sets of columns that are unique. */
  readonly targets: readonly (readonly string[])[];
  /** No target was named: whatever is unique counts, also what `targets` does not know. */
  readonly any: boolean;
  /** The row that is there and the row that was to come: columns that `update.plan` reads from outside. */
  readonly existing: readonly Column[];
  readonly excluded: readonly Column[];
  /** `plan` gives one row with the new values, or none if the row stays as it is. Absent: nothing is done. */
  readonly update?: { readonly plan: Plan; readonly set: readonly SetTarget[] };
}
export type SetTarget = Omit<UpdateRows['set'][number], 'value'>;

/** As RowConflict, for documents: `existing` is the document and its id, `excluded` the new document. */
export interface DocumentConflict {
  readonly targets: readonly (readonly (readonly (string | number)[])[])[];
  readonly any: boolean;
  readonly existing: readonly Column[];
  readonly excluded: readonly Column[];
  readonly update?: {
    readonly plan: Plan;
    readonly set: readonly Omit<UpdateDocuments['set'][number], 'value'>[];
    readonly unset: UpdateDocuments['unset'];
  };
}

/** Where failures are shown: the values row by row as the text has them, if it has them; else the target's name. */
export interface InsertPlaces {
  readonly target: Span;
  readonly rows?: readonly (readonly Span[])[] | undefined;
}
/** `key` is the rowid column of the input. Puts out the new rows, each with the columns `carried` of the input row behind it. */
export interface UpdateRows {
  readonly kind: 'updateRows';
  readonly input: Plan;
  readonly table: TableInfo;
  readonly key: ColumnId;
  /** `isDefault`: the column's default, and `value` says nothing. */
  readonly set: readonly { readonly source: string; readonly value: Expr; readonly span?: Span; readonly isDefault?: boolean }[];
  readonly or?: WriteResolution | undefined;
  /** Set by the cut where nobody wants the rows: gives the keys and the new values, so that one SQL statement can change all rows. */
  readonly bulk?: Sql | undefined;
  readonly columns: readonly Column[];
  readonly carried: readonly Column[];
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
  readonly or?: WriteResolution | undefined;
  readonly conflicts: readonly DocumentConflict[];
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
  readonly or?: WriteResolution | undefined;
  /** As for rows. */
  readonly bulk?: Sql | undefined;
  readonly doc: Column;
  readonly keyOut: Column;
  /** Columns of the input row that stand behind the document. */
  readonly carried: readonly Column[];
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
  readonly graph?: GraphRef | undefined;
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
/**
 * MERGE. Per input row, the ways its pattern matches; where there is none, its elements are made. A row sees what the rows before it made and
 * set. Puts out the input's columns and those of the pattern with `out`, as CreateElements does.
 */
export interface MergeElements {
  readonly kind: 'mergeElements';
  readonly input: Plan;
  readonly graph?: GraphRef | undefined;
  /** An optional match over a `scanWorking` of `working`, into which the operator puts rows of `working.columns`. */
  readonly match: Plan;
  readonly working: ScanWorking;
  /** The last of the working columns: which row it is, counted from 0. */
  readonly position: Column;
  /** An element that the pattern brings: null where it did not match. */
  readonly found: Column;
  /** The values of the pattern's properties, computed before; null is an error. */
  readonly keys: readonly { readonly column: Column; readonly property: string; readonly span?: Span | undefined }[];
  readonly nodes: CreateElements['nodes'];
  readonly edges: CreateElements['edges'];
  readonly paths: CreateElements['paths'];
  readonly onCreate: readonly SetElementItem[];
  readonly onMatch: readonly SetElementItem[];
  /** A row can only match what was there before, or what a row with the same keys and bound nodes made: many rows are then matched at once. */
  readonly independent: boolean;
  /** The ends of the only edge may be exchanged. */
  readonly symmetric: boolean;
}
/** Per input row, runs `body`, which sees the row as outer columns, for what it changes; rows pass through. FOREACH, and CALL { … } without RETURN. */
export interface ForEach {
  readonly kind: 'forEach';
  readonly input: Plan;
  readonly body: Plan;
}
/** Changes properties and labels; rows pass through. A null target is left alone. */
export interface SetElements {
  readonly kind: 'setElements';
  readonly input: Plan;
  readonly items: readonly SetElementItem[];
}
/** A step of a path is a name, an index, or what an expression gives. */
export type SetElementItem =
  | { readonly kind: 'set'; readonly target: Expr; readonly path: readonly (string | number | Expr)[]; readonly value: Expr }
  /** `SET n = {…}`, with merge `n += {…}`; a null value removes the key. */
  | { readonly kind: 'setAll'; readonly target: Expr; readonly value: Expr; readonly merge: boolean }
  | { readonly kind: 'remove'; readonly target: Expr; readonly path: readonly (string | number | Expr)[] }
  | { readonly kind: 'addLabels' | 'removeLabels'; readonly target: Expr; readonly labels: readonly string[] };
/** Nodes, edges or paths; rows pass through. A node that still has edges at the end of the clause is `constraint/has-edges` unless `detach`. */
export interface DeleteElements {
  readonly kind: 'deleteElements';
  readonly input: Plan;
  readonly values: readonly Expr[];
  readonly detach: boolean;
}
