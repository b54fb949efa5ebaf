// What LIMIT leaves open: which of the rows that ORDER BY does not tell apart it takes. Two answers to one question may differ in
// that and both be right. They are, if they are the same without LIMIT, and with it as many rows with the same sort keys.

import type * as Ast from '../../parser/ast.ts';
import { QueryError } from '../../parser/error.ts';
import { printExpression } from '../../parser/print.ts';
import type { Row } from '../value.ts';
import { type Answered, firstDifference } from './first-difference.ts';
import type { Comparison, Form } from './form.ts';
import { runOnce } from './run-form.ts';

/** A form of one query with what it gave, and where it ran. */
export interface Limited {
  readonly form: Form;
  readonly answer: Answered;
  readonly comparison: Comparison;
}

/** Do two answers differ, and only in what LIMIT leaves open? False too where that cannot be told. */
export async function differInLimitAlone(a: Limited, b: Limited): Promise<boolean> {
  const [all, other] = [withoutLimit(a.form), withoutLimit(b.form)];
  if (!all || !other || a.answer.columns !== b.answer.columns) return false;
  const { check } = a.comparison.options;
  if (firstDifference(a.answer, b.answer, check) === undefined) return false;
  if (firstDifference(keysOf(a.answer, all.keys), keysOf(b.answer, other.keys)) !== undefined) return false;
  try {
    const [whole, otherWhole] = [await runOnce(all.form, quiet(a.comparison)), await runOnce(other.form, quiet(b.comparison))];
    return firstDifference(whole, otherWhole, check) === undefined;
  } catch (error) {
    if (error instanceof QueryError && error.code === 'limit/rows-compared') return false;
    throw error;
  }
}

function quiet(comparison: Comparison): Comparison {
  return { ...comparison, notices: [] };
}

function keysOf({ rows }: Answered, keys: readonly number[]): Answered {
  return { columns: keys.length, rows: rows.map((row): Row => keys.map((key) => row[key])) };
}

interface Unlimited {
  readonly form: Form;
  /** The columns that the rows are sorted by. */
  readonly keys: readonly number[];
}

/** Undefined: it has no LIMIT, or is sorted by what is no column. */
function withoutLimit(form: Form): Unlimited | undefined {
  const [statement] = form.statements;
  if (statement?.kind !== 'query') return undefined;
  const found = unlimited(statement.query);
  return found && { keys: found.keys, form: { ...form, statements: [{ ...statement, query: found.query }] } };
}

function unlimited(query: Ast.Query): { query: Ast.Query; keys: number[] } | undefined {
  switch (query.kind) {
    case 'select': {
      const { limit, offset, fetch: _, ...rest } = query;
      const keys = (limit ?? offset) ? sortColumns(query.items, query.orderBy) : undefined;
      return keys && { query: rest, keys };
    }
    case 'pipeline': {
      const last = query.clauses.at(-1);
      if (last?.kind !== 'return') return undefined;
      const { limit, skip, fetch: _, ...rest } = last.projection;
      const keys = (limit ?? skip) ? sortColumns(rest.items, rest.orderBy) : undefined;
      return keys && { query: { ...query, clauses: [...query.clauses.slice(0, -1), { ...last, projection: rest }] }, keys };
    }
    case 'withQuery': {
      const body = unlimited(query.body);
      return body && { query: { ...query, body: body.query }, keys: body.keys };
    }
    case 'set':
    case 'values':
      return undefined;
  }
}

function sortColumns(items: readonly Ast.SelectItem[], orderBy: readonly Ast.SortKey[]): number[] | undefined {
  const keys = orderBy.map(({ value }) => {
    const text = printExpression(value);
    return items.findIndex((item) => {
      if (item.kind === 'star') return false;
      return (
        printExpression(item.value) === text || (value.kind === 'identifier' && item.alias?.text.toLowerCase() === value.name.toLowerCase())
      );
    });
  });
  return keys.includes(-1) || items.some((item) => item.kind === 'star') ? undefined : keys;
}
