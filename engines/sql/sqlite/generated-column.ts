// Generated columns: the expression as SQL that SQLite keeps and computes by itself, and what a definition may not say of such a column.
//
//   total FLOAT GENERATED ALWAYS AS (qty * price) STORED

import type { ColumnConstraint, ColumnDefinition } from '../../../parser/ast.ts';
import { QueryError, type Span } from '../../../parser/error.ts';
import type { ColumnInfo } from '../../catalog.ts';
import { jsonScalarOf, jsonTextOf, jsonTypeOf } from '../../document/json-place.ts';
import type { Expr } from '../../plan/expression.ts';
import type { Column, ColumnId, Type } from '../../plan/type.ts';
import { settled, toJson } from '../../relational/convert.ts';
import { compileValue } from '../../relational/expression.ts';
import { type Fragment, sql, sqlNull, stringLiteral, text } from '../fragment.ts';
import { type JsonValue, type NativeValue, Refusal, refuse, type SqlValue } from '../value.ts';
import { columnValue, compilation } from './definition.ts';
import { renderExpression } from './render.ts';
import { complaint, schemaDialect } from './schema-dialect.ts';

const textMax = 20_000;

/** The expression as it stands in `AS (…)`, over `columns` of the same table. `type/column`, `bind/not-in-check`. */
export function compileGenerated(expr: Expr, columns: readonly Column[], column: ColumnInfo): string {
  try {
    const scope = { columns: new Map(columns.map((c): [ColumnId, SqlValue] => [c.id, columnValue(c)])) };
    const value = compileValue(compilation(), expr, scope);
    const stored = renderExpression(withLength(storedAs(value, column, expr), column));
    return stored.length > textMax ? refuse('length') : stored;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new QueryError(
      'bind/not-in-check',
      'This expression cannot be kept in the table, where SQLite alone must be able to compute it.',
      {
        span: expr.span,
        hint: 'Columns, arithmetic, ||, comparisons, CASE, coalesce, length, abs, trim and paths into JSON can stand in a generated column.',
      },
    );
  }
}

function storedAs(value: SqlValue, column: ColumnInfo, expr: Expr): Fragment {
  if (value.form === 'native' && value.type === 'null') return sqlNull;
  if (column.json) return jsonStored(value, column, expr);
  return value.form === 'native' ? nativeStored(value, column, expr) : scalarStored(value, column);
}

function nativeStored(value: NativeValue, column: ColumnInfo, expr: Expr): Fragment {
  // That the table is STRICT refuses an integer that overflowed.
  if (value.type === column.type) return column.type === 'integer' ? value.sql : settled(schemaDialect, value);
  const inner = settled(schemaDialect, value);
  if (value.type === 'integer' && column.type === 'float') return sql`CAST(${inner} AS REAL)`;
  if (value.type === 'number' && column.type === 'float') return sql`CAST(${inner} AS REAL)`;
  if ((value.type === 'integer' || value.type === 'float') && column.type === 'number') return inner;
  throw mismatch(column, value.type, expr);
}

function mismatch(column: ColumnInfo, given: Type, expr: Expr): QueryError {
  return new QueryError(
    'type/column',
    `The column "${column.name}" holds values of type ${column.type}, and its expression gives ${given}.`,
    {
      span: expr.span,
      hint: given === 'number' || given === 'float' ? undefined : `CAST(… AS ${base(column)}) converts a value.`,
    },
  );
}

/** What is declared without the expression: `VARCHAR(30)`. */
function base({ declared }: ColumnInfo): string {
  return declared.split(' GENERATED ')[0] ?? declared;
}

const jsonTypes: Readonly<Partial<Record<Type, string>>> = { list: 'array', object: 'object' };

function jsonStored(value: SqlValue, column: ColumnInfo, expr: Expr): Fragment {
  const wanted = jsonTypes[column.type];
  if (value.form === 'native' && wanted !== undefined) throw mismatch(column, value.type, expr);
  const json = toJson(schemaDialect, value);
  const whole = sql`jsonb(nullif(${jsonTextOf(schemaDialect, json)}, 'null'))`;
  if (wanted === undefined || value.type === column.type) return whole;
  const type = jsonTypeOf(schemaDialect, json);
  return sql`CASE WHEN ${type} IN (${stringLiteral(wanted)}, 'null') THEN ${whole} WHEN ${type} IS NOT NULL THEN ${wrongType(column)} END`;
}

