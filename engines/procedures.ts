// All procedures of a database in one place: the graph's algorithms, those that read the catalogue (db.labels()), and those that the
// program brought which opened it. Says which there are, and answers the calls.

import { QueryError } from '../parser/error.ts';
import { defaultGraph } from './catalog.ts';
import { catalogProcedures } from './catalog-procedures.ts';
import { typeName } from './compare.ts';
import type { GraphEngine, HostProcedure, ProcedureInfo, Procedures, RunContext } from './engine.ts';
import type { CallProcedure } from './plan/plan.ts';
import type { Type } from './plan/type.ts';
import type { Row, Value } from './value.ts';

/** Results of a program's procedure that are handed on together. */
const hostBatchRows = 256;

type Answer = (values: Row) => AsyncIterable<readonly Row[]>;

/** The procedures of one connection. */
export function makeProcedures(graph: Pick<GraphEngine, 'procedures' | 'callProcedure'>, host: readonly HostProcedure[]): Procedures {
  const list: readonly ProcedureInfo[] = [...graph.procedures(), ...catalogProcedures, ...host];
  return {
    list: () => list,
    prepare(node, context) {
      const name = node.procedure.toLowerCase();
      const own = host.find((p) => p.name.toLowerCase() === name);
      if (own) return answerOfHost(own, node, context);
      const catalog = catalogProcedures.find((p) => p.name.toLowerCase() === name);
      return catalog
        ? () => once(catalog.rows(context.catalog.using(node.graph?.id ?? defaultGraph)), catalog, node)
        : answerOfGraph(graph, node, context);
    },
  };
}

async function* once(rows: readonly Row[], procedure: ProcedureInfo, node: CallProcedure): AsyncGenerator<readonly Row[]> {
  const places = placesOf(procedure, node);
  yield rows.map((row) => places.map((at) => row[at]));
}

/** Where the columns that the call yields stand in the procedure's rows. */
function placesOf(procedure: ProcedureInfo, node: CallProcedure): number[] {
  return node.yields.map((y) => procedure.yields.findIndex((column) => column.name === y.source));
}

/** Equal arguments in a row are answered once: the graph does not change under a call. */
function answerOfGraph(graph: Pick<GraphEngine, 'callProcedure'>, node: CallProcedure, context: RunContext): Answer {
  let last: { readonly values: Row; readonly rows: readonly Row[] } | undefined;
  return async function* (values) {
    if (!last || values.length !== last.values.length || values.some((value, i) => value !== last?.values[i])) {
      const [rows = []] = await graph.callProcedure(node, [values], context);
      last = { values, rows };
    }
    yield last.rows;
  };
}

function answerOfHost(procedure: HostProcedure, node: CallProcedure, context: RunContext): Answer {
  const places = placesOf(procedure, node);
  return async function* (values) {
    const given = procedure.arguments.map((argument, i) => {
      const value = values[i] ?? null;
      if (fits(argument.type, value)) return converted(argument.type, value);
      const message = `The argument "${argument.name}" of ${procedure.name} must be ${argument.type}, not ${typeName(value)}.`;
      throw new QueryError('type/argument', message, { span: node.arguments[i]?.span });
    });
    let batch: Row[] = [];
    for await (const row of procedure.run(given, context)) {
      context.check();
      const whole = procedure.yields.map((column, i) => checked(procedure, column, row[i]));
      batch.push(places.map((at) => whole[at]));
      if (batch.length < hostBatchRows) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  };
}

function checked(procedure: ProcedureInfo, { name, type }: ProcedureInfo['yields'][number], value: Value): Value {
  if (fits(type, value)) return converted(type, value);
  throw new QueryError('procedure/result', `${procedure.name} gave ${typeName(value)} for "${name}", which is ${type}.`, {
    hint: 'The program that opened the database brought this procedure.',
  });
}

/** Null fits everywhere. */
function fits(type: Type, value: Value): boolean {
  if (value === null || value === undefined || type === 'any') return true;
  if (type === 'number' || type === 'float') return typeof value === 'bigint' || typeof value === 'number';
  return typeName(value) === type;
}

/** An integer is a float where one is asked for. */
function converted(type: Type, value: Value): Value {
  return type === 'float' && typeof value === 'bigint' ? Number(value) : (value ?? null);
}
