// Can a statement's values be bound in SQL? A database has no NaN and makes null of it, and it keeps no text with half a character;
// in a list, which is bound as JSON, an infinity is an object that no column equals. With such values the row operators run the subtree.

import type { RunContext, SqlParameter, SqlStatement } from '../engine.ts';
import type { Value } from '../value.ts';

/** False: a value of a parameter or an outer row would be another one in SQL. */
export function sqlTakes(statement: SqlStatement, context: RunContext): boolean {
  for (const parameter of statement.parameters) if (!takes(valueOf(parameter, context))) return false;
  return true;
}

/** Literals were looked at when the statement was made. Keys with such values have a statement of their own. */
function valueOf(parameter: SqlParameter, context: RunContext): Value {
  switch (parameter.kind) {
    case 'parameter':
      return context.parameters.get(parameter.name);
    case 'outer':
      return context.outer.get(parameter.column);
    case 'literal':
    case 'now':
    case 'keys':
      return null;
  }
}

function takes(value: Value): boolean {
  if (typeof value === 'number') return !Number.isNaN(value);
  if (typeof value === 'string') return value.isWellFormed();
  return (
    !Array.isArray(value) || value.every((item) => takes(item) && item !== Number.POSITIVE_INFINITY && item !== Number.NEGATIVE_INFINITY)
  );
}
