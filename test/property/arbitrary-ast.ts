// Random expressions and queries for the print and parse properties; arbitrary-statements.ts builds on them. They cover
// every kind of node, and stay within what the grammar can say: a path in SET has a step, a chain of UNION has its order
// at the end, and so on. All spans are ZERO.

import fc from 'fast-check';
import type * as ast from '../../parser/ast.ts';
import { BINARY_LEVEL } from '../../parser/precedence.ts';
import {
  DEPTH,
  ZERO,
  dottedPath,
  few,
  functionName,
  is,
  labels,
  literal,
  maybe,
  name,
  node,
  pathWith,
  some,
  wildcardOf,
  words,
} from './arbitrary-leaves.ts';
import { pathOf } from './arbitrary-path.ts';

type Tie = fc.LetrecTypedTie<Trees>;

interface Trees {
  expression: ast.Expression;
  pattern: ast.PathPattern;
  object: ast.ObjectLiteral;
  item: ast.SelectItem;
  key: ast.SortKey;
  from: ast.FromItem;
  operand: ast.Query;
  query: ast.Query;
  clause: ast.Clause;
  pipeline: ast.PipelineQuery;
}

const operators = Object.keys(BINARY_LEVEL) as ast.BinaryOperator[];

const trees = fc.letrec<Trees>((tie: Tie) => {
  const expression = tie('expression');
  const list = few(expression);
  const query = tie('query');
  const negated = fc.boolean();
  const span = is(ZERO);
  return {
    expression: fc.oneof(
      DEPTH,
      literal,
      node<ast.Identifier>({ kind: is('identifier'), name: words, span }),
      node<ast.Parameter>({ kind: is('parameter'), name: fc.constantFrom('p', '1', 'name', 'a b'), span }),
      node<ast.FieldAccess>({ kind: is('field'), value: expression, name, span }),
      node<ast.IndexAccess>({ kind: is('index'), value: expression, index: expression, span }),
      node<ast.SliceAccess>({ kind: is('slice'), value: expression, from: maybe(expression), to: maybe(expression), span }),
      node<ast.Wildcard>({ kind: is('wildcard'), value: expression, of: wildcardOf, steps: few(wildcardStep(expression)), span }),
      node<ast.Unary>({ kind: is('unary'), operator: fc.constantFrom('-', '+', '~', 'NOT'), operand: expression, span }),
      node<ast.Binary>({ kind: is('binary'), operator: fc.constantFrom(...operators), left: expression, right: expression, span }),
      node<ast.IsTest>({ kind: is('is'), operand: expression, test: fc.constantFrom('null', 'missing', 'true', 'false'), negated, span }),
      node<ast.Between>({
        kind: is('between'),
        symmetric: maybe(is(true as const)),
        operand: expression,
        low: expression,
        high: expression,
        negated,
        span,
      }),
      node<ast.RowValue>({ kind: is('row'), items: fc.array(expression, { minLength: 2, maxLength: 3 }), span }),
      node<ast.InList>({ kind: is('in'), operand: expression, list: parenthesised(list), negated, span }),
      node<ast.InQuery>({ kind: is('inQuery'), operand: expression, query, negated, span }),
      node<ast.Collate>({ kind: is('collate'), operand: expression, collation: name, span }),
      // ANY and ALL mean something only on the right of a comparison.
      node<ast.Binary>({
        kind: is('binary'),
        operator: fc.constantFrom('=', '<>', '<', '<=', '>', '>='),
        left: expression,
        right: node<ast.AnyOf>({
          kind: is('anyOf'),
          quantifier: fc.constantFrom('any', 'all'),
          of: fc.oneof<fc.Arbitrary<ast.AnyOf['of']>[]>(fc.record({ query }), fc.record({ list: tie('object') })),
          span,
        }),
        span,
      }),
      node<ast.DistinctFrom>({ kind: is('distinctFrom'), left: expression, right: expression, negated, span }),
      node<ast.Like>({ kind: is('like'), operand: expression, pattern: expression, escape: maybe(expression), negated, span }),
      node<ast.Case>({
        kind: is('case'),
        operand: maybe(expression),
        branches: some(fc.record({ when: expression, then: expression }), 2),
        otherwise: maybe(expression),
        span,
      }),
      node<ast.Cast>({
        kind: is('cast'),
        operand: expression,
        type: fc.constantFrom('INTEGER', 'DOUBLE PRECISION', 'DECIMAL(10, 2)'),
        typeSpan: span,
        span,
      }),
      node<ast.FunctionCall>({
        kind: is('call'),
        name: functionName,
        distinct: fc.boolean(),
        arguments: list,
        orderBy: maybe(some(tie('key'), 2)),
        tail: maybe(callTail(tie)),
        span,
      }),
      node<ast.CountStar>({ kind: is('countStar'), tail: maybe(callTail(tie)), span }),
      node<ast.Exists>({ kind: is('exists'), query, braces: fc.boolean(), span }),
      node<ast.Subquery>({ kind: is('subquery'), query, mode: fc.constantFrom('scalar', 'count', 'collect'), span }),
      node<ast.ListLiteral>({ kind: is('list'), items: list, parenthesised: is(false), span }),
      tie('object'),
      node<ast.ListComprehension>({
        kind: is('comprehension'),
        variable: name,
        list: expression,
        where: maybe(expression),
        result: maybe(expression),
        span,
      }),
      node<ast.Quantified>({
        kind: is('quantified'),
        quantifier: fc.constantFrom('all', 'any', 'none', 'single'),
        variable: name,
        list: expression,
        condition: expression,
        span,
      }),
      node<ast.Reduce>({
        kind: is('reduce'),
        accumulator: name,
        initial: expression,
        variable: name,
        list: expression,
        result: expression,
        span,
      }),
      node<ast.PatternComprehension>({
        kind: is('patternComprehension'),
        pattern: pathOf(tie, { minEdges: 1, selected: false }),
        where: maybe(expression),
        result: expression,
        span,
      }),
      node<ast.MapProjection>({
        kind: is('mapProjection'),
        value: node<ast.Identifier>({ kind: is('identifier'), name: words, span }),
        items: few(
          fc.oneof<fc.Arbitrary<ast.MapProjectionItem>[]>(
            node<ast.MapProjectionItem & { kind: 'field' }>({ kind: is('field'), name }),
            is<ast.MapProjectionItem>({ kind: 'all', span: ZERO }),
            node<ast.MapProjectionItem & { kind: 'entry' }>({ kind: is('entry'), key: name, value: expression }),
            node<ast.MapProjectionItem & { kind: 'variable' }>({ kind: is('variable'), name }),
          ),
        ),
        span,
      }),
      node<ast.LabelTest>({ kind: is('labelTest'), operand: expression, labels, span }),
      node<ast.PatternTest>({ kind: is('patternTest'), pattern: pathOf(tie, { minEdges: 1, selected: false, named: false }), span }),
    ),
    object: node<ast.ObjectLiteral>({ kind: is('object'), entries: few(fc.record({ key: name, value: expression })), span }),
    pattern: pathOf(tie, { minEdges: 0 }),
    item: fc.oneof(
      node<ast.SelectItem & { kind: 'expression' }>({ kind: is('expression'), value: expression, alias: maybe(name), span }),
      node<ast.SelectItem & { kind: 'star' }>({ kind: is('star'), of: maybe(name), span }),
    ),
    key: node<ast.SortKey>({ value: expression, descending: fc.boolean(), nulls: maybe(fc.constantFrom('first', 'last')) }),
    from: fromItem(tie),
    operand: fc.oneof(
      DEPTH,
      select(tie),
      tie('pipeline'),
      node<ast.ValuesQuery>({ kind: is('values'), rows: some(some(expression, 2), 2), span }),
      query,
    ),
    query: fc.oneof(
      DEPTH,
      select(tie),
      tie('pipeline'),
      node<ast.ValuesQuery>({ kind: is('values'), rows: some(some(expression, 2), 2), span }),
      node<ast.SetQuery>({
        kind: is('set'),
        operator: fc.constantFrom('union', 'intersect', 'except'),
        all: fc.boolean(),
        left: tie('operand'),
        right: tie('operand'),
        orderBy: few(tie('key')),
        limit: maybe(expression),
        fetch: maybe(fc.constantFrom({ ties: true, percent: false }, { ties: true, percent: true }, { ties: false, percent: true })),
        offset: maybe(expression),
        span,
      }).map(({ fetch, ...rest }): ast.SetQuery => (rest.limit && fetch ? { ...rest, fetch } : rest)),
      node<ast.WithQuery>({
        kind: is('withQuery'),
        use: maybe(name),
        recursive: fc.boolean(),
        tables: some(node<ast.CommonTable>({ name, columns: maybe(some(name)), query }), 2),
        body: query,
        span,
      }),
    ),
    clause: clause(tie),
    pipeline: pipeline(tie),
  };
});

