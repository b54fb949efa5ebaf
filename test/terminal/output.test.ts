// Output modes: pure functions from columns and rows to text.

import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { OutputMode } from '../../clients/terminal/output/mode.ts';
import { jsonText } from '../../clients/terminal/json-text.ts';
import { codeBlock, escapedText, inlineCode } from '../../clients/terminal/output/markdown.ts';
import { makePrinter, type OutputRow } from '../../clients/terminal/output/printer.ts';
import { fitWidths } from '../../clients/terminal/output/table.ts';
import { plain } from '../../clients/terminal/paint.ts';
import { cellText, literalText } from '../../clients/terminal/value-text.ts';
import type { ClientEdge, ClientNode } from '../../server/protocol/client.ts';
import { GraphEdge, GraphNode, GraphPath, Temporal } from '../../server/protocol/decode.ts';

const ada = new GraphNode(1, ['Person'], { name: 'Ada' });
const bob = new GraphNode(2, ['Person'], {});
const knows = new GraphEdge({ id: 7, type: 'KNOWS', from: 1, to: 2, properties: { since: 1.0 } });

async function print(
  mode: OutputMode,
  columns: readonly string[],
  rows: readonly OutputRow[],
  width = Number.POSITIVE_INFINITY,
): Promise<string> {
  const heads = columns.map((column) => {
    const [name = '', type = 'any'] = column.split(':');
    return { name, type };
  });
  const printer = await makePrinter(mode, { columns: heads, firstPage: rows, width, paint: plain });
  return printer.head + (await printer.rows(rows)) + printer.foot();
}

