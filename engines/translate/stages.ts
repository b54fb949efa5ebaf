// WITH between MATCH and RETURN: each projection is a query in FROM of the one behind it. Nodes and edges that a WITH passes on are
// passed as their keys and the properties that are read later.
//
//   MATCH (p:Person)-[:KNOWS]->(q) WITH p, count(*) AS n WHERE n > 2 RETURN p.name, n
//     SELECT w.p_name, w.n FROM (SELECT p.node AS p_key, p.name AS p_name, count(*) AS n FROM … GROUP BY p.node, p.name) AS w WHERE w.n > 2

import type * as Ast from '../../parser/ast.ts';
import {
  conjuncts,
  fieldOf,
  fieldsRead,
  identifier,
  nameOf,
  Names,
  quoted,
  type References,
  replaceReferences,
  Untranslatable,
} from './syntax.ts';
import { replaceInTail, selectText, type Tail, tailOfReturn } from './tail.ts';

/** What is done with the columns of the query before it. */
export interface Stage {
  readonly where: readonly Ast.Expression[];
  readonly tail: Tail;
}

export interface Stages {
  /** Over the matches, with references as they are written. */
  readonly first: Tail;
  readonly further: readonly Stage[];
}

/** Of a pipeline behind its matches. `isElement`: does a variable stand for a node or an edge? Throws Untranslatable. */
export function readStages(clauses: readonly (Ast.WithClause | Ast.ReturnClause)[], isElement: (variable: string) => boolean): Stages {
  const [head, ...rest] = clauses;
  if (!head) throw new Untranslatable('it does not end in RETURN');
  if (rest.length === 0) return { first: tailOfReturn(head), further: [] };
  const passed = passedOn(head, rest, isElement);
  const further: Stage[] = [];
  let before: Ast.WithClause | Ast.ReturnClause = head;
  let columns = outputs(head, (name) => passed.has(name));
  for (const clause of rest) {
    const refs = references(columns, before === head ? passed : new Map());
    const where = before.kind === 'with' ? replaceReferences(conjuncts(before.where), refs) : [];
    further.push({ where, tail: replaceInTail(tailOfReturn(named(clause)), refs) });
    columns = outputs(clause, () => false);
    before = clause;
  }
  return { first: tailOfReturn(expanded(head, passed)), further };
}

/** The query with a stage more. */
export function stageText(inner: string, { where, tail }: Stage): string {
  return selectText(tail, `(${inner}) AS ${row}`, where);
}

/** What a stage calls the rows before it. */
const row = 'w';

/** The columns that stand for an element. */
interface Passed {
  readonly variable: string;
  readonly key: string;
  readonly fields: Map<string, string>;
}

function outputName(item: Ast.SelectItem): string | undefined {
  if (item.kind !== 'expression') return undefined;
  return item.alias?.text ?? (item.value.kind === 'identifier' ? item.value.name : undefined);
}

/** Names that do not stand for elements. */
function outputs({ projection }: { readonly projection: Ast.Projection }, isPassed: (name: string) => boolean): Set<string> {
  return new Set(projection.items.flatMap((i) => outputName(i) ?? []).filter((name) => !isPassed(name)));
}

function passedOn(
  head: Ast.WithClause | Ast.ReturnClause,
  rest: readonly Ast.Clause[],
  isElement: (variable: string) => boolean,
): Map<string, Passed> {
  const names = new Names(head.projection.items.flatMap((i) => outputName(i) ?? []));
  const passed = new Map<string, Passed>();
  for (const item of head.projection.items) {
    const name = outputName(item);
    if (name === undefined || item.kind !== 'expression' || item.value.kind !== 'identifier' || !isElement(item.value.name)) continue;
    const fields = new Map<string, string>();
    const own = item.value.name;
    const note = (field: string): void => void (fields.has(field) || fields.set(field, names.take(`${name}_${field}`)));
    fieldsRead([rest, head.kind === 'with' ? head.where : undefined], (alias, field) => {
      if (alias === name) note(field);
    });
    fieldsRead(head.projection.orderBy, (alias, field) => {
      if (alias === own || alias === name) note(field);
    });
    passed.set(name, { variable: own, key: names.take(`${name}_key`), fields });
  }
  return passed;
}

/** Each column with a name: in FROM it is asked for by it. */
function named(clause: Ast.WithClause | Ast.ReturnClause): Ast.WithClause | Ast.ReturnClause {
  const items = clause.projection.items.map((item): Ast.SelectItem => {
    const name = outputName(item);
    return item.kind === 'expression' && name !== undefined ? { ...item, alias: nameOf(name) } : item;
  });
  return { ...clause, projection: { ...clause.projection, items } };
}

function expanded(head: Ast.WithClause | Ast.ReturnClause, passed: ReadonlyMap<string, Passed>): Ast.WithClause | Ast.ReturnClause {
  const items = head.projection.items.flatMap((item): Ast.SelectItem[] => {
    const name = outputName(item);
    const of = name === undefined ? undefined : passed.get(name);
    if (!of) return [item];
    const { span } = item;
    const column = (value: Ast.Expression, alias: string): Ast.SelectItem => ({ kind: 'expression', value, alias: nameOf(alias), span });
    const key: Ast.Expression = {
      kind: 'call',
      name: nameOf('id'),
      arguments: [identifier(of.variable)],
      distinct: false,
      span,
    };
    return [column(key, of.key), ...[...of.fields].map(([field, alias]) => column(fieldOf(of.variable, field), alias))];
  });
  return named({ ...head, projection: { ...head.projection, items } });
}

function references(columns: ReadonlySet<string>, passed: ReadonlyMap<string, Passed>): References {
  const of = (name: string): Passed => passed.get(name) as Passed;
  return {
    alias: (name) => (passed.has(name) ? name : undefined),
    field: (name, field) => fieldOf(row, of(name).fields.get(field.text) ?? ''),
    key: (name) => fieldOf(row, of(name).key),
    whole: (name) => {
      throw new Untranslatable(`it takes ${name} as a whole behind WITH`);
    },
    other: (e) => {
      if (!columns.has(e.name)) throw new Untranslatable(`it reads ${quoted(e.name)} behind WITH`);
      return fieldOf(row, e.name);
    },
    query: () => {
      throw new Untranslatable('it has a query inside behind WITH');
    },
  };
}
