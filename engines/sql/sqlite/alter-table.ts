// ALTER TABLE, and the new names of collections and views. Each action runs by itself, in the order written, inside the statement's
// transaction. SQLite's own ALTER is used where it can do the whole of it; the rest is in rebuild-table.ts.

import type { AlterAction, AlterTable, ColumnChange, DropColumn, DropConstraint, Name, Rename } from '../../../parser/ast.ts';
import { didYouMean, QueryError, type Span } from '../../../parser/error.ts';
import { printExpression, printName } from '../../../parser/print.ts';
import type { Catalog, ColumnInfo, IndexInfo, TableInfo } from '../../catalog.ts';
import type { Value } from '../../value.ts';
import type { CatalogReader } from './catalog.ts';
import { type CompileDefinitions, columnInfo, TableAddition, unknownColumn } from './create-table.ts';
import { countsRows, setCounter } from './counters.ts';
import { checkName, type DdlOutcome, nameTaken, noteColumn, takenBy } from './ddl.ts';
import { renameGraph } from './graph-ddl.ts';
import type { SqliteConnection } from './driver.ts';
import { quotedNames } from './errors.ts';
import { forgetChecks, noteChecks } from './noted-checks.ts';
import { quoteName } from './quote.ts';
import { checkForeignKeys, rebuildTable, rewriteTable } from './rebuild-table.ts';
import { catalogChanged } from './schema.ts';
import { storageType } from './storage-type.ts';
import { renameNoted } from './rename-noted.ts';
import { type ColumnPart, type ColumnText, namesIn, readTableText, type TableText, writeTableText } from './table-text.ts';
import { type Named, unknownName, useRename, viewOfOtherTool } from './unknown-names.ts';

export interface AlterContext {
  readonly connection: SqliteConnection;
  readonly catalog: CatalogReader;
  readonly compile: CompileDefinitions;
  /** The rows of a query of ours, run inside the transaction. */
  readonly query: (text: string) => Promise<readonly (readonly Value[])[]>;
}

const done: DdlOutcome = { kind: 'done' };

