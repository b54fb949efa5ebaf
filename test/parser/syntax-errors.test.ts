// What people see when a text is wrong: the message, the place and the hint.

import { describe, expect, test } from 'vitest';
import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { renderError } from '../logic/render-error.ts';

function shown(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof QueryError) return renderError(error, text);
    throw error;
  }
  return 'no error';
}

test('What is deep or long is not tried with each word that could follow: the message says only what was found', () => {
  const beginning = (depth: number): string => shown(`SELECT ${'('.repeat(depth)}1`).split('\n')[0] ?? '';
  expect(beginning(40)).toContain('Expected ');
  expect(beginning(60)).toBe('syntax/unexpected: Did not expect the end.');
  expect(shown(`SELECT ${'1, '.repeat(160)} FROM`)).toContain('Did not expect "FROM".');
});

describe('A misspelled keyword', () => {
  test('is found where it stands', () => {
    expect(shown('SELECT * FORM t')).toBe(
      [
        'syntax/unexpected: Expected FROM, WHERE, GROUP BY, HAVING, "," or the end of the statement, found "FORM".',
        '  1 | SELECT * FORM t',
        '    |          ^^^^',
        '  hint: Did you mean FROM?',
      ].join('\n'),
    );
  });

  test.each([
    ['SELCT 1', 'SELCT', 'SELECT'],
    ['SELECT a FORM t', 'FORM', 'FROM'],
    ['MATCH (a) WERE a.x RETURN a', 'WERE', 'WHERE'],
    ['MATCH (a) RETRUN a', 'RETRUN', 'RETURN'],
    ['DELETE FROM t WHRE a', 'WHRE', 'WHERE'],
    ['INSERT INTO t VALUE (1)', 'VALUE', 'VALUES'],
    ['UPDATE t SETT a = 1', 'SETT', 'SET'],
    ['SELECT a FROM t GRUOP BY a', 'GRUOP', 'GROUP BY'],
    ['SHOW tabels', 'tabels', 'TABLES'],
    ['CREATE TABEL t (a)', 'TABEL', 'TABLE'],
    ['SHOW TABLE', 'TABLE', 'TABLES'],
    ['SHOW INDEX', 'INDEX', 'INDEXES'],
    ['SHOW propertys', 'propertys', 'PROPERTIES'],
    ['SHOW usr', 'usr', 'USERS'],
  ])('%s', (text, found, meant) => {
    expect(shown(text)).toContain(`found "${found}"`);
    expect(shown(text)).toContain(`hint: Did you mean ${meant}?`);
  });
});

describe('A common slip has a hint', () => {
  test.each([
    ['SELECT a b c FROM t', 'Is a comma missing before "c"?'],
    ['RETURN {a: 1 b: 2}', 'Is a comma missing before "b"?'],
    ['CREATE TABLE t (a INTEGER b TEXT)', 'Is a comma missing before "b"?'],
    ['SELECT a, FROM t', 'The comma before it is one too many.'],
    ['SELECT (1', 'The "(" is not closed.'],
    ["CREATE (p:Person {name: 'Ada'}-[:KNOWS]->(q)", 'The "(" is not closed.'],
    ['UPDATE t WHERE a = 1', 'Something is missing before WHERE.'],
    ['MATCH (a) RETURN a WHERE a.x = 1', 'WHERE stands before RETURN, behind MATCH, FROM or WITH.'],
    ['MATCH WHERE a.x = 1 RETURN a', 'Something is missing before WHERE.'],
    ['MATCH p:Person RETURN p', 'A node stands in parentheses: (p).'],
    ['MATCH (a) RETURN a QUALIFY a > 1', 'Only SELECT has QUALIFY: write WITH … WHERE.'],
    ['SELECT count(* FROM t', 'The "(" is not closed.'],
    ['SELECT 1)', 'No bracket is open that ")" could close.'],
    ['CREATE TABLE where (a INT)', 'WHERE is a keyword. To use it as a name, write `where` in backquotes.'],
    ['CREATE TABLE select (a INT)', 'SELECT is a keyword. To use it as a name, write `select` in backquotes.'],
    ['SELECT a FROM t GROUP BY a WHERE b', 'The order is SELECT, FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.'],
    ['MATCH (n) RETURN n GROUP BY n', 'RETURN and WITH group by the items that are not aggregates.'],
    ['SELECT a FROM t ORDER a', 'Did you mean ORDER BY?'],
    ['SELECT ‘a’', "Write strings with straight quotes: 'text'."],
    ["SELECT 'a", "Inside it, write '' for ' and \\\\ for \\."],
    ['SELECT $', 'A parameter is $name.'],
    ['CREATE TABLE t ()', 'A table needs at least one column, as in (id INTEGER PRIMARY KEY).'],
    ['CREATE TABLE IF NOT EXISTS t ()', 'A table needs at least one column'],
    ['INSERT INTO c 5', 'Rows are written as VALUES (1, 2), documents as objects: {name: 1}.'],
    ['INSERT INTO t (1, 2)', 'Write VALUES before a row.'],
  ])('%s', (text, hint) => {
    expect(shown(text)).toContain(`  hint: ${hint}`);
  });
});