function wildcardStep(expression: fc.Arbitrary<ast.Expression>): fc.Arbitrary<ast.WildcardStep> {
  return fc.oneof<fc.Arbitrary<ast.WildcardStep>[]>(
    fc.record({ kind: is('field'), name }),
    fc.record({ kind: is('index'), index: expression }),
    node<ast.WildcardStep & { kind: 'slice' }>({ kind: is('slice'), from: maybe(expression), to: maybe(expression) }),
    fc.record({ kind: is('each'), of: wildcardOf }),
  );
}

/** The right side of IN: written `(1, 2)` or as a list. A looser expression cannot stand there, and a subquery is InQuery. */
function parenthesised(list: fc.Arbitrary<ast.Expression[]>): fc.Arbitrary<ast.ListLiteral> {
  return node<ast.ListLiteral>({ kind: is('list'), items: list, parenthesised: fc.boolean(), span: is(ZERO) });
}

/** It has at least one part, as the parser makes it. */
function callTail(tie: Tie): fc.Arbitrary<ast.CallTail> {
  return node<ast.CallTail>({
    withinGroup: maybe(some(tie('key'), 2)),
    filter: maybe(tie('expression')),
    nulls: maybe(fc.constantFrom('ignore', 'respect')),
    over: maybe(windowOf(tie)),
  }).filter((tail) => Object.keys(tail).length > 0);
}

