// Where the cut asks whether SQLite can run a whole subtree: compiles it to one statement, or says no. No is always a right
// answer, because the row operators can run every plan; a statement must give exactly the rows that they would.

import type { CompileSql, SqlStatement } from './engine.ts';
import { outputColumns, type Plan } from './plan/plan.ts';
import { compilePlan } from './relational/operators.ts';
import { finish } from './relational/relation.ts';
import { type Compilation, emptyScope } from './relational/scope.ts';
import { countVisits } from './sql/count-visits.ts';
import type { Dialect } from './sql/dialect.ts';
import { Refusal } from './sql/value.ts';

type Options = Parameters<CompileSql>[1];

/** The compiler for a dialect. `refused` hears why a subtree was not compiled. */
export function sqlCompiler(dialect: Dialect, refused?: (why: string) => void): CompileSql {
  return (plan, options) => {
    try {
      const statement = compileStatement(dialect, plan, options, false);
      const hasKeys = statement.parameters.some((p) => p.kind === 'keys');
      const whole = hasKeys ? { ...statement, withoutKeys: compileStatement(dialect, plan, options, true) } : statement;
      return { kind: 'sql', statement: whole, columns: outputColumns(plan), was: plan };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused?.(error.message);
      return undefined;
    }
  };
}

function compileStatement(dialect: Dialect, plan: Plan, options: Options, withoutKeys: boolean): SqlStatement {
  let aliases = 0;
  const cx: Compilation = {
    dialect,
    outer: options.outer,
    interruptible: options.interruptible,
    indexes: options.indexes ?? [],
    collections: new Map(),
    withoutKeys,
    alias: (prefix) => `${prefix}${++aliases}`,
  };
  const columns = outputColumns(plan);
  const relation = compilePlan(cx, plan, { needed: new Set(columns.map((c) => c.id)), scope: emptyScope });
  const { select, results } = finish(cx, relation, columns, true);
  return { ...dialect.render(options.counting ? countVisits(dialect, select) : select), results };
}
