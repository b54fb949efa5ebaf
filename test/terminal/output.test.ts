// Output modes: pure functions from columns and rows to text.

import { beforeAll, describe, expect, test } from 'vitest';
import type { OutputMode } from '../../clients/terminal/output/mode.ts';
import { makePrinter, type OutputRow } from '../../clients/terminal/output/printer.ts';
import { fitWidths } from '../../clients/terminal/output/table.ts';
import { fitText, loadTextWidth, padText, textWidth } from '../../clients/terminal/output/text-width.ts';
import { plain } from '../../clients/terminal/paint.ts';
import { cellText, literalText } from '../../clients/terminal/value-text.ts';
import type { ClientEdge, ClientNode } from '../../server/protocol/client.ts';

beforeAll(loadTextWidth);

const ada: ClientNode = { $type: 'node', id: 1, labels: ['Person'], properties: { name: 'Ada' } };
const bob: ClientNode = { $type: 'node', id: 2, labels: ['Person'], properties: {} };
const knows: ClientEdge = { $type: 'edge', id: 7, type: 'KNOWS', from: 1, to: 2, properties: { since: 1.0 } };

function print(mode: OutputMode, columns: readonly string[], rows: readonly OutputRow[], width = Number.POSITIVE_INFINITY): string {
  const heads = columns.map((column) => {
    const [name = '', type = 'any'] = column.split(':');
    return { name, type };
  });
  const printer = makePrinter(mode, { columns: heads, firstPage: rows, width, paint: plain });
  return printer.head + printer.rows(rows) + printer.foot();
}

describe('table', () => {
  test('Numbers stand at the right, text at the left, and a float shows that it is one.', () => {
    expect(
      print(
        'table',
        ['id:integer', 'name:text', 'share:float'],
        [
          [1n, 'Ada', 1],
          [20n, 'Grace', 0.25],
        ],
      ),
    ).toBe(
      [
        '┌────┬───────┬───────┐',
        '│ id │ name  │ share │',
        '├────┼───────┼───────┤',
        '│  1 │ Ada   │   1.0 │',
        '│ 20 │ Grace │  0.25 │',
        '└────┴───────┴───────┘',
        '',
      ].join('\n'),
    );
  });
  test('A null and the text NULL look different.', () => {
    const lines = print('table', ['a:text'], [[null], ['NULL']]).split('\n');
    expect(lines[3]).toBe('│ NULL   │');
    expect(lines[4]).toBe("│ 'NULL' │");
  });
  test('Wide characters and emoji keep the bars in one column.', () => {
    const text = print(
      'table',
      ['name:text', 'n:integer'],
      [
        ['漢字', 1n],
        ['👨‍👩‍👧', 2n],
        ['abc', 3n],
      ],
    );
    const widths = new Set(text.trimEnd().split('\n').map(textWidth));
    expect(widths.size).toBe(1);
  });
  test('A long cell is cut to the terminal, a number never.', () => {
    const text = print('table', ['id:integer', 'story:text'], [[12345678901n, 'a long story '.repeat(20)]], 40);
    for (const line of text.trimEnd().split('\n')) expect(textWidth(line)).toBe(40);
    expect(text).toContain('12345678901');
    expect(text).toContain('…');
  });
  test('Without a terminal nothing is cut.', () => {
    const story = 'a long story '.repeat(20).trim();
    expect(print('table', ['story:text'], [[story]])).toContain(story);
  });
  test('More columns than fit become lines.', () => {
    const columns = Array.from({ length: 12 }, (_, i) => `column_${i}:text`);
    const text = print('table', columns, [columns.map(() => 'value')], 60);
    expect(text).not.toContain('│');
    expect(text).toContain(' column_0 = value');
  });
  test('Control characters in data are shown, not sent to the terminal.', () => {
    expect(print('table', ['a:text'], [['red\u001b[31m\nnext']])).toContain('red\\u001b[31m\\nnext');
  });
  test('No rows still show the columns.', () => {
    expect(print('table', ['a:text'], [])).toBe('┌───┐\n│ a │\n├───┤\n└───┘\n');
  });
});

