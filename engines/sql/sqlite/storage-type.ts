// Which type of a STRICT table's column keeps values of which Trefoil type.

import type { Type } from '../../plan/type.ts';

/** The STRICT column type that holds values of a Trefoil type. */
export function storageType(type: Type): string {
  switch (type) {
    case 'integer':
    case 'boolean':
      return 'INTEGER';
    case 'float':
      return 'REAL';
    case 'text':
    case 'date':
    case 'time':
    case 'localtime':
    case 'datetime':
    case 'localdatetime':
    case 'duration':
      return 'TEXT';
    // Integers and floats side by side, each kept as it comes.
    case 'number':
      return 'ANY';
    case 'bytes':
    case 'any':
    case 'null':
    case 'list':
    case 'object':
    case 'node':
    case 'edge':
    case 'path':
      return 'BLOB';
  }
}
