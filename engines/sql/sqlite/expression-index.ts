// Indexes with expressions, with other collations than the columns have, and over a part of the rows. SQLite keeps the SQL of them;
// trefoil_expression_index keeps what was written, in Trefoil's language.
//
//   CREATE UNIQUE INDEX ON account (lower(email)) WHERE active

import type { CreateIndex, Expression, IndexKey, Path } from '../../../parser/ast.ts';
import { QueryError } from '../../../parser/error.ts';
import { printExpression } from '../../../parser/print.ts';
import type { IndexInfo } from '../../catalog.ts';
import type { IndexSubject } from '../../plan/bind-index.ts';
import { collationNamed } from '../../plan/collation.ts';
import type { SqliteConnection, SqliteValue } from './driver.ts';
import { quoteName } from './quote.ts';

/** What the binder and the SQL compiler give for an index. */
export interface CompileIndex {
  key(expression: Expression, subject: IndexSubject): string;
  condition(expression: Expression, subject: IndexSubject): string;
}

export type IndexWords = NonNullable<IndexInfo['words']>;

/** Is it more than a list of columns or paths? */
export function isExpressionIndex(statement: CreateIndex, subject: IndexSubject): boolean {
  const special = (key: IndexKey): boolean =>
    'expression' in key ||
    key.collation !== undefined ||
    ('table' in subject && key.path.steps.length > 0 && !key.path.steps.some((step) => step.kind === 'each'));
  return statement.where !== undefined || statement.keys.some(special);
}

/** The keys and the condition as they are shown: `lower(email)`, `a DESC`. */
export function wordsOf({ keys, where }: CreateIndex): IndexWords {
  const words = keys.map((key) => {
    const collation = key.collation ? ` COLLATE ${key.collation.text.toUpperCase()}` : '';
    return `${printExpression(expressionOf(key))}${collation}${key.descending ? ' DESC' : ''}`;
  });
  return { keys: words, ...(where && { where: printExpression(where) }) };
}

/** Makes the index in SQLite and notes what was written. */
export function createExpressionIndex(
  connection: SqliteConnection,
  statement: CreateIndex,
  name: string,
  subject: IndexSubject,
  compile: CompileIndex,
): void {
  const keys = statement.keys.map((key) => keySql(key, subject, compile));
  const where = statement.where ? ` WHERE ${compile.condition(statement.where, subject)}` : '';
  const target = 'table' in subject ? subject.table.name : subject.collection.name;
  const on = 'table' in subject ? subject.table.name : subject.collection.table;
  const words = wordsOf(statement);
  const unique = statement.unique ? 'UNIQUE ' : '';
  try {
    connection.run(`CREATE ${unique}INDEX main.${quoteName(name)} ON ${quoteName(on)} (${keys.join(', ')})${where}`);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const doubled = `"${target}" holds some values of ${words.keys.join(', ')} more than once, so they cannot be unique.`;
    throw new QueryError(error.code, error.code === 'constraint/unique' ? doubled : error.message, {
      span: statement.span,
      hint: error.hint,
    });
  }
  forgetExpressionIndex(connection, name);
  connection.run('INSERT INTO trefoil_expression_index (name, kind, target, keys, condition, is_unique) VALUES (?, ?, ?, ?, ?, ?)', [
    name,
    'table' in subject ? 'table' : 'collection',
    target,
    JSON.stringify(words.keys),
    words.where ?? null,
    statement.unique ? 1n : 0n,
  ]);
}

/** The note goes with the index. */
export function forgetExpressionIndex(connection: SqliteConnection, name: string): void {
  connection.run('DELETE FROM trefoil_expression_index WHERE name = ?', [name]);
}

function keySql(key: IndexKey, subject: IndexSubject, compile: CompileIndex): string {
  const steps = 'path' in key ? key.path.steps.find((step) => step.kind === 'each') : undefined;
  if (steps) {
    throw new QueryError('bind/index-key', 'An index over the elements of lists has one key, without a collation or a condition.', {
      span: steps.span,
    });
  }
  const collation = key.collation ? ` COLLATE ${collationNamed(key.collation).toUpperCase()}` : '';
  return `${compile.key(expressionOf(key), subject)}${collation}${key.descending ? ' DESC' : ''}`;
}

