// A query as one that counts its own work: a condition that is always true stands first in every loop and counts the rows that come by,
// behind what an index leaves out. What SQLite reads to make an automatic index is not counted. COMPARE runs such a statement once,
// beside the ordinary one that it times.
//
//   … FROM "sale" AS t1 WHERE t1.day = ?1   →   … FROM "sale" AS t1 WHERE visit('', t1."rowid") AND t1.day = ?1

import type { Dialect } from './dialect.ts';
import { column, type Compound, type Fragment, type FromItem, type FromSource, type Query, type Select, text } from './fragment.ts';

/** Put out by derived tables, so that reading a column to count by computes nothing. */
const visitColumn = 'visit';

/**
 * The same query with counting. Rows of tables, functions and recursions are counted as item '', those of a derived table under its
 * alias: whether it has a loop of its own is for the database to say. The left side of a full join is counted as often as it comes out.
 */
export function countVisits(dialect: Dialect, query: Select): Select {
  return new Counter(dialect).select(query);
}

/** Lives for one statement: knows the columns of its recursions. */
class Counter {
  private readonly dialect: Dialect;
  private readonly commonColumns = new Map<string, string>();

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  select(query: Select): Select {
    const common = query.with;
    if (common) this.commonColumns.set(common.name, common.columns[0] ?? '');
    const first: Fragment[] = [];
    const from = query.from.map((item, i): FromItem => {
      const visit = this.visit(item);
      const outer = i > 0 && item.join !== 'cross';
      if (visit && !outer) first.push(visit);
      const on = item.on.map((f) => this.fragment(f));
      return { ...item, source: this.source(item.source), on: visit && outer ? [visit, ...on] : on };
    });
    return {
      ...query,
      with: common && { ...common, query: this.query(common.query) },
      columns: query.columns.map((c) => ({ ...c, value: this.fragment(c.value) })),
      from,
      where: [...first, ...query.where.map((f) => this.fragment(f))],
      groupBy: query.groupBy.map((f) => this.fragment(f)),
      having: query.having.map((f) => this.fragment(f)),
      orderBy: query.orderBy.map((o) => ({ ...o, value: this.fragment(o.value) })),
    };
  }

  private query(query: Query): Query {
    switch (query.kind) {
      case 'select':
        return this.select(query);
      case 'compound':
        return { ...query, left: this.select(query.left), right: this.select(query.right) };
      case 'values':
        return query;
    }
  }

  private visit({ source, alias }: FromItem): Fragment | undefined {
    switch (source.kind) {
      case 'table':
        return source.key === undefined ? undefined : this.dialect.visit('', column(alias, source.key));
      case 'common': {
        const name = this.commonColumns.get(source.name);
        return name ? this.dialect.visit('', column(alias, name)) : undefined;
      }
      case 'function':
        return this.dialect.visit('', column(alias, 'key'));
      case 'derived':
        return this.dialect.visit(alias, column(alias, columnToCountBy(source.query)));
    }
  }

  private source(source: FromSource): FromSource {
    switch (source.kind) {
      case 'table':
      case 'common':
        return source;
      case 'function':
        return { ...source, call: this.fragment(source.call) };
      case 'derived':
        return { ...source, query: this.derived(this.query(source.query)) };
    }
  }

  private derived(query: Query): Query {
    const more = (select: Select): Select => ({ ...select, columns: [...select.columns, { value: text('0'), as: visitColumn }] });
    switch (query.kind) {
      case 'select':
        return more(query);
      case 'compound':
        return dropsDuplicates(query) ? query : { ...query, left: more(query.left), right: more(query.right) };
      case 'values':
        return query;
    }
  }

  private fragment(fragment: Fragment): Fragment {
    switch (fragment.kind) {
      case 'text':
      case 'identifier':
      case 'column':
      case 'string':
      case 'parameter':
        return fragment;
      case 'sequence':
        return { ...fragment, parts: fragment.parts.map((part) => this.fragment(part)) };
      case 'raising':
      case 'aggregate':
        return { ...fragment, inner: this.fragment(fragment.inner) };
      case 'query':
        return { ...fragment, query: this.query(fragment.query) };
    }
  }
}

/** The rows are compared whole, so all columns are computed anyway, and one more would have to be compared too. */
function dropsDuplicates(query: Compound): boolean {
  return query.operator !== 'union all';
}

function columnToCountBy(query: Query): string {
  if (query.kind === 'values') return 'column1';
  return query.kind === 'compound' && dropsDuplicates(query) ? (query.left.columns[0]?.as ?? visitColumn) : visitColumn;
}
