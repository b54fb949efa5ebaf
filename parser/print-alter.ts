// ALTER TABLE as text. Part of printing (print.ts).

import type * as ast from './ast.ts';
import { LEVEL } from './precedence.ts';
import { printColumn, printTableConstraint } from './print-definition.ts';
import { printAtLevel, printExpression, printName } from './print-expression.ts';

/** ALTER TABLE as text. */
export function printAlterTable(statement: ast.AlterTable): string {
  return `ALTER TABLE ${printIfExists(statement)}${printName(statement.name.text)} ${statement.actions.map(printAction).join(', ')}`;
}

/** `IF EXISTS ` or nothing. */
export function printIfExists({ ifExists }: { readonly ifExists: boolean }): string {
  return ifExists ? 'IF EXISTS ' : '';
}

function printAction(action: ast.AlterAction): string {
  switch (action.kind) {
    case 'renameTo':
      return `RENAME TO ${printName(action.to.text)}`;
    case 'renameColumn':
      return `RENAME COLUMN ${printName(action.column.text)} TO ${printName(action.to.text)}`;
    case 'addColumn':
      return `ADD COLUMN ${action.ifNotExists ? 'IF NOT EXISTS ' : ''}${printColumn(action.column)}`;
    case 'addConstraint':
      return `ADD ${printTableConstraint(action.constraint)}`;
    case 'dropColumn':
      return `DROP COLUMN ${printIfExists(action)}${printName(action.name.text)}`;
    case 'dropConstraint':
      return `DROP CONSTRAINT ${printIfExists(action)}${printName(action.name.text)}`;
    case 'alterColumn':
      return `ALTER COLUMN ${printName(action.column.text)} ${printChange(action.change)}`;
  }
}

function printChange(change: ast.ColumnChange): string {
  switch (change.kind) {
    case 'setDefault':
      return `SET DEFAULT ${printAtLevel(change.value, LEVEL.additive)}`;
    case 'dropDefault':
      return 'DROP DEFAULT';
    case 'setNotNull':
      return 'SET NOT NULL';
    case 'dropNotNull':
      return 'DROP NOT NULL';
    case 'restart':
      return change.next === undefined ? 'RESTART' : `RESTART WITH ${change.next}`;
    case 'setType': {
      const size = change.typeArguments.length > 0 ? `(${change.typeArguments.join(', ')})` : '';
      return `TYPE ${change.type}${size}${change.using ? ` USING ${printExpression(change.using)}` : ''}`;
    }
  }
}
