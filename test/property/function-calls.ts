// Random calls of one scalar function over the table and the collection of sql-fixture.ts: arguments of the declared types, with nulls, with
// edge values, and over documents with values whose type shows only at run time.

import fc from 'fast-check';
import type { Expr } from '../../engines/plan/expression.ts';
import { checkCall, isPureCall, listFunctions, type Parameter, type ScalarFunction } from '../../engines/plan/functions.ts';
import type { Type } from '../../engines/plan/type.ts';
import { typeOfValue } from '../../engines/plan/typing.ts';
import { TemporalValue, type Value } from '../../engines/value.ts';
import { QueryError } from '../../parser/error.ts';
import { documentPlaces } from './sql-fixture.ts';

const literal = (value: Value): Expr => ({ kind: 'literal', value, type: typeOfValue(value) });
const column = (id: number, type: Type): Expr => ({ kind: 'column', id, name: `c${id}`, type });
const some = (...values: readonly Value[]): Expr[] => values.map(literal);
const object = (entries: Record<string, Value>): Value => new Map(Object.entries(entries));
const temporal = (kind: TemporalValue['kind'], text: string): Expr => literal(new TemporalValue(kind, text));

/** Expressions of each type; columns of the table stand only over the table. */
const leaves: Readonly<Partial<Record<Type, { readonly table: readonly Expr[]; readonly constants: readonly Expr[] }>>> = {
  integer: { table: [column(2, 'integer'), column(3, 'integer')], constants: some(0n, 1n, -1n, 2n, 3n, 5n, 63n, 9223372036854775807n) },
  float: { table: [column(4, 'float')], constants: some(0.5, -2.5, 2.345, 0, 1e21) },
  text: {
    table: [column(5, 'text')],
    constants: some(
      '',
      'a',
      'A',
      'ä',
      '😀é',
      'abcabc',
      '12',
      '-1.5',
      'true',
      '{"a": [1, {"b": null}]}',
      '$.a',
      '$.a[0]',
      'UP',
      'NFD',
      'hex',
      'i',
      '%s-%d',
      '^a',
    ),
  },
  boolean: { table: [column(6, 'boolean')], constants: some(true, false) },
  bytes: { table: [], constants: some(new Uint8Array([0, 255]), new Uint8Array()) },
  date: { table: [column(7, 'date')], constants: [temporal('date', '2024-02-29')] },
  datetime: { table: [column(8, 'datetime')], constants: [temporal('datetime', '2024-02-29T12:30:15Z')] },
  localdatetime: { table: [], constants: [temporal('localdatetime', '2024-02-29T12:30:15')] },
  time: { table: [], constants: [temporal('time', '12:30:15Z')] },
  localtime: { table: [], constants: [temporal('localtime', '12:30:15')] },
  duration: { table: [], constants: [temporal('duration', 'P1DT2H')] },
  list: {
    table: [],
    constants: some([], [1n, 2.5, null], ['a', 'b', 'a'], [[1n], [2n, [3n]]], [object({ a: 1n }), object({ b: 2n })], [true, 'x']),
  },
  object: { table: [], constants: some(object({}), object({ a: 1n }), object({ a: null, b: [1n, object({ c: 'x' })] })) },
};

const anything: readonly Type[] = ['integer', 'float', 'text', 'boolean', 'list', 'object', 'date'];

/** The functions that SQL may be given: pure, and not of elements. */
export function callableFunctions(): readonly ScalarFunction[] {
  return listFunctions().filter((f): f is ScalarFunction => f.kind === 'scalar' && f.family !== 'graph' && isPureCall(f, 1));
}

function argument(parameter: Parameter, over: 'table' | 'collection'): fc.Arbitrary<Expr> {
  // No other text is a collation.
  if (parameter.name === 'collation') return fc.constantFrom(...some('NOCASE', 'RTRIM'));
  const declared = parameter.types === 'any' ? anything : parameter.types.filter((t) => t !== 'number');
  const known = declared.flatMap((type) => {
    const { table = [], constants = [] } = leaves[type] ?? {};
    return over === 'table' ? [...table, ...constants] : constants;
  });
  const usual = fc.constantFrom(...(known.length > 0 ? known : some(null)));
  const unknown = over === 'collection' ? [{ weight: 4, arbitrary: fc.constantFrom(...documentPlaces) }] : [];
  return fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: fc.constant(literal(null)) }, ...unknown);
}

/** Calls that the binder would let pass; undefined for those that it refuses. */
export function callsOf(f: ScalarFunction, over: 'table' | 'collection'): fc.Arbitrary<Expr | undefined> {
  const optional = f.parameters.filter((p) => p.optional).length;
  const counts = fc.record({ left: fc.nat(optional), more: fc.nat(f.rest ? 2 : 0) });
  return counts.chain(({ left, more }) => {
    const parameters = [
      ...f.parameters.slice(0, f.parameters.length - left),
      ...Array<Parameter | undefined>(left === 0 ? more : 0).fill(f.rest),
    ];
    const args = parameters.map((p) => (p ? argument(p, over) : fc.constant(literal(null))));
    return fc.tuple(...args).map((values) => callOf(f, values));
  });
}

function callOf(f: ScalarFunction, args: readonly Expr[]): Expr | undefined {
  try {
    const type = checkCall(
      f,
      args.map((a) => a.type),
      undefined,
    );
    return { kind: 'call', name: f.name, arguments: args, type };
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}
