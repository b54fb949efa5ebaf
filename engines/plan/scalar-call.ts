// Calls of scalar functions as the binder makes them: written as calls, or as operators that are short for functions.

import type * as Ast from '../../parser/ast.ts';
import { didYouMean, QueryError, type Span } from '../../parser/error.ts';
import type { CaseExpr, Expr } from './expression.ts';
import { foreignFunction } from './foreign-functions.ts';
import { checkCall, functionNames, lookupFunction } from './functions.ts';
import { commonType } from './typing.ts';

/** Operators that are short for functions. */
export const operatorFunctions: ReadonlyMap<Ast.BinaryOperator, string> = new Map<Ast.BinaryOperator, string>([
  ['&', 'bitand'],
  ['|', 'bitor'],
  ['#', 'bitxor'],
  ['<<', 'shiftleft'],
  ['>>', 'shiftright'],
  ['->', 'json_get'],
  ['->>', 'json_get_text'],
]);

/** A call of a scalar function that is known to be there. `bind/arguments`, `type/argument`. */
export function callOf(name: string, args: readonly Expr[], span: Span): Expr {
  const fn = lookupFunction(name);
  if (!fn) throw new Error(`function ${name} is not listed`);
  const type = checkCall(
    fn,
    args.map((a) => a.type),
    span,
  );
  return { kind: 'call', name: fn.name, arguments: args, type, span };
}

/** nvl2 and decode as CASE, so that only what is chosen is evaluated; undefined if there are too few arguments. */
export function lazyChoice(name: 'nvl2' | 'decode', args: readonly Expr[], span: Span): Expr | undefined {
  const [x, ...rest] = args;
  if (!x || rest.length < 2 || (name === 'nvl2' && rest.length > 2)) return undefined;
  const isNull = (operand: Expr, negated = false): Expr => ({ kind: 'is', operand, test: 'null', negated, type: 'boolean', span });
  const both = (operator: 'and' | 'or' | '=', left: Expr, right: Expr): Expr => ({
    kind: 'binary',
    operator,
    left,
    right,
    type: 'boolean',
    span,
  });
  if (name === 'nvl2') return caseOf([{ when: isNull(x, true), then: rest[0] as Expr }], rest[1], span);
  const branches: CaseExpr['branches'][number][] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const wanted = rest[i] as Expr;
    // Null equals null here.
    branches.push({ when: both('or', both('=', x, wanted), both('and', isNull(x), isNull(wanted))), then: rest[i + 1] as Expr });
  }
  return caseOf(branches, rest.length % 2 === 1 ? rest.at(-1) : undefined, span);
}

function caseOf(branches: CaseExpr['branches'], otherwise: Expr | undefined, span: Span): Expr {
  const type = commonType([...branches.map((b) => b.then.type), ...(otherwise ? [otherwise.type] : [])]);
  return { kind: 'case', branches, otherwise, type, span };
}

/** `bind/unknown-function`, with what it is called here or the nearest name. */
export function unknownFunction({ text, span }: Ast.Name): QueryError {
  const instead = foreignFunction(text);
  const near = didYouMean(text, functionNames(), (name) => `${name}()`);
  const hint = instead !== undefined ? `Here it is ${instead}.` : (near ?? 'SHOW FUNCTIONS lists them.');
  return new QueryError('bind/unknown-function', `There is no function "${text}".`, { span, hint });
}
