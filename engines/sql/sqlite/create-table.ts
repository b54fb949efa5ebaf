// CREATE TABLE as SQLite's own: a STRICT table whose column types SQLite checks itself, and a list of what SQLite cannot keep
// (that a column holds dates, or was declared VARCHAR(30)), which goes to trefoil_column.
//
//   CREATE TABLE t (a BOOLEAN, b VARCHAR(3))  →  CREATE TABLE main."t" ("a" INTEGER CONSTRAINT "t_a_boolean" CHECK ("a" IN (0, 1)), "b" TEXT) STRICT

import type {
  ColumnConstraint,
  ColumnDefinition,
  CreateTable,
  Expression,
  Name,
  ReferentialAction,
  TableConstraint,
} from '../../../parser/ast.ts';
import { didYouMean, QueryError, type Span } from '../../../parser/error.ts';
import type { Catalog, ColumnInfo, TableInfo } from '../../catalog.ts';
import { collationNamed } from '../../plan/collation.ts';
import { listNames } from '../../plan/scope.ts';
import { typeFromDeclared, unknownType } from '../../plan/typing.ts';
import type { Type } from '../../plan/type.ts';
import { checkCircles, checkGenerated, checkIdentity, isIdentity, refused } from './generated-column.ts';
import { printExpression, printGenerated } from '../../../parser/print.ts';
import { unknownName } from './unknown-names.ts';
import { quotedNames } from './errors.ts';
import type { NotedCheck } from './noted-checks.ts';
import { quoteName } from './quote.ts';
import { storageType } from './storage-type.ts';

/** What the binder and the SQL compiler give for the expressions in a CREATE TABLE. Both return SQL text without parameters. */
export interface CompileDefinitions {
  /** A condition over the columns of the new table. */
  check(condition: Expression, columns: readonly ColumnInfo[]): string;
  /** A constant of the column's type, or an expression such as now(), as it stands inside `DEFAULT (…)`. For a JSON column (`column.json`) it must give JSONB. */
  default(value: Expression, column: ColumnInfo): string;
  /** What a generated column holds, as it stands inside `AS (…)`, and the columns that it reads. */
  generated(
    value: Expression,
    columns: readonly ColumnInfo[],
    column: ColumnInfo,
  ): { readonly sql: string; readonly names: readonly string[] };
}

export interface TableDefinition {
  readonly sql: string;
  /** Columns that SQLite's own type does not describe. */
  readonly noted: readonly { readonly name: string; readonly type: Type; readonly declared: string }[];
  readonly checks: readonly NotedCheck[];
}

interface NewColumn {
  readonly definition: ColumnDefinition;
  readonly info: ColumnInfo;
}

/** Throws `bind/*` for what cannot be made. */
export function tableDefinition(statement: CreateTable, catalog: Catalog, compile: CompileDefinitions): TableDefinition {
  const columns = statement.columns.map((definition): NewColumn => ({ definition, info: columnInfo(definition) }));
  const builder = new TableBuilder(statement, columns, catalog, compile);
  const parts = [
    ...columns.map((column) => builder.column(column)),
    ...statement.constraints.map((constraint) => builder.tableConstraint(constraint)),
  ];
  builder.checkCircles();
  return {
    sql: `CREATE TABLE main.${quoteName(statement.name.text)} (${parts.join(', ')}) STRICT`,
    noted: columns
      .map(({ info }) => ({ name: info.name, type: info.type, declared: info.declared }))
      .filter((info) => storageType(info.type) !== info.declared),
    checks: builder.checks,
  };
}

/** What ALTER TABLE adds, as SQL: to a table that is there, whose constraints have the names `taken`. */
export class TableAddition {
  readonly #table: TableInfo;
  readonly #taken: readonly string[];
  readonly #catalog: Catalog;
  readonly #compile: CompileDefinitions;

  constructor(table: TableInfo, taken: readonly string[], catalog: Catalog, compile: CompileDefinitions) {
    this.#table = table;
    this.#taken = taken;
    this.#catalog = catalog;
    this.#compile = compile;
  }

  #builder(name: Name, added: readonly NewColumn[]): TableBuilder {
    const { span } = name;
    const statement: CreateTable = {
      kind: 'createTable',
      name: { text: this.#table.name, span },
      ifNotExists: false,
      columns: [],
      constraints: [],
      span,
    };
    const there = this.#table.columns.map((info): NewColumn => {
      const definition = { name: { text: info.name, span }, type: info.declared, typeArguments: [], typeSpan: span, constraints: [], span };
      return { definition, info };
    });
    const builder = new TableBuilder(statement, [...there, ...added], this.#catalog, this.#compile);
    builder.taken(this.#taken, this.#table.primaryKey.length > 0 ? span : undefined);
    return builder;
  }

  /** A new column of the table. */
  column(
    name: Name,
    definition: ColumnDefinition,
  ): { readonly info: ColumnInfo; readonly sql: string; readonly checks: readonly NotedCheck[] } {
    const added = { definition, info: columnInfo(definition) };
    const builder = this.#builder(name, [added]);
    const sql = builder.column(added);
    builder.checkCircles();
    return { info: added.info, sql, checks: builder.checks };
  }

  constraint(name: Name, constraint: TableConstraint): { readonly sql: string; readonly checks: readonly NotedCheck[] } {
    const builder = this.#builder(name, []);
    return { sql: builder.tableConstraint(constraint), checks: builder.checks };
  }
}

