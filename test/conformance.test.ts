// The conformance runners can fail: each kind of case once with what we answer and once with something else.

import { describe, expect, it } from 'vitest';
import { runSqlLogic } from './conformance/sql-logic.ts';
import { runFeature } from './conformance/tck.ts';

async function featureResults(steps: string): Promise<string[]> {
  const { cases } = await runFeature('sample.feature', `Feature: Sample\n\n  Scenario: one\n${steps}`);
  return cases.map((c) => c.result);
}

async function sqlResults(text: string): Promise<string[]> {
  return (await runSqlLogic('sample.test', text)).cases.map((c) => c.result);
}

const query = (text: string): string => `    Given any graph\n    When executing query:\n      """\n      ${text}\n      """\n`;

describe('feature files', () => {
  it.each([
    ['RETURN 1 AS n', '| n |\n | 1 |', 'pass'],
    ['RETURN 1 AS n', '| n |\n | 1.0 |', 'fail'],
    ['RETURN 1 AS n', '| m |\n | 1 |', 'fail'],
    ['RETURN 1 AS n', '| n |', 'fail'],
    ["RETURN [1, {a: 'x'}, null] AS n", "| n |\n | [1, {a: 'x'}, null] |", 'pass'],
    ["RETURN [1, {a: 'x'}, null] AS n", "| n |\n | [1, {a: 'y'}, null] |", 'fail'],
    ['RETURN 1 AS n', '| n |\n | 1 : 2 |', 'fail'],
  ])('%s against %s: %s', async (text, table, result) => {
    expect(await featureResults(`${query(text)}    Then the result should be, in any order:\n ${table}\n`)).toEqual([result]);
  });

  it('compare nodes, edges and paths with their labels, directions and properties', async () => {
    const made = `    Given an empty graph\n    And having executed:\n      """\n      CREATE (:A {x: 1})<-[:T {y: 2}]-(:B)\n      """\n    When executing query:\n      """\n      MATCH p = (a:A)--(b) RETURN a, p\n      """\n    Then the result should be, in any order:\n      | a | p |\n`;
    expect(await featureResults(`${made}      | (:A {x: 1}) | <(:A {x: 1})<-[:T {y: 2}]-(:B)> |\n`)).toEqual(['pass']);
    expect(await featureResults(`${made}      | (:A {x: 1}) | <(:A {x: 1})-[:T {y: 2}]->(:B)> |\n`)).toEqual(['fail']);
    expect(await featureResults(`${made}      | (:A {x: 2}) | <(:A {x: 1})<-[:T {y: 2}]-(:B)> |\n`)).toEqual(['fail']);
  });

  it('count side effects in the graph itself', async () => {
    const table = (n: number): string => `    And the side effects should be:\n      | +nodes | ${n} |\n      | +labels | 1 |\n`;
    expect(await featureResults(`${query('CREATE (:A), (:A)')}${table(2)}`)).toEqual(['pass']);
    expect(await featureResults(`${query('CREATE (:A), (:A)')}${table(1)}`)).toEqual(['fail']);
    expect(await featureResults(`${query('CREATE (:A), (:A)')}    And no side effects\n`)).toEqual(['fail']);
  });

  it('want the phase and the kind of an error', async () => {
    const raised = (what: string): string => `${query('RETURN x')}    Then a ${what}\n`;
    expect(await featureResults(raised('SyntaxError should be raised at compile time: UndefinedVariable'))).toEqual(['pass']);
    expect(await featureResults(raised('SyntaxError should be raised at runtime: UndefinedVariable'))).toEqual(['fail']);
    expect(await featureResults(raised('TypeError should be raised at compile time: InvalidArgumentType'))).toEqual(['fail']);
  });

  it('fail at a step that is not understood and where nothing is expected', async () => {
    expect(await featureResults(`${query('RETURN 1 AS n')}    Then something else happens\n`)).toEqual(['fail']);
    expect(await featureResults(query('RETURN 1 AS n'))).toEqual(['fail']);
  });

  it('run an outline once for each row of its examples', async () => {
    const outline =
      'Feature: F\n  Scenario Outline: <a>\n    Given any graph\n    When executing query:\n      """\n      RETURN <a> AS n\n      """\n    Then the result should be, in any order:\n      | n |\n      | 1 |\n\n    Examples:\n      | a |\n      | 1 |\n      | 2 |\n';
    expect((await runFeature('f.feature', outline)).cases.map((c) => c.result)).toEqual(['pass', 'fail']);
  });
});

describe('SQL logic tests', () => {
  it.each([
    ['statement ok\nSELECT 1', 'pass'],
    ['statement ok\nSELECT nothing', 'fail'],
    ['statement error\nSELECT nothing', 'pass'],
    ['statement error\nSELECT 1', 'fail'],
    ['query I nosort\nSELECT 1.9\n----\n1', 'pass'],
    ['query R nosort\nSELECT 9223372036854775807\n----\n9223372036854776000.000', 'pass'],
    ['query I nosort\nSELECT sum(x) FROM (VALUES (9223372036854775807), (1)) AS v (x)\n----', 'pass'],
    ['query I nosort\nSELECT nothing\n----', 'fail'],
    ['query R nosort\nSELECT 2\n----\n2.000', 'pass'],
    ["query TT nosort\nSELECT '', NULL\n----\n(empty)\nNULL", 'pass'],
    ['query II nosort\nSELECT 1\n----\n1', 'fail'],
    ['query I rowsort\nSELECT 2 UNION ALL SELECT 1\n----\n1\n2', 'pass'],
    ['query I nosort\nSELECT 2 UNION ALL SELECT 1\n----\n1\n2', 'fail'],
    ['query II valuesort\nSELECT 2, 1\n----\n1\n2', 'pass'],
    ['query I nosort\nSELECT 1\n----\n1 values hashing to b026324c6904b2a9cb4b88d6d61c81d1', 'pass'],
    ['query I nosort\nSELECT 2\n----\n1 values hashing to b026324c6904b2a9cb4b88d6d61c81d1', 'fail'],
    ['onlyif mysql\nstatement ok\nSELECT nothing', 'skip'],
    ['skipif sqlite\nstatement ok\nSELECT nothing', 'skip'],
    ['onlyif sqlite\nstatement ok\nSELECT nothing', 'fail'],
    ['conjecture I nosort\nSELECT 1', 'fail'],
  ])('%j: %s', async (text, result) => {
    expect(await sqlResults(`${text}\n`)).toEqual([result]);
  });

  it('want the same result of queries with the same label', async () => {
    expect(await sqlResults('query I nosort a\nSELECT 1\n----\n1\n\nquery I nosort a\nSELECT 2\n----\n2\n')).toEqual(['pass', 'fail']);
  });

  it('run nothing behind a halt', async () => {
    expect(
      await sqlResults('onlyif mysql\nhalt\n\nstatement ok\nSELECT 1\n\nonlyif sqlite\nhalt\n\nstatement ok\nSELECT nothing\n'),
    ).toEqual(['pass', 'skip']);
  });
});
