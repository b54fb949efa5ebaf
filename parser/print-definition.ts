// Definitions of tables, collections, views and indexes as text. Part of printing (print.ts).

import type * as ast from './ast.ts';
import { LEVEL } from './precedence.ts';
import { printAnyName, printAtLevel, printExpression, printName } from './print-expression.ts';
import { printSteps } from './print-pipeline.ts';
import { printNames, printQuery } from './print-query.ts';

/** `DROP TABLE IF EXISTS name` and its kin. */
export function printDrop(what: string, { name, also, ifExists }: Pick<ast.DropTable, 'name' | 'also' | 'ifExists'>): string {
  return `DROP ${what} ${ifExists ? 'IF EXISTS ' : ''}${[name, ...(also ?? [])].map((each) => printName(each.text)).join(', ')}`;
}

/** CREATE COLLECTION as text. */
export function printCreateCollection({ name, ifNotExists, schema }: ast.CreateCollection): string {
  const text = `CREATE COLLECTION ${ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(name.text)}`;
  return schema ? `${text} VALIDATE WITH ${printExpression(schema)}` : text;
}

/** ALTER COLLECTION … SET SCHEMA as text. */
export function printAlterCollection({ name, schema, notValidated }: ast.AlterCollection): string {
  const text = `ALTER COLLECTION ${printName(name.text)}`;
  return schema ? `${text} SET SCHEMA ${printExpression(schema)}${notValidated ? ' NOT VALIDATED' : ''}` : `${text} DROP SCHEMA`;
}

/** CREATE TABLE as text. */
export function printCreateTable({ name, ifNotExists, columns, constraints, query }: ast.CreateTable): string {
  if (query) return `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(name.text)} AS ${printQuery(query)}`;
  const parts = [...columns.map(printColumn), ...constraints.map(printTableConstraint)];
  return `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(name.text)} (${parts.join(', ')})`;
}

/** A column of CREATE TABLE. */
export function printColumn({ name, type, typeArguments, constraints }: ast.ColumnDefinition): string {
  const size = typeArguments.length > 0 ? `(${typeArguments.join(', ')})` : '';
  return [printName(name.text), ...(type === '' ? [] : [type + size]), ...constraints.map(printColumnConstraint)].join(' ');
}

function printColumnConstraint(constraint: ast.ColumnConstraint): string {
  switch (constraint.kind) {
    case 'notNull':
      return 'NOT NULL';
    case 'primaryKey':
      return `PRIMARY KEY${constraint.autoincrement ? ' AUTOINCREMENT' : ''}`;
    case 'unique':
      return 'UNIQUE';
    case 'collate':
      return `COLLATE ${printName(constraint.collation.text)}`;
    case 'default': {
      // A bare COLLATE would be the column's.
      const text = printAtLevel(constraint.value, LEVEL.additive);
      return `DEFAULT ${/ COLLATE /.test(text) ? `(${text})` : text}`;
    }
    case 'check':
      return `${printConstraintName(constraint.name)}CHECK (${printExpression(constraint.condition)})`;
    case 'references':
      return printReferences(constraint.table, constraint.columns, constraint);
  }
}

/** A constraint of CREATE TABLE. */
export function printTableConstraint(constraint: ast.TableConstraint): string {
  const name = printConstraintName(constraint.name);
  switch (constraint.kind) {
    case 'primaryKey':
      return `${name}PRIMARY KEY ${printNames(constraint.columns)}`;
    case 'unique':
      return `${name}UNIQUE ${printNames(constraint.columns)}`;
    case 'check':
      return `${name}CHECK (${printExpression(constraint.condition)})`;
    case 'foreignKey':
      return `${name}FOREIGN KEY ${printNames(constraint.columns)} ${printReferences(constraint.table, constraint.references, constraint)}`;
  }
}

function printConstraintName(name: ast.Name | undefined): string {
  return name ? `CONSTRAINT ${printName(name.text)} ` : '';
}

const ACTIONS: Readonly<Record<ast.ReferentialAction, string>> = {
  cascade: 'CASCADE',
  restrict: 'RESTRICT',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
  noAction: 'NO ACTION',
};

type Actions = { readonly onDelete?: ast.ReferentialAction; readonly onUpdate?: ast.ReferentialAction; readonly deferred?: true };

function printReferences(table: ast.Name, columns: readonly ast.Name[], { onDelete, onUpdate, deferred }: Actions): string {
  const list = columns.length > 0 ? ` ${printNames(columns)}` : '';
  const actions = (onDelete ? ` ON DELETE ${ACTIONS[onDelete]}` : '') + (onUpdate ? ` ON UPDATE ${ACTIONS[onUpdate]}` : '');
  return `REFERENCES ${printName(table.text)}${list}${actions}${deferred ? ' DEFERRABLE INITIALLY DEFERRED' : ''}`;
}

/** A table, a collection or `:Label`. */
export function printTarget(target: ast.IndexTarget): string {
  return target.kind === 'named' ? printName(target.name.text) : `:${printAnyName(target.label.text)}`;
}

/** CREATE INDEX as text. */
export function printCreateIndex({ name, ifNotExists, unique, target, keys }: ast.CreateIndex): string {
  const list = keys.map(({ path, descending }) => printSteps(path) + (descending ? ' DESC' : '')).join(', ');
  const words = [
    'CREATE',
    ...(unique ? ['UNIQUE'] : []),
    'INDEX',
    ...(ifNotExists ? ['IF NOT EXISTS'] : []),
    ...(name ? [printName(name.text)] : []),
  ];
  return `${words.join(' ')} ON ${printTarget(target)} (${list})`;
}

/** CREATE VIEW as text. */
export function printCreateView({ name, orReplace, temporary, ifNotExists, columns, query }: ast.CreateView): string {
  const words = [
    'CREATE',
    ...(orReplace ? ['OR REPLACE'] : []),
    ...(temporary ? ['TEMP'] : []),
    'VIEW',
    ...(ifNotExists ? ['IF NOT EXISTS'] : []),
  ];
  return `${words.join(' ')} ${printName(name.text)}${columns ? ` ${printNames(columns)}` : ''} AS ${printQuery(query)}`;
}
