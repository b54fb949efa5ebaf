// Syntax tree to text: statements, and the entry to printing. What is printed parses to the same tree, spans apart.

import type * as ast from './ast.ts';
import { LEVEL } from './precedence.ts';
import { printAnyName, printAtLevel, printExpression, printList, printName, printString } from './print-expression.ts';
import { printSteps } from './print-pipeline.ts';
import { printNames, printQuery, printRows, printSelectItems } from './print-query.ts';

export { printExpression, printName } from './print-expression.ts';
export { printPath } from './print-pattern.ts';
export { printClause } from './print-pipeline.ts';
export { printFrom, printQuery } from './print-query.ts';

/** The canonical text of a statement, without a semicolon. */
export function printStatement(statement: ast.Statement): string {
  switch (statement.kind) {
    case 'createTable':
      return printCreateTable(statement);
    case 'createCollection':
      return `CREATE COLLECTION ${statement.ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(statement.name.text)}`;
    case 'createIndex':
      return printCreateIndex(statement);
    case 'dropTable':
      return printDrop('TABLE', statement);
    case 'dropCollection':
      return printDrop('COLLECTION', statement);
    case 'dropIndex':
      return printDrop('INDEX', statement);
    case 'insert':
      return printInsert(statement);
    case 'update':
      return printUpdate(statement);
    case 'delete':
      return `DELETE FROM ${printName(statement.from.text)}${printTail(statement)}`;
    case 'query':
      return printQuery(statement.query);
    case 'begin':
      return statement.readOnly ? 'BEGIN READ ONLY' : 'BEGIN';
    case 'commit':
      return 'COMMIT';
    case 'rollback':
      return 'ROLLBACK';
    case 'show':
      return `SHOW ${statement.what === 'edgeTypes' ? 'EDGE TYPES' : statement.what.toUpperCase()}`;
    case 'describe':
      return `DESCRIBE ${printTarget(statement.target)}`;
    case 'explain':
      return `EXPLAIN ${statement.analyze ? 'ANALYZE ' : ''}${printStatement(statement.statement)}`;
    case 'compareQueries':
      return `COMPARE { ${statement.forms.map(({ model, query }) => `${model.toUpperCase()} ${printQuery(query)}`).join('; ')} }`;
    case 'compareQuestion':
      return `COMPARE ${printString(statement.question)}`;
  }
}

/** The canonical text of a script: each statement on a line, with its semicolon. */
export function printScript(script: ast.Script): string {
  return script.statements.map((statement) => `${printStatement(statement)};\n`).join('');
}

// ---------------------------------------------------------------------------------------------- definitions

function printDrop(what: string, { name, ifExists }: { readonly name: ast.Name; readonly ifExists: boolean }): string {
  return `DROP ${what} ${ifExists ? 'IF EXISTS ' : ''}${printName(name.text)}`;
}

function printCreateTable({ name, ifNotExists, columns, constraints }: ast.CreateTable): string {
  const parts = [...columns.map(printColumn), ...constraints.map(printTableConstraint)];
  return `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(name.text)} (${parts.join(', ')})`;
}

function printColumn({ name, type, typeArguments, constraints }: ast.ColumnDefinition): string {
  const size = typeArguments.length > 0 ? `(${typeArguments.join(', ')})` : '';
  return [printName(name.text), ...(type === '' ? [] : [type + size]), ...constraints.map(printColumnConstraint)].join(' ');
}

function printColumnConstraint(constraint: ast.ColumnConstraint): string {
  switch (constraint.kind) {
    case 'notNull':
      return 'NOT NULL';
    case 'primaryKey':
      return 'PRIMARY KEY';
    case 'unique':
      return 'UNIQUE';
    case 'default':
      return `DEFAULT ${printAtLevel(constraint.value, LEVEL.additive)}`;
    case 'check':
      return `${printConstraintName(constraint.name)}CHECK (${printExpression(constraint.condition)})`;
    case 'references':
      return printReferences(constraint.table, constraint.columns, constraint);
  }
}

function printTableConstraint(constraint: ast.TableConstraint): string {
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

type Actions = { readonly onDelete?: ast.ReferentialAction; readonly onUpdate?: ast.ReferentialAction };

function printReferences(table: ast.Name, columns: readonly ast.Name[], { onDelete, onUpdate }: Actions): string {
  const list = columns.length > 0 ? ` ${printNames(columns)}` : '';
  const actions = (onDelete ? ` ON DELETE ${ACTIONS[onDelete]}` : '') + (onUpdate ? ` ON UPDATE ${ACTIONS[onUpdate]}` : '');
  return `REFERENCES ${printName(table.text)}${list}${actions}`;
}

function printTarget(target: ast.IndexTarget): string {
  return target.kind === 'named' ? printName(target.name.text) : `:${printAnyName(target.label.text)}`;
}

function printCreateIndex({ name, ifNotExists, unique, target, keys }: ast.CreateIndex): string {
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

// ---------------------------------------------------------------------------------------------- writes

function printInsert({ into, columns, source, returning }: ast.Insert): string {
  const list = columns ? ` ${printNames(columns)}` : '';
  return `INSERT INTO ${printName(into.text)}${list} ${printSource(source)}${printReturning(returning)}`;
}

function printSource(source: ast.InsertSource): string {
  switch (source.kind) {
    case 'values':
      return `VALUES ${printRows(source.rows)}`;
    case 'documents':
      return printList(source.documents);
    case 'query': {
      // Bare VALUES would be the insert's own.
      const text = printQuery(source.query);
      return text.startsWith('VALUES') ? `(${text})` : text;
    }
    case 'defaultValues':
      return 'DEFAULT VALUES';
  }
}

function printReturning(items: readonly ast.SelectItem[] | undefined): string {
  return items ? ` RETURNING ${printSelectItems(items)}` : '';
}

function printTail({ alias, where, returning }: Pick<ast.Delete, 'alias' | 'where' | 'returning'>, middle = ''): string {
  return `${alias ? ` AS ${printName(alias.text)}` : ''}${middle}${where ? ` WHERE ${printExpression(where)}` : ''}${printReturning(returning)}`;
}

function printUpdate(statement: ast.Update): string {
  const set = statement.set.map(({ path, value }) => `${printSteps(path)} = ${printExpression(value)}`).join(', ');
  const unset = statement.unset.map(printSteps).join(', ');
  const middle = (set === '' ? '' : ` SET ${set}`) + (unset === '' ? '' : ` UNSET ${unset}`);
  return `UPDATE ${printName(statement.target.text)}${printTail(statement, middle)}`;
}
