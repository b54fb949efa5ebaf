// The keys and conditions of an index as SQL: the very text that the compiler writes for them in a query, so that SQLite sees that they
// are the same. It may call our own functions; then other programs can read the table and not write it (docs/storage.md).

import { QueryError, type Span } from '../../../parser/error.ts';
import { jsonScalarOf } from '../../document/json-place.ts';
import type { BoundIndexPart } from '../../plan/bind-index.ts';
import { conjuncts, type Expr } from '../../plan/expression.ts';
import type { ColumnId } from '../../plan/type.ts';
import { isZoned, settled, zonedKey } from '../../relational/convert.ts';
import { compileCondition, compileValue } from '../../relational/expression.ts';
import { columnValue } from '../../relational/scan.ts';
import type { Scope } from '../../relational/scope.ts';
import type { Fragment } from '../fragment.ts';
import { Refusal, refuse, type SqlValue } from '../value.ts';
import { compilation } from './definition.ts';
import { sqliteDialect } from './dialect.ts';
import { renderExpression } from './render.ts';

const cx = { ...compilation(), dialect: sqliteDialect };

/** Throws `bind/index-key` for what SQLite cannot keep in an index. */
export function compileIndexKey({ expr, ...bound }: BoundIndexPart): string {
  return compiling(expr, () => {
    const value = compileValue(cx, expr, scopeOf(bound));
    if (value.form === 'json') return renderExpression(jsonScalarOf(sqliteDialect, value));
    const key = settled(sqliteDialect, value);
    return renderExpression(isZoned(value.type) ? zonedKey(sqliteDialect, value.type, key) : key);
  });
}

/** The parts of the condition, each as a query would ask it. */
export function compileIndexCondition({ expr, ...bound }: BoundIndexPart): string {
  const scope = scopeOf(bound);
  return compiling(expr, () =>
    conjuncts(expr)
      .map((part) => renderExpression(compileCondition(cx, part, scope, true)))
      .join(' AND '),
  );
}

function scopeOf({ columns, document }: Omit<BoundIndexPart, 'expr'>): Scope {
  const known = new Map<ColumnId, SqlValue>(
    columns.map(({ column, info }) => [column.id, columnValue(info, { kind: 'identifier', name: info.name })]),
  );
  const doc: Fragment = { kind: 'identifier', name: 'doc' };
  if (document) known.set(document.id, { form: 'json', type: 'object', base: { kind: 'document', sql: doc, nullable: false }, steps: [] });
  return { columns: known };
}

function compiling(expr: Expr, work: () => string): string {
  try {
    const text = work();
    return /\?|trefoil_(?:check|visit)/.test(text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '')) ? refuse('a parameter') : text;
  } catch (error) {
    if (error instanceof Refusal) throw cannotBeIndexed(expr.span);
    throw error;
  }
}

function cannotBeIndexed(span: Span | undefined): QueryError {
  return new QueryError('bind/index-key', 'This expression cannot be kept in an index.', {
    span,
    hint: 'It must give the same value for the same row at any time, and be something that SQLite computes: see EXPLAIN of a query with it.',
  });
}