function windowOf(tie: Tie): fc.Arbitrary<ast.WindowSpec> {
  const span = is(ZERO);
  return fc.oneof(
    node<ast.WindowSpec>({ base: name, bare: is(true), partitionBy: is([]), orderBy: is([]), frame: is(undefined), span }),
    namedWindow(tie),
  );
}

function namedWindow(tie: Tie): fc.Arbitrary<ast.WindowSpec> {
  const span = is(ZERO);
  const direction = fc.constantFrom('preceding', 'following');
  const bound = fc.oneof(
    node<ast.FrameBound>({ kind: direction, offset: maybe(tie('expression')), span }),
    is<ast.FrameBound>({ kind: 'current', span: ZERO }),
  );
  const frame = node<ast.WindowFrame>({
    unit: fc.constantFrom('rows', 'range', 'groups'),
    start: bound,
    end: maybe(bound),
    exclude: fc.constantFrom('nothing', 'row', 'group', 'ties'),
    span,
  });
  return node<ast.WindowSpec>({
    base: maybe(name),
    bare: is(false),
    partitionBy: few(tie('expression')),
    orderBy: few(tie('key')),
    frame: maybe(frame),
    span,
  });
}

/** A tuple of one is read as the expression that it holds. */
function groupItem(tie: Tie): fc.Arbitrary<ast.GroupItem> {
  const span = is(ZERO);
  // `GROUP BY (a, b)` is a tuple of keys and no row.
  const expression = tie('expression').filter((e) => e.kind !== 'row');
  const pair = fc.oneof(is([]), fc.tuple(expression, expression)) as fc.Arbitrary<ast.Expression[]>;
  const tuple = node<ast.GroupTuple>({ kind: is('groupTuple'), items: pair, span });
  const simple = fc.oneof<fc.Arbitrary<ast.GroupItem>[]>(expression, tuple);
  const sets = (items: fc.Arbitrary<ast.GroupItem>): fc.Arbitrary<ast.GroupItem> =>
    node<ast.GroupingSets>({ kind: is('groupingSets'), operator: fc.constantFrom('sets', 'rollup', 'cube'), items: some(items, 2), span });
  return fc.oneof<fc.Arbitrary<ast.GroupItem>[]>(expression, simple, sets(fc.oneof(simple, sets(simple))));
}

function select(tie: Tie): fc.Arbitrary<ast.SelectQuery> {
  const expression = tie('expression');
  const lets = maybe(some(fc.record({ name, value: expression }), 2));
  const rest = {
    kind: is('select'),
    use: maybe(name),
    distinct: fc.boolean(),
    distinctOn: maybe(some(expression, 2)),
    from: maybe(tie('from')),
    lets,
    where: maybe(expression),
    groupBy: few(groupItem(tie)),
    having: maybe(expression),
    windows: maybe(some(node<ast.NamedWindow>({ name, window: namedWindow(tie) }), 2)),
    qualify: maybe(expression),
    orderBy: few(tie('key')),
    limit: maybe(expression),
    offset: maybe(expression),
    span: is(ZERO),
  } as const;
  const value = node<ast.SelectItem & { kind: 'expression' }>({
    kind: is('expression'),
    value: expression,
    alias: maybe(name),
    span: is(ZERO),
  });
  const queries = fc.oneof(
    node<ast.SelectQuery>({ ...rest, items: some(tie('item')) }),
    node<ast.SelectQuery>({ ...rest, value: is(true), items: value.map((one) => [one]) }),
    node<ast.SelectQuery>({ ...rest, items: some(tie('item')), groupBy: some(expression, 2), groupAs: maybe(name), letting: lets }),
  );
  return queries.map((query) => (query.distinctOn ? { ...query, distinct: false } : query));
}

