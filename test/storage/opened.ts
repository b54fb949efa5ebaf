// What the storage tests share: a fresh file in a folder of its own, a run context, and schema statements as the parser would give them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnConstraint, CreateIndex, CreateTable, Expression, Name, PathStep, TableConstraint } from '../../parser/ast.ts';
import type { RunContext, SqlParameter, SqlResult, SqlStatement } from '../../engines/engine.ts';
import type { CompileDefinitions } from '../../engines/sql/sqlite/create-table.ts';
import { openStorage, type SqliteStorage } from '../../engines/sql/sqlite/storage.ts';
import type { Row, Value } from '../../engines/value.ts';
import { emptyStats } from '../../engines/run-context.ts';

const span = { start: 0, end: 0 };

export function newFolder(): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-storage-'));
  return { file: join(folder, 'test.db'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function name(text: string): Name {
  return { text, span };
}

/** `('a', 'VARCHAR(30)', 'notNull', …)` */
export function column(
  columnName: string,
  type: string,
  ...constraints: readonly (ColumnConstraint | 'notNull' | 'primaryKey' | 'unique')[]
) {
  const [word = type, length] = type.split(/[()]/);
  return {
    name: name(columnName),
    type: word,
    typeArguments: length === undefined ? [] : [Number(length)],
    typeSpan: span,
    constraints: constraints.map(
      (constraint): ColumnConstraint => (typeof constraint === 'string' ? { kind: constraint, span } : constraint),
    ),
    span,
  };
}

export function defaultTo(value: bigint | string): ColumnConstraint {
  return { kind: 'default', value: { kind: 'literal', value, span }, span };
}

export function references(table: string, columns: readonly string[] = [], onDelete?: 'cascade'): ColumnConstraint {
  return { kind: 'references', table: name(table), columns: columns.map(name), ...(onDelete ? { onDelete } : {}), span };
}

/** A check whose condition is SQL already: the tests do not need the compiler. */
export function checkSql(sql: string): ColumnConstraint {
  return { kind: 'check', condition: { kind: 'literal', value: sql, span }, span };
}

export function table(
  tableName: string,
  columns: readonly ReturnType<typeof column>[],
  constraints: readonly TableConstraint[] = [],
): CreateTable {
  return { kind: 'createTable', name: name(tableName), ifNotExists: false, columns, constraints, span };
}

export function index(
  on: string,
  paths: readonly (readonly (string | number)[])[],
  more: { name?: string; unique?: boolean; ifNotExists?: boolean } = {},
): CreateIndex {
  return {
    kind: 'createIndex',
    ...(more.name === undefined ? {} : { name: name(more.name) }),
    ifNotExists: more.ifNotExists ?? false,
    unique: more.unique ?? false,
    target: on.startsWith(':') ? { kind: 'label', label: name(on.slice(1)) } : { kind: 'named', name: name(on) },
    keys: paths.map(([root, ...steps]) => ({
      path: {
        root: name(String(root)),
        steps: steps.map(
          (step): PathStep => (typeof step === 'number' ? { kind: 'index', index: step, span } : { kind: 'field', name: name(step) }),
        ),
        span,
      },
      descending: false,
    })),
    span,
  };
}

/** Literals only. */
export const compileLiterals: CompileDefinitions = {
  check: (condition) => String(literal(condition)),
  generated: (value) => ({ sql: String(literal(value)), names: [] }),
  default: (value) => {
    const constant = literal(value);
    return typeof constant === 'string' ? `'${constant}'` : String(constant);
  },
};

function literal(expression: Expression): unknown {
  if (expression.kind !== 'literal') throw new Error('the tests use literals only');
  return expression.value;
}

export async function withStorage(work: (storage: SqliteStorage) => Promise<void>, file = ':memory:'): Promise<void> {
  const storage = await openStorage(file);
  try {
    await work(storage);
  } finally {
    storage.close();
  }
}

export function context(storage: SqliteStorage, more: Partial<RunContext> = {}): RunContext {
  const never = () => {
    throw new Error('the storage does not use the engines');
  };
  return {
    catalog: storage.catalog(),
    rows: storage.rows,
    get graph(): RunContext['graph'] {
      return never();
    },
    get procedures(): RunContext['procedures'] {
      return never();
    },
    graphStorage: () => storage.graph,
    get elements(): RunContext['elements'] {
      return never();
    },
    parameters: new Map(),
    outer: new Map(),
    keys: new Map(),
    working: new Map(),
    batchRows: 100,
    now: new Date(0),
    check: () => {},
    stats: emptyStats(),
    notices: [],
    ...more,
  };
}

export function statement(text: string, results: readonly SqlResult[], parameters: readonly SqlParameter[] = []): SqlStatement {
  return { text, parameters, results };
}

export async function rowsOf(storage: SqliteStorage, sql: SqlStatement, more: Partial<RunContext> = {}): Promise<Row[]> {
  const out: Row[] = [];
  for await (const batch of storage.rows.query(sql, context(storage, more))) out.push(...batch);
  return out;
}

export function object(entries: Record<string, Value>): Map<string, Value> {
  return new Map(Object.entries(entries));
}

/** The error that the work throws. */
export async function failure(
  work: () => unknown,
): Promise<{ code: string; message: string; hint?: string | undefined; retryable: boolean }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error as Error & { code: string; retryable: boolean };
    throw error;
  }
  throw new Error('it did not fail');
}