/** The column that a definition makes. Throws `bind/unknown-type`. */
export function columnInfo(definition: ColumnDefinition): ColumnInfo {
  const type = typeFromDeclared(definition.type);
  if (definition.type === '') {
    throw new QueryError('bind/unknown-type', `The column "${definition.name.text}" has no type.`, {
      span: definition.name.span,
      hint: 'A column of type JSON takes any value.',
    });
  }
  if (type === undefined) throw unknownType(definition.type, definition.typeSpan);
  checkGenerated(definition);
  const declared = declaredText(definition);
  const json = storageType(type) === 'BLOB' && type !== 'bytes';
  const collate = definition.constraints.find((constraint) => constraint.kind === 'collate');
  const collation = collate ? collationNamed(collate.collation) : 'binary';
  return {
    name: definition.name.text,
    type,
    declared,
    notNull: definition.constraints.some((constraint) => constraint.kind === 'notNull'),
    hasDefault: definition.constraints.some((constraint) => constraint.kind === 'default'),
    isRowid: false,
    ...(json ? { json: true as const } : {}),
    ...(collation === 'binary' ? {} : { collation }),
  };
}

/** `VARCHAR(30)`, `FLOAT GENERATED ALWAYS AS (qty * price) STORED`, `INTEGER GENERATED ALWAYS AS IDENTITY` */
function declaredText({ type, typeArguments, constraints }: ColumnDefinition): string {
  const words = [typeArguments.length > 0 ? `${type}(${typeArguments.join(', ')})` : type];
  for (const constraint of constraints)
    if (constraint.kind === 'generated' || constraint.kind === 'identity') words.push(printGenerated(constraint));
  return words.join(' ');
}

class TableBuilder {
  readonly #statement: CreateTable;
  readonly #columns: readonly NewColumn[];
  readonly #catalog: Catalog;
  readonly #compile: CompileDefinitions;
  readonly #constraintNames = new Set<string>();
  readonly #reads = new Map<string, { names: readonly string[]; span: Span }>();
  /** The checks that were built, as they were written. */
  readonly checks: NotedCheck[] = [];
  #primaryKey: Span | undefined;

  constructor(statement: CreateTable, columns: readonly NewColumn[], catalog: Catalog, compile: CompileDefinitions) {
    this.#statement = statement;
    this.#columns = columns;
    this.#catalog = catalog;
    this.#compile = compile;
    const seen = new Set<string>();
    for (const { definition } of columns) {
      const name = definition.name.text.toLowerCase();
      if (seen.has(name)) {
        throw new QueryError('bind/duplicate-column', `The column "${definition.name.text}" is there twice.`, {
          span: definition.name.span,
        });
      }
      seen.add(name);
    }
    if (columns.length === 0) throw new QueryError('bind/no-columns', 'A table needs a column.', { span: statement.name.span });
    const written = ({ definition, info }: NewColumn): boolean =>
      !info.generated && !definition.constraints.some(({ kind }) => kind === 'generated');
    if (!columns.some(written))
      throw new QueryError('bind/no-columns', 'A table needs a column that is not generated.', { span: statement.name.span });
  }

  /** The names of constraints that are there already, and where a second primary key would be told of. */
  taken(names: readonly string[], primaryKey: Span | undefined): void {
    for (const name of names) this.#constraintNames.add(name.toLowerCase());
    this.#primaryKey = primaryKey;
  }

