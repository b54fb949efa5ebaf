// Calls of scalar functions as closures: null arguments, checks of what the binder could not know, then the function itself.

import { typeName } from '../compare.ts';
import type { Evaluator, Layout, RunContext } from '../engine.ts';
import type { CallExpr } from '../plan/expression.ts';
import { argumentError, lookupFunction, type ResultType, type ScalarFunction } from '../plan/functions.ts';
import type { Type } from '../plan/type.ts';
import type { Value } from '../value.ts';
import { lookAfterLongWalks } from '../value-size.ts';
import { checkRoomForArguments } from './growing.ts';
import type { CompileExpression as Compile } from '../engine.ts';
import { scalarFunctions } from './functions.ts';
import { truth } from '../truth.ts';

/** What is short however long the arguments are. */
const shortResults: ReadonlySet<ResultType> = new Set<ResultType>(['boolean', 'integer', 'float', 'number']);

/** `name(arguments)` */
export function compileCall(expr: CallExpr, layout: Layout, compile: Compile): Evaluator {
  const info = lookupFunction(expr.name);
  const run = info && scalarFunctions.get(info.name);
  if (info === undefined || run === undefined) throw new Error(`function ${expr.name} is not there`);
  const evaluators = expr.arguments.map((argument) => compile(argument, layout));
  if (info.name === 'coalesce') return compileCoalesce(evaluators);
  if (info.name === 'iif') return compileIif(evaluators, expr);
  const checks = expr.arguments.map((argument, index) => uncertain(info, index, argument.type));
  const { span } = expr;
  const { takesNull } = info;
  const makesMore = !shortResults.has(info.result);
  const call = (values: readonly Value[], context: RunContext): Value => {
    checkRoomForArguments(values, makesMore);
    const result = run(values, { context, name: info.name, span });
    lookAfterLongWalks(context);
    return result;
  };
  const only = evaluators[0];
  if (evaluators.length === 1 && only !== undefined && !takesNull) {
    const check = checks[0];
    return (row, context) => {
      const value = only(row, context);
      if (value === null || value === undefined) return null;
      if (check !== undefined && !check.has(typeName(value) as Type))
        throw argumentError(info, 0, typeName(value), expr.arguments[0]?.span ?? span);
      return call([value], context);
    };
  }
  return (row, context) => {
    const values: Value[] = [];
    let nothing = false;
    // All are looked at before a null decides, so that an argument that fails does so whatever the others are.
    for (let i = 0; i < evaluators.length; i++) {
      const value = (evaluators[i] as Evaluator)(row, context);
      if (value === null || value === undefined) nothing = true;
      else {
        const check = checks[i];
        if (check !== undefined && !check.has(typeName(value) as Type))
          throw argumentError(info, i, typeName(value), expr.arguments[i]?.span ?? span);
      }
      values.push(value);
    }
    return nothing && !takesNull ? null : call(values, context);
  };
}

/** Evaluates no further than the first value. */
function compileCoalesce(evaluators: readonly Evaluator[]): Evaluator {
  return (row, context) => {
    let value: Value = null;
    for (const evaluate of evaluators) {
      value = evaluate(row, context);
      if (value !== null && value !== undefined) return value;
    }
    return null;
  };
}

/** Evaluates only the side that is wanted. */
function compileIif(evaluators: readonly Evaluator[], expr: CallExpr): Evaluator {
  const [condition, then, otherwise] = evaluators;
  if (condition === undefined || then === undefined) throw new Error('iif needs two arguments');
  return (row, context) => {
    const side = truth(condition(row, context), expr.arguments[0]?.span ?? expr.span) === true ? then : otherwise;
    return side === undefined ? null : side(row, context);
  };
}

/** The types to check for at run time; undefined where the static type settles it. */
function uncertain(info: ScalarFunction, index: number, type: Type): ReadonlySet<Type> | undefined {
  const types = (info.parameters[index] ?? info.rest)?.types ?? 'any';
  if (types === 'any' || (type !== 'any' && type !== 'number' && types.includes(type)) || (type === 'number' && types.includes('number')))
    return undefined;
  return new Set(types);
}
