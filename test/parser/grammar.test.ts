// What the grammar means where habits collide, where it stops, and that chevrotain finds nothing wrong with it.

import { describe, expect, test } from 'vitest';
import type { Query, Statement } from '../../parser/ast.ts';
import { builtDecisions } from '../../parser/built-decisions.ts';
import { LLkLookaheadStrategy } from '../../parser/chevrotain.ts';
import { QueryError } from '../../parser/error.ts';
import { Grammar } from '../../parser/grammar-statements.ts';
import { parse, parseExpression } from '../../parser/parse.ts';
import { printExpression, printQuery, printStatement } from '../../parser/print.ts';
import { PARSER_TOKENS } from '../../parser/tokens.ts';

function only(text: string): Statement {
  const [statement] = parse(text).statements;
  if (!statement) throw new Error('no statement');
  return statement;
}

function queryOf(text: string): Query {
  const statement = only(text);
  if (statement.kind !== 'query') throw new Error(statement.kind);
  return statement.query;
}

function codeOf(text: string): string {
  try {
    parse(text);
    return 'none';
  } catch (error) {
    if (error instanceof QueryError) return error.code;
    throw error;
  }
}

/** With all parentheses that the tree implies. */
function grouped(text: string, form: 'select' | 'pipeline' = 'pipeline'): string {
  const tree = parseExpression(text, form);
  return JSON.stringify(tree, (key, value: unknown) => (key === 'span' ? undefined : typeof value === 'bigint' ? Number(value) : value))
    .replace(/\{"kind":"literal","value":(\w+)\}/g, '$1')
    .replace(/\{"kind":"identifier","name":"(\w+)"\}/g, '$1');
}

describe('The grammar', () => {
  test('has no rule that chevrotain refuses', () => {
    const grammar = new Grammar(true);
    const rules = Object.values(grammar.getGAstProductions());
    expect(rules.length).toBeGreaterThan(100);
    const errors = new LLkLookaheadStrategy({ maxLookahead: 1 }).validate({ rules, tokenTypes: PARSER_TOKENS, grammarName: 'Trefoil' });
    // Two alternatives that start alike are meant where a GATE decides or the first one wins; empty and left-recursive ones never are.
    expect(errors.filter(({ message }) => !/ambig/i.test(message))).toEqual([]);
  });

  test('is built with its decisions worked out, and they are those of its rules', () => {
    expect(builtDecisions).toBeDefined();
    expect(builtDecisions).toEqual(new Grammar(true).tables());
  });

  test('counts spans from the first to the last token of what they cover', () => {
    const text = '  SELECT a . b + ( 1 ) AS "x y" , count(*) FROM t  ';
    const query = queryOf(text);
    const part = (span: { start: number; end: number }): string => text.slice(span.start, span.end);
    if (query.kind !== 'select') throw new Error(query.kind);
    const [first, second] = query.items;
    if (first?.kind !== 'expression' || first.value.kind !== 'binary' || !first.alias || !query.from || !second) throw new Error('shape');
    expect(part(query.span)).toBe(text.trim());
    expect(part(first.span)).toBe('a . b + ( 1 ) AS "x y"');
    expect(part(first.value.span)).toBe('a . b + ( 1 )');
    expect(part(first.value.left.span)).toBe('a . b');
    expect(part(first.value.right.span)).toBe('1');
    expect(part(first.alias.span)).toBe('"x y"');
    expect(part(second.span)).toBe('count(*)');
    expect(part(query.from.span)).toBe('t');
  });
});

describe('Operators', () => {
  test.each([
    ['1 + 2 * 3', '1 + 2 * 3'],
    ['(1 + 2) * 3', '(1 + 2) * 3'],
    ['1 - (2 - 3)', '1 - (2 - 3)'],
    ['1 - 2 - 3', '1 - 2 - 3'],
    ['a OR (b AND c)', 'a OR b AND c'],
    ['(NOT a) AND b', 'NOT a AND b'],
    ['NOT (a = b)', 'NOT a = b'],
    ['(-2) ^ 2', '-2 ^ 2'],
    ['2 ^ 3 ^ 4', '2 ^ 3 ^ 4'],
    ['a || b + c', 'a || b + c'],
    ['- - 1', '-(-1)'],
    ['a != b', 'a <> b'],
    ['a == b', 'a = b'],
    ['((((a))))', 'a'],
  ])('%s is printed as %s', (text, printed) => {
    expect(printExpression(parseExpression(text))).toBe(printed);
  });

  test('a chained comparison is refused', () => {
    expect(codeOf('SELECT a < b < c')).toBe('syntax/chained-comparison');
    expect(codeOf('SELECT a < b = c')).toBe('syntax/chained-comparison');
    expect(codeOf('SELECT (a < b) < c')).toBe('none');
  });

  test('a test after a comparison binds tighter in a pipeline and needs parentheses in SELECT', () => {
    expect(grouped('a = b IS NULL')).toBe(grouped('a = (b IS NULL)'));
    expect(codeOf('SELECT a = b IS NULL')).toBe('syntax/chained-comparison');
    expect(grouped('a IS NULL = b', 'select')).toBe(grouped('(a IS NULL) = b', 'select'));
  });

  test('NOT belongs to a column when no test follows', () => {
    expect(printStatement(only('CREATE TABLE t (a INTEGER DEFAULT 1 NOT NULL)'))).toBe('CREATE TABLE t (a INTEGER DEFAULT 1 NOT NULL)');
  });
});