  column({ definition, info }: NewColumn): string {
    const name = quoteName(info.name);
    const parts = [name, storageType(info.type)];
    if (info.type === 'boolean') parts.push(this.#named(undefined, `${info.name}_boolean`, `CHECK (${name} IN (0, 1))`));
    for (const constraint of definition.constraints) parts.push(...this.#columnConstraint(constraint, info, definition));
    return parts.join(' ');
  }

  #columnConstraint(constraint: ColumnConstraint, column: ColumnInfo, definition: ColumnDefinition): string[] {
    switch (constraint.kind) {
      case 'notNull':
        return ['NOT NULL'];
      case 'primaryKey':
        this.#onePrimaryKey(constraint.span);
        this.#refuseJson(column, constraint.span);
        if (constraint.autoincrement && column.type !== 'integer') {
          throw new QueryError('bind/autoincrement', `AUTOINCREMENT numbers integers, and "${column.name}" is no integer.`, {
            span: constraint.span,
          });
        }
        return [constraint.autoincrement || isIdentity(definition) ? 'PRIMARY KEY AUTOINCREMENT' : 'PRIMARY KEY'];
      case 'unique':
        this.#refuseJson(column, constraint.span);
        return ['UNIQUE'];
      case 'collate':
        return [`COLLATE ${this.#collation(constraint.collation, column)}`];
      case 'default':
        return [`DEFAULT (${this.#compile.default(constraint.value, column)})`];
      case 'check':
        return [this.#check(constraint.name, column.name, constraint.condition)];
      case 'generated':
        return [this.#generated(constraint, column)];
      case 'identity':
        checkIdentity(definition, column, constraint.span);
        return [];
      case 'references':
        return [this.#references([column.name], constraint.table, constraint.columns, constraint, constraint.span)];
    }
  }

  #generated({ value, stored }: ColumnConstraint & { readonly kind: 'generated' }, column: ColumnInfo): string {
    const { sql, names } = this.#compile.generated(
      value,
      this.#columns.map((c) => c.info),
      column,
    );
    this.#reads.set(column.name, { names, span: value.span });
    return `GENERATED ALWAYS AS (${sql}) ${stored ? 'STORED' : 'VIRTUAL'}`;
  }

  /** To be called when all columns are there. */
  checkCircles(): void {
    checkCircles(this.#reads);
  }

  #collation(name: Name, column: ColumnInfo): string {
    const collation = collationNamed(name);
    if (column.type !== 'text') {
      throw new QueryError('bind/collation', `A collation goes with text, and "${column.name}" is ${column.type}.`, { span: name.span });
    }
    return collation.toUpperCase();
  }

  tableConstraint(constraint: TableConstraint): string {
    switch (constraint.kind) {
      case 'primaryKey':
        this.#onePrimaryKey(constraint.span);
        this.#refuseGenerated(constraint.columns);
        return this.#maybeNamed(constraint.name, `PRIMARY KEY (${this.#own(constraint.columns, true)})`);
      case 'unique':
        return this.#maybeNamed(constraint.name, `UNIQUE (${this.#own(constraint.columns, true)})`);
      case 'check':
        return this.#check(constraint.name, undefined, constraint.condition);
      case 'foreignKey': {
        const columns = this.#own(constraint.columns, false);
        const names = constraint.columns.map((name) => name.text);
        const sql = this.#references(names, constraint.table, constraint.references, constraint, constraint.span);
        return this.#maybeNamed(constraint.name, `FOREIGN KEY (${columns}) ${sql}`);
      }
    }
  }

  #refuseGenerated(names: readonly Name[]): void {
    for (const name of names) {
      const found = this.#columns.find(({ info }) => info.name.toLowerCase() === name.text.toLowerCase());
      const generated = found?.info.generated ?? found?.definition.constraints.some(({ kind }) => kind === 'generated');
      if (generated) throw refused(`"${name.text}" is generated and cannot be in the primary key.`, name.span);
    }
  }

  #onePrimaryKey(span: Span): void {
    if (this.#primaryKey) throw new QueryError('bind/two-primary-keys', 'A table has one primary key; this is the second.', { span });
    this.#primaryKey = span;
  }

  #refuseJson(column: ColumnInfo, span: Span): void {
    if (!column.json) return;
    throw new QueryError('bind/json-key', `The column "${column.name}" holds JSON values and cannot be unique or a key.`, { span });
  }

