// What COMPARE compares: a model with the statements that answer a question in it. A form that only reads is one query, and its rows
// are its answer. A form that writes is run in a savepoint that is rolled back, and its answer is what its check sees before that.

import { QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { PlannedStatement } from '../plan/bind.ts';
import type { Engine, Notice, SchemaStatement } from '../engine.ts';
import { isPlanned } from '../plan/bind.ts';
import type { PreparedPlan } from '../prepare-statement.ts';
import type { RunOptions } from '../session.ts';

/** A form of COMPARE; of the catalogue also one that its model cannot say. */
export interface Form {
  readonly model: Ast.Model;
  readonly statements: readonly FormStatement[];
  readonly check?: Ast.Query | undefined;
  /** As written, where that is known. */
  readonly text?: string;
  /** Why it gives no answer. */
  readonly unanswered?: { readonly verdict: 'not expressible' | 'not translated' | 'not run'; readonly reason: string };
}

export type FormStatement = PlannedStatement | SchemaStatement;

/** What the forms run on. */
export interface Comparison {
  readonly engine: Engine;
  readonly options: RunOptions;
  readonly notices: Notice[];
  /** For this engine, whose compilers may have been told more. `byRows`: without SQL. */
  readonly prepare: (statement: PlannedStatement, engine: Engine, byRows?: boolean) => PreparedPlan;
  /** Changes the schema, inside the transaction. */
  readonly change: (statement: SchemaStatement, engine: Engine) => Promise<void>;
}

const schemaKinds: ReadonlySet<Ast.Statement['kind']> = new Set<SchemaStatement['kind']>([
  'createTable',
  'dropTable',
  'createCollection',
  'alterCollection',
  'dropCollection',
  'createView',
  'dropView',
  'alterTable',
  'rename',
  'createIndex',
  'dropIndex',
]);

function isFormStatement(statement: Ast.Statement): statement is FormStatement {
  if (isPlanned(statement)) return true;
  return schemaKinds.has(statement.kind) && !(statement.kind === 'createTable' && statement.query !== undefined);
}

/** The statements of a form as COMPARE takes them. */
export function formStatements(statements: readonly Ast.Statement[]): FormStatement[] {
  return statements.map((statement) => {
    if (isFormStatement(statement)) return statement;
    throw new QueryError('bind/compare-forms', 'This statement cannot stand in a form of COMPARE.', {
      span: statement.span,
      hint: 'A form is a query, or statements that change data, tables, collections or indexes.',
    });
  });
}
