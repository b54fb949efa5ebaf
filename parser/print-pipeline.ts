// Syntax tree to text: the clauses of a pipeline.

import type * as ast from './ast.ts';
import { printAnyName, printDottedName, printExpression, printList, printName } from './print-expression.ts';
import { printPath } from './print-pattern.ts';
import { printAlias, printFrom, printOrdering, printQuery, printSelectItems } from './print-query.ts';

/** The canonical text of a clause. */
export function printClause(clause: ast.Clause): string {
  switch (clause.kind) {
    case 'match':
      return `${clause.optional ? 'OPTIONAL ' : ''}MATCH ${printPaths(clause.patterns)}${printWhere(clause.where)}`;
    case 'from':
      return `FROM ${printFrom(clause.item)}`;
    case 'where':
      return `WHERE ${printExpression(clause.condition)}`;
    case 'unwind':
      return `UNWIND ${printExpression(clause.value)} AS ${printName(clause.alias.text)}`;
    case 'with':
      return `WITH ${printProjection(clause.projection)}${printWhere(clause.where)}`;
    case 'return':
      return `RETURN ${printProjection(clause.projection)}`;
    case 'call':
      return printCall(clause);
    case 'callQuery':
      return printCallQuery(clause);
    case 'merge':
      return `MERGE ${printPath(clause.pattern)}${clause.actions.map(printAction).join('')}`;
    case 'foreach':
      return `FOREACH (${printName(clause.variable.text)} IN ${printExpression(clause.list)} | ${clause.clauses.map(printClause).join(' ')})`;
    case 'create':
      return `CREATE ${printPaths(clause.patterns)}`;
    case 'set':
      return `SET ${clause.items.map(printSetItem).join(', ')}`;
    case 'remove':
      return `REMOVE ${clause.items.map(printRemoveItem).join(', ')}`;
    case 'deleteElements':
      return `${clause.detach ? 'DETACH ' : ''}DELETE ${printList(clause.values)}`;
  }
}

function printPaths(patterns: readonly ast.PathPattern[]): string {
  return patterns.map(printPath).join(', ');
}

function printWhere(where: ast.Expression | undefined): string {
  return where ? ` WHERE ${printExpression(where)}` : '';
}

function printProjection({ distinct, items, orderBy, skip, limit, fetch }: ast.Projection): string {
  return `${distinct ? 'DISTINCT ' : ''}${printSelectItems(items)}${printOrdering(orderBy, limit, skip, 'SKIP', fetch)}`;
}

function printCall({ optional, procedure, arguments: values, yields, where }: ast.CallClause): string {
  const items = yields === '*' ? ['*'] : yields?.map(({ column, alias }) => printName(column.text) + printAlias(alias));
  const call = `${optional ? 'OPTIONAL ' : ''}CALL ${printDottedName(procedure)}${values ? `(${printList(values)})` : ''}`;
  return `${call}${items ? ` YIELD ${items.join(', ')}` : ''}${printWhere(where)}`;
}

function printCallQuery({ optional, imports, query }: ast.CallQueryClause): string {
  const names = imports && (imports === '*' ? '(*) ' : `(${imports.map(({ text }) => printName(text)).join(', ')}) `);
  return `${optional ? 'OPTIONAL ' : ''}CALL ${names ?? ''}{ ${printQuery(query)} }`;
}

function printAction({ on, items }: ast.MergeClause['actions'][number]): string {
  return ` ON ${on.toUpperCase()} SET ${items.map(printSetItem).join(', ')}`;
}

function printSetItem(item: ast.SetItem): string {
  switch (item.kind) {
    case 'path':
      return `${printSteps(item.path)} = ${printExpression(item.value)}`;
    case 'place':
      return `${printExpression(item.place)} = ${printExpression(item.value)}`;
    case 'all':
      return `${printName(item.target.text)} ${item.merge ? '+=' : '='} ${printExpression(item.value)}`;
    case 'labels':
      return printTargetLabels(item);
  }
}

function printRemoveItem(item: ast.RemoveClause['items'][number]): string {
  switch (item.kind) {
    case 'path':
      return printSteps(item.path);
    case 'place':
      return printExpression(item.place);
    case 'labels':
      return printTargetLabels(item);
  }
}

function printTargetLabels({ target, labels }: { readonly target: ast.Name; readonly labels: readonly ast.Name[] }): string {
  return printName(target.text) + labels.map(({ text }) => `:${printAnyName(text)}`).join('');
}

/** `a.b[0].c` */
export function printSteps({ root, steps }: ast.Path): string {
  return printName(root.text) + steps.map(printStep).join('');
}

function printStep(step: ast.PathStep): string {
  switch (step.kind) {
    case 'field':
      return `.${printAnyName(step.name.text)}`;
    case 'index':
      return `[${step.index}]`;
    case 'each':
      return '[*]';
  }
}