function expressionOf(key: IndexKey): Expression {
  return 'expression' in key ? key.expression : pathExpression(key.path);
}

function pathExpression({ root, steps, span }: Path): Expression {
  return steps.reduce<Expression>(
    (value, step) => {
      if (step.kind === 'field') return { kind: 'field', value, name: step.name, span };
      const index = step.kind === 'index' ? BigInt(step.index) : 0n;
      return { kind: 'index', value, index: { kind: 'literal', value: index, span }, span };
    },
    { kind: 'identifier', name: root.text, span },
  );
}

/** What is noted of the indexes that SQLite still has. */
export function readExpressionIndexes(connection: SqliteConnection): IndexInfo[] {
  const rows = connection.all(
    `SELECT i.name, i.kind, i.target, i.keys, i.condition, i.is_unique FROM trefoil_expression_index AS i
     JOIN main.sqlite_schema AS s ON s.type = 'index' AND s.name = i.name COLLATE NOCASE ORDER BY i.name`,
    [],
    'number',
  );
  return rows.map(([name, kind, target, keys, condition, unique]) => ({
    name: name as string,
    on: { kind: kind as 'table' | 'collection', name: target as string },
    keys: [],
    unique: unique === 1,
    words: { keys: JSON.parse(keys as string) as string[], ...(typeof condition === 'string' && { where: condition }) },
  }));
}

/** `lower(email), a DESC WHERE active` */
export function indexWords({ keys, where }: IndexWords): string {
  return `${keys.join(', ')}${where === undefined ? '' : ` WHERE ${where}`}`;
}

/** The sentence for a row or document that a unique index of this kind does not allow; undefined if it is no such index. */
export function expressionIndexConflict(connection: SqliteConnection, name: string): QueryError | undefined {
  const row: readonly SqliteValue[] | undefined = connection.get(
    'SELECT name, kind, target, keys, condition FROM trefoil_expression_index WHERE name = ?',
    [name],
  );
  if (!row) return undefined;
  const [index, kind, target, keys, condition] = row.map((value) => (value === null ? undefined : String(value)));
  const words = { keys: JSON.parse(keys ?? '[]') as string[], ...(condition !== undefined && { where: condition }) };
  const [what, has] = kind === 'table' ? ['table', 'row'] : ['collection', 'document'];
  return new QueryError('constraint/unique', `The ${what} "${target}" already has a ${has} with the same ${words.keys.join(', ')}.`, {
    hint: `The unique index "${index}" (${indexWords(words)}) allows each value once.`,
  });
}

/** The note of a column's name where it is in an expression: see rename-noted.ts. */
export function renameInIndexes(connection: SqliteConnection, table: string, renamed: (text: string) => string): void {
  const rows = connection.all("SELECT name, keys, condition FROM trefoil_expression_index WHERE kind = 'table' AND target = ?", [table]);
  for (const [name, keys, condition] of rows) {
    const texts = (JSON.parse(String(keys)) as string[]).map((key) => {
      const [, text = key, tail = ''] = /^(.*?)((?: COLLATE \w+)?(?: DESC)?)$/s.exec(key) ?? [];
      return renamed(text) + tail;
    });
    connection.run('UPDATE trefoil_expression_index SET keys = ?, condition = ? WHERE name = ?', [
      JSON.stringify(texts),
      typeof condition === 'string' ? renamed(condition) : null,
      name as string,
    ]);
  }
}

/** The name that an index gets of itself: `account_lower_email_idx`. */
export function wordsAsName(target: string, { keys }: IndexWords): string {
  return [target, ...keys.map((key) => key.replace(/(?: COLLATE \w+)?(?: DESC)?$/, '')), 'idx']
    .join('_')
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
    .replaceAll(/_+/g, '_');
}
