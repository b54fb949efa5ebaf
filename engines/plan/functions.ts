// What functions exist: names, arguments, result types and one sentence each. The binder looks calls up here and checks them; SHOW
// FUNCTIONS lists it. What the functions do is in engines/rows (functions-*.ts and aggregate-functions.ts).
//
//   checkCall(lookupFunction('ABS'), ['integer'], span)  → 'integer'

import { QueryError, type Span } from '../../parser/error.ts';
import type { ProcedureInfo } from '../engine.ts';
import { aggregateList } from './aggregate-list.ts';
import type { Expr } from './expression.ts';
import type { FunctionFamily } from './function-entry.ts';
import { scalarList } from './function-list.ts';
import type { Type } from './type.ts';
import { windowList } from './window-list.ts';

/** From the types of the arguments to the type of the result. */
export type ResultType = Type | ((argumentTypes: readonly Type[]) => Type);

export interface Parameter {
  readonly name: string;
  /** Which types it takes; `number` takes integer and float. Null and MISSING always pass. */
  readonly types: 'any' | readonly Type[];
  readonly optional: boolean;
}

export interface FunctionInfo {
  /** Canonical, lower case. */
  readonly name: string;
  /** Lower case. */
  readonly aliases: readonly string[];
  /** For people: `substr(text: text, start: integer, length?: integer)`. */
  readonly signature: string;
  readonly parameters: readonly Parameter[];
  /** Any number of further arguments like this. */
  readonly rest: Parameter | undefined;
  /** Infinity if there is `rest`. */
  readonly maxArguments: number;
  readonly result: ResultType;
  /** One sentence. */
  readonly description: string;
  /** False: it may give another value when called again with the same arguments (rand), or depends on the statement (now). See isPureCall. */
  readonly pure: boolean | 'with arguments';
  /** True: it sees null and MISSING arguments itself. Else one of them makes the result null. */
  readonly takesNull: boolean;
  /** True: an argument of a type that never fits fails when it is met and not before, as openCypher has it. */
  readonly checkedLate: boolean;
}

/** A scalar function. */
export interface ScalarFunction extends FunctionInfo {
  readonly kind: 'scalar';
  readonly family: FunctionFamily;
  /** What a null argument does, for people: 'null' where it makes the result null. */
  readonly nulls: string;
  /** A call and its value: `abs(-3) → 3`. */
  readonly example: string;
}

export interface AggregateFunction extends FunctionInfo {
  readonly kind: 'aggregate';
  /** A call and its value over the rows of exampleRows. */
  readonly example: string;
  readonly ordered?: boolean;
}

const temporalTypes: readonly Type[] = ['date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration'];

/** A function that stands only before OVER. */
export interface WindowFunction extends FunctionInfo {
  readonly kind: 'window';
  /** A call and its values over the rows of exampleRows. */
  readonly example: string;
  readonly skipsNulls: boolean;
}

const windows = new Map<string, WindowFunction>();
const scalars = new Map<string, ScalarFunction>();
const aggregates = new Map<string, AggregateFunction>();

for (const entry of scalarList) register(scalars, { ...readSignature(entry.signature), ...entry, kind: 'scalar' });
for (const entry of aggregateList)
  register(aggregates, { ...readSignature(entry.signature), ...entry, checkedLate: false, kind: 'aggregate' });
for (const entry of windowList) register(windows, { ...readSignature(entry.signature), ...entry, checkedLate: false, kind: 'window' });

function register<T extends FunctionInfo>(into: Map<string, T>, info: T): void {
  for (const name of [info.name, ...info.aliases]) {
    if (into.has(name)) throw new Error(`function ${name} is listed twice`);
    into.set(name, info);
  }
}

/** `round(x: number, digits?: integer)`, `concat(...values: any)`; classes are types or the unions below, joined by `|`. */
function readSignature(signature: string): {
  name: string;
  parameters: readonly Parameter[];
  rest: Parameter | undefined;
  maxArguments: number;
} {
  const open = signature.indexOf('(');
  const parameters: Parameter[] = [];
  let rest: Parameter | undefined;
  for (const part of signature.slice(open + 1, -1).split(', ')) {
    const [name, types] = part.split(': ');
    if (name === undefined || types === undefined) continue;
    const bare = name.replace(/^\.\.\.|\?$/g, '');
    const parameter = { name: bare, types: readTypes(types), optional: name.endsWith('?') };
    if (name.startsWith('...')) rest = parameter;
    else parameters.push(parameter);
  }
  return {
    name: signature.slice(0, open).toLowerCase(),
    parameters,
    rest,
    maxArguments: rest === undefined ? parameters.length : Number.POSITIVE_INFINITY,
  };
}

function readTypes(text: string): 'any' | readonly Type[] {
  if (text === 'any') return 'any';
  return text
    .split('|')
    .flatMap((name): readonly Type[] =>
      name === 'temporal' ? temporalTypes : name === 'number' ? ['number', 'integer', 'float'] : [name as Type],
    );
}

/** The scalar function of that name or alias, in any case. */
export function lookupFunction(name: string): ScalarFunction | undefined {
  return scalars.get(name.toLowerCase());
}

/** The aggregate of that name or alias, in any case. */
export function lookupAggregate(name: string): AggregateFunction | undefined {
  return aggregates.get(name.toLowerCase());
}

/** The window function of that name that is no aggregate, in any case. */
export function lookupWindow(name: string): WindowFunction | undefined {
  return windows.get(name.toLowerCase());
}

