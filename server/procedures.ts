// Procedures that a program brings when it opens a file in process: checked, and put between the program's values and the engine's.
//
//   const twice: Procedure = {
//     name: 'shop.twice',
//     arguments: [{ name: 'price', type: 'number' }],
//     yields: [{ name: 'result', type: 'number' }],
//     run: ({ price }) => [{ result: 2 * Number(price) }],
//   };
//   const db = await open('shop.db', { procedures: [twice] });
//   db.query('FROM product AS p CALL shop.twice(p.price) YIELD result RETURN p.name, result');

import { AsyncLocalStorage } from 'node:async_hooks';
import type { HostProcedure } from '../engines/engine.ts';
import type { Value } from '../engines/value.ts';
import { QueryError } from '../parser/error.ts';
import type { Type } from '../engines/plan/type.ts';
import { clientValue } from './client-values.ts';
import { parameterValues } from './parameters.ts';
import type { ClientValue } from './protocol/client.ts';
import { clientError } from './protocol/error.ts';

/** `number`: an integer or a float. `float` takes integers too. `any`: everything. */
export type ProcedureType = Exclude<Type, 'null'>;

export interface ProcedureArgument {
  readonly name: string;
  readonly type: ProcedureType;
  /** May be left out, and is null then. Optional arguments come last. */
  readonly optional?: boolean;
  /** For SHOW PROCEDURES and error messages. */
  readonly description?: string;
}

/** A row that a procedure gives: a value for each column that it yields. What is left out is null, another name is an error. */
export type ProcedureRow = { readonly [column: string]: unknown };

export type ProcedureRows = Iterable<ProcedureRow> | AsyncIterable<ProcedureRow>;

/** What a call hands to the procedure. */
export interface ProcedureCall {
  /** Throws when the statement was cancelled or its time is over. Call it in long loops; between two rows it is called for you. */
  check(): void;
}

/** A procedure for CALL. Any argument may be null. */
export interface Procedure {
  /** One or more words with dots between: `shop.twice`. Names are the same without regard to case. */
  readonly name: string;
  readonly description?: string;
  readonly arguments?: readonly ProcedureArgument[];
  /** Left out or empty: the procedure is called for what it does and has no result. */
  readonly yields?: readonly { readonly name: string; readonly type: ProcedureType }[];
  /**
   * Runs once for each row that comes to the CALL. Rows are taken from it as they are wanted, so it may be a generator, also an
   * asynchronous one, and never end. What it throws fails the statement with `procedure/failed`. It runs in the program's thread.
   */
  run(values: { readonly [argument: string]: ClientValue }, call: ProcedureCall): ProcedureRows | Promise<ProcedureRows | void> | void;
}

/** The procedures as the engine takes them. `typed` as in the options of `open`. Throws a ClientError `procedure/definition`. */
export function hostProcedures(procedures: readonly Procedure[], typed: boolean): HostProcedure[] {
  const names = new Set<string>();
  return procedures.map((procedure) => {
    checkDefinition(procedure);
    const name = procedure.name.toLowerCase();
    if (names.has(name)) throw wrong(procedure, 'is given twice');
    names.add(name);
    return hostProcedure(procedure, typed);
  });
}

const types: ReadonlySet<string> = new Set<ProcedureType>([
  'any',
  'boolean',
  'integer',
  'float',
  'number',
  'text',
  'bytes',
  'date',
  'time',
  'localtime',
  'datetime',
  'localdatetime',
  'duration',
  'list',
  'object',
  'node',
  'edge',
  'path',
]);

function checkDefinition(procedure: Procedure): void {
  const { name, run } = procedure;
  if (typeof name !== 'string' || !/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(name))
    throw wrong(procedure, 'needs a name of words with dots between');
  if (/^(db|algo)\./i.test(name)) throw wrong(procedure, 'has a name that begins as those of the database itself do');
  if (typeof run !== 'function') throw wrong(procedure, 'needs a function "run"');
  for (const part of [procedure.arguments ?? [], procedure.yields ?? []]) {
    const seen = new Set<string>();
    for (const item of part) {
      if (!types.has(item.type)) throw wrong(procedure, `has "${item.name}" of the type "${item.type}", which there is not`);
      if (typeof item.name !== 'string' || item.name === '' || seen.has(item.name.toLowerCase()))
        throw wrong(procedure, `has the name "${item.name}" twice, or none`);
      seen.add(item.name.toLowerCase());
    }
  }
  const list = procedure.arguments ?? [];
  if (list.some((a, i) => !a.optional && list[i - 1]?.optional))
    throw wrong(procedure, 'has an argument behind optional ones that is not optional');
}

function wrong({ name }: Procedure, what: string): Error {
  return clientError('procedure/definition', `The procedure "${name}" ${what}.`);
}

function hostProcedure(procedure: Procedure, typed: boolean): HostProcedure {
  const { name, description = '', arguments: list = [], yields = [] } = procedure;
  return {
    name,
    description,
    arguments: list.map((a) => ({ name: a.name, type: a.type, optional: a.optional ?? false, description: a.description ?? '' })),
    yields,
    async *run(values, call) {
      const given = Object.fromEntries(list.map((a, i) => [a.name, clientValue(values[i], typed)]));
      const rows = rowsOf(procedure, given, call);
      for await (const row of rows) yield engineRow(procedure, row, typed);
    },
  };
}

/** True while a procedure runs: it would wait for ever for a statement that waits for it. */
const inProcedure = new AsyncLocalStorage<boolean>();

/** Refuses a statement that a procedure sends to the very file that waits for it. */
export function refuseInProcedure(): void {
  if (!inProcedure.getStore()) return;
  throw clientError('procedure/failed', 'A procedure cannot query the file that is calling it.', 'Open the file a second time for it.');
}

/** The rows; what the program throws becomes an error of the statement. */
async function* rowsOf(
  procedure: Procedure,
  given: { readonly [argument: string]: ClientValue },
  call: ProcedureCall,
): AsyncGenerator<ProcedureRow> {
  const run = <T>(step: () => T): T => inProcedure.run(true, step);
  try {
    const rows = await run(() => procedure.run(given, call));
    if (!rows) return;
    const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
    let open = true;
    try {
      for (;;) {
        const next = await run(() => iterator.next());
        if (next.done) break;
        yield next.value;
      }
      open = false;
    } finally {
      if (open) await iterator.return?.();
    }
  } catch (error) {
    // A check that says stop is not the procedure's failure.
    if (error instanceof QueryError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new QueryError('procedure/failed', `${procedure.name} failed: ${message}`);
  }
}

function engineRow(procedure: Procedure, row: ProcedureRow, typed: boolean): Value[] {
  const { name, yields = [] } = procedure;
  if (typeof row !== 'object' || row === null)
    throw new QueryError('procedure/result', `${name} gave something that is no row: ${String(row)}.`);
  const unknown = Object.keys(row).find((key) => !yields.some((y) => y.name === key));
  if (unknown !== undefined) {
    throw new QueryError('procedure/result', `${name} gave a value for "${unknown}", which it does not yield.`, {
      hint: `It yields ${yields.map((y) => y.name).join(', ') || 'nothing'}.`,
    });
  }
  const values = valuesOf(name, row, typed);
  return yields.map((y) => values.get(y.name) ?? null);
}

function valuesOf(name: string, row: ProcedureRow, typed: boolean): ReadonlyMap<string, Value> {
  try {
    return parameterValues(row, typed);
  } catch (error) {
    throw new QueryError('procedure/result', `${name} gave what is no value: ${(error as Error).message}`);
  }
}
