// SHOW and DESCRIBE: what the catalogue holds, as small tables.

import { didYouMean, QueryError } from '../parser/error.ts';
import type * as Ast from '../parser/ast.ts';
import type { Catalog, IndexInfo } from './catalog.ts';
import { namedGraph, refuseGone } from './choose-graph.ts';
import type { Definition } from './definitions.ts';
import type { Engine } from './engine.ts';
import { questions } from './compare/questions.ts';
import { columnsOfView, failureOf } from './plan/bind-view.ts';
import type { BindInput } from './plan/scope.ts';
import { listFunctions, resultName } from './plan/functions.ts';
import type { Type } from './plan/type.ts';
import { hasRole, type Principal, userOf } from './users/rights.ts';
import type { Row } from './value.ts';

export interface TableOfRows {
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  readonly rows: readonly Row[];
}

function table(columns: Readonly<Record<string, Type>>, rows: readonly Row[]): TableOfRows {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows };
}

/** What is shown of the graph in use. */
const ofGraph: ReadonlySet<Ast.Shown> = new Set<Ast.Shown>(['labels', 'edgeTypes', 'properties']);

/** A SHOW that the catalogue answers. */
type Shown = Omit<Ast.Show, 'what'> & { readonly what: Exclude<Ast.Shown, Ast.ShownByServer | 'statements'> };

/** The answer to SHOW. `session` is the catalogue with the session's graph in use. Of tokens a principal sees its own, an owner all. */
export function show({ what, graph }: Shown, engine: Engine, session: Catalog, principal?: Principal): TableOfRows {
  const catalog = graph ? session.using(namedGraph(session, graph).id) : session;
  if (ofGraph.has(what)) refuseGone(catalog);
  switch (what) {
    case 'tables':
      return table(
        { table: 'text', columns: 'integer', rows: 'integer' },
        catalog.tables.map((t) => [t.name, BigInt(t.columns.length), BigInt(t.rows)]),
      );
    case 'views':
      return table(
        { view: 'text', columns: 'text', query: 'text', temporary: 'boolean' },
        catalog.views.map((v) => [v.name, v.columns?.join(', ') ?? null, v.text, v.temporary]),
      );
    case 'collections':
      return table(
        { collection: 'text', documents: 'integer' },
        catalog.collections.map((c) => [c.name, BigInt(c.rows)]),
      );
    case 'columns':
      return table(
        { table: 'text', column: 'text', type: 'text' },
        catalog.tables.flatMap((t) => t.columns.map((c) => [t.name, c.name, c.type])),
      );
    case 'paths':
      return table(
        { collection: 'text', path: 'text' },
        catalog.collections.flatMap((c) => [...c.paths].map((path) => [c.name, path])),
      );
    case 'properties':
      return table({ of: 'text', property: 'text' }, [
        ...[...catalog.nodeProperties.names].map((name) => ['node', name]),
        ...[...catalog.edgeProperties.names].map((name) => ['edge', name]),
      ]);
    case 'definitions':
      return table(
        { kind: 'text', name: 'text', statement: 'text', remark: 'text' },
        definitionsThatRun(engine, catalog).map((d) => [d.kind, d.name, d.statement, d.remark ?? null]),
      );
    case 'indexes':
      return table(
        { index: 'text', on: 'text', keys: 'text', unique: 'boolean' },
        catalog.indexes.map((i) => [i.name, i.on.kind === 'label' ? `:${i.on.name}` : i.on.name, indexKeys(i), i.unique]),
      );
    case 'graphs':
      return table(
        { graph: 'text', nodes: 'integer', edges: 'integer', labels: 'integer', 'in use': 'boolean' },
        catalog.graphs.map((g) => [g.name, BigInt(g.nodes), BigInt(g.edges), BigInt(g.labels.length), g.id === catalog.graph.id]),
      );
    case 'labels':
      return table(
        { label: 'text', nodes: 'integer' },
        catalog.labels.map((l) => [l.name, BigInt(l.count)]),
      );
    case 'edgeTypes':
      return table(
        { type: 'text', edges: 'integer' },
        catalog.edgeTypes.map((l) => [l.name, BigInt(l.count)]),
      );
    case 'functions':
      return table(
        {
          function: 'text',
          family: 'text',
          signature: 'text',
          result: 'text',
          nulls: 'text',
          example: 'text',
          aliases: 'text',
          description: 'text',
        },
        listFunctions().map((f) => [
          f.name,
          f.kind === 'scalar' ? f.family : f.kind,
          f.signature,
          resultName(f),
          f.kind === 'scalar' ? f.nulls : f.kind === 'aggregate' ? 'skipped' : 'seen',
          f.example,
          f.aliases.join(', '),
          f.description,
        ]),
      );
    case 'procedures':
      return table(
        { procedure: 'text', arguments: 'text', yields: 'text', description: 'text' },
        engine.procedures
          .list()
          .map((p) => [
            p.name,
            p.arguments.map((a) => `${a.name}${a.optional ? '?' : ''}: ${a.type}`).join(', '),
            p.yields.map((y) => `${y.name}: ${y.type}`).join(', '),
            p.description,
          ]),
      );
    case 'users':
      return table(
        { user: 'text', roles: 'text', tokens: 'integer' },
        catalog.users.map((u) => [u.name, u.roles.join(', '), BigInt(u.tokens.length)]),
      );
    case 'tokens': {
      const own = principal && userOf(principal, catalog.users);
      const shown = own && !hasRole(own.roles, 'owner') ? [own] : catalog.users;
      return table(
        { token: 'text', user: 'text', created: 'text' },
        shown.flatMap((u) => u.tokens.map((t) => [t.name, u.name, t.created])),
      );
    }
    case 'questions':
      return table(
        { name: 'text', kind: 'text', question: 'text', models: 'text', writes: 'boolean' },
        questions.map((q) => [q.name, q.kind, q.title, q.forms.map((f) => f.model).join(', '), q.writes === true]),
      );
  }
}

