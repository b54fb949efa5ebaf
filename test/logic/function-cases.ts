// Makes the cases of test/logic/functions-FAMILY.logic from the examples of the function list: each function is asked over columns of a
// table, paths of a document and properties of a node, and must give the same. The constants of an example's arguments become the
// columns. Where a null argument simply makes the result null, a row of nulls is asked too.

import { listFunctions, type ScalarFunction } from '../../engines/plan/functions.ts';
import type { FunctionFamily } from '../../engines/plan/function-entry.ts';
import type { Expression } from '../../parser/ast.ts';
import { parse } from '../../parser/parse.ts';
import { printExpression } from '../../parser/print.ts';
import type { LogicCase, LogicFile } from './case-file.ts';

/** The families whose functions take values that all three models hold. */
export const caseFamilies: readonly FunctionFamily[] = [
  'number',
  'text',
  'list',
  'object',
  'json',
  'choice',
  'conversion',
  'type',
  'temporal',
];

interface Column {
  readonly name: string;
  readonly type: string;
  /** The constant as written. */
  readonly text: string;
}

const span = { start: 0, end: 0 };

/** The cases of one family, without outputs. */
export function functionCases(family: FunctionFamily): LogicFile {
  const functions = listFunctions().filter((f): f is ScalarFunction => f.kind === 'scalar' && f.family === family);
  const columns: Column[] = [];
  const cases = functions.map((f) => {
    const place = (constant: Expression): Expression => columnFor(columns, constant);
    const call = printExpression(withColumns(expressionOf(f.example.split(' → ')[0] ?? ''), f, place));
    const where = f.takesNull || f.nulls === '' ? ' WHERE v.id = 1' : '';
    const sql = (table: string): string => `SELECT v.id, ${call} AS result FROM ${table} AS v${where}`;
    return blank(
      `${f.name}: ${f.description}`,
      'same',
      `relational: ${sql('row_value')}\ndocument: ${sql('doc_value')}\ngraph: MATCH (v:Value)${where} RETURN v.id, ${call} AS result`,
    );
  });
  const head = `# The functions of the family "${family}" in three models. Made by test/logic/function-cases.ts from the examples of the function list.`;
  return { head, cases: [...setUp(columns), ...cases] };
}

function blank(title: string, header: string, query: string): LogicCase {
  return {
    title,
    header,
    query,
    model: header,
    user: undefined,
    stages: [],
    session: 'main',
    fresh: false,
    waits: false,
    outcome: false,
    masked: [],
    parameters: undefined,
    expected: '',
    line: 0,
  };
}

function setUp(columns: readonly Column[]): LogicCase[] {
  const names = columns.map((c) => `, ${c.name} ${c.type}`).join('');
  const constants = columns.map((c) => `, ${c.text}`).join('');
  const fields = columns.map((c) => `, ${c.name}: ${c.text}`).join('');
  const nulls = columns.map((c) => `, ${c.name}: NULL`).join('');
  return [
    blank(
      'A row with the constants of the examples, and one of nulls.',
      'relational',
      `CREATE TABLE row_value (id INTEGER PRIMARY KEY${names});\nINSERT INTO row_value VALUES (1${constants});\nINSERT INTO row_value (id) VALUES (2)`,
    ),
    blank('The same as documents.', 'document', `CREATE COLLECTION doc_value;\nINSERT INTO doc_value {id: 1${fields}}, {id: 2${nulls}}`),
    blank('The same as nodes.', 'graph', `CREATE (:Value {id: 1${fields}}), (:Value {id: 2})`),
  ];
}

function expressionOf(text: string): Expression {
  const statement = parse(`SELECT ${text}`).statements[0];
  const item = statement?.kind === 'query' && statement.query.kind === 'select' ? statement.query.items[0] : undefined;
  if (item?.kind !== 'expression') throw new Error(`"${text}" is not one expression`);
  return item.value;
}

/** The expression with the constant arguments of calls of the function replaced. */
function withColumns(e: Expression, f: ScalarFunction, place: (constant: Expression) => Expression): Expression {
  const inner = (x: Expression): Expression => withColumns(x, f, place);
  switch (e.kind) {
    case 'call': {
      const own = [f.name, ...f.aliases].includes(e.name.text.toLowerCase());
      return { ...e, arguments: e.arguments.map((a) => (own && isPlaceable(a) ? place(a) : inner(a))) };
    }
    case 'binary':
      return { ...e, left: inner(e.left), right: inner(e.right) };
    case 'field':
      return { ...e, value: inner(e.value) };
    default:
      return e;
  }
}

/** Constants that all three models can hold: not bytes, not null. */
function isPlaceable(e: Expression): boolean {
  if (e.kind === 'literal') return e.value !== null && !(e.value instanceof Uint8Array);
  if (e.kind === 'list') return e.items.every((item) => isPlaceable(item) || (item.kind === 'literal' && item.value === null));
  return (
    e.kind === 'object' &&
    e.entries.length > 0 &&
    e.entries.every(({ value }) => isPlaceable(value) || (value.kind === 'literal' && value.value === null))
  );
}

function typeOf(e: Expression): readonly [letter: string, type: string] {
  if (e.kind !== 'literal') return e.kind === 'list' ? ['l', 'JSON'] : ['o', 'JSON'];
  if (typeof e.value === 'bigint') return ['i', 'INTEGER'];
  if (typeof e.value === 'number') return ['f', 'FLOAT'];
  return typeof e.value === 'boolean' ? ['b', 'BOOLEAN'] : ['t', 'TEXT'];
}

function columnFor(columns: Column[], constant: Expression): Expression {
  const text = printExpression(constant);
  const [letter, type] = typeOf(constant);
  let column = columns.find((c) => c.text === text && c.type === type);
  if (!column) {
    column = { name: `${letter}${columns.filter((c) => c.name.startsWith(letter)).length + 1}`, type, text };
    columns.push(column);
  }
  return { kind: 'field', value: { kind: 'identifier', name: 'v', span }, name: { text: column.name, span }, span };
}