/** May a call with so many arguments be evaluated ahead of time, once for all rows and statements? `date('2024-01-01')` yes, `date()` no. */
export function isPureCall(info: FunctionInfo, argumentCount: number): boolean {
  return info.pure === true || (info.pure === 'with arguments' && argumentCount > 0);
}

/** All names and aliases, for suggestions and completion. */
export function functionNames(): readonly string[] {
  return [...scalars.keys(), ...aggregates.keys(), ...windows.keys()].sort();
}

/** The result type for people: of a function whose result depends on its arguments, that of the widest ones. */
export function resultName(info: FunctionInfo): Type {
  if (typeof info.result !== 'function') return info.result;
  const widest = ({ types }: Parameter): Type => {
    if (types === 'any') return 'any';
    const [only] = types;
    return only === 'number' || (types.length === 1 && only !== undefined) ? only : 'any';
  };
  return info.result([...info.parameters, ...(info.rest ? [info.rest] : [])].map(widest));
}

/** Each function once, by name: SHOW FUNCTIONS. */
export function listFunctions(): readonly (ScalarFunction | AggregateFunction | WindowFunction)[] {
  return [
    ...new Set<ScalarFunction | AggregateFunction | WindowFunction>([...scalars.values(), ...aggregates.values(), ...windows.values()]),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The type of a call. `bind/arguments` for too few or too many arguments, `type/argument` for one that can never fit. */
export function checkCall(info: FunctionInfo, argumentTypes: readonly Type[], span: Span | undefined): Type {
  checkCount(`The function ${info.name}`, info, argumentTypes.length, `It is called as ${info.signature}.`, span);
  for (const [index, type] of argumentTypes.entries()) {
    const parameter = info.parameters[index] ?? info.rest;
    if (parameter !== undefined && !info.checkedLate && !mayFit(type, parameter.types)) throw argumentError(info, index, type, span);
  }
  return typeof info.result === 'function' ? info.result(argumentTypes) : info.result;
}

/** The type of an aggregate call; as checkCall. */
export function checkAggregate(info: AggregateFunction, argumentTypes: readonly Type[], span: Span | undefined): Type {
  return checkCall(info, argumentTypes, span);
}

/** Checks the arguments of CALL: `bind/arguments`, `type/argument`. */
export function checkArguments(procedure: ProcedureInfo, given: readonly Expr[], span: Span | undefined): void {
  const parameters = procedure.arguments;
  const called = `${procedure.name}(${parameters.map((p) => `${p.name}${p.optional ? '?' : ''}: ${p.type}`).join(', ')})`;
  checkCount(
    `The procedure ${procedure.name}`,
    { parameters, maxArguments: parameters.length },
    given.length,
    `It is called as ${called}.`,
    span,
  );
  for (const [index, parameter] of parameters.entries()) {
    const type = given[index]?.type ?? 'any';
    const types: readonly Type[] =
      parameter.type === 'number' || parameter.type === 'float' ? ['number', 'integer', 'float'] : [parameter.type];
    if (mayFit(type, parameter.type === 'any' ? 'any' : types)) continue;
    throw new QueryError('type/argument', `Argument ${index + 1} of ${procedure.name} must be ${parameter.type}, not ${type}.`, {
      span: given[index]?.span ?? span,
      hint: `It is called as ${called}.`,
    });
  }
}

function checkCount(
  who: string,
  wanted: { readonly parameters: readonly { readonly optional: boolean }[]; readonly maxArguments: number },
  given: number,
  hint: string,
  span: Span | undefined,
): void {
  const least = wanted.parameters.filter((p) => !p.optional).length;
  const most = wanted.maxArguments;
  if (given >= least && given <= most) return;
  const count =
    most === least
      ? least === 0
        ? 'no'
        : `${least}`
      : most === Number.POSITIVE_INFINITY
        ? `at least ${least}`
        : `${least} ${most === least + 1 ? 'or' : 'to'} ${most}`;
  throw new QueryError(
    'bind/arguments',
    `${who} takes ${count} argument${count === '1' || count === 'at least 1' ? '' : 's'}, not ${given}.`,
    {
      span,
      hint,
    },
  );
}

/** Could a value of the static type `type` be one of `types`? */
function mayFit(type: Type, types: 'any' | readonly Type[]): boolean {
  if (types === 'any' || type === 'any' || type === 'null') return true;
  return types.includes(type) || (type === 'number' && (types.includes('integer') || types.includes('float')));
}

/** The `type/argument` error for argument `index` (from 0) of the type named. */
export function argumentError(info: FunctionInfo, index: number, found: string, span: Span | undefined): QueryError {
  const parameter = info.parameters[index] ?? info.rest;
  const types = parameter === undefined || parameter.types === 'any' ? [] : parameter.types;
  const wanted = types.includes('number') ? types.filter((t) => t !== 'integer' && t !== 'float') : types;
  // As the aggregate says it of a value whose type is known only when it runs.
  if (aggregates.has(info.name) && wanted.length === 1 && wanted[0] === 'number') {
    return new QueryError('type/operand', `${info.name} needs numbers, not ${found}.`, {
      span,
      hint: `It is called as ${info.signature}.`,
    });
  }
  return new QueryError('type/argument', `Argument ${index + 1} of ${info.name} must be ${listed(wanted)}, not ${found}.`, {
    span,
    hint: `It is called as ${info.signature}.`,
  });
}

function listed(types: readonly Type[]): string {
  return types.length < 2 ? types.join('') : `${types.slice(0, -1).join(', ')} or ${types[types.length - 1]}`;
}