describe('Numbers and strings', () => {
  test('integers are bigint, floats are number', () => {
    expect(parseExpression('1')).toMatchObject({ value: 1n });
    expect(parseExpression('1.0')).toMatchObject({ value: 1 });
    expect(parseExpression('0x1F')).toMatchObject({ value: 31n });
    expect(parseExpression('.5')).toMatchObject({ value: 0.5 });
    expect(parseExpression('-9223372036854775808')).toMatchObject({ kind: 'literal', value: -(2n ** 63n) });
  });

  test('an integer beyond 64 bits is refused', () => {
    for (const text of ['9223372036854775808', '-9223372036854775809', '1 - 9223372036854775808', '1e999', '12abc', "x'abc'"]) {
      expect(codeOf(`SELECT ${text}`), text).toBe('syntax/number');
    }
  });

  test('1..3 is a range', () => {
    expect(parseExpression('a[1..3]')).toMatchObject({ kind: 'slice', from: { value: 1n }, to: { value: 3n } });
  });

  test('a doubled quote is one, and a backslash escapes what it knows', () => {
    expect(parseExpression("'it''s'")).toMatchObject({ value: "it's" });
    expect(parseExpression(String.raw`'a\tb\n\\\'\u00e9\d'`)).toMatchObject({ value: "a\tb\n\\'é\\d" });
  });

  test('"x" is an identifier in SELECT and a string in a pipeline, by the innermost query', () => {
    expect(printQuery(queryOf('SELECT "a" FROM t WHERE EXISTS { MATCH (n) WHERE n.x = "a" } ORDER BY "a"'))).toBe(
      "SELECT a FROM t WHERE EXISTS { MATCH (n) WHERE n.x = 'a' } ORDER BY a",
    );
    expect(printQuery(queryOf('MATCH (n) RETURN "a" AS a, (SELECT "b" FROM t ORDER BY "c") AS x, "d" AS d'))).toBe(
      "MATCH (n) RETURN 'a' AS a, (SELECT b FROM t ORDER BY c) AS x, 'd' AS d",
    );
    expect(printStatement(only('INSERT INTO orders {"a": "b"}'))).toBe("INSERT INTO orders {a: 'b'}");
  });
});

describe('Keywords', () => {
  test('are names wherever nothing else could be meant', () => {
    expect(printQuery(queryOf('SELECT t.select, order, match, set, left(a) FROM match AS "group" ORDER BY order'))).toBe(
      'SELECT t.select, `order`, `match`, `set`, `left`(a) FROM `match` AS `group` ORDER BY `order`',
    );
    expect(printQuery(queryOf('MATCH (n:Order {from: 1})-[:IN|ON]->() RETURN n.end'))).toBe(
      'MATCH (n:Order {from: 1})-[:IN|ON]->() RETURN n.end',
    );
  });

  test('are not case sensitive', () => {
    expect(printQuery(queryOf('select Distinct a From t'))).toBe('SELECT DISTINCT a FROM t');
  });
});

describe('Parentheses', () => {
  test.each([
    ['(a)-->(b)', 'patternTest'],
    ['(a:X {k: 1})<-[:Y*]-()', 'patternTest'],
    ['(a)-[x]-(b)', 'patternTest'],
    ['(a) - [1]', 'binary'],
    ['(a) - b', 'binary'],
    ['(a)', 'identifier'],
    ['(a:X)', 'labelTest'],
    ['(SELECT 1)', 'subquery'],
    ['((SELECT 1) UNION (SELECT 2))', 'subquery'],
    ['((SELECT 1) + 1)', 'binary'],
    ['a IN (1)', 'in'],
    ['a IN (SELECT 1)', 'inQuery'],
    ['a IN ((SELECT 1))', 'in'],
    ['a IN (b) + c', 'in'],
    ['[x IN xs]', 'comprehension'],
    ['[x IN xs, y]', undefined],
    ['[(x IN xs), y]', 'list'],
    ['exists(n.x)', 'call'],
    ['exists((SELECT 1))', 'exists'],
  ])('%s is a %s', (text, kind) => {
    if (kind === undefined) expect(() => parseExpression(text)).toThrow(QueryError);
    else expect(parseExpression(text).kind).toBe(kind);
  });

  test('WITH name AS (query) is a table, WITH anything else a projection', () => {
    expect(queryOf('WITH x AS (SELECT 1) SELECT * FROM x').kind).toBe('withQuery');
    expect(queryOf('WITH x (a) AS (MATCH (n) RETURN n) FROM x RETURN *').kind).toBe('withQuery');
    expect(queryOf('WITH 1 AS x RETURN x').kind).toBe('pipeline');
    expect(queryOf('WITH (SELECT 1) AS x RETURN x').kind).toBe('pipeline');
  });

  test('a comment is told from an edge', () => {
    expect(printQuery(queryOf('MATCH (a)--(b)-->(c)<--(d) RETURN a --(b)\n, b'))).toBe('MATCH (a)-[]-(b)-[]->(c)<-[]-(d) RETURN a, b');
  });
});