function fromItem(tie: Tie): fc.Arbitrary<ast.FromItem> {
  const span = is(ZERO);
  const expression = tie('expression');
  const alias = maybe(name);
  const bareMatch = node<ast.FromMatch>({
    kind: is('match'),
    graph: maybe(name),
    patterns: some(tie('pattern'), 2),
    where: maybe(expression),
    alias,
    span,
  });
  return fc.oneof(
    DEPTH,
    node<ast.FromNamed>({ kind: is('named'), name, alias, span }),
    node<ast.FromNamed>({ kind: is('named'), name, alias: name, columns: some(name), span }),
    node<ast.FromNamed>({ kind: is('named'), name, alias, indexedBy: maybe(fc.oneof(name, is(null))), span }),
    node<ast.FromPath>({ kind: is('unnest'), value: expression, alias, position: maybe(name), keyword: is(true), span }),
    node<ast.FromPath>({ kind: is('unnest'), value: dottedPath, alias, position: maybe(name), keyword: is(false), span }),
    node<ast.FromPath>({ kind: is('unnest'), value: dottedPath, alias, position: maybe(name), keyword: is(true), unpivot: is(true), span }),
    node<ast.FromCall>({ kind: is('call'), name: functionName, arguments: few(expression), ordinality: maybe(is(true)), alias, span }),
    node<ast.FromCall>({
      kind: is('call'),
      name: is({ text: 'unnest', span: ZERO }),
      arguments: some(expression),
      alias: name,
      columns: some(name),
      span,
    }),
    node<ast.FromQuery>({ kind: is('query'), query: tie('query').filter((query) => !isLoneMatch(query)), alias, span }),
    node<ast.FromQuery>({ kind: is('query'), query: select(tie), alias: name, columns: some(name), span }),
    bareMatch,
    node<ast.FromMatch>({
      kind: is('match'),
      patterns: some(tie('pattern'), 2),
      where: maybe(expression),
      graphTable: fc.record({ graph: name, columns: some(tie('item')) }),
      alias,
      span,
    }),
    join(tie),
  );
}

/** `(MATCH …)` alone is read as a FromMatch. */
function isLoneMatch(query: ast.Query): boolean {
  return query.kind === 'pipeline' && query.clauses.length === 1 && query.clauses[0]?.kind === 'match' && !query.clauses[0].optional;
}

function join(tie: Tie): fc.Arbitrary<ast.FromJoin> {
  const base = { kind: is('join'), left: tie('from'), right: tie('from'), span: is(ZERO) } as const;
  const type = fc.constantFrom<ast.FromJoin['type']>('cross', 'inner', 'left', 'right', 'full');
  return fc.oneof(
    node<ast.FromJoin>({ ...base, type: is('comma'), natural: is(false), on: is(undefined), using: is(undefined) }),
    node<ast.FromJoin>({ ...base, type, natural: fc.boolean(), on: maybe(tie('expression')), using: is(undefined) }),
    node<ast.FromJoin>({ ...base, type, natural: is(false), on: is(undefined), using: some(name) }),
  );
}

function pipeline(tie: Tie): fc.Arbitrary<ast.PipelineQuery> {
  const last = node<ast.ReturnClause>({ kind: is('return'), projection: projection(tie), span: is(ZERO) });
  const starts = new Set<ast.Clause['kind']>(['match', 'from', 'unwind', 'with', 'call', 'callQuery', 'create', 'merge', 'foreach']);
  return fc
    .tuple(fc.array(tie('clause'), { maxLength: 3 }), maybe(last))
    .map(([clauses, end]): readonly ast.Clause[] => [...clauses, ...(end ? [end] : [])])
    .filter(
      (clauses) =>
        clauses.length > 0 && (starts.has(clauses[0]?.kind ?? 'where') || clauses[0]?.kind === 'return') && whereFollowsRows(clauses),
    )
    .chain((clauses) => node<ast.PipelineQuery>({ kind: is('pipeline'), use: maybe(name), clauses: is(clauses), span: is(ZERO) }));
}

/** A WHERE after MATCH, WITH or YIELD would be read as theirs. */
function whereFollowsRows(clauses: readonly ast.Clause[]): boolean {
  const takesWhere = (clause: ast.Clause | undefined): boolean =>
    clause?.kind === 'match' || clause?.kind === 'with' || clause?.kind === 'call' ? clause.where === undefined : false;
  return clauses.every((one, i) => one.kind !== 'where' || !takesWhere(clauses[i - 1]));
}

