// CSV headers that name roles, as neo4j's importer and the LDBC data write them:
//
//   id:ID(Person)|name:string|tags:string[]|:LABEL       a file of nodes
//   :START_ID(Person)|:END_ID(City)|since:int            a file of edges

import { basename } from 'node:path';
import { TerminalError } from '../error-text.ts';
import type { FieldType } from './field.ts';
import { typeWords } from './request.ts';

export interface PropertyColumn {
  /** Position in the record. */
  readonly at: number;
  readonly name: string;
  /** Absent: found out from the first rows. */
  readonly type?: FieldType;
  /** Several values with `;` between. */
  readonly list: boolean;
}

export interface NodeHeader {
  readonly kind: 'nodes';
  /** The ID column is a property too; `:ID` without a name is kept as `id`, since edges need it. */
  readonly id: PropertyColumn;
  /** The ID space; empty: the one for all files. */
  readonly space: string;
  readonly labelAt: number | undefined;
  readonly properties: readonly PropertyColumn[];
}

export interface EdgeHeader {
  readonly kind: 'edges';
  readonly start: { readonly at: number; readonly space: string };
  readonly end: { readonly at: number; readonly space: string };
  readonly typeAt: number | undefined;
  readonly properties: readonly PropertyColumn[];
}

const roleField = /^(.*?):(ID|START_ID|END_ID|LABEL|TYPE|IGNORE)(?:\(([^)]*)\))?(?:\{[^}]*\})?$/i;
const typedField = /^(.+):([A-Za-z]+)(\[\])?(?:\{[^}]*\})?$/;

/** The header's roles; undefined when it names none. Throws for one that cannot be used. */
export function roleHeader(fields: readonly string[], file: string): NodeHeader | EdgeHeader | undefined {
  const properties: PropertyColumn[] = [];
  let id: { column: PropertyColumn; space: string } | undefined;
  let start: { at: number; space: string } | undefined;
  let end: { at: number; space: string } | undefined;
  let labelAt: number | undefined;
  let typeAt: number | undefined;
  fields.forEach((field, at) => {
    const role = roleField.exec(field.trim());
    if (!role) {
      properties.push(propertyColumn(field.trim(), at, file));
      return;
    }
    const [, name = '', word = '', space = ''] = role;
    switch (word.toUpperCase()) {
      case 'ID':
        if (id) throw new TerminalError(`${file}: the header has two ID columns.`);
        id = { column: { at, name: name || 'id', list: false }, space };
        break;
      case 'START_ID':
        start = { at, space };
        break;
      case 'END_ID':
        end = { at, space };
        break;
      case 'LABEL':
        labelAt = at;
        break;
      case 'TYPE':
        typeAt = at;
        break;
    }
  });
  if (id) return { kind: 'nodes', id: id.column, space: id.space, labelAt, properties };
  if (start && end) return { kind: 'edges', start, end, typeAt, properties };
  if (start || end) throw new TerminalError(`${file}: the header has only one of :START_ID and :END_ID.`);
  return undefined;
}

function propertyColumn(field: string, at: number, file: string): PropertyColumn {
  const typed = typedField.exec(field);
  if (!typed) return { at, name: field, list: false };
  const [, name = '', word = '', list] = typed;
  const type = typeWords.get(word.toLowerCase());
  if (type === undefined) {
    throw new TerminalError(
      `${file}: the header's "${field}" has the unknown type "${word}".`,
      `There are: ${[...typeWords.keys()].join(', ')}.`,
    );
  }
  return { at, name, type: type as FieldType, list: list !== undefined };
}

/** A file's name without folder, `.csv` and part numbers: `person_0_0.csv` is `person`. */
export function stemOf(file: string): string {
  return basename(file)
    .replace(/\.[A-Za-z0-9]+$/, '')
    .replace(/(_\d+)+$/, '');
}

/** `Person_isLocatedIn_City.csv` is `isLocatedIn`; a name that is not in three parts is the type itself. */
export function edgeTypeOf(file: string, letters: 'keep' | 'upper-snake'): string {
  const stem = stemOf(file);
  const parts = stem.split('_');
  const type = parts.length === 3 ? (parts[1] ?? stem) : stem;
  return letters === 'upper-snake' ? upperSnake(type) : type;
}

/** `isLocatedIn` is `IS_LOCATED_IN`. */
export function upperSnake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toUpperCase();
}
