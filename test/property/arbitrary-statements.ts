// Random statements for the print and parse properties.

import fc from 'fast-check';
import type * as ast from '../../parser/ast.ts';
import { expression, item, object, query } from './arbitrary-ast.ts';
import { few, is, maybe, name, node, pathWith, some, text, ZERO } from './arbitrary-leaves.ts';

const span = is(ZERO);
const flag = fc.boolean();
const elementId = fc.nat();
const action = maybe(fc.constantFrom<ast.ReferentialAction>('cascade', 'restrict', 'setNull', 'setDefault', 'noAction'));

const columnConstraint: fc.Arbitrary<ast.ColumnConstraint> = fc.oneof<fc.Arbitrary<ast.ColumnConstraint>[]>(
  is({ kind: 'notNull', span: ZERO }),
  node<ast.ColumnConstraint & { kind: 'primaryKey' }>({ kind: is('primaryKey'), autoincrement: maybe(is(true)), span }),
  is({ kind: 'unique', span: ZERO }),
  node<ast.ColumnConstraint & { kind: 'default' }>({ kind: is('default'), value: expression, span }),
  node<ast.ColumnConstraint & { kind: 'generated' }>({ kind: is('generated'), value: expression, stored: flag, span }),
  node<ast.ColumnConstraint & { kind: 'identity' }>({ kind: is('identity'), always: flag, span }),
  node<ast.ColumnConstraint & { kind: 'check' }>({ kind: is('check'), name: maybe(name), condition: expression, span }),
  node<ast.ColumnConstraint & { kind: 'references' }>({
    kind: is('references'),
    table: name,
    columns: few(name),
    onDelete: action,
    onUpdate: action,
    deferred: maybe(is(true)),
    span,
  }),
);

const tableConstraint: fc.Arbitrary<ast.TableConstraint> = fc.oneof<fc.Arbitrary<ast.TableConstraint>[]>(
  node<ast.TableConstraint & { kind: 'primaryKey' }>({ kind: is('primaryKey'), name: maybe(name), columns: some(name), span }),
  node<ast.TableConstraint & { kind: 'unique' }>({ kind: is('unique'), name: maybe(name), columns: some(name), span }),
  node<ast.TableConstraint & { kind: 'check' }>({ kind: is('check'), name: maybe(name), condition: expression, span }),
  node<ast.TableConstraint & { kind: 'foreignKey' }>({
    kind: is('foreignKey'),
    name: maybe(name),
    columns: some(name),
    table: name,
    references: few(name),
    onDelete: action,
    onUpdate: action,
    deferred: maybe(is(true)),
    span,
  }),
);

const column: fc.Arbitrary<ast.ColumnDefinition> = fc
  .tuple(name, fc.constantFrom('', 'INTEGER', 'DOUBLE PRECISION', 'DECIMAL'), few(columnConstraint))
  .map(([of, type, constraints]) => ({
    name: of,
    type,
    typeArguments: type === 'DECIMAL' ? [10, 2] : [],
    typeSpan: ZERO,
    constraints,
    span: ZERO,
  }));

const role = fc.constantFrom<ast.Role>('reader', 'writer', 'owner');
const secret: fc.Arbitrary<ast.Secret> = fc.oneof<fc.Arbitrary<ast.Secret>[]>(
  fc.record({ kind: is('literal'), text, span }),
  fc.record({ kind: is('parameter'), name: fc.constantFrom('p', 'the_password'), span }),
);

const target: fc.Arbitrary<ast.IndexTarget> = fc.oneof<fc.Arbitrary<ast.IndexTarget>[]>(
  fc.record({ kind: is('named'), name }),
  fc.record({ kind: is('label'), label: name }),
);