describe('values', () => {
  test('Documents, nodes, edges and paths read like the language.', () => {
    expect(cellText({ id: 1n, tags: ['a', null], 'odd key': true })).toBe("{id: 1, tags: ['a', NULL], `odd key`: true}");
    expect(cellText(ada)).toBe("(:Person {name: 'Ada'})");
    expect(cellText(knows)).toBe('-[:KNOWS {since: 1.0}]->');
    expect(cellText({ $type: 'path', nodes: [ada, bob], edges: [knows] })).toBe("(:Person {name: 'Ada'})-[:KNOWS {since: 1.0}]->(:Person)");
    expect(cellText({ $type: 'path', nodes: [bob, ada], edges: [knows] })).toBe("(:Person)<-[:KNOWS {since: 1.0}]-(:Person {name: 'Ada'})");
  });
  test('A quote inside text is written twice where text is quoted.', () => {
    expect(literalText(["it's"])).toBe("['it''s']");
  });
  test("A user's object with a key $type is an object.", () => {
    expect(cellText({ $type: 'node' })).toBe("{`$type`: 'node'}");
  });
});

describe('json and jsonl', () => {
  test('json is one array; integers stay exact and floats keep their point.', () => {
    const text = print(
      'json',
      ['a', 'b'],
      [
        [9007199254740993n, 1],
        [null, 'x'],
      ],
    );
    expect(text).toBe('[\n  {"a":9007199254740993,"b":1.0},\n  {"a":null,"b":"x"}\n]\n');
  });
  test('No rows are an empty array.', () => {
    expect(print('json', ['a'], [])).toBe('[]\n');
    expect(print('jsonl', ['a'], [])).toBe('');
  });
  test('jsonl has an object a line; columns of one name all stay.', () => {
    expect(print('jsonl', ['a', 'a'], [[1n, 2n]])).toBe('{"a":1,"a_2":2}\n');
  });
  test('Graph values and temporals have plain forms.', () => {
    const date = { $type: 'temporal', kind: 'date', text: '2024-02-29' } as const;
    expect(print('jsonl', ['n', 'e', 'd'], [[ada, knows, date]])).toBe(
      '{"n":{"id":1,"labels":["Person"],"properties":{"name":"Ada"}},"e":{"id":7,"type":"KNOWS","from":1,"to":2,"properties":{"since":1.0}},"d":"2024-02-29"}\n',
    );
  });
});

describe('csv', () => {
  test('Fields are quoted as RFC 4180 says; null and empty text differ; nested values are JSON.', () => {
    const rows = [
      ['a,b', 'say "hi"', null, ''],
      ['line\nend', ' blank', { x: 1 }, [1n]],
    ] as const;
    expect(print('csv', ['p', 'q', 'r', 's,t'], rows)).toBe(
      'p,q,r,"s,t"\r\n"a,b","say ""hi""",,""\r\n"line\nend"," blank","{""x"":1.0}",[1]\r\n',
    );
  });
});

describe('markdown', () => {
  test('Bars are escaped and numbers aligned to the right.', () => {
    expect(print('markdown', ['n:integer', 'a|b:text'], [[1n, 'x|y\nz']])).toBe('| n | a\\|b |\n| ---: | --- |\n| 1 | x\\|y<br>z |\n');
  });
});

describe('line', () => {
  test('One column a line, an empty line between rows.', () => {
    expect(
      print(
        'line',
        ['id:integer', 'name:text'],
        [
          [1n, 'Ada'],
          [2n, null],
        ],
      ),
    ).toBe('  id = 1\nname = Ada\n\n  id = 2\nname = NULL\n');
  });
  test('A document that does not fit is spread over lines.', () => {
    expect(print('line', ['doc'], [[{ name: 'a rather long name', items: [1n, 2] }]], 40)).toBe(
      'doc = {\n        "name": "a rather long name",\n        "items": [\n          1,\n          2.0\n        ]\n      }\n',
    );
  });
});

describe('widths', () => {
  test('The widest columns give way first, and the room is used up.', () => {
    expect(fitWidths([5, 50, 20], [5, 8, 8], 45)).toEqual([5, 20, 20]);
    expect(fitWidths([5, 50, 21], [5, 8, 8], 46)).toEqual([5, 21, 20]);
    expect(fitWidths([5, 6], [5, 6], 20)).toEqual([5, 6]);
    expect(fitWidths([30, 30], [30, 30], 20)).toBeUndefined();
  });
  test('Cutting keeps characters whole.', () => {
    expect(fitText('漢字漢字', 5)).toBe('漢字…');
    expect(fitText('abc', 3)).toBe('abc');
    expect(textWidth(fitText('abcdef', 3))).toBe(3);
    expect(padText('漢', 4, true)).toBe('  漢');
  });
});