describe('The message names what was expected', () => {
  test.each([
    ['SELECT * FROM )', 'Expected a FROM item, found ")".'],
    ['SELECT * FROM', 'Expected a FROM item, found the end.'],
    ['SELECT a FROM t LIMIT', 'Expected an expression, found the end.'],
    ['MATCH', 'Expected a pattern, found the end.'],
    ['MATCH (a)-[:X]-> RETURN a', 'Expected a node, found "RETURN".'],
    ['EXPLAIN', 'Expected a statement, found the end.'],
    ['SELECT 1 UNION', 'Expected a query'],
    ['DROP t', 'Expected TABLE, COLLECTION, INDEX or GRAPH, found "t".'],
    ['RETURN {a 1}', 'Expected ":", found "1".'],
    ['DELETE t', 'Expected FROM, found "t".'],
    ['SELECT a AS', 'Expected a name, found the end.'],
    ['CREATE TABLE t ()', 'Expected a name, found ")".'],
    ['INSERT INTO c 5', 'Expected a query, an object, AS, VALUES or DEFAULT, found "5".'],
    ['CALL 5', 'Expected a name, "{" or "(", found "5".'],
    ['COMPARE { RELATIONAL SELECT 1', '"}"'],
  ])('%s', (text, message) => {
    expect(shown(text)).toContain(message);
  });

  test('with at most six alternatives', () => {
    const alternatives = /Expected (.*), found/.exec(shown('SELECT a FROM t x y'))?.[1]?.split(/, (?!")|, (?=")| or /) ?? [];
    expect(alternatives.length).toBeLessThanOrEqual(7);
    expect(alternatives.length).toBeGreaterThan(3);
  });
});

describe('Rendering', () => {
  const error = (start: number, end: number): QueryError => new QueryError('syntax/unexpected', 'No.', { span: { start, end } });
  const lines = (text: string, start: number, end: number): string[] => renderError(error(start, end), text).split('\n').slice(1);

  test('shows the line of the place with its number', () => {
    expect(lines('SELECT 1;\nSELECT 2;\nSELCT 3', 20, 25)).toEqual(['  3 | SELCT 3', '    | ^^^^^']);
  });

  test('aligns behind tabs, wide characters and combined ones', () => {
    expect(lines('\tx', 1, 2)).toEqual(['  1 |     x', '    |     ^']);
    expect(lines("'日本' x", 5, 6)).toEqual(["  1 | '日本' x", '    |        ^']);
    expect(lines("'e\u0301' x", 5, 6)).toEqual(["  1 | 'e\u0301' x", '    |     ^']);
  });

  test('aligns behind emoji, new ones and those of several code points', () => {
    for (const emoji of ['🫠', '👨‍👩‍👧', '🇩🇪', '❤️']) {
      expect(lines(`'${emoji}' x`, emoji.length + 3, emoji.length + 4)[1]).toBe('    |      ^');
    }
  });

  test('cuts a long line around the place', () => {
    const text = `${'a'.repeat(300)} BAD ${'b'.repeat(300)}`;
    const [source = '', caret = ''] = lines(text, 301, 304);
    expect(source.length).toBeLessThan(115);
    expect(source.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('BAD');
    expect(source).toContain('…');
  });

  test('points behind the last character at the end of the text', () => {
    expect(lines('SELECT', 6, 6)).toEqual(['  1 | SELECT', '    |       ^']);
  });

  test('has no line without a span', () => {
    expect(renderError(new QueryError('limit/depth', 'Too deep.', { hint: 'Less.' }), 'x')).toBe('limit/depth: Too deep.\n  hint: Less.');
  });
});
