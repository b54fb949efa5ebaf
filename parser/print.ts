// Syntax tree to text: statements, and the entry to printing. What is printed parses to the same tree, spans apart.

import type * as ast from './ast.ts';
import { printAlterTable, printIfExists } from './print-alter.ts';
import {
  printAlterCollection,
  printCreateCollection,
  printCreateIndex,
  printCreateTable,
  printCreateView,
  printDrop,
  printTarget,
} from './print-definition.ts';
import { printName, printString } from './print-expression.ts';
import { printQuery, printUse, printWithTables } from './print-query.ts';
import { printUserStatement } from './print-users.ts';
import { printDelete, printInsert, printRestore, printUpdate } from './print-write.ts';

export { printAnyName, printExpression, printName, printString } from './print-expression.ts';
export { printGenerated } from './print-definition.ts';
export { printTableConstraint } from './print-definition.ts';
export { printPath } from './print-pattern.ts';
export { printClause } from './print-pipeline.ts';
export { printFrom, printOrdering, printQuery } from './print-query.ts';

/** The canonical text of a statement, without a semicolon. */
export function printStatement(statement: ast.Statement): string {
  switch (statement.kind) {
    case 'createTable':
      return printCreateTable(statement);
    case 'createCollection':
      return printCreateCollection(statement);
    case 'alterCollection':
      return printAlterCollection(statement);
    case 'createIndex':
      return printCreateIndex(statement);
    case 'dropTable':
      return printDrop('TABLE', statement);
    case 'dropCollection':
      return printDrop('COLLECTION', statement);
    case 'dropIndex':
      return printDrop('INDEX', statement);
    case 'reindex':
      return statement.name ? `REINDEX ${printName(statement.name.text)}` : 'REINDEX';
    case 'createUser':
    case 'alterUser':
    case 'dropUser':
    case 'grant':
    case 'revoke':
    case 'createToken':
    case 'dropToken':
      return printUserStatement(statement);
    case 'createView':
      return printCreateView(statement);
    case 'dropView':
      return printDrop('VIEW', statement);
    case 'analyze':
    case 'vacuum':
      return statement.kind.toUpperCase() + (statement.name ? ` ${printName(statement.name.text)}` : '');
    case 'alterTable':
      return printAlterTable(statement);
    case 'rename':
      return `ALTER ${statement.what.toUpperCase()} ${printIfExists(statement)}${printName(statement.name.text)} RENAME TO ${printName(statement.to.text)}`;
    case 'insert':
      return printBefore(statement) + printInsert(statement);
    case 'update':
      return printBefore(statement) + printUpdate(statement);
    case 'delete':
      return printBefore(statement) + printDelete(statement);
    case 'restore':
      return printRestore(statement);
    case 'query':
      return printQuery(statement.query);
    case 'begin':
      return statement.readOnly ? 'BEGIN READ ONLY' : 'BEGIN';
    case 'commit':
      return 'COMMIT';
    case 'rollback':
      return 'ROLLBACK';
    case 'savepoint':
      return `SAVEPOINT ${printName(statement.name.text)}`;
    case 'release':
      return `RELEASE ${printName(statement.name.text)}`;
    case 'rollbackTo':
      return `ROLLBACK TO ${printName(statement.name.text)}`;
    case 'sessionGraph':
      return statement.graph ? `SESSION SET GRAPH ${printName(statement.graph.text)}` : 'SESSION RESET GRAPH';
    case 'createGraph':
      return `CREATE GRAPH ${statement.ifNotExists ? 'IF NOT EXISTS ' : ''}${printName(statement.name.text)}`;
    case 'dropGraph':
      return printDrop('GRAPH', statement);
    case 'show':
      return `${printUse(statement.graph)}SHOW ${statement.what === 'edgeTypes' ? 'EDGE TYPES' : statement.what.toUpperCase()}`;
    case 'kill':
      return `KILL ${statement.what === 'session' ? 'SESSION ' : ''}${statement.id}`;
    case 'describe':
      return `${printUse(statement.graph)}DESCRIBE ${printTarget(statement.target)}`;
    case 'explain':
      return `EXPLAIN ${statement.analyze ? 'ANALYZE ' : ''}${printStatement(statement.statement)}`;
    case 'advise':
      return 'ADVISE';
    case 'explainModels':
      return `EXPLAIN MODELS ${printQuery(statement.query)}`;
    case 'compareQueries':
      return `COMPARE { ${statement.forms.map(printComparedForm).join('; ')} }`;
    case 'compareQuestion':
      return `COMPARE ${printString(statement.question)}`;
  }
}

function printComparedForm({ model, statements, check }: ast.ComparedForm): string {
  const checked = check ? [`CHECK ${printQuery(check)}`] : [];
  return `${model.toUpperCase()} ${[...statements.map(printStatement), ...checked].join('; ')}`;
}

function printBefore(statement: { readonly with?: ast.WithTables }): string {
  return statement.with ? printWithTables(statement.with) : '';
}