/** `a.b[0]`, `a[*].b` */
export function pathText(path: readonly (string | number | null)[]): string {
  return path.map((s, i) => (s === null ? '[*]' : typeof s === 'number' ? `[${s}]` : i === 0 ? s : `.${s}`)).join('');
}

/** `a.b, c`; `lower(email) WHERE active` */
export function indexKeys({ keys, words }: IndexInfo): string {
  if (!words) return keys.map(pathText).join(', ');
  return `${words.keys.join(', ')}${words.where === undefined ? '' : ` WHERE ${words.where}`}`;
}

/** The answer to DESCRIBE; `bind/unknown-table` or `bind/unknown-label` for a name that is not there. */
export function describe({ target, graph }: Ast.Describe, engine: Engine, session: Catalog): TableOfRows {
  const catalog = graph ? session.using(namedGraph(session, graph).id) : session;
  return target.kind === 'label' ? describeLabel(target.label, catalog) : describeNamed(target.name, engine, catalog);
}

function describeNamed(name: Ast.Name, engine: Engine, catalog: Catalog): TableOfRows {
  const found = catalog.table(name.text);
  if (found) {
    return table(
      { column: 'text', type: 'text', declared: 'text', nullable: 'boolean', key: 'text', default: 'boolean' },
      found.columns.map((c) => [
        c.name,
        c.type,
        c.collation ? `${c.declared} COLLATE ${c.collation.toUpperCase()}` : c.declared,
        !c.notNull,
        found.primaryKey.includes(c.name) ? 'primary key' : found.unique.some((u) => u.includes(c.name)) ? 'unique' : null,
        c.hasDefault,
      ]),
    );
  }
  const collection = catalog.collection(name.text);
  if (collection) {
    const indexes = catalog.indexes.filter((i) => i.on.kind === 'collection' && i.on.name === collection.name);
    // Most collections have no schema, and then there is no column for it.
    const schema = collection.schema === undefined ? [] : [collection.schema];
    return table(
      {
        collection: 'text',
        documents: 'integer',
        index: 'text',
        keys: 'text',
        ...(collection.schema !== undefined && { schema: 'text' as const }),
      },
      indexes.length === 0
        ? [[collection.name, BigInt(collection.rows), null, null, ...schema]]
        : indexes.map((i) => [collection.name, BigInt(collection.rows), i.name, indexKeys(i), ...schema]),
    );
  }
  const view = catalog.view(name.text);
  if (view) {
    return table(
      { column: 'text', type: 'text' },
      columnsOfView(inputOf(engine, catalog), view, name.span).map((c) => [c.name, c.type]),
    );
  }
  const near = didYouMean(name.text, [
    ...catalog.views.map((v) => v.name),
    ...catalog.tables.map((t) => t.name),
    ...catalog.collections.map((c) => c.name),
  ]);
  throw new QueryError('bind/unknown-table', `There is no table or collection "${name.text}".`, {
    span: name.span,
    hint: near ?? 'SHOW TABLES and SHOW COLLECTIONS list them.',
  });
}

function inputOf(engine: Engine, catalog: Catalog): BindInput {
  return { catalog, parameters: new Map(), procedures: engine.procedures.list() };
}

/** A view whose tables have gone is kept as text, and could not be made again: a script with it would fail as a whole. */
function definitionsThatRun(engine: Engine, catalog: Catalog): Definition[] {
  return engine.schema.definitions().map((definition) => {
    const made = definition.kind === 'view' && definition.statement !== null;
    const view = made && catalog.views.find((v) => !v.temporary && v.name === definition.name);
    const failure = view ? failureOf(inputOf(engine, catalog), view) : undefined;
    return failure ? { ...definition, statement: null, remark: `${failure.message} It was: ${definition.statement}` } : definition;
  });
}

function describeLabel(label: Ast.Name, catalog: Catalog): TableOfRows {
  refuseGone(catalog);
  const info = catalog.labels.find((l) => l.name === label.text);
  if (!info) {
    const near = didYouMean(
      label.text,
      catalog.labels.map((l) => l.name),
      (word) => `:${word}`,
    );
    throw new QueryError('bind/unknown-label', `No node has the label "${label.text}".`, {
      span: label.span,
      hint: near ?? 'SHOW LABELS lists them.',
    });
  }
  const indexes = catalog.indexes.filter((i) => i.on.kind === 'label' && i.on.name === info.name);
  return table(
    { label: 'text', nodes: 'integer', index: 'text', keys: 'text' },
    indexes.length === 0
      ? [[info.name, BigInt(info.count), null, null]]
      : indexes.map((i) => [info.name, BigInt(info.count), i.name, indexKeys(i)]),
  );
}