describe('Set operations', () => {
  test('INTERSECT binds tighter, and the order at the end belongs to the whole', () => {
    const query = queryOf('SELECT 1 UNION SELECT 2 INTERSECT MATCH (n) RETURN n ORDER BY 1 LIMIT 2');
    expect(query).toMatchObject({
      kind: 'set',
      operator: 'union',
      right: { kind: 'set', operator: 'intersect', orderBy: [] },
      orderBy: [{}],
      limit: { value: 2n },
    });
  });

  test('an operand with an order of its own needs parentheses', () => {
    expect(codeOf('MATCH (n) RETURN n ORDER BY n UNION MATCH (m) RETURN m')).toBe('syntax/unexpected');
    expect(codeOf('(MATCH (n) RETURN n ORDER BY n) UNION MATCH (m) RETURN m')).toBe('none');
  });
});

describe('Limits', () => {
  test('nesting is refused before it fills the stack', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['[', ']'],
      ['{a: ', '}'],
      ['CASE WHEN 1 THEN ', ' END'],
      ['(SELECT ', ')'],
      ['f(', ')'],
      ['EXISTS { RETURN ', ' }'],
      ['[x IN ', ']'],
    ] as const) {
      for (const depth of [201, 100_000]) expect(codeOf(`RETURN ${open.repeat(depth)}1${close.repeat(depth)}`), open).toBe('limit/depth');
      expect(codeOf(`RETURN ${open.repeat(60)}1${close.repeat(60)}`), open).toBe('none');
    }
  });

  test('so are queries and changes within one another', () => {
    for (const [open, inner, close] of [
      ['FOREACH (x IN [1] | ', 'CREATE (:A)', ')'],
      ['CALL { ', 'CREATE (:A)', ' }'],
      ['CALL () { SET a.x = 1 ', '', ' }'],
    ] as const) {
      for (const depth of [201, 100_000]) expect(codeOf(open.repeat(depth) + inner + close.repeat(depth)), open).toBe('limit/depth');
      expect(codeOf(open.repeat(20) + inner + close.repeat(20)), open).toBe('none');
    }
  });

  test('chains of 1,900 are parsed and printed, chains of 10,000 are refused', () => {
    for (const link of [' + 1', ' AND 1', ' UNION SELECT 1', ' INTERSECT SELECT 1']) {
      expect(printStatement(only(`SELECT 1${link.repeat(1900)}`)).length).toBeGreaterThan(5000);
      expect(codeOf(`SELECT 1${link.repeat(10_000)}`), link).toBe('limit/depth');
    }
    expect(codeOf(`SELECT 1 FROM t${' JOIN t'.repeat(10_000)}`)).toBe('limit/depth');
    expect(codeOf(`SELECT ${'NOT '.repeat(10_000)}1`)).toBe('limit/depth');
    expect(codeOf(`SELECT a${'.a'.repeat(10_000)}`)).toBe('limit/depth');
    expect(codeOf(`MATCH (n:${'!'.repeat(10_000)}A) RETURN n`)).toBe('limit/depth');
  });

  test('wide is not deep', () => {
    expect(codeOf(`INSERT INTO t VALUES ${'(1),'.repeat(5000)}(1)`)).toBe('none');
    expect(codeOf(`MATCH ${'(a)-->'.repeat(5000)}(b) RETURN 1`)).toBe('none');
  });
});

describe('What is known and not built', () => {
  test.each([
    ['MATCH (a) CALL (a) { SET a.x = 1 } IN TRANSACTIONS', 'IN TRANSACTIONS'],
    ["LOAD CSV FROM 'x' AS row RETURN row", 'LOAD CSV'],
    ['INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1', 'ON DUPLICATE'],
  ])('%s says so', (text, feature) => {
    expect(() => parse(text)).toThrow(new RegExp(`${feature}.*not built`, 'i'));
    expect(codeOf(text)).toBe('syntax/not-built');
  });
});

describe('A text that is wrong', () => {
  test('leaves nothing behind for the next one', () => {
    expect(() => parse('RETURN xs[1 2]')).toThrow();
    expect(() => parse('RETURN [x IN xs | x')).toThrow();
    expect(() => parse('RETURN n:Person, 1 | 2')).not.toThrow();
  });
});
