// UPDATE as one SQL statement: where nobody asks for the new rows, and SQLite can compute the new values, the rows are changed where
// they are instead of being read, computed and written one by one. What this cannot promise to do exactly alike it leaves alone, and
// what fails is done again row by row, which knows the place of the failure.

import type { CompileSql } from './engine.ts';
import type { Expr } from './plan/expression.ts';
import { mapChildren } from './plan/expression.ts';
import type { Plan, Sql } from './plan/plan.ts';
import type { Column, ColumnId, Type } from './plan/type.ts';
import { freeColumnId } from './plan/walk.ts';
import type { UpdateDocuments, UpdateRows } from './plan/writes.ts';

type Options = Parameters<CompileSql>[1];

/** The statement that gives the key of each row and its new values. Undefined: row by row. */
export function bulkRows(plan: UpdateRows, compileSql: CompileSql, options: Options): Sql | undefined {
  const { table, set } = plan;
  if (plan.or || table.view || table.rowid === null || !isOneScan(plan.input)) return undefined;
  const columns = set.map((s) => table.columns.find((column) => column.name === s.source));
  const fits = set.every(({ value, isDefault }, i) => {
    const column = columns[i];
    return column !== undefined && !isDefault && !column.json && column.lengthMax === undefined && isStored(value, column.type);
  });
  if (!fits) return undefined;
  const compiled = compileSql(withValues(plan.input, plan.key, [...set.map((s) => s.value)]), options);
  const exact = compiled?.statement.results.slice(1).every(({ form, type }, i) => form === 'native' && takes(columns[i]?.type, type));
  return exact ? compiled : undefined;
}

/** The statement that gives the id of each document and its new values. Undefined: document by document. */
export function bulkDocuments(plan: UpdateDocuments, compileSql: CompileSql, options: Options): Sql | undefined {
  // A schema is checked document by document.
  if (plan.or || plan.collection.schema !== undefined || !isOneScan(plan.input)) return undefined;
  const plain = (path: readonly (string | number)[]): boolean =>
    path.length > 0 && path.every((step) => typeof step === 'string' && /^[\p{L}\p{N}_ ]+$/u.test(step));
  if (![...plan.set.map((s) => s.path), ...plan.unset].every(plain) || !plan.set.every(({ value }) => isExact(value))) return undefined;
  const compiled = compileSql(
    withValues(
      plan.input,
      plan.key,
      plan.set.map((s) => s.value),
    ),
    options,
  );
  // The storage makes JSON of these.
  const known = compiled?.statement.results
    .slice(1)
    .every(({ form, type }) => form === 'json' || /^(integer|text|boolean|null)$/.test(type));
  return known ? compiled : undefined;
}

/** Every row or document comes once. */
function isOneScan(plan: Plan): boolean {
  switch (plan.kind) {
    case 'scanTable':
    case 'scanCollection':
      return true;
    case 'filter':
    case 'sort':
    case 'limit':
    case 'apply':
    case 'project':
      return isOneScan(plan.input);
    default:
      return false;
  }
}

function isScalar(type: Type): boolean {
  return /^(integer|float|number|boolean|text|date|time|localtime|datetime|localdatetime|duration)$/.test(type);
}

function isStored(value: Expr, type: Type): boolean {
  return isScalar(type) && type !== 'number' && takes(type, value.type) && isExact(value);
}

function takes(column: Type | undefined, given: Type): boolean {
  return column === given || given === 'null' || (column === 'float' && given === 'integer');
}

/** SQLite has no NaN, and makes it null: arithmetic with floats, which may come to it, is not for it to store. */
function isExact(expr: Expr): boolean {
  const computes = expr.kind === 'binary' && /^[-+*/%^]$/.test(expr.operator) && expr.type !== 'integer' && expr.type !== 'text';
  if (computes && !(expr.kind === 'binary' && addsFinite(expr))) return false;
  if (expr.kind === 'call' && (expr.type === 'float' || expr.type === 'number')) return false;
  let exact = true;
  mapChildren(expr, (child) => {
    if (!isExact(child)) exact = false;
    return child;
  });
  return exact;
}

/** `n + 1`: a sum of which one side is a finite literal is never NaN. */
function addsFinite({ operator, left, right }: Expr & { kind: 'binary' }): boolean {
  const finite = (e: Expr): boolean => e.kind === 'literal' && (typeof e.value === 'bigint' || Number.isFinite(e.value));
  return /^[-+]$/.test(operator) && (finite(left) || finite(right));
}

function withValues(input: Plan, key: ColumnId, values: readonly Expr[]): Plan {
  let next = freeColumnId(input);
  const keyColumn: Column = { id: key, name: 'key', type: 'integer' };
  const items = values.map((value, i) => ({ column: { id: next++, name: `value${i + 1}`, type: value.type }, value }));
  return {
    kind: 'project',
    input,
    items: [{ column: keyColumn, value: { kind: 'column', id: key, name: 'key', type: 'integer' } }, ...items],
  };
}