export async function alterTable(context: AlterContext, statement: AlterTable): Promise<DdlOutcome> {
  const current = context.catalog.current();
  if (!current.table(statement.name.text)) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no table "${statement.name.text}".` };
    throw unknownName(current, statement.name, 'table', (is) => insteadOf(statement.actions[0], is));
  }
  let { name } = statement;
  const skipped: string[] = [];
  for (const action of statement.actions) {
    const alteration = new Alteration(context, name);
    const message = await alteration.run(action);
    if (message !== undefined) skipped.push(message);
    if (action.kind === 'renameTo') name = { text: action.to.text, span: name.span };
    catalogChanged(context.connection);
  }
  return skipped.length > 0 ? { kind: 'skipped', message: skipped.join(' ') } : done;
}

/** What to do with a collection or a view that ALTER TABLE names. */
function insteadOf(action: AlterAction | undefined, is: Named): string {
  if (action?.kind === 'renameTo') return useRename(is);
  return is === 'view' ? 'CREATE OR REPLACE VIEW changes a view.' : 'Its documents have fields and no columns; UPDATE changes them.';
}

/** One action on one table. */
class Alteration {
  readonly #context: AlterContext;
  readonly #connection: SqliteConnection;
  readonly #current: Catalog;
  readonly #table: TableInfo;
  readonly #name: Name;

  constructor(context: AlterContext, name: Name) {
    this.#context = context;
    this.#connection = context.connection;
    this.#current = context.catalog.current();
    const table = this.#current.table(name.text);
    if (!table) throw new Error(`The table ${name.text} has gone while it is altered.`);
    if (table.view) throw viewOfOtherTool(name, 'altered');
    this.#table = table;
    this.#name = name;
  }

  /** A message if there was nothing to do. */
  async run(action: AlterAction): Promise<string | undefined> {
    switch (action.kind) {
      case 'renameTo':
        return this.#renameTo(action.to, action.span);
      case 'renameColumn':
        return this.#renameColumn(action.column, action.to, action.span);
      case 'addColumn':
        return this.#addColumn(action);
      case 'addConstraint':
        return this.#addConstraint(action);
      case 'dropColumn':
        return this.#dropColumn(action);
      case 'dropConstraint':
        return this.#dropConstraint(action);
      case 'alterColumn':
        return this.#alterColumn(this.#column(action.column), action.change, action.span);
    }
  }

  #column(name: Name): ColumnInfo {
    const found = this.#table.columns.find((column) => column.name.toLowerCase() === name.text.toLowerCase());
    if (found) return found;
    throw unknownColumn(
      this.#table.name,
      name,
      this.#table.columns.map((column) => column.name),
    );
  }

  /** SQLite's own ALTER. What it refuses by words alone comes with its words. */
  #native(sql: string, span: Span, table = this.#table.name): void {
    try {
      this.#connection.run(`ALTER TABLE main.${quoteName(table)} ${sql}`);
    } catch (error) {
      if (error instanceof QueryError && error.code !== 'storage/schema-changed')
        throw new QueryError(error.code, error.message, { span, hint: error.hint });
      throw refused(this.#table.name, error instanceof Error ? error.message : String(error), span);
    }
  }

  #text(): TableText {
    const sql = this.#connection.get("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?", [this.#table.name])?.[0];
    const text = typeof sql === 'string' ? readTableText(sql) : undefined;
    if (!text) throw refused(this.#table.name, 'it is not an ordinary table', this.#name.span);
    return text;
  }

  #rewrite(text: TableText): void {
    rewriteTable(this.#connection, this.#table.name, writeTableText(text));
  }

  #addition(text: TableText): TableAddition {
    const names = [...text.constraints, ...text.columns.flatMap((column) => column.constraints)].flatMap((part) => part.name ?? []);
    return new TableAddition(this.#table, names, this.#current, this.#context.compile);
  }

  #renameTo(to: Name, span: Span): undefined {
    const same = to.text.toLowerCase() === this.#table.name.toLowerCase();
    const taken = same ? undefined : takenBy(this.#connection, this.#current, to);
    if (taken) throw nameTaken(taken, to, 'view');
    checkName(to);
    // SQLite takes a name that differs in case alone for the table that is there.
    const step = same ? `${to.text} renamed` : undefined;
    if (step !== undefined) this.#native(`RENAME TO ${quoteName(step)}`, span);
    this.#native(`RENAME TO ${quoteName(to.text)}`, span, step);
    for (const noted of ['trefoil_column', 'trefoil_check'])
      this.#connection.run(`UPDATE ${noted} SET table_name = ? WHERE table_name = ?`, [to.text, this.#table.name]);
    this.#connection.run("UPDATE trefoil_expression_index SET target = ? WHERE kind = 'table' AND target = ?", [to.text, this.#table.name]);
  }

  #renameColumn(from: Name, to: Name, span: Span): undefined {
    const column = this.#column(from);
    const there = this.#table.columns.find((candidate) => candidate.name.toLowerCase() === to.text.toLowerCase());
    if (there && there !== column)
      throw new QueryError('bind/duplicate-column', `There is already a column "${there.name}".`, { span: to.span });
    this.#native(`RENAME COLUMN ${quoteName(column.name)} TO ${quoteName(to.text)}`, span);
    renameNoted(this.#connection, this.#table, column.name, to.text);
  }

  #addColumn({ column: definition, ifNotExists, span }: AlterAction & { kind: 'addColumn' }): string | undefined {
    const { name } = definition;
    const there = this.#table.columns.find((column) => column.name.toLowerCase() === name.text.toLowerCase());
    if (there && ifNotExists) return `There is already a column "${there.name}".`;
    const text = this.#text();
    const { info, sql, checks } = this.#addition(text).column(this.#name, definition);
    const kinds = new Set(definition.constraints.map((constraint) => constraint.kind));
    if (info.notNull && !info.hasDefault && !kinds.has('generated') && this.#hasRows()) {
      throw new QueryError('constraint/not-null', `The rows of "${this.#table.name}" would have no value in "${info.name}".`, {
        span: definition.span,
        hint: 'Give the column a DEFAULT, or add it without NOT NULL.',
      });
    }
    // SQLite adds no column that is stored, numbered, unique or filled by an expression.
    const stored = definition.constraints.some((constraint) => constraint.kind === 'generated' && constraint.stored);
    const plain = !kinds.has('primaryKey') && !kinds.has('unique') && !kinds.has('default') && !stored;
    if (plain) this.#addNative(sql, kinds.has('generated'), span);
    else {
      const added = readTableText(`CREATE TABLE t (${sql})`)?.columns ?? [];
      rebuildTable(this.#connection, this.#table, writeTableText({ ...text, columns: [...text.columns, ...added] }), span);
    }
    if (storageType(info.type) !== info.declared) noteColumn(this.#connection, this.#table.name, info);
    noteChecks(this.#connection, this.#table.name, checks);
    return undefined;
  }

  /** SQLite computes a generated column for the rows that are there, and says no more than that it failed. */
  #addNative(sql: string, generated: boolean, span: Span): void {
    try {
      this.#native(`ADD COLUMN ${sql}`, span);
    } catch (error) {
      if (!generated || !(error instanceof QueryError) || error.code !== 'bind/alter-table') throw error;
      throw refused(this.#table.name, 'its rows have values for which the expression fails', span, 'SELECT the expression to see which.');
    }
  }

  #hasRows(): boolean {
    return this.#connection.get(`SELECT 1 FROM main.${quoteName(this.#table.name)} LIMIT 1`) !== undefined;
  }

  #addConstraint({ constraint, span }: AlterAction & { kind: 'addConstraint' }): undefined {
    const text = this.#text();
    const { sql, checks } = this.#addition(text).constraint(this.#name, constraint);
    noteChecks(this.#connection, this.#table.name, checks);
    if (constraint.kind === 'check') {
      try {
        this.#native(`ADD ${sql}`, span);
      } catch (error) {
        if (!(error instanceof QueryError) || !error.code.startsWith('constraint/')) throw error;
        throw new QueryError('constraint/check', `Rows of "${this.#table.name}" break this check.`, { span });
      }
      return;
    }
    const added = readTableText(`CREATE TABLE t (x, ${sql})`)?.constraints ?? [];
    const changed = { ...text, constraints: [...text.constraints, ...added] };
    if (constraint.kind === 'foreignKey') {
      this.#rewrite(changed);
      checkForeignKeys(this.#connection, this.#table.name, span);
    } else rebuildTable(this.#connection, this.#table, writeTableText(changed), span);
  }

  #dropColumn({ name, ifExists, span }: DropColumn): string | undefined {
    const there = this.#table.columns.some((column) => column.name.toLowerCase() === name.text.toLowerCase());
    if (!there && ifExists) return `There is no column "${name.text}".`;
    const column = this.#column(name);
    if (this.#table.columns.length === 1) throw refused(this.#table.name, 'a table needs a column', span);
    const uses = this.#current.indexes.filter(
      (index) =>
        index.on.name === this.#table.name && (index.keys.some((key) => key[0] === column.name) || this.#expressionsOver(column, index)),
    );
    if (uses.length > 0) {
      throw refused(
        this.#table.name,
        `${uses.length > 1 ? 'the indexes' : 'the index'} ${quotedNames(uses.map((index) => index.name))} ${uses.length > 1 ? 'need' : 'needs'} the column "${column.name}"`,
        span,
        'DROP INDEX first.',
      );
    }
    this.#refuseIfRead(column, span, `DROP COLUMN ${printName(this.#readers(column)[0] ?? '')} first.`);
    this.#native(`DROP COLUMN ${quoteName(column.name)}`, span);
    this.#connection.run('DELETE FROM trefoil_column WHERE table_name = ? AND column_name = ?', [this.#table.name, column.name]);
    return undefined;
  }

  #expressionsOver(column: ColumnInfo, { words }: IndexInfo): boolean {
    return words !== undefined && namesIn([...words.keys, words.where ?? ''].join(' ')).has(column.name.toLowerCase());
  }

  /** The generated columns that are computed from it. */
  #readers(column: ColumnInfo): string[] {
    const reads = (other: ColumnInfo): boolean => namesIn(other.generated?.sql ?? '').has(column.name.toLowerCase());
    return this.#table.columns.filter((other) => other !== column && reads(other)).map((other) => other.name);
  }

  #refuseIfRead(column: ColumnInfo, span: Span, hint: string): void {
    const readers = this.#readers(column);
    if (readers.length === 0) return;
    throw refused(
      this.#table.name,
      `${readers.length > 1 ? 'the generated columns' : 'the generated column'} ${quotedNames(readers)} ${readers.length > 1 ? 'are' : 'is'} computed from "${column.name}"`,
      span,
      hint,
    );
  }

  #dropConstraint({ name, ifExists, span }: DropConstraint): string | undefined {
    const text = this.#text();
    const wanted = name.text.toLowerCase();
    const named = (part: { readonly name?: string }): boolean => part.name?.toLowerCase() === wanted;
    const all = [...text.constraints, ...text.columns.flatMap((column) => column.constraints)];
    const found = all.find(named);
    if (!found) {
      if (ifExists) return `There is no constraint "${name.text}".`;
      const names = all.flatMap((part) => part.name ?? []);
      const near = didYouMean(name.text, names);
      throw new QueryError('bind/unknown-constraint', `The table "${this.#table.name}" has no constraint "${name.text}".`, {
        span: name.span,
        hint: near ?? (names.length === 0 ? 'It has none with a name.' : `It has ${quotedNames(names)}.`),
      });
    }
    const changed = {
      ...text,
      constraints: text.constraints.filter((part) => part !== found),
      columns: text.columns.map((column) => ({ ...column, constraints: column.constraints.filter((part) => part !== found) })),
    };
    forgetChecks(this.#connection, this.#table.name, name.text);
    if (found.kind === 'UNIQUE' || found.kind === 'PRIMARY') rebuildTable(this.#connection, this.#table, writeTableText(changed), span);
    else this.#rewrite(changed);
    return undefined;
  }

  async #alterColumn(column: ColumnInfo, change: ColumnChange, span: Span): Promise<undefined> {
    if (column.generated && (change.kind === 'setDefault' || change.kind === 'setType'))
      throw refused(this.#table.name, `"${column.name}" is a generated column`, span, 'DROP COLUMN it, and ADD it again.');
    switch (change.kind) {
      case 'setDefault': {
        const sql = `DEFAULT (${this.#context.compile.default(change.value, column)})`;
        this.#rewrite(this.#withPart(column, 'DEFAULT', { kind: 'DEFAULT', text: sql }));
        return;
      }
      case 'dropDefault':
        this.#rewrite(this.#withPart(column, 'DEFAULT', undefined));
        return;
      case 'setNotNull':
        this.#refuseNulls(column, span);
        this.#rewrite(this.#withPart(column, 'NOT', { kind: 'NOT', text: 'NOT NULL' }));
        return;
      case 'dropNotNull':
        if (this.#table.primaryKey.includes(column.name)) throw refused(this.#table.name, `"${column.name}" is in the primary key`, span);
        this.#rewrite(this.#withPart(column, 'NOT', undefined));
        return;
      case 'setType':
        return this.#setType(column, change, span);
      case 'restart':
        return this.#restart(column, change.next ?? 1n, span);
    }
  }

  #restart(column: ColumnInfo, next: bigint, span: Span): undefined {
    if (!countsRows(this.#text(), column.name)) {
      throw refused(this.#table.name, `"${column.name}" does not count its rows`, span, 'AUTOINCREMENT and IDENTITY columns do.');
    }
    if (next < 1n || BigInt.asIntN(64, next) !== next)
      throw refused(this.#table.name, `the number of the next row is from 1 to ${2n ** 63n - 1n}`, span);
    setCounter(this.#connection, this.#table.name, next - 1n);
  }

  #refuseNulls(column: ColumnInfo, span: Span): void {
    const row = this.#connection.get(`SELECT count(*) FROM main.${quoteName(this.#table.name)} WHERE ${quoteName(column.name)} IS NULL`);
    if (row?.[0] === 0n) return;
    throw new QueryError('constraint/not-null', `${String(row?.[0])} rows of "${this.#table.name}" have no value in "${column.name}".`, {
      span,
      hint: column.generated
        ? 'Change the columns that it is computed from.'
        : `UPDATE ${printName(this.#table.name)} SET ${printName(column.name)} = … WHERE ${printName(column.name)} IS NULL`,
    });
  }

  /** The definition with one constraint of the column put in the place of those of its kind. */
  #withPart(column: ColumnInfo, kind: string, part: ColumnPart | undefined): TableText {
    return this.#withColumn(column, (text) => ({
      ...text,
      constraints: [...text.constraints.filter((each) => each.kind !== kind), ...(part ? [part] : [])],
    }));
  }

  #withColumn(column: ColumnInfo, change: (text: ColumnText) => ColumnText): TableText {
    const text = this.#text();
    return { ...text, columns: text.columns.map((each) => (each.name.toLowerCase() === column.name.toLowerCase() ? change(each) : each)) };
  }

  async #setType(column: ColumnInfo, change: ColumnChange & { kind: 'setType' }, span: Span): Promise<undefined> {
    const name = { text: column.name, span };
    const definition = { name, type: change.type, typeArguments: change.typeArguments, typeSpan: change.typeSpan, constraints: [], span };
    const made = columnInfo(definition);
    const info: ColumnInfo = {
      ...made,
      ...(made.type === 'text' && change.typeArguments[0] !== undefined ? { lengthMax: change.typeArguments[0] } : {}),
    };
    if (this.#table.rowid === null) throw refused(this.#table.name, 'it was made WITHOUT ROWID', span);
    this.#refuseIfRead(column, span, 'DROP that column first, and ADD it again.');
    const index = this.#current.indexes.find((one) => one.on.name === this.#table.name && this.#expressionsOver(column, one));
    if (index)
      throw refused(this.#table.name, `the index "${index.name}" has an expression over "${column.name}"`, span, 'DROP INDEX first.');
    if (column.hasDefault && storageType(info.type) !== storageType(column.type)) {
      throw refused(
        this.#table.name,
        `the default of "${column.name}" has the old type`,
        span,
        'DROP DEFAULT first, and SET it again afterwards.',
      );
    }
    const values = await this.#convertedValues(column, change, span);
    const isBoolean = (part: ColumnPart): boolean => part.kind === 'CHECK' && /IN \(0, 1\)\)$/.test(part.text) && column.type === 'boolean';
    const list = this.#withColumn(column, (text) => ({
      ...text,
      type: storageType(info.type),
      constraints: [
        ...(info.type === 'boolean' ? [{ kind: 'CHECK', text: `CHECK (${text.quoted} IN (0, 1))` }] : []),
        ...text.constraints.filter((part) => !isBoolean(part)),
      ],
    }));
    rebuildTable(this.#connection, this.#table, writeTableText(list), span, { column: { ...info, name: column.name }, values });
    this.#connection.run('DELETE FROM trefoil_column WHERE table_name = ? AND column_name = ?', [this.#table.name, column.name]);
    if (storageType(info.type) !== info.declared) noteColumn(this.#connection, this.#table.name, { ...info, name: column.name });
  }

  async #convertedValues(
    column: ColumnInfo,
    change: ColumnChange & { kind: 'setType' },
    span: Span,
  ): Promise<{ readonly key: bigint; readonly value: Value }[]> {
    const table = printName(this.#table.name);
    const size = change.typeArguments.length > 0 ? `(${change.typeArguments.join(', ')})` : '';
    const cast = /^(JSON|ANY)$/.test(change.type) ? printName(column.name) : `CAST(${printName(column.name)} AS ${change.type}${size})`;
    const value = change.using ? printExpression(change.using) : cast;
    try {
      const rows = await this.#context.query(`SELECT id(t), ${value} FROM ${table} AS t`);
      return rows.map(([key, converted]) => ({ key: key as bigint, value: converted }));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new QueryError(error.code, error.message, { span, hint: error.hint ?? 'USING says how the values are converted.' });
    }
  }
}

