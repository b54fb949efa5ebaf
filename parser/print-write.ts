// INSERT, UPDATE and DELETE as text. Part of printing (print.ts).

import type * as ast from './ast.ts';
import { printExpression, printList, printName } from './print-expression.ts';
import { printSteps } from './print-pipeline.ts';
import { printNames, printQuery, printRows, printSelectItems } from './print-query.ts';

/** INSERT as text. */
export function printInsert({ into, columns, source, returning }: ast.Insert): string {
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

/** UPDATE as text. */
export function printUpdate(statement: ast.Update): string {
  const set = statement.set.map(({ path, value }) => `${printSteps(path)} = ${printExpression(value)}`).join(', ');
  const unset = statement.unset.map(printSteps).join(', ');
  const middle = (set === '' ? '' : ` SET ${set}`) + (unset === '' ? '' : ` UNSET ${unset}`);
  return `UPDATE ${printName(statement.target.text)}${printTail(statement, middle)}`;
}

/** DELETE as text. */
export function printDelete(statement: ast.Delete): string {
  return `DELETE FROM ${printName(statement.from.text)}${printTail(statement)}`;
}
