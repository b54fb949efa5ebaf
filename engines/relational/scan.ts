// A table as a relation: its columns are SQLite's own.

import type { ScanTable } from '../plan/plan.ts';
import type { ColumnId } from '../plan/type.ts';
import { column, type Fragment, holding, sql } from '../sql/fragment.ts';
import { refuse, type SqlValue } from '../sql/value.ts';
import type { ColumnInfo } from '../catalog.ts';
import { flatRelation, type Relation } from './relation.ts';
import type { Compilation } from './scope.ts';

export function scanTable(cx: Compilation, plan: ScanTable): Relation {
  const { table } = plan;
  const alias = cx.alias('t');
  const rowid = table.rowid === undefined ? 'rowid' : table.rowid;
  const columns = new Map<ColumnId, SqlValue>();
  for (const { source, column: to } of plan.columns) {
    const info = table.columns.find((c) => c.name.toLowerCase() === source.toLowerCase()) ?? refuse(`column ${source}`);
    columns.set(to.id, columnValue(info, column(alias, info.name)));
  }
  if (plan.key) {
    if (rowid === null) refuse('table without rowid');
    columns.set(plan.key.id, { form: 'native', type: 'integer', sql: column(alias, rowid), nullable: false, isColumn: true });
  }
  const check = cx.interruptible && rowid !== null ? [holding(cx.dialect.check(column(alias, rowid)))] : [];
  return flatRelation(
    [
      {
        join: 'cross',
        source: {
          kind: 'table',
          name: table.name,
          key: rowid ?? table.primaryKey[0] ?? table.columns[0]?.name,
          ...(plan.notIndexed && { notIndexed: true }),
        },
        alias,
        on: [],
      },
    ],
    check,
    columns,
  );
}

/** A column that stands at a place of the SQL. */
export function columnValue(info: ColumnInfo, place: Fragment): SqlValue {
  if (info.json) return { form: 'json', type: info.type, base: { kind: 'value', sql: place, binary: true, absent: 'null' }, steps: [] };
  switch (info.type) {
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
    case 'null':
      return refuse(`a column of type ${info.type} that is no JSON`);
    default:
      return {
        form: 'native',
        type: info.type,
        // The plan says where the column's collation counts.
        sql: info.collation ? sql`${place} COLLATE BINARY` : place,
        nullable: !(info.notNull || info.isRowid),
        isColumn: true,
      };
  }
}
