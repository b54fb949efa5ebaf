// The expressions of CREATE TABLE as SQL text that SQLite keeps in the schema. Our own functions may not stand there: another
// program that opens the file does not have them.

import { QueryError } from '../../../parser/error.ts';
import type { ColumnInfo } from '../../catalog.ts';
import { floatText, storageJson } from '../../json.ts';
import type { Expr } from '../../plan/expression.ts';
import type { Column, ColumnId, Type } from '../../plan/type.ts';
import { compileCondition } from '../../relational/expression.ts';
import type { Compilation, Scope } from '../../relational/scope.ts';
import { storedText } from '../../temporal/moment.ts';
import { TemporalValue, type Value } from '../../value.ts';
import { sql as fragment } from '../fragment.ts';
import { Refusal, refuse, type SqlValue, typeClass } from '../value.ts';
import { checkedValue } from './column-values.ts';
import { quoteText } from './quote.ts';
import { renderExpression } from './render.ts';
import { schemaDialect } from './schema-dialect.ts';

export function compilation(): Compilation {
  return {
    dialect: schemaDialect,
    outer: new Map(),
    interruptible: false,
    withoutKeys: false,
    indexes: [],
    collections: new Map(),
    alias: () => refuse('subquery'),
  };
}

/** A condition of CHECK over the columns of the new table. `bind/not-in-check` for what SQLite cannot test on its own. */
export function compileCheck(expr: Expr, columns: readonly Column[]): string {
  try {
    const scope: Scope = { columns: new Map(columns.map((c): [ColumnId, SqlValue] => [c.id, columnValue(c)])) };
    return renderExpression(compileCondition(compilation(), expr, scope, false));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new QueryError('bind/not-in-check', 'This condition cannot be kept in the table, where SQLite alone must be able to test it.', {
      span: expr.span,
      hint: 'Comparisons, arithmetic, LIKE, IN with literals, IS NULL, CASE, length and coalesce can stand in CHECK.',
    });
  }
}

/** The new table's columns have no table name yet. */
export function columnValue(column: Column): SqlValue {
  const name = { kind: 'identifier', name: column.name } as const;
  // The plan says where the column's collation counts.
  const sql = column.collation ? fragment`${name} COLLATE BINARY` : name;
  const isNative = typeClass(column.type) !== undefined && column.type !== 'number';
  if (isNative) return { form: 'native', type: column.type, sql, nullable: true, isColumn: true };
  return { form: 'json', type: column.type, base: { kind: 'value', sql, binary: true, absent: 'null' }, steps: [] };
}

const clock = (format: string): string => `rtrim(rtrim(strftime('${format}', 'now'), '0'), '.')`;

/** The functions that a default may call, in Trefoil's canonical text. */
const defaultCalls: Readonly<Record<string, { readonly type: Type; readonly sql: string }>> = {
  now: { type: 'datetime', sql: `${clock('%Y-%m-%dT%H:%M:%f')} || 'Z'` },
  datetime: { type: 'datetime', sql: `${clock('%Y-%m-%dT%H:%M:%f')} || 'Z'` },
  localdatetime: { type: 'localdatetime', sql: clock('%Y-%m-%dT%H:%M:%f') },
  current_date: { type: 'date', sql: "date('now')" },
  date: { type: 'date', sql: "date('now')" },
  current_time: { type: 'time', sql: `${clock('%H:%M:%f')} || 'Z'` },
  time: { type: 'time', sql: `${clock('%H:%M:%f')} || 'Z'` },
  localtime: { type: 'localtime', sql: clock('%H:%M:%f') },
  uuid: {
    type: 'text',
    sql: "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (abs(random() >> 1) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
  },
};

/** The function of a default whose SQL this is, if it is one: `current_date` for `date('now')`. */
export function defaultCallFor(sql: string, type: Type): string | undefined {
  const found = Object.entries(defaultCalls).filter(([, call]) => call.sql === sql && call.type === type);
  return found[0]?.[0];
}

/** A default as it stands inside `DEFAULT (…)`: a constant that fits the column, or one of a few functions. `type/column`, `bind/not-in-check`. */
export function compileDefault(expr: Expr, column: ColumnInfo): string {
  const constant = constantOf(expr);
  if (constant) return atDefault(expr, () => constantText(constant.value, column));
  const call = expr.kind === 'call' && expr.arguments.length === 0 ? defaultCalls[expr.name] : undefined;
  if (call && call.type === column.type && !column.json) return call.sql;
  throw new QueryError('bind/not-in-check', `This expression cannot be the default of the column "${column.name}".`, {
    span: expr.span,
    hint: 'A default is a constant of the column’s type, or now(), current_date(), current_time() or uuid().',
  });
}

const newTable = { name: '(new)', columns: [], primaryKey: [], unique: [], foreignKeys: [], rows: 0 };

/** The check of a stored value speaks of the table; here is no table yet, but a place in the text. */
function atDefault(expr: Expr, work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(error.code, error.message.replace(` of table "${newTable.name}"`, ''), { span: expr.span, hint: error.hint });
  }
}

function constantOf(expr: Expr): { readonly value: Value } | undefined {
  if (expr.kind === 'literal') return { value: expr.value };
  if (expr.kind === 'list') {
    const items = expr.items.map(constantOf);
    return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value ?? null) } : undefined;
  }
  if (expr.kind === 'object') {
    const entries = expr.entries.map((e) => [e.key, constantOf(e.value)] as const);
    if (!entries.every(([, found]) => found !== undefined)) return undefined;
    return { value: new Map(entries.map(([key, found]) => [key, found?.value])) };
  }
  if (expr.kind !== 'unary' || expr.operator !== 'negate') return undefined;
  const inner = constantOf(expr.operand)?.value;
  return typeof inner === 'bigint' || typeof inner === 'number' ? { value: -inner } : undefined;
}

function constantText(value: Value, column: ColumnInfo): string {
  const checked = checkedValue(value, column, newTable);
  if (checked === null || checked === undefined) return 'NULL';
  if (column.json) return `jsonb(${quoteText(storageJson(checked))})`;
  if (typeof checked === 'boolean') return checked ? '1' : '0';
  if (typeof checked === 'bigint') return checked === -9223372036854775808n ? '(-9223372036854775807 - 1)' : `${checked}`;
  if (checked instanceof TemporalValue) return quoteText(storedText(checked));
  if (checked instanceof Uint8Array) return `x'${Buffer.from(checked).toString('hex')}'`;
  if (typeof checked === 'string') return quoteText(checked);
  if (typeof checked === 'number') return Number.isFinite(checked) ? floatText(checked) : checked > 0 ? '9e999' : '-9e999';
  throw new Error('a checked value of another kind');
}
