// Truth values of conditions.

import { QueryError, type Span } from '../parser/error.ts';
import { typeName } from './compare.ts';
import type { Value } from './value.ts';

/** A truth value as true, false or null; another type is `type/operand`. `where` names the place for people. */
export function truthOf(value: Value, where: string, span: Span | undefined): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  throw new QueryError('type/operand', `${where} needs a boolean, not ${typeName(value)}.`, { span });
}

/** The function truth(x), SELECT form's conditions: a boolean as it is, a number unless it is 0. */
export function truth(value: Value, span: Span | undefined): boolean | null {
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  return truthOf(value, 'A condition', span);
}
