// The dialect of what stays in the file: CHECK, generated columns. Our own functions may not stand there, since another program that
// opens the file does not have them. Where they would only complain, SQLite's own json_extract does, which repeats the path it refuses:
//
//   json_extract('{}', 'type/division-by-zero: An integer cannot be divided by zero.')
//
// errors.ts makes our error of that again; another program shows the sentence.

import type { Dialect } from '../dialect.ts';
import { type Fragment, joined, raising, sql, stringLiteral, text } from '../fragment.ts';
import { refuse } from '../value.ts';
import { plainLike, sqliteDialect } from './dialect.ts';

export const schemaDialect: Dialect = {
  ...sqliteDialect,
  inSchema: true,
  call: schemaCall,
  like: plainLike,
  check: () => refuse('check'),
};

/** An expression that is never computed without an error. */
export function complaint(code: string, message: string): Fragment {
  return raising(sql`json_extract('{}', ${stringLiteral(`${code}: ${message}`)})`);
}

/** The error that a complaint made, from SQLite's words. */
export function complaintIn(message: string): { readonly code: string; readonly message: string } | undefined {
  const parts = /^bad JSON path: '([a-z]+\/[a-z-]+): (.*)'$/s.exec(message);
  return parts ? { code: parts[1] ?? '', message: (parts[2] ?? '').replaceAll("''", "'") } : undefined;
}

function schemaCall(name: string, ...values: readonly Fragment[]): Fragment {
  const [first, second, third] = values;
  switch (name) {
    // SQLite's length counts code points too, if only up to a NUL.
    case 'char_length':
      return sql`length(${joined(values, ', ')})`;
    case 'raise':
      if (first?.kind === 'string' && second?.kind === 'string') return complaint(first.value, second.value);
      return refuse('raise');
    case 'arithmetic':
      if (first?.kind === 'string' && second && third) return arithmetic(first.value, second, third);
      return refuse('arithmetic');
    case 'boolean':
      return complaint('type/operand', 'A condition must be a boolean.');
    case 'argument':
      return complaint('type/argument', 'A function cannot take a value of this type.');
    case 'operand_mark':
      return complaint('type/operand', 'An operator cannot take a value of this type.');
    case 'special_number':
      return text('NULL');
    default:
      return refuse(`function ${name}`);
  }
}

/** For numbers of which only the value itself tells whether it is an integer. */
function arithmetic(operator: string, a: Fragment, b: Fragment): Fragment {
  if (!/^[-+*/]$/.test(operator)) return refuse(`${operator} of numbers`);
  const result = sql`(${a} ${text(operator)} ${b})`;
  const integers = sql`typeof(${a}) = 'integer' AND typeof(${b}) = 'integer'`;
  const overflow = sql`WHEN typeof(${result}) = 'real' AND ${integers} THEN ${complaint('type/overflow', 'The result of the operation is beyond 64-bit integers.')}`;
  const noNumber = complaint('type/not-a-number', 'The result of the operation is not a number (NaN).');
  if (operator === '/') {
    const byZero = complaint('type/division-by-zero', 'An integer cannot be divided by zero.');
    const zero = sql`CASE WHEN ${integers} THEN ${byZero} WHEN ${a} > 0 THEN 9e999 WHEN ${a} < 0 THEN -9e999 WHEN ${a} = 0 THEN ${noNumber} END`;
    return sql`CASE WHEN ${b} = 0 THEN ${zero} ${overflow} ELSE ${result} END`;
  }
  return sql`CASE ${overflow} WHEN ${result} IS NULL AND ${a} IS NOT NULL AND ${b} IS NOT NULL THEN ${noNumber} ELSE ${result} END`;
}