function projection(tie: Tie): fc.Arbitrary<ast.Projection> {
  return node<ast.Projection>({
    distinct: fc.boolean(),
    items: some(tie('item')),
    orderBy: few(tie('key')),
    skip: maybe(tie('expression')),
    limit: maybe(tie('expression')),
  });
}

function clause(tie: Tie): fc.Arbitrary<ast.Clause> {
  const span = is(ZERO);
  const expression = tie('expression');
  const patterns = some(tie('pattern'), 2);
  const set = node<ast.SetClause>({ kind: is('set'), items: some(setItem(expression)), span });
  const remove = node<ast.DeleteClause>({ kind: is('deleteElements'), detach: fc.boolean(), values: some(expression), span });
  const updating = fc.oneof<fc.Arbitrary<ast.Clause>[]>(set, remove);
  const mergeAction = fc.record({ on: fc.constantFrom<('create' | 'match')[]>('create', 'match'), items: some(setItem(expression)) });
  return fc.oneof<fc.Arbitrary<ast.Clause>[]>(
    node<ast.MatchClause>({ kind: is('match'), optional: fc.boolean(), patterns, where: maybe(expression), span }),
    node<ast.FromClause>({ kind: is('from'), item: tie('from'), span }),
    node<ast.WhereClause>({ kind: is('where'), condition: fc.oneof(expression, chain(expression)), span }),
    node<ast.UnwindClause>({ kind: is('unwind'), value: expression, alias: name, span }),
    node<ast.WithClause>({ kind: is('with'), projection: projection(tie), where: maybe(expression), span }),
    node<ast.CallClause>({
      kind: is('call'),
      procedure: functionName,
      optional: fc.boolean(),
      arguments: few(expression),
      yields: maybe(some(node<ast.YieldItem>({ column: name, alias: maybe(name) }))),
      span,
    }),
    node<ast.CallQueryClause>({
      kind: is('callQuery'),
      optional: fc.boolean(),
      imports: maybe(fc.oneof(is<'*'>('*'), few(name))),
      query: tie('query'),
      span,
    }),
    node<ast.MergeClause>({ kind: is('merge'), pattern: pathOf(tie, { minEdges: 0, selected: false }), actions: few(mergeAction), span }),
    node<ast.ForeachClause>({ kind: is('foreach'), variable: name, list: expression, clauses: some(updating, 2), span }),
    node<ast.CreateClause>({ kind: is('create'), patterns: some(pathOf(tie, { minEdges: 0, selected: false }), 2), span }),
    set,
    node<ast.RemoveClause>({
      kind: is('remove'),
      items: some(
        fc.oneof(fc.record({ kind: is('path'), path: pathWith(1) }), fc.record({ kind: is('labels'), target: name, labels: some(name) })),
      ),
      span,
    }),
    remove,
  );
}

/** Only a pipeline has it. */
function chain(operand: fc.Arbitrary<ast.Expression>): fc.Arbitrary<ast.ComparisonChain> {
  const next = fc.record({ operator: fc.constantFrom<ast.ComparisonOperator[]>('=', '<>', '<', '<=', '>', '>='), operand });
  return node<ast.ComparisonChain>({
    kind: is('chain'),
    first: operand,
    rest: fc.array(next, { minLength: 2, maxLength: 3 }),
    span: is(ZERO),
  });
}

/** `a[$p].b` */
function dynamicPlace(): fc.Arbitrary<ast.Expression> {
  return name.map(({ text }) => {
    const index: ast.Expression = { kind: 'parameter', name: 'p', span: ZERO };
    const value: ast.Expression = { kind: 'index', value: { kind: 'identifier', name: text, span: ZERO }, index, span: ZERO };
    return { kind: 'field', value, name: { text: 'b', span: ZERO }, span: ZERO };
  });
}

function setItem(expression: fc.Arbitrary<ast.Expression>): fc.Arbitrary<ast.SetItem> {
  return fc.oneof<fc.Arbitrary<ast.SetItem>[]>(
    fc.record({ kind: is('path'), path: pathWith(1), value: expression }),
    fc.record({ kind: is('place'), place: dynamicPlace(), value: expression }),
    fc.record({ kind: is('all'), target: name, value: expression, merge: fc.boolean() }),
    fc.record({ kind: is('labels'), target: name, labels: some(name) }),
  );
}

export const { expression, item, object, query } = trees;
