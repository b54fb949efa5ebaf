// Splitting a text into statements without parsing it.

import { describe, expect, test } from 'vitest';
import { openAtLines, openPart, splitStatements } from '../../parser/split.ts';

const texts = (text: string): string[] => splitStatements(text).map((part) => (part.terminated ? `${part.text};` : part.text));

describe('Splitting', () => {
  test.each([
    ['', []],
    [' ; ;; ', []],
    ['-- nothing\n/* at all */', []],
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2;', ['SELECT 1;', 'SELECT 2;']],
    ["SELECT ';', 'it''s;', '\\';'; x", ["SELECT ';', 'it''s;', '\\';';", 'x']],
    ['SELECT ";", `;`; x', ['SELECT ";", `;`;', 'x']],
    ['SELECT 1 -- ; no\n; x', ['SELECT 1 -- ; no;', 'x'].map((part) => part.replace(' no;', ' no;'))],
    ['SELECT 1 /* ; */ // ;\n; x', ['SELECT 1 /* ; */ // ;;', 'x']],
    ['MATCH (a)--(b); x', ['MATCH (a)--(b);', 'x']],
    ['MATCH (a)-->(b)<--(c); x', ['MATCH (a)-->(b)<--(c);', 'x']],
    ['COMPARE { RELATIONAL SELECT 1; GRAPH RETURN 1 }; x', ['COMPARE { RELATIONAL SELECT 1; GRAPH RETURN 1 };', 'x']],
    ['COMPARE { RELATIONAL SELECT 1;', ['COMPARE { RELATIONAL SELECT 1;']],
    ["SELECT 'open; x", ["SELECT 'open; x"]],
    ['SELECT 1 /* open; x', ['SELECT 1 /* open; x']],
    ['/* open', ['/* open']],
    ['SELECT (1; SELECT 2', ['SELECT (1;', 'SELECT 2']],
    ['}; SELECT 2', ['};', 'SELECT 2']],
  ])('%j', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  test('gives offsets into the whole text', () => {
    const text = '  SELECT 1 ;\n\n SELECT 2';
    for (const { text: part, start, end } of splitStatements(text)) expect(text.slice(start, end)).toBe(part);
    expect(splitStatements(text).map(({ terminated }) => terminated)).toEqual([true, false]);
  });
});

test.each([
  ['', undefined],
  ['SELECT 1', undefined],
  ["SELECT 'a''", "'"],
  ["SELECT 'a'", undefined],
  ["SELECT 'a\nb;\n", "'"],
  ['SELECT "x', '"'],
  ['SELECT `x', '`'],
  ['SELECT 1 /* why', '/*'],
  ["SELECT 1 -- it's", undefined],
])('%j ends inside %s.', (text, open) => {
  expect(openPart(text)).toBe(open);
});

test('The beginning of a line stands in a quote or a comment that a line before opened.', () => {
  expect(openAtLines("SELECT 'a\n''b\nc', 1\n/* x\n*/ -- '\n`q")).toEqual([undefined, "'", "'", undefined, '/*', undefined]);
  expect(openAtLines('SELECT 1')).toEqual([undefined]);
  expect(openAtLines('a\n\n"b\n')).toEqual([undefined, undefined, undefined, '"']);
});