/** A value in a document into a column of one type: what has another type is an error, as in INSERT. */
function scalarStored(value: JsonValue, column: ColumnInfo): Fragment {
  const type = jsonTypeOf(schemaDialect, value);
  const scalar = jsonScalarOf(schemaDialect, value);
  const cases = casesOf(column.type, scalar) ?? refuse(`${column.type} of a document value`);
  return sql`CASE ${type} ${cases} WHEN 'null' THEN NULL ELSE CASE WHEN ${type} IS NOT NULL THEN ${wrongType(column)} END END`;
}

function casesOf(type: Type, scalar: Fragment): Fragment | undefined {
  switch (type) {
    case 'integer':
      return sql`WHEN 'integer' THEN ${scalar}`;
    case 'float':
      return sql`WHEN 'integer' THEN CAST(${scalar} AS REAL) WHEN 'real' THEN ${scalar}`;
    case 'number':
      return sql`WHEN 'integer' THEN ${scalar} WHEN 'real' THEN ${scalar}`;
    case 'text':
      return sql`WHEN 'text' THEN ${scalar}`;
    case 'boolean':
      return text("WHEN 'true' THEN 1 WHEN 'false' THEN 0");
    default:
      return undefined;
  }
}

function wrongType(column: ColumnInfo): Fragment {
  return complaint('type/column', `A generated column of type ${base(column)} cannot hold what its expression gives.`);
}

function withLength(value: Fragment, column: ColumnInfo): Fragment {
  const max = column.type === 'text' ? /\((\d+)\)$/.exec(base(column))?.[1] : undefined;
  if (max === undefined) return value;
  const tooLong = complaint('type/column', `The text is too long for a generated column of type ${base(column)}.`);
  return sql`CASE WHEN length(${value}) > ${text(max)} THEN ${tooLong} ELSE ${value} END`;
}

/** Throws `bind/generated-column` for what cannot go together. */
export function checkGenerated({ name, constraints }: ColumnDefinition): void {
  const found = constraints.filter((c) => c.kind === 'generated' || c.kind === 'identity');
  const [first, second] = found;
  if (!first) return;
  if (second) throw refused(`"${name.text}" is generated in two ways.`, second.span);
  for (const constraint of constraints) {
    if (constraint.kind === 'default') throw refused(`"${name.text}" is generated and cannot have a default too.`, constraint.span);
    if (first.kind === 'identity') continue;
    if (constraint.kind === 'primaryKey')
      throw refused(`"${name.text}" is generated and cannot be the primary key.`, constraint.span, 'UNIQUE NOT NULL is possible.');
    if (constraint.kind === 'references' && changes(constraint))
      throw refused(`"${name.text}" is generated, so a foreign key cannot change it.`, constraint.span);
  }
}

function changes({ onDelete, onUpdate }: ColumnConstraint & { readonly kind: 'references' }): boolean {
  return onUpdate === 'cascade' || [onDelete, onUpdate].some((action) => action === 'setNull' || action === 'setDefault');
}

/** The error for what cannot be said of a generated column. */
export function refused(message: string, span: Span, hint?: string): QueryError {
  return new QueryError('bind/generated-column', message, { span, hint });
}

/** Is it GENERATED … AS IDENTITY? */
export function isIdentity({ constraints }: ColumnDefinition): boolean {
  return constraints.some((constraint) => constraint.kind === 'identity');
}

/** SQLite numbers a primary key, and nothing else. */
export function checkIdentity({ name, constraints }: ColumnDefinition, column: ColumnInfo, span: Span): void {
  if (column.type === 'integer' && constraints.some((constraint) => constraint.kind === 'primaryKey')) return;
  throw refused(
    `Only an integer primary key can be an identity, and "${name.text}" is none.`,
    span,
    'INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  );
}

/** Generated columns may read each other, but not in a circle. */
export function checkCircles(uses: ReadonlyMap<string, { readonly names: readonly string[]; readonly span: Span }>): void {
  for (const [start, { span }] of uses) {
    const way = wayBack(uses, start, start, new Set());
    if (way) throw refused(`"${start}" is computed from itself: ${[start, ...way].join(' reads ')}.`, span);
  }
}

function wayBack(
  uses: ReadonlyMap<string, { readonly names: readonly string[] }>,
  from: string,
  to: string,
  seen: Set<string>,
): readonly string[] | undefined {
  for (const name of uses.get(from)?.names ?? []) {
    if (name === to) return [name];
    if (seen.has(name)) continue;
    seen.add(name);
    const rest = wayBack(uses, name, to, seen);
    if (rest) return [name, ...rest];
  }
  return undefined;
}
