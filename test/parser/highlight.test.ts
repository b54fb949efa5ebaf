// The colours of a text that is being typed.

import { expect, test } from 'vitest';
import { highlight } from '../../parser/highlight.ts';

/** Pieces as `kind:text`. */
const marked = (text: string): string[] => highlight(text).map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`);

test('Words, values and comments have their kinds.', () => {
  expect(marked("SELECT count(*), 1.5, 'a' FROM t -- end\nWHERE x = $p")).toEqual([
    'keyword:SELECT',
    'function:count',
    'number:1.5',
    "string:'a'",
    'keyword:FROM',
    'comment:-- end',
    'keyword:WHERE',
    'parameter:$p',
  ]);
});

test('Labels and edge types are told from keys of objects.', () => {
  expect(marked('MATCH (p:Person {name: 1})-[:KNOWS]->(:A:B) SET p:Seen').filter((m) => m.startsWith('label'))).toEqual([
    'label:Person',
    'label:KNOWS',
    'label:A',
    'label:B',
    'label:Seen',
  ]);
  expect(marked('RETURN {key: value}')).toEqual(['keyword:RETURN']);
});

test('A word that is a keyword elsewhere stays plain as a name.', () => {
  expect(marked('select key, t.from from t')).toEqual(['keyword:select', 'keyword:from']);
  expect(marked('create table t')).toEqual(['keyword:create', 'keyword:table']);
  expect(marked('CREATE TABLE t (key INTEGER PRIMARY KEY)').slice(0, 2)).toEqual(['keyword:CREATE', 'keyword:TABLE']);
  expect(marked('show tables')).toEqual(['keyword:show', 'keyword:tables']);
});

test('What is unfinished or wrong is coloured too.', () => {
  expect(marked("SELECT 'abc")).toEqual(['keyword:SELECT', "string:'abc"]);
  expect(marked('SELECT /* abc')).toEqual(['keyword:SELECT', 'comment:/* abc']);
  expect(marked('SELECT 1x, § + 2')).toEqual(['keyword:SELECT', 'wrong:1x', 'wrong:§', 'number:2']);
  expect(marked('')).toEqual([]);
});
