// Binds CALL of a procedure. Alone, it may leave out its arguments, which are then the parameters of the same names, and gives all that the
// procedure yields. Among other clauses it names what it takes.

import { didYouMean, QueryError } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { ProcedureInfo } from '../engine.ts';
import { asTruth, bindExpression } from './bind-expression.ts';
import { graphInUse } from './bind-graph.ts';
import type { Expr } from './expression.ts';
import { checkArguments } from './functions.ts';
import type { Plan } from './plan.ts';
import { addItem, type BindContext, type Builder, listNames, makeColumn, sameName } from './scope.ts';
import type { Column } from './type.ts';

/** CALL as a clause; the result's columns where it stands alone. */
export function bindCall(context: BindContext, builder: Builder, clause: Ast.CallClause, alone: boolean): readonly Column[] | undefined {
  const procedure = procedureOf(context, clause.procedure);
  const args = argumentsOf(context, builder, clause, procedure, alone);
  checkArguments(procedure, args, clause.span);
  const yields = yieldsOf(context, clause, procedure, alone);
  const call = (input: Plan): Plan => ({
    kind: 'callProcedure',
    input,
    procedure: procedure.name,
    arguments: args,
    yields,
    ...(procedure.yields.length === 0 && { void: true }),
    ...(procedure.topology && { topology: true }),
    ...(readsGraph(procedure) && graphInUse(context)),
    span: clause.procedure.span,
  });
  // An optional call is a join whose right side reads the row from outside.
  const over: Builder = clause.optional ? { ...builder, plan: call({ kind: 'one' }) } : builder;
  if (!clause.optional) builder.plan = call(builder.plan);
  for (const y of yields) over.scope = addYield(over, y.column, clause);
  if (clause.where) {
    const predicate = asTruth(over, bindExpression(context, over, clause.where));
    over.plan = { kind: 'filter', input: over.plan, predicate };
  }
  if (clause.optional) {
    builder.plan = { kind: 'join', type: 'left', left: builder.plan, right: over.plan, lateral: true };
    builder.scope = over.scope;
  }
  return alone ? yields.map((y) => y.column) : undefined;
}

function readsGraph(procedure: ProcedureInfo): boolean {
  return procedure.topology === true || procedure.ofGraph === true;
}

function procedureOf(context: BindContext, { text, span }: Ast.Name): ProcedureInfo {
  const procedure = context.procedures.get(text.toLowerCase());
  if (procedure) return procedure;
  const near = didYouMean(text, context.procedures.keys(), (word) => word);
  throw new QueryError('bind/unknown-procedure', `There is no procedure "${text}".`, {
    span,
    hint: near ?? 'SHOW PROCEDURES lists them.',
  });
}

function argumentsOf(
  context: BindContext,
  builder: Builder,
  clause: Ast.CallClause,
  procedure: ProcedureInfo,
  alone: boolean,
): readonly Expr[] {
  if (clause.arguments) return clause.arguments.map((a) => bindExpression(context, builder, a));
  const { span } = clause.procedure;
  const wanted = procedure.arguments.filter((a) => !a.optional || context.parameters.has(a.name));
  if (!alone) {
    throw new QueryError('bind/arguments', `${procedure.name} needs its arguments in parentheses here.`, {
      span,
      hint: `Only a CALL that stands alone takes them from parameters. Write ${procedure.name}(${wanted.map((a) => `$${a.name}`).join(', ')}).`,
    });
  }
  return wanted.map((a) => bindExpression(context, builder, { kind: 'parameter', name: a.name, span }));
}

type Yield = { readonly source: string; readonly column: Column };

function yieldsOf(context: BindContext, clause: Ast.CallClause, procedure: ProcedureInfo, alone: boolean): Yield[] {
  const { yields } = clause;
  if (yields === undefined || yields === '*') {
    // Among other clauses nothing comes in without a name that the text shows.
    const all = alone || yields === '*' ? procedure.yields : [];
    return all.map((y) => ({ source: y.name, column: makeColumn(context, y.name, y.type) }));
  }
  return yields.map((y) => {
    const source = procedure.yields.find((p) => sameName(p.name, y.column.text));
    if (!source) {
      throw new QueryError('bind/unknown-column', `${procedure.name} does not yield "${y.column.text}".`, {
        span: y.column.span,
        hint: `It yields ${listNames(procedure.yields.map((p) => p.name))}.`,
      });
    }
    return { source: source.name, column: makeColumn(context, y.alias?.text ?? source.name, source.type) };
  });
}

function addYield(builder: Builder, column: Column, clause: Ast.CallClause): Builder['scope'] {
  if (builder.scope.items.some((i) => sameName(i.alias, column.name))) {
    throw new QueryError('bind/duplicate-alias', `The name "${column.name}" is taken already.`, {
      span: clause.span,
      hint: 'Give what the procedure yields another name with AS.',
    });
  }
  return addItem(builder.scope, { kind: 'value', alias: column.name, column }, clause.span);
}