describe('table', () => {
  test('Numbers stand at the right, text at the left, and a float shows that it is one.', async () => {
    expect(
      await print(
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
  test('A null and the text NULL look different.', async () => {
    const lines = (await print('table', ['a:text'], [[null], ['NULL']])).split('\n');
    expect(lines[3]).toBe('│ NULL   │');
    expect(lines[4]).toBe("│ 'NULL' │");
  });
  test('Wide characters and emoji keep the bars in one column.', async () => {
    const text = await print(
      'table',
      ['name:text', 'n:integer'],
      [
        ['漢字', 1n],
        ['👨‍👩‍👧', 2n],
        ['abc', 3n],
      ],
    );
    const widths = new Set(text.trimEnd().split('\n').map(stringWidth));
    expect(widths.size).toBe(1);
  });
  test('A long cell is cut to the terminal, a number never.', async () => {
    const text = await print('table', ['id:integer', 'story:text'], [[12345678901n, 'a long story '.repeat(20)]], 40);
    for (const line of text.trimEnd().split('\n')) expect(stringWidth(line)).toBe(40);
    expect(text).toContain('12345678901');
    expect(text).toContain('…');
  });
  test('Cutting keeps characters whole.', async () => {
    const text = await print('table', ['a:text', 'b:text'], [['🚀'.repeat(30), '漢字'.repeat(20)]], 40);
    expect(new Set(text.trimEnd().split('\n').map(stringWidth))).toEqual(new Set([40]));
    expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
  test('A very long cell is shown as a line.', async () => {
    expect(await print('table', ['a:text'], [['x'.repeat(1_000_000)]], 80)).toBe(`a = ${'x'.repeat(1_000_000)}\n`);
  });
  test('On a later page a longer number makes its column grow, a longer text is cut.', async () => {
    const firstPage = [[1n, 'short']];
    const columns = [
      { name: 'n', type: 'integer' },
      { name: 't', type: 'text' },
    ];
    const printer = await makePrinter('table', { columns, firstPage, width: 40, paint: plain });
    await printer.rows(firstPage);
    expect(await printer.rows([[12345n, 'longer than short']])).toBe('│ 12345 │ long… │\n');
    expect(printer.foot()).toBe('└───────┴───────┘\n');
  });
  test('Without a terminal nothing is cut.', async () => {
    const story = 'a long story '.repeat(20).trim();
    expect(await print('table', ['story:text'], [[story]])).toContain(story);
  });
  test('More columns than fit become lines.', async () => {
    const columns = Array.from({ length: 12 }, (_, i) => `column_${i}:text`);
    const text = await print('table', columns, [columns.map(() => 'value')], 60);
    expect(text).not.toContain('│');
    expect(text).toContain(' column_0 = value');
  });
  test('Control characters in data are shown, not sent to the terminal.', async () => {
    expect(await print('table', ['a:text'], [['red\u001b[31m\nnext']])).toContain('red\\u001b[31m\\nnext');
  });
  test('No rows still show the columns.', async () => {
    expect(await print('table', ['a:text'], [])).toBe('┌───┐\n│ a │\n├───┤\n└───┘\n');
  });
});

describe('values', () => {
  test('Documents, nodes, edges and paths read like the language.', async () => {
    expect(cellText({ id: 1n, tags: ['a', null], 'odd key': true })).toBe("{id: 1, tags: ['a', NULL], `odd key`: true}");
    expect(cellText(ada)).toBe("(:Person {name: 'Ada'})");
    expect(cellText(knows)).toBe('-[:KNOWS {since: 1.0}]->');
    expect(cellText(new GraphPath([ada, bob], [knows]))).toBe("(:Person {name: 'Ada'})-[:KNOWS {since: 1.0}]->(:Person)");
    expect(cellText(new GraphPath([bob, ada], [knows]))).toBe("(:Person)<-[:KNOWS {since: 1.0}]-(:Person {name: 'Ada'})");
  });
  test('A quote inside text is written twice where text is quoted.', async () => {
    expect(literalText(["it's"])).toBe("['it''s']");
  });
  test("A user's object with a key $type is an object.", async () => {
    expect(cellText({ $type: 'node' })).toBe("{`$type`: 'node'}");
    expect(cellText({ $type: 'temporal', kind: 'date', text: 'x' })).toBe("{`$type`: 'temporal', kind: 'date', text: 'x'}");
    expect(jsonText({ $type: 'node', labels: ['x'], more: 1n })).toBe('{"$type":"node","labels":["x"],"more":1}');
  });
});

describe('json and jsonl', () => {
  test('json is one array; integers stay exact and floats keep their point.', async () => {
    const text = await print(
      'json',
      ['a', 'b'],
      [
        [9007199254740993n, 1],
        [null, 'x'],
      ],
    );
    expect(text).toBe('[\n  {"a":9007199254740993,"b":1.0},\n  {"a":null,"b":"x"}\n]\n');
  });
  test('No rows are an empty array.', async () => {
    expect(await print('json', ['a'], [])).toBe('[]\n');
    expect(await print('jsonl', ['a'], [])).toBe('');
  });
  test('jsonl has an object a line; columns of one name all stay.', async () => {
    expect(await print('jsonl', ['a', 'a'], [[1n, 2n]])).toBe('{"a":1,"a_2":2}\n');
  });
  test('Graph values and temporals have plain forms.', async () => {
    const date = new Temporal('date', '2024-02-29');
    expect(await print('jsonl', ['n', 'e', 'd'], [[ada, knows, date]])).toBe(
      '{"n":{"id":1,"labels":["Person"],"properties":{"name":"Ada"}},"e":{"id":7,"type":"KNOWS","from":1,"to":2,"properties":{"since":1.0}},"d":"2024-02-29"}\n',
    );
  });
});

describe('csv', () => {
  test('Fields are quoted as RFC 4180 says; null and empty text differ; nested values are JSON.', async () => {
    const rows = [
      ['a,b', 'say "hi"', null, ''],
      ['line\nend', ' blank', { x: 1 }, [1n]],
    ] as const;
    expect(await print('csv', ['p', 'q', 'r', 's,t'], rows)).toBe(
      'p,q,r,"s,t"\r\n"a,b","say ""hi""",,""\r\n"line\nend"," blank","{""x"":1.0}",[1]\r\n',
    );
  });
});

describe('markdown', () => {
  test('Bars are escaped and numbers aligned to the right, in the source too.', async () => {
    expect(
      await print(
        'markdown',
        ['n:integer', 'a|b:text'],
        [
          [1n, 'x|y\nz'],
          [20000n, null],
        ],
      ),
    ).toBe('|     n | a\\|b      |\n| ----: | --------- |\n|     1 | x\\|y<br>z |\n| 20000 | NULL      |\n');
    const long = 'x'.repeat(61);
    expect(
      await print(
        'markdown',
        ['a:text', 'b:any'],
        [
          ['日本語', 1n],
          [long, 2n],
        ],
      ),
    ).toBe(`| a      |    b |\n| ------ | ---: |\n| 日本語 |    1 |\n| ${long} |    2 |\n`);
  });
  test('What would be a mark is escaped, and nothing else.', () => {
    const escapes: readonly (readonly [text: string, escaped: string])[] = [
      ['a *b* `c` \\ <br> ~~d~~ ~e', 'a \\*b\\* \\`c\\` \\\\ &lt;br> \\~~d\\~~ ~e'],
      ['born_in _x_ a_ _ 5', 'born_in \\_x\\_ a\\_ \\_ 5'],
      ["['London'] [a](b) ![c] [d]: e", "['London'] [a\\](b) \\![c] [d\\]: e"],
      ['a & b &lt; &#38;', 'a & b &amp;lt; &amp;#38;'],
      ['# a\n> b\n- c\n-5\n1. d\n1.5\n---', '\\# a\n\\> b\n\\- c\n-5\n1\\. d\n1.5\n\\---'],
    ];
    for (const [text, escaped] of escapes) expect(escapedText(text)).toBe(escaped);
    expect([inlineCode('a'), inlineCode('a`b``'), codeBlock('a```b', 'sql')]).toEqual(['`a`', '``` a`b`` ```', '````sql\na```b\n````']);
  });
});

describe('an answer of COMPARE', () => {
  const names = ['model', 'verdict', 'reason', 'answer', 'rows:integer', 'joins:integer', 'medianMs:float', 'plan', 'query', 'question'];
  const rows = [
    ['relational', 'easy', '1 join', 'reference', 2n, 1n, 0.5, 'sqlite', 'SELECT 1;\nCHECK SELECT `a`', 'one: Who is it?'],
    ['graph', 'not expressible', 'No * here.', null, null, null, null, null, null, 'one: Who is it?'],
  ] as const;
  test('In mode markdown it is a page with the question, the figures and a section for each model.', async () => {
    expect(await print('markdown', names, rows)).toBe(
      `# One

Who is it?

| model      | verdict         | answer    | rows | joins | medianMs |
| ---------- | --------------- | --------- | ---: | ----: | -------: |
| relational | easy            | reference |    2 |     1 |      0.5 |
| graph      | not expressible |           |      |       |          |

## Relational: easy

1 join.

\`\`\`sql
SELECT 1;
CHECK SELECT \`a\`
\`\`\`

Plan: \`sqlite\`

## Graph: not expressible

No \\* here.
`,
    );
  });
  test('In mode table it is one table of what decides, and long cells are broken into lines.', async () => {
    const printed = await print('table', names, rows, 80);
    expect(printed).toContain('│ graph      │');
    expect(printed).not.toContain('…');
    expect(printed).not.toContain('SELECT');
    expect(printed).toContain('Mode line shows every figure, mode markdown makes a page.');
  });
  test('Of EXPLAIN MODELS the data and the queries follow.', async () => {
    const printed = await print('table', [...names, 'data'], [[...rows[0], 'CREATE TABLE t (a ANY)']]);
    expect(printed).toContain('-- relational\nCREATE TABLE t (a ANY);\nSELECT 1;\nCHECK SELECT `a`;\n');
  });
});

describe('line', () => {
  test('One column a line, an empty line between rows.', async () => {
    expect(
      await print(
        'line',
        ['id:integer', 'name:text'],
        [
          [1n, 'Ada'],
          [2n, null],
        ],
      ),
    ).toBe('  id = 1\nname = Ada\n\n  id = 2\nname = NULL\n');
  });
  test('A document that does not fit is spread over lines.', async () => {
    expect(await print('line', ['doc'], [[{ name: 'a rather long name', items: [1n, 2] }]], 40)).toBe(
      'doc = {\n        "name": "a rather long name",\n        "items": [\n          1,\n          2.0\n        ]\n      }\n',
    );
  });
});

describe('widths', () => {
  test('The widest columns give way first, and the room is used up.', async () => {
    expect(fitWidths([5, 50, 20], [5, 8, 8], 45)).toEqual([5, 20, 20]);
    expect(fitWidths([5, 50, 21], [5, 8, 8], 46)).toEqual([5, 21, 20]);
    expect(fitWidths([5, 6], [5, 6], 20)).toEqual([5, 6]);
    expect(fitWidths([30, 30], [30, 30], 20)).toBeUndefined();
  });
});

describe('tree', () => {
  test('Documents, lists and nodes branch, a value a line.', async () => {
    const document = { id: 1n, 'two words': null, lines: [{ sku: 'pen', price: 1.5 }], none: [] };
    expect((await print('tree', ['o'], [[document]])).split('\n')).toEqual([
      'o',
      '├─ id: 1',
      '├─ `two words`: NULL',
      '├─ lines',
      '│  └─ [0]',
      "│     ├─ sku: 'pen'",
      '│     └─ price: 1.5',
      '└─ none: []',
      '',
    ]);
    expect((await print('tree', ['n', 'k'], [[ada, knows]])).split('\n')).toEqual([
      'row 1',
      '├─ n (:Person)',
      "│  └─ name: 'Ada'",
      '└─ k -[:KNOWS]->',
      '   └─ since: 1.0',
      '',
    ]);
  });
});

describe('drawings of graphs', () => {
  const place = (id: number, name: string): ClientNode => new GraphNode(id, ['Place'], { name });
  const edge = (id: number, from: number, to: number): ClientEdge => new GraphEdge({ id, type: 'WITHIN', from, to, properties: {} });
  test('A chain stands in one line, and branches stand below the node where they part.', async () => {
    const path = new GraphPath([place(1, 'Boise'), place(2, 'Idaho'), place(3, 'USA')], [edge(1, 1, 2), edge(2, 2, 3)]);
    expect(await print('graph', ['p'], [[path]])).toBe('(Boise:Place)─[:WITHIN]→(Idaho:Place)─[:WITHIN]→(USA:Place)\n');
    expect(await print('graph', ['p', 'k', 'e'], [[ada, knows, edge(3, 1, 4)]])).toBe(
      '(Ada:Person)\n├─[:KNOWS {since: 1.0}]→(#2)\n└─[:WITHIN]→(#4)\n',
    );
  });
  test('A circle and an edge against its direction are drawn once.', async () => {
    const circle = [place(1, 'a'), place(2, 'b'), edge(1, 1, 2), edge(2, 2, 1)];
    expect(await print('graph', ['x'], [[circle]])).toBe('(a:Place)\n├─[:WITHIN]→(b:Place)─[:WITHIN]→(a)↑\n');
    expect(await print('graph', ['x'], [[[place(1, 'a'), edge(1, 1, 1)]]])).toBe('(a:Place)─[:WITHIN]→(a)↑\n');
  });
  test('A chain that is wider than the terminal goes on in a line that begins with its node.', async () => {
    const chain = [place(1, 'Boise'), place(2, 'Idaho'), place(3, 'USA'), edge(1, 1, 2), edge(2, 2, 3)];
    expect(await print('graph', ['x'], [[chain]], 40)).toBe('(Boise:Place)─[:WITHIN]→(Idaho:Place)\n(Idaho)↑─[:WITHIN]→(USA:Place)\n');
  });
  test('Mermaid and DOT name nodes and edges, with quotes as each writes them.', async () => {
    const quoted = new GraphNode(1, ['Person'], { name: 'A "B" \\' });
    expect(await print('mermaid', ['n', 'k'], [[quoted, knows]])).toBe(
      'flowchart LR\n  n1["A #quot;B#quot; \\<br/>:Person"]\n  n2["#35;2"]\n  n1 -->|"KNOWS"| n2\n',
    );
    expect(await print('dot', ['n', 'k'], [[quoted, knows]])).toBe(
      'digraph {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n  n1 [label="A \\"B\\" \\\\\\n:Person"];\n  n2 [label="#2"];\n  n1 -> n2 [label="KNOWS"];\n}\n',
    );
  });
  test('A result without nodes says so, in a way that leaves the drawing valid.', async () => {
    expect(await print('graph', ['a'], [[1n]])).toMatch(/^The result holds no nodes/);
    expect(await print('mermaid', ['a'], [[1n]])).toMatch(/^flowchart LR\n%% The result/);
    expect(await print('dot', ['a'], [[1n]])).toMatch(/\n {2}\/\/ The result .*\n\}\n$/);
  });
  test('On a terminal a result whose columns hold nothing to draw is a table.', async () => {
    expect(await print('graph', ['a:integer'], [[1n]], 40)).toBe(await print('table', ['a:integer'], [[1n]], 40));
    expect(await print('dot', ['a:integer'], [[1n]])).toMatch(/^digraph/);
  });
});