const items = some(item);
const documents = some(fc.oneof<fc.Arbitrary<ast.Expression>[]>(object, is({ kind: 'parameter', name: 'doc', span: ZERO })));
const change: fc.Arbitrary<ast.ColumnChange> = fc.oneof<fc.Arbitrary<ast.ColumnChange>[]>(
  fc.record({ kind: is('setDefault'), value: expression }),
  is({ kind: 'dropDefault' }),
  is({ kind: 'setNotNull' }),
  is({ kind: 'dropNotNull' }),
  node<ast.ColumnChange & { kind: 'restart' }>({ kind: is('restart'), next: maybe(fc.bigInt({ min: 0n, max: 1n << 62n })) }),
  node<ast.ColumnChange & { kind: 'setType' }>({
    kind: is('setType'),
    type: is('DECIMAL'),
    typeArguments: is([10, 2]),
    typeSpan: span,
    using: maybe(expression),
  }),
);
const restored: fc.Arbitrary<ast.Restored> = fc.oneof<fc.Arbitrary<ast.Restored>[]>(
  fc.record({
    kind: is('nodes'),
    nodes: some(node<ast.RestoredNode>({ id: elementId, labels: fc.array(name, { maxLength: 2 }), properties: maybe(object), span })),
  }),
  fc.record({
    kind: is('edges'),
    edges: some(node<ast.RestoredEdge>({ id: elementId, type: name, from: elementId, to: elementId, properties: maybe(object), span })),
  }),
  fc.record({
    kind: is('documents'),
    collection: name,
    documents: some(fc.record({ id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), document: object, span })),
  }),
  fc.record({ kind: is('paths'), collection: name, paths: some(object) }),
  fc.record({ kind: is('next'), element: fc.constantFrom('node', 'edge'), id: elementId }),
);
const alterAction: fc.Arbitrary<ast.AlterAction> = fc.oneof<fc.Arbitrary<ast.AlterAction>[]>(
  fc.record({ kind: is('renameTo'), to: name, span }),
  fc.record({ kind: is('renameColumn'), column: name, to: name, span }),
  fc.record({ kind: is('addColumn'), column, ifNotExists: flag, span }),
  fc.record({ kind: is('addConstraint'), constraint: tableConstraint, span }),
  fc.record({ kind: is('dropColumn'), name, ifExists: flag, span }),
  fc.record({ kind: is('dropConstraint'), name, ifExists: flag, span }),
  fc.record({ kind: is('alterColumn'), column: name, change, span }),
);

const assigned: fc.Arbitrary<ast.Assigned> = fc.oneof<fc.Arbitrary<ast.Assigned>[]>(expression, is({ kind: 'default', span: ZERO }));
const source: fc.Arbitrary<ast.InsertSource> = fc.oneof<fc.Arbitrary<ast.InsertSource>[]>(
  fc.record({ kind: is('values'), rows: some(some(assigned)) }),
  fc.record({ kind: is('documents'), documents }),
  fc.record({ kind: is('query'), query }),
  is({ kind: 'defaultValues' }),
);

const assignment: fc.Arbitrary<ast.Assignment> = fc.oneof<fc.Arbitrary<ast.Assignment>[]>(
  fc.record({ kind: is('value'), path: pathWith(0), value: assigned }),
  fc.record({ kind: is('query'), paths: some(pathWith(0)), query, span }),
);
const changes = node<NonNullable<ast.OnConflict['update']>>({ set: some(assignment), unset: few(pathWith(0)), where: maybe(expression) });
const onConflict: fc.Arbitrary<ast.OnConflict> = node<ast.OnConflict>({
  target: maybe(node<NonNullable<ast.OnConflict['target']>>({ keys: some(pathWith(0)), where: maybe(expression), span })),
  update: maybe(changes),
  span,
});
const resolution = fc.constantFrom<ast.ConflictResolution>('abort', 'fail', 'ignore', 'replace', 'rollback');
const from: fc.Arbitrary<ast.FromItem> = node<ast.FromNamed>({ kind: is('named'), name, alias: maybe(name), span });
const sortKey = node<ast.SortKey>({ value: expression, descending: flag, nulls: maybe(fc.constantFrom('first', 'last')) });
const order = { orderBy: few(sortKey), limit: maybe(expression), offset: maybe(expression) };

const model = fc.constantFrom<ast.Model>('relational', 'document', 'graph');
const comparedStatement: fc.Arbitrary<ast.Statement> = fc.oneof<fc.Arbitrary<ast.Statement>[]>(
  node<ast.QueryStatement>({ kind: is('query'), query, span }),
  node<ast.Delete>({ kind: is('delete'), from: name, where: maybe(expression), ...order, span }),
);