  /** Columns of the new table itself. */
  #own(names: readonly Name[], refuseJson: boolean): string {
    return names
      .map((name) => {
        const found = this.#columns.find((column) => column.info.name.toLowerCase() === name.text.toLowerCase());
        if (!found)
          throw unknownColumn(
            this.#statement.name.text,
            name,
            this.#columns.map((column) => column.info.name),
          );
        if (refuseJson) this.#refuseJson(found.info, name.span);
        return quoteName(found.info.name);
      })
      .join(', ');
  }

  /** Every CHECK gets a name, since SQLite's message shows only that (or its own SQL text, which nobody wrote). */
  #check(name: Name | undefined, column: string | undefined, condition: Expression): string {
    const sql = this.#compile.check(
      condition,
      this.#columns.map((c) => c.info),
    );
    const unique = this.#uniqueName(name, column === undefined ? 'check' : `${column}_check`);
    this.checks.push({ name: unique, text: printExpression(condition) });
    return `CONSTRAINT ${quoteName(unique)} CHECK (${sql})`;
  }

  #named(name: Name | undefined, ending: string, sql: string): string {
    return `CONSTRAINT ${quoteName(this.#uniqueName(name, ending))} ${sql}`;
  }

  #uniqueName(name: Name | undefined, ending: string): string {
    const base = name?.text ?? `${this.#statement.name.text}_${ending}`;
    let unique = base;
    for (let i = 2; this.#constraintNames.has(unique.toLowerCase()); i++) unique = `${base}${i}`;
    if (name && unique !== base) {
      throw new QueryError('bind/duplicate-constraint', `The constraint "${base}" is there twice.`, { span: name.span });
    }
    this.#constraintNames.add(unique.toLowerCase());
    return unique;
  }

  #maybeNamed(name: Name | undefined, sql: string): string {
    return name ? this.#named(name, '', sql) : sql;
  }

  #references(
    columns: readonly string[],
    table: Name,
    references: readonly Name[],
    actions: { readonly onDelete?: ReferentialAction; readonly onUpdate?: ReferentialAction; readonly deferred?: true },
    span: Span,
  ): string {
    const targets = this.#referenced(table, references, span);
    if (targets.length !== columns.length) {
      throw new QueryError('bind/foreign-key', `The foreign key has ${columns.length} column(s) and refers to ${targets.length}.`, {
        span,
      });
    }
    const onDelete = actions.onDelete ? ` ON DELETE ${actionSql(actions.onDelete)}` : '';
    const deferred = actions.deferred ? ' DEFERRABLE INITIALLY DEFERRED' : '';
    const onUpdate = actions.onUpdate ? ` ON UPDATE ${actionSql(actions.onUpdate)}` : '';
    return `REFERENCES ${quoteName(table.text)} (${targets.map(quoteName).join(', ')})${onDelete}${onUpdate}${deferred}`;
  }

  /** The columns that a foreign key refers to; they must be unique in their table. */
  #referenced(table: Name, references: readonly Name[], span: Span): readonly string[] {
    const found = this.#catalog.table(table.text);
    const self = !found && table.text.toLowerCase() === this.#statement.name.text.toLowerCase();
    if (!self && !found) throw unknownName(this.#catalog, table, 'table', () => 'A foreign key refers to columns of a table.');
    const target = found ? { ...found, columns: found.columns.map((column) => column.name) } : this.#self();
    const names = references.map((name) => {
      const column = target.columns.find((candidate) => candidate.toLowerCase() === name.text.toLowerCase());
      if (column === undefined) throw unknownColumn(table.text, name, target.columns);
      return column;
    });
    const wanted = names.length > 0 ? names : target.primaryKey;
    if (wanted.length === 0) {
      throw new QueryError('bind/foreign-key', `The table "${table.text}" has no primary key to refer to.`, {
        span,
        hint: 'Name unique columns of it in parentheses.',
      });
    }
    const unique = target.unique.some((set) => sameNames(set, wanted));
    if (!unique) {
      throw new QueryError(
        'bind/foreign-key',
        `${quotedNames(wanted)} of table "${table.text}" must be UNIQUE or the primary key to be referred to.`,
        { span },
      );
    }
    return wanted;
  }

  #self(): { columns: readonly string[]; primaryKey: readonly string[]; unique: readonly (readonly string[])[] } {
    const unique: string[][] = [];
    let primaryKey: string[] = [];
    for (const { definition, info } of this.#columns) {
      for (const constraint of definition.constraints) {
        if (constraint.kind === 'unique') unique.push([info.name]);
        if (constraint.kind === 'primaryKey') primaryKey = [info.name];
      }
    }
    for (const constraint of this.#statement.constraints) {
      if (constraint.kind === 'unique') unique.push(constraint.columns.map((name) => name.text));
      if (constraint.kind === 'primaryKey') primaryKey = constraint.columns.map((name) => name.text);
    }
    return { columns: this.#columns.map((column) => column.info.name), primaryKey, unique: [primaryKey, ...unique] };
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  const inA = new Set(a.map((name) => name.toLowerCase()));
  return a.length === b.length && b.every((name) => inA.has(name.toLowerCase()));
}

function actionSql(action: ReferentialAction): string {
  switch (action) {
    case 'cascade':
      return 'CASCADE';
    case 'restrict':
      return 'RESTRICT';
    case 'setNull':
      return 'SET NULL';
    case 'setDefault':
      return 'SET DEFAULT';
    case 'noAction':
      return 'NO ACTION';
  }
}

export function unknownColumn(table: string, name: Name, columns: readonly string[]): QueryError {
  return new QueryError('bind/unknown-column', `The table "${table}" has no column "${name.text}".`, {
    span: name.span,
    hint: didYouMean(name.text, columns) ?? `It has ${listNames(columns)}.`,
  });
}
