// Fragments to SQLite's SQL text. Parameters are numbered by first use, so that one used twice is bound once.

import type { SqlParameter } from '../../engine.ts';
import type { Value } from '../../value.ts';
import {
  type CommonTable,
  type Fragment,
  type FromItem,
  hasAggregate,
  type OrderItem,
  type Query,
  type Select,
  tablesOf,
} from '../fragment.ts';
import { refuse } from '../value.ts';
import { quoteName, quoteText } from './quote.ts';

export function renderQuery(query: Query): { text: string; parameters: readonly SqlParameter[] } {
  const writer = new Writer();
  writer.query(query);
  return { text: writer.text, parameters: writer.parameters };
}

/** An expression without parameters, as CREATE TABLE and CREATE INDEX want it. */
export function renderExpression(fragment: Fragment): string {
  const writer = new Writer(true);
  writer.fragment(fragment);
  if (writer.parameters.length > 0) refuse('a parameter in a schema');
  return writer.text;
}

/** The literals that the compiler binds: large integers, long texts, bytes. */
function literalText(value: Value): string {
  // The smallest integer is a float as an SQL literal.
  if (typeof value === 'bigint') return value === -(2n ** 63n) ? '(-9223372036854775807 - 1)' : `(${value})`;
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (typeof value !== 'string') throw new Error('a literal that the compiler does not bind');
  // SQLite's own parser would stop at a NUL.
  return value.includes('\u0000') ? `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)` : quoteText(value);
}

class Writer {
  text = '';
  readonly parameters: SqlParameter[] = [];
  readonly #numbers = new Map<string, number>();
  /** Literals that are bound elsewhere are written, as a schema needs it. */
  readonly #writesLiterals: boolean;

  constructor(writesLiterals = false) {
    this.#writesLiterals = writesLiterals;
  }

  query(query: Query): void {
    switch (query.kind) {
      case 'select':
        return this.select(query);
      case 'compound':
        this.select(query.left);
        this.text += ` ${query.operator.toUpperCase()} `;
        return this.select(query.right);
      case 'values':
        this.text += 'VALUES ';
        return this.list(query.rows, (row) => {
          this.text += '(';
          this.list(row, (value) => this.fragment(value));
          this.text += ')';
        });
    }
  }

  select(select: Select): void {
    if (select.with) this.commonTable(select.with);
    this.text += select.distinct ? 'SELECT DISTINCT ' : 'SELECT ';
    this.list(select.columns, (c) => {
      this.fragment(c.value);
      if (c.as !== undefined) this.text += ` AS ${quoteName(c.as)}`;
    });
    for (const [i, item] of select.from.entries()) this.fromItem(item, i === 0);
    this.conditions(' WHERE ', select.where);
    if (select.groupBy.length > 0) {
      this.text += ' GROUP BY ';
      this.list(select.groupBy, (key) => this.term(key));
    }
    this.conditions(' HAVING ', select.having);
    if (select.orderBy.length > 0) {
      this.text += ' ORDER BY ';
      this.list(select.orderBy, (item) => this.orderItem(item));
    }
    if (select.limit) {
      this.text += ' LIMIT ';
      this.fragment(select.limit);
    }
    if (select.offset) {
      this.text += ' OFFSET ';
      this.fragment(select.offset);
    }
  }

  commonTable(table: CommonTable): void {
    this.text += `WITH RECURSIVE ${quoteName(table.name)}(${table.columns.map(quoteName).join(', ')}) AS (`;
    this.query(table.query);
    this.text += ') ';
  }

  fromItem(item: FromItem, first: boolean): void {
    if (first) this.text += ' FROM ';
    else this.text += item.join === 'cross' ? ', ' : item.join === 'left' ? ' LEFT JOIN ' : ' FULL JOIN ';
    switch (item.source.kind) {
      case 'table':
        this.text += `main.${quoteName(item.source.name)}`;
        break;
      case 'common':
        this.text += quoteName(item.source.name);
        break;
      case 'function':
        this.fragment(item.source.call);
        break;
      case 'derived':
        this.text += '(';
        this.query(item.source.query);
        this.text += ')';
    }
    this.text += ` AS ${quoteName(item.alias)}`;
    if (item.source.kind === 'table' && item.source.notIndexed) this.text += ' NOT INDEXED';
    if (item.join !== 'cross' && !first) this.conditions(' ON ', item.on.length > 0 ? item.on : [{ kind: 'text', text: '1' }]);
  }

  orderItem(item: OrderItem): void {
    this.term(item.value);
    if (item.descending) this.text += ' DESC';
    // SQLite's own habit is nulls first ascending, last descending.
    if (item.nulls !== undefined && (item.nulls === 'first') === item.descending) this.text += ` NULLS ${item.nulls.toUpperCase()}`;
  }

  /** A key to group or sort by. SQLite takes a constant, and what it knows to be one (2 IS NULL), for the number of a column. */
  term(fragment: Fragment): void {
    if (variesByRow(fragment)) return this.fragment(fragment);
    this.text += 'CASE WHEN 1 THEN ';
    this.fragment(fragment);
    this.text += ' END';
  }

  conditions(word: string, conditions: readonly Fragment[]): void {
    for (const [i, condition] of conditions.entries()) {
      this.text += i === 0 ? word : ' AND ';
      this.fragment(condition);
    }
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    for (const [i, item] of items.entries()) {
      if (i > 0) this.text += ', ';
      write(item);
    }
  }

  fragment(fragment: Fragment): void {
    switch (fragment.kind) {
      case 'text':
        this.text += fragment.text;
        return;
      case 'identifier':
        this.text += quoteName(fragment.name);
        return;
      case 'column':
        // Names we made need no quotes; `doc` is written as in index keys.
        this.text += `${fragment.table}.${/^(doc|id|key|value|type|c[0-9]+)$/.test(fragment.name) ? fragment.name : quoteName(fragment.name)}`;
        return;
      case 'string':
        this.text += quoteText(fragment.value);
        return;
      case 'parameter':
        if (this.#writesLiterals && fragment.parameter.kind === 'literal') {
          this.text += literalText(fragment.parameter.value);
          return;
        }
        this.text += `?${this.number(fragment.parameter)}`;
        return;
      case 'sequence':
        for (const part of fragment.parts) this.fragment(part);
        return;
      case 'raising':
      case 'aggregate':
        return this.fragment(fragment.inner);
      case 'query':
        this.text += '(';
        this.query(fragment.query);
        this.text += ')';
    }
  }

  number(parameter: SqlParameter): number {
    const key = parameterKey(parameter);
    let number = key === undefined ? undefined : this.#numbers.get(key);
    if (number === undefined) {
      number = this.parameters.push(parameter);
      if (key !== undefined) this.#numbers.set(key, number);
    }
    return number;
  }
}

function parameterKey(parameter: SqlParameter): string | undefined {
  switch (parameter.kind) {
    case 'literal':
      return undefined;
    case 'parameter':
      return `p${parameter.as}${parameter.name}`;
    case 'outer':
      return `o${parameter.as}${parameter.column}`;
    case 'now':
      return `n${parameter.as}`;
    case 'keys':
      return `k${parameter.slot}`;
  }
}

/** Its value may differ from row to row. */
function variesByRow(fragment: Fragment): boolean {
  return tablesOf(fragment).size > 0 || hasAggregate(fragment);
}
