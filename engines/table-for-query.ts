// CREATE TABLE … AS query: the definition of a table that holds what the query gives. Its columns may be null and have no keys.

import type { ColumnDefinition, CreateTable } from '../parser/ast.ts';
import type { Column, Type } from './plan/type.ts';

const declared: Readonly<Record<Type, string>> = {
  any: 'JSON',
  null: 'JSON',
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  float: 'FLOAT',
  number: 'NUMERIC',
  text: 'TEXT',
  bytes: 'BYTES',
  date: 'DATE',
  time: 'TIME',
  localtime: 'LOCALTIME',
  datetime: 'DATETIME',
  localdatetime: 'LOCALDATETIME',
  duration: 'DURATION',
  list: 'LIST',
  object: 'OBJECT',
  node: 'JSON',
  edge: 'JSON',
  path: 'JSON',
};

/** The definition with columns in the place of the query. */
export function tableFor({ name, ifNotExists, span }: CreateTable, columns: readonly Column[]): CreateTable {
  const definitions = columns.map((column, i): ColumnDefinition => {
    const text = column.name === '' ? `column${i + 1}` : column.name;
    return { name: { text, span: name.span }, type: declared[column.type], typeArguments: [], typeSpan: name.span, constraints: [], span };
  });
  return { kind: 'createTable', name, ifNotExists, columns: definitions, constraints: [], span };
}