function refused(table: string, why: string, span: Span, hint?: string): QueryError {
  return new QueryError('bind/alter-table', `The table "${table}" cannot be changed so: ${why}.`, { span, hint });
}

/** ALTER COLLECTION or VIEW … RENAME TO. */
export async function rename(connection: SqliteConnection, catalog: CatalogReader, statement: Rename): Promise<DdlOutcome> {
  const { name, to, what } = statement;
  if (what === 'graph') return renameGraph(connection, catalog, statement);
  const current = catalog.current();
  const found = what === 'view' ? current.view(name.text) : current.collection(name.text);
  if (!found) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no ${what} "${name.text}".` };
    throw unknownName(current, name, what, useRename);
  }
  const same = to.text.toLowerCase() === found.name.toLowerCase();
  const taken = same ? undefined : takenBy(connection, current, to);
  if (taken) throw nameTaken(taken, to, 'other');
  checkName(to);
  if (what === 'view') connection.run('UPDATE trefoil_view SET name = ? WHERE name = ?', [to.text, found.name]);
  else {
    const collection = current.collection(name.text);
    const table = collection?.table ?? found.name;
    // SQLite takes a name that differs in case alone for the table that is there.
    const step = same ? `${to.text} renamed` : undefined;
    if (step !== undefined) connection.run(`ALTER TABLE main.${quoteName(table)} RENAME TO ${quoteName(step)}`);
    connection.run(`ALTER TABLE main.${quoteName(step ?? table)} RENAME TO ${quoteName(to.text)}`);
    connection.run('UPDATE trefoil_collection SET name = ?, table_name = ? WHERE name = ?', [to.text, to.text, found.name]);
    connection.run("UPDATE trefoil_index SET target = ? WHERE kind = 'collection' AND target = ? COLLATE NOCASE", [to.text, found.name]);
    connection.run("UPDATE trefoil_expression_index SET target = ? WHERE kind = 'collection' AND target = ?", [to.text, found.name]);
    connection.run('UPDATE trefoil_path SET collection = ? WHERE collection = ?', [to.text, found.name]);
  }
  catalogChanged(connection);
  return done;
}