const plainStatement: fc.Arbitrary<ast.Statement> = fc.oneof<fc.Arbitrary<ast.Statement>[]>(
  node<ast.CreateTable>({
    kind: is('createTable'),
    name,
    ifNotExists: flag,
    columns: some(column),
    constraints: few(tableConstraint),
    span,
  }),
  node<ast.CreateCollection>({ kind: is('createCollection'), name, ifNotExists: flag, schema: maybe(object), span }),
  node<ast.AlterCollection>({ kind: is('alterCollection'), name, schema: maybe(object), notValidated: flag, span }).map((made) =>
    made.schema ? made : { ...made, notValidated: false },
  ),
  node<ast.CreateIndex>({
    kind: is('createIndex'),
    name: maybe(name),
    ifNotExists: flag,
    unique: flag,
    target,
    keys: some(
      fc.oneof(
        node<ast.PathKey>({ path: pathWith(0), collation: maybe(name), descending: flag }),
        node<ast.ExpressionKey>({ expression, collation: maybe(name), descending: flag }),
      ),
    ),
    where: maybe(expression),
    span,
  }),
  node<ast.DropTable>({ kind: is('dropTable'), name, also: maybe(some(name)), ifExists: flag, span }),
  node<ast.DropCollection>({ kind: is('dropCollection'), name, also: maybe(some(name)), ifExists: flag, span }),
  node<ast.CreateView>({
    kind: is('createView'),
    name,
    orReplace: flag,
    temporary: flag,
    ifNotExists: flag,
    columns: maybe(some(name)),
    query,
    span,
  }),
  node<ast.DropView>({ kind: is('dropView'), name, also: maybe(some(name)), ifExists: flag, span }),
  node<ast.DropIndex>({ kind: is('dropIndex'), name, also: maybe(some(name)), ifExists: flag, span }),
  node<ast.Insert>({
    kind: is('insert'),
    or: maybe(resolution),
    into: name,
    alias: maybe(name),
    columns: maybe(some(name)),
    overriding: maybe(is(true)),
    source,
    onConflict: few(onConflict),
    returning: maybe(items),
    span,
  }),
  node<ast.Insert>({
    kind: is('insert'),
    upsert: is(true),
    into: name,
    alias: maybe(name),
    columns: maybe(some(name)),
    source,
    onConflict: is([]),
    returning: maybe(items),
    span,
  }),
  node<ast.Update>({
    kind: is('update'),
    or: maybe(resolution),
    target: name,
    alias: maybe(name),
    set: some(assignment),
    unset: few(pathWith(0)),
    from: maybe(from),
    where: maybe(expression),
    ...order,
    returning: maybe(items),
    span,
  }),
  node<ast.Delete>({
    kind: is('delete'),
    from: name,
    alias: maybe(name),
    using: maybe(from),
    where: maybe(expression),
    ...order,
    returning: maybe(items),
    span,
  }),
  node<ast.QueryStatement>({ kind: is('query'), query, span }),
  node<ast.Begin>({ kind: is('begin'), readOnly: flag, span }),
  is<ast.Statement>({ kind: 'commit', span: ZERO }),
  node<ast.Maintain>({ kind: is('analyze'), name: maybe(name), span }),
  is<ast.Statement>({ kind: 'vacuum', span: ZERO }),
  node<ast.Savepoint>({ kind: fc.constantFrom('savepoint', 'release', 'rollbackTo'), name, span }),
  node<ast.Rename>({ kind: is('rename'), what: fc.constantFrom('collection', 'view'), name, ifExists: flag, to: name, span }),
  node<ast.AlterTable>({ kind: is('alterTable'), name, ifExists: flag, actions: some(alterAction), span }),
  is<ast.Statement>({ kind: 'rollback', span: ZERO }),
  node<ast.Show>({
    kind: is('show'),
    what: fc.constantFrom(
      'tables',
      'views',
      'columns',
      'collections',
      'paths',
      'definitions',
      'indexes',
      'labels',
      'edgeTypes',
      'properties',
      'functions',
      'procedures',
      'questions',
      'statements',
      'running',
      'sessions',
      'settings',
      'limits',
      'users',
      'tokens',
    ),
    span,
  }),
  node<ast.Kill>({ kind: is('kill'), what: fc.constantFrom('statement', 'session'), id: fc.bigInt({ min: 0n, max: 1n << 62n }), span }),
  node<ast.Describe>({ kind: is('describe'), target, span }),
  node<ast.CreateUser>({ kind: is('createUser'), name, ifNotExists: flag, password: secret, role: maybe(role), span }),
  node<ast.AlterUser>({ kind: is('alterUser'), name, password: secret, span }),
  node<ast.DropUser>({ kind: fc.constantFrom('dropUser', 'dropToken'), name, also: maybe(some(name)), ifExists: flag, span }),
  node<ast.ChangeRole>({ kind: fc.constantFrom('grant', 'revoke'), role, name, span }),
  node<ast.CreateToken>({ kind: is('createToken'), name, user: maybe(name), span }),
  node<ast.Restore>({ kind: is('restore'), restored, span }),
  node<ast.CompareQueries>({
    kind: is('compareQueries'),
    forms: some(node<ast.ComparedForm>({ model, statements: some(comparedStatement), check: maybe(query), span })),
    span,
  }),
  is<ast.Statement>({ kind: 'advise', span: ZERO }),
  node<ast.CompareQuestion>({ kind: is('compareQuestion'), question: text, span }),
);

export const statement: fc.Arbitrary<ast.Statement> = fc.oneof(
  { weight: 1, arbitrary: node<ast.ExplainModels>({ kind: is('explainModels'), query, span }) },
  { weight: 9, arbitrary: plainStatement },
  {
    weight: 1,
    // The parser reads EXPLAIN ANALYZE a as the start of EXPLAIN ANALYZE and a statement.
    arbitrary: node<ast.Explain>({
      kind: is('explain'),
      analyze: flag,
      statement: plainStatement.filter(({ kind }) => kind !== 'analyze'),
      span,
    }),
  },
);
