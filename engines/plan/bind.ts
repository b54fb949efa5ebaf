// The binder's entry: a parsed statement becomes a bound one. Queries and writes become plans; the rest keeps what the session
// needs to carry it out.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import { questionNamed } from '../compare/questions.ts';
import type { Notice } from '../engine.ts';
import { bindInsert } from './bind-insert.ts';
import { bindDelete, bindUpdate } from './bind-write.ts';
import { type BoundQuery, bindQuery, bindTables } from './bind-query.ts';
import { queryWrites } from './clause-writes.ts';
import type { Plan } from './plan.ts';
import { type BindContext, type BindInput, newContext } from './scope.ts';
import { planWrites } from './walk.ts';
import type { Column } from './type.ts';

export interface BoundPlan {
  readonly kind: 'plan';
  readonly plan: Plan;
  readonly columns: readonly Column[];
  readonly writes: boolean;
  readonly notices: readonly Notice[];
}

export type PlannedStatement = Ast.QueryStatement | Ast.Insert | Ast.Update | Ast.Delete;

/** The plan of a statement. Throws what the user got wrong: `bind/*` and `type/*`, with places. */
export function bind(statement: PlannedStatement, input: BindInput): BoundPlan {
  const notices: Notice[] = [];
  const context = newContext(input, notices);
  const bound = bindStatement(context, statement);
  return { kind: 'plan', plan: bound.plan, columns: bound.columns, writes: planWrites(bound.plan), notices };
}

function bindStatement(context: BindContext, statement: PlannedStatement): BoundQuery {
  if (statement.kind !== 'query' && statement.with) context.tables = bindTables(context, statement.with, { tables: new Map() });
  switch (statement.kind) {
    case 'query':
      return bindQuery(context, statement.query, { tables: new Map() }, { top: true });
    case 'insert':
      return bindInsert(context, statement);
    case 'update':
      return bindUpdate(context, statement);
    case 'delete':
      return bindDelete(context, statement);
  }
}

/** Is it a statement that becomes a plan? */
export function isPlanned(statement: Ast.Statement): statement is PlannedStatement {
  return statement.kind === 'query' || statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete';
}

/** What a statement can change: what is defined, who may do what, or what is stored. */
export type Change = 'definitions' | 'users' | 'data';

/** What a statement changes, known from its syntax alone; undefined: nothing. */
export function changeOf(statement: Ast.Statement): Change | undefined {
  switch (statement.kind) {
    case 'createTable':
    case 'dropTable':
    case 'createCollection':
    case 'alterCollection':
    case 'dropCollection':
    case 'createView':
    case 'dropView':
    case 'alterTable':
    case 'rename':
    case 'reindex':
    case 'analyze':
    case 'vacuum':
    case 'createGraph':
    case 'dropGraph':
    case 'createIndex':
    case 'dropIndex':
      return 'definitions';
    case 'createUser':
    case 'alterUser':
    case 'dropUser':
    case 'grant':
    case 'revoke':
    case 'createToken':
    case 'dropToken':
      return 'users';
    case 'insert':
    case 'update':
    case 'delete':
    case 'restore':
      return 'data';
    case 'query':
      return queryWrites(statement.query) ? 'data' : undefined;
    case 'explain':
      return statement.analyze ? changeOf(statement.statement) : undefined;
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'release':
    case 'rollbackTo':
    case 'sessionGraph':
    case 'show':
    case 'describe':
    case 'kill':
    case 'explainModels':
    case 'advise':
      return undefined;
    // What a form defines is undone with what it writes.
    case 'compareQueries':
      return statement.forms.some((form) => form.statements.some(statementWrites)) ? 'data' : undefined;
    case 'compareQuestion':
      return questionNamed(statement.question)?.writes === true ? 'data' : undefined;
  }
}

/** Does a statement change anything? */
export function statementWrites(statement: Ast.Statement): boolean {
  return changeOf(statement) !== undefined;
}

/** Refuses a write in a read-only session. */
export function refuseWrite(statement: Ast.Statement): void {
  if (statementWrites(statement)) {
    throw new QueryError('bind/read-only', 'This statement writes, and only reading is allowed here.', { span: statement.span });
  }
}
