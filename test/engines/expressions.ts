// Short ways to write bound expressions in tests, and to evaluate them.

import type { RunContext } from '../../engines/engine.ts';
import type { BinaryOperator, CallExpr, Expr } from '../../engines/plan/expression.ts';
import { typeOfValue } from '../../engines/plan/typing.ts';
import { compileExpression } from '../../engines/rows/evaluate.ts';
import { NodeValue, type Row, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';

export const lit = (value: Value): Expr => ({ kind: 'literal', value, type: typeOfValue(value) });
export const col = (id: number): Expr => ({ kind: 'column', id, name: `c${id}`, type: 'any' });
export const bin = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
  type: 'any',
  span: { start: 3, end: 8 },
});
export const call = (name: string, ...args: Expr[]): CallExpr => ({
  kind: 'call',
  name,
  arguments: args,
  type: 'any',
  span: { start: 1, end: 2 },
});

/** A context with only what expressions may ask for. */
export function context(parts: Partial<RunContext> = {}): RunContext {
  const nodes = new Map<number, NodeValue>();
  const elements = {
    node(id: number): NodeValue {
      const node = nodes.get(id) ?? new NodeValue(id);
      nodes.set(id, node);
      return node;
    },
  };
  return {
    parameters: new Map(),
    outer: new Map(),
    keys: new Map(),
    now: new Date('2024-02-29T12:30:00.250Z'),
    elements,
    ...parts,
  } as RunContext;
}

/** The value over a row whose column ids are 0, 1, …; each value is tried as a column and, folded, as it stands. */
export function evaluate(expr: Expr, row: Row = [], run: RunContext = context()): Value {
  const layout = new Map(row.map((_, i) => [i, i]));
  return compileExpression(expr, layout)(row, run);
}

/** The operator on two values, once as constants and once as columns; both must agree. */
export function both(operator: BinaryOperator, left: Value, right: Value): Value {
  const constant = outcome(() => evaluate(bin(operator, lit(left), lit(right))));
  const columns = outcome(() => evaluate(bin(operator, col(0), col(1)), [left, right]));
  const mixed = outcome(() => evaluate(bin(operator, col(0), lit(right)), [left]));
  if (!Object.is(constant, columns) || !Object.is(constant, mixed)) {
    if (JSON.stringify([constant, columns, mixed].map(String)) !== JSON.stringify([constant, constant, constant].map(String))) {
      throw new Error(`${operator}: ${String(constant)}, ${String(columns)} and ${String(mixed)}`);
    }
  }
  return constant;
}

/** The value, or the code of the QueryError. */
export function outcome(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueryError) return error.code;
    throw error;
  }
}

export function fn(name: string, ...args: Value[]): Value {
  return outcome(() => evaluate(call(name, ...args.map((_, i) => col(i))), args));
}
