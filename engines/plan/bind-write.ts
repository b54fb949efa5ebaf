// Binds UPDATE and DELETE of tables and collections, and RETURNING of all writes.

import { QueryError, type Span } from '../../parser/error.ts';
import type * as Ast from '../../parser/ast.ts';
import type { CollectionInfo, TableInfo } from '../catalog.ts';
import { noKeyError } from '../no-key.ts';
import { bindDocumentChanges, bindRowChanges } from './bind-changes.ts';
import { bindCondition, bindExpression } from './bind-expression.ts';
import { bindFrom } from './bind-from.ts';
import { scanCollection, scanTable, unknownSource } from './bind-from-item.ts';
import { resolutionOf } from './bind-insert.ts';
import { bindProjection } from './bind-projection.ts';
import { limitPlan } from './bind-limit.ts';
import { type BoundQuery, sortItem } from './bind-query.ts';
import { outputColumns, type Plan } from './plan.ts';
import { type BindContext, type Builder, makeColumn, makeTableColumn, type ScopeItem } from './scope.ts';
import type { Column } from './type.ts';

function newBuilder(context: BindContext): Builder {
  return { plan: { kind: 'one' }, scope: { items: [], form: 'select' }, around: { tables: context.tables } };
}

/** The table or collection that a write names; `storage/view` for a view. */
export function targetOf(context: BindContext, name: Ast.Name): { table: TableInfo } | { collection: CollectionInfo } {
  const table = context.catalog.table(name.text);
  if (table?.view || context.catalog.view(name.text)) {
    throw new QueryError('storage/view', `"${name.text}" is a view; its rows cannot be changed.`, {
      span: name.span,
      hint: 'Change the tables and documents that it reads.',
    });
  }
  if (table) return { table };
  const collection = context.catalog.collection(name.text);
  if (collection) return { collection };
  if (context.tables.has(name.text.toLowerCase())) {
    throw new QueryError('bind/unknown-table', `"${name.text}" is a common table of this statement; its rows cannot be changed.`, {
      span: name.span,
      hint: 'Change the tables and documents that it reads.',
    });
  }
  throw unknownSource(context, newBuilder(context), name);
}

/** UPDATE of a table or collection. */
export function bindUpdate(context: BindContext, statement: Ast.Update): BoundQuery {
  const target = targetOf(context, statement.target);
  return 'table' in target ? updateRows(context, statement, target.table) : updateDocuments(context, statement, target.collection);
}

function updateRows(context: BindContext, statement: Ast.Update, table: TableInfo): BoundQuery {
  if (table.rowid === null) throw noKeyError(table, statement.target.span);
  const alias = (statement.alias ?? statement.target).text;
  const builder = newBuilder(context);
  const scan = scanTable(context, builder, table, alias, statement.target.span);
  chooseRows(context, builder, statement, statement.from);
  const set = bindRowChanges(context, builder, statement, table, alias);
  const columns = table.columns.map((c) => makeTableColumn(context, c));
  const { carried, items } = carriedBy(builder, statement);
  const or = resolutionOf(statement.or);
  const plan: Plan = { kind: 'updateRows', input: builder.plan, table, key: scan.key?.id ?? -1, set, or, columns, carried };
  const item: ScopeItem = { kind: 'row', alias, columns: columns.map((column) => ({ name: column.name, column })) };
  return returning(context, plan, [item, ...items], statement.returning, statement.span);
}

function updateDocuments(context: BindContext, statement: Ast.Update, collection: CollectionInfo): BoundQuery {
  const alias = (statement.alias ?? statement.target).text;
  const builder = newBuilder(context);
  const scan = scanCollection(context, builder, collection, alias, statement.target.span);
  chooseRows(context, builder, statement, statement.from);
  const changes = bindDocumentChanges(context, builder, statement, alias);
  const doc = makeColumn(context, alias, 'object');
  const keyOut = makeColumn(context, 'id', 'integer');
  const { carried, items } = carriedBy(builder, statement);
  const plan: Plan = {
    kind: 'updateDocuments',
    input: builder.plan,
    collection,
    key: scan.key?.id ?? -1,
    oldDoc: scan.doc.id,
    ...changes,
    or: resolutionOf(statement.or),
    doc,
    keyOut,
    carried,
  };
  return returning(context, plan, [{ kind: 'document', alias, column: doc, key: keyOut }, ...items], statement.returning, statement.span);
}

/** What RETURNING may read of the other items of FROM. */
function carriedBy(builder: Builder, statement: Ast.Update): { carried: readonly Column[]; items: readonly ScopeItem[] } {
  if (!statement.from || !statement.returning) return { carried: [], items: [] };
  const items = builder.scope.items.slice(1);
  const ids = new Set(items.flatMap(columnsOfItem).map((c) => c.id));
  return { carried: outputColumns(builder.plan).filter((c) => ids.has(c.id)), items };
}

function columnsOfItem(item: ScopeItem): Column[] {
  const key = item.kind !== 'value' && item.key ? [item.key] : [];
  return item.kind === 'row' ? [...item.columns.map((c) => c.column), ...key] : [item.column, ...key];
}

/** DELETE from a table or collection. */
export function bindDelete(context: BindContext, statement: Ast.Delete): BoundQuery {
  const target = targetOf(context, statement.from);
  if ('table' in target && target.table.rowid === null) throw noKeyError(target.table, statement.from.span);
  const alias = (statement.alias ?? statement.from).text;
  const builder = newBuilder(context);
  const scan =
    'table' in target
      ? scanTable(context, builder, target.table, alias, statement.from.span)
      : scanCollection(context, builder, target.collection, alias, statement.from.span);
  chooseRows(context, builder, statement, statement.using);
  const key = scan.key?.id ?? -1;
  const plan: Plan =
    'table' in target
      ? { kind: 'deleteRows', input: builder.plan, table: target.table, key, span: statement.from.span }
      : { kind: 'deleteDocuments', input: builder.plan, collection: target.collection, key };
  return returning(context, plan, builder.scope.items, statement.returning, statement.span);
}

type Choice = Pick<Ast.Update, 'where' | 'orderBy' | 'limit' | 'offset'>;

/** Joins the other items to the target and leaves the rows that the statement is about. */
function chooseRows(context: BindContext, builder: Builder, choice: Choice, from: Ast.FromItem | undefined): void {
  if (from) bindFrom(context, builder, from);
  if (choice.where) {
    const predicate = bindCondition(context, builder, choice.where);
    builder.plan = { kind: 'filter', input: builder.plan, predicate };
  }
  if (choice.orderBy.length > 0) {
    const keys = choice.orderBy.map((key) => sortItem(key, bindExpression(context, builder, key.value)));
    builder.plan = { kind: 'sort', input: builder.plan, keys };
  }
  builder.plan = limitPlan(context, builder.plan, choice, { tables: context.tables });
}

/** Without RETURNING a write gives no columns, but still runs to its end. */
export function returning(
  context: BindContext,
  plan: Plan,
  items: readonly ScopeItem[],
  wanted: readonly Ast.SelectItem[] | undefined,
  span: Span,
): BoundQuery {
  if (!wanted) return { plan: { kind: 'project', input: plan, items: [] }, columns: [] };
  const builder: Builder = { plan, scope: { items, form: 'select' }, around: { tables: context.tables } };
  const columns = bindProjection(context, builder, { form: 'select', distinct: false, items: wanted, groupBy: [], orderBy: [], span });
  return { plan: builder.plan, columns };
}
