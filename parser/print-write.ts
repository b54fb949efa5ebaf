// INSERT, UPDATE and DELETE as text. Part of printing (print.ts).

import type * as ast from './ast.ts';
import { printAnyName, printExpression, printList, printName } from './print-expression.ts';
import { printSteps } from './print-pipeline.ts';
import { printFrom, printNames, printOrdering, printQuery, printSelectItems } from './print-query.ts';

/** INSERT as text. */
export function printInsert({ or, upsert, into, alias, columns, overriding, source, onConflict, returning }: ast.Insert): string {
  const target = `${printName(into.text)}${alias ? ` AS ${printName(alias.text)}` : ''}`;
  const list = columns ? ` ${printNames(columns)}` : '';
  const conflicts = onConflict.map((c) => ` ${printOnConflict(c)}`).join('');
  return `${upsert ? 'UPSERT ' : `INSERT ${printOr(or)}`}INTO ${target}${list}${overriding ? ' OVERRIDING SYSTEM VALUE' : ''} ${printSource(source)}${conflicts}${printReturning(returning)}`;
}

function printOr(or: ast.ConflictResolution | undefined): string {
  return or ? `OR ${or.toUpperCase()} ` : '';
}

function printSource(source: ast.InsertSource): string {
  switch (source.kind) {
    case 'values':
      return `VALUES ${source.rows.map((row) => `(${row.map(printAssigned).join(', ')})`).join(', ')}`;
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

/** A name called default would be read as the keyword. */
function printAssigned(value: ast.Assigned): string {
  if (value.kind === 'default') return 'DEFAULT';
  const text = printExpression(value);
  return value.kind === 'identifier' && text.toUpperCase() === 'DEFAULT' ? `\`${text}\`` : text;
}

function printOnConflict({ target, update }: ast.OnConflict): string {
  const on = target ? ` (${target.keys.map(printSteps).join(', ')})${printWhere(target.where)}` : '';
  return `ON CONFLICT${on} DO ${update ? `UPDATE${printChanges(update)}${printWhere(update.where)}` : 'NOTHING'}`;
}

function printReturning(items: readonly ast.SelectItem[] | undefined): string {
  return items ? ` RETURNING ${printSelectItems(items)}` : '';
}

function printWhere(where: ast.Expression | undefined): string {
  return where ? ` WHERE ${printExpression(where)}` : '';
}

function printChanges({ set, unset }: Pick<ast.Update, 'set' | 'unset'>): string {
  const assignments = set.map(printAssignment).join(', ');
  return (set.length === 0 ? '' : ` SET ${assignments}`) + (unset.length === 0 ? '' : ` UNSET ${unset.map(printSteps).join(', ')}`);
}

function printAssignment(assignment: ast.Assignment): string {
  switch (assignment.kind) {
    case 'value':
      return `${printSteps(assignment.path)} = ${printAssigned(assignment.value)}`;
    case 'query':
      return `(${assignment.paths.map(printSteps).join(', ')}) = (${printQuery(assignment.query)})`;
  }
}

function printTail(statement: Pick<ast.Delete, 'where' | 'orderBy' | 'limit' | 'offset' | 'returning'>): string {
  return `${printWhere(statement.where)}${printOrdering(statement.orderBy, statement.limit, statement.offset, 'OFFSET')}${printReturning(statement.returning)}`;
}

function printAlias(alias: ast.Name | undefined): string {
  return alias ? ` AS ${printName(alias.text)}` : '';
}

/** UPDATE as text. */
export function printUpdate(statement: ast.Update): string {
  const from = statement.from ? ` FROM ${printFrom(statement.from)}` : '';
  const target = `${printName(statement.target.text)}${printAlias(statement.alias)}`;
  return `UPDATE ${printOr(statement.or)}${target}${printChanges(statement)}${from}${printTail(statement)}`;
}

/** DELETE as text. */
export function printDelete(statement: ast.Delete): string {
  const using = statement.using ? ` USING ${printFrom(statement.using)}` : '';
  return `DELETE FROM ${printName(statement.from.text)}${printAlias(statement.alias)}${using}${printTail(statement)}`;
}

/** RESTORE as text. */
export function printRestore({ restored }: ast.Restore): string {
  switch (restored.kind) {
    case 'nodes':
      return `RESTORE NODES ${restored.nodes.map(printRestoredNode).join(', ')}`;
    case 'edges':
      return `RESTORE EDGES ${restored.edges.map(printRestoredEdge).join(', ')}`;
    case 'documents': {
      const documents = restored.documents.map(({ id, document }) => `(${id} ${printExpression(document)})`);
      return `RESTORE DOCUMENTS ${printName(restored.collection.text)} ${documents.join(', ')}`;
    }
    case 'paths':
      return `RESTORE PATHS ${printName(restored.collection.text)} ${restored.paths.map(printExpression).join(', ')}`;
    case 'next':
      return `RESTORE NEXT ${restored.element.toUpperCase()} ${restored.id}`;
  }
}

function printRestoredNode({ id, labels, properties }: ast.RestoredNode): string {
  return `(${id}${labels.map(({ text }) => `:${printAnyName(text)}`).join('')}${properties ? ` ${printExpression(properties)}` : ''})`;
}

function printRestoredEdge({ id, type, from, to, properties }: ast.RestoredEdge): string {
  return `(${from})-[${id}:${printAnyName(type.text)}${properties ? ` ${printExpression(properties)}` : ''}]->(${to})`;
}
