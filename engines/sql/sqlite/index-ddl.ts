// CREATE and DROP INDEX: on columns of a table (SQLite's own index), on paths of a collection's documents (SQLite's index over an
// expression), on a property of a label (a table of its own, see label-index.ts).

import type { CreateIndex, DropIndex, IndexKey, Name } from '../../../parser/ast.ts';
import { didYouMean, QueryError, type Span } from '../../../parser/error.ts';
import { type Catalog, type CollectionInfo, defaultGraph, documentPathText, type IndexInfo, type TableInfo } from '../../catalog.ts';
import type { CatalogReader, LabelIndex } from './catalog.ts';
import { pathWords } from './constraint-errors.ts';
import { viewOfOtherTool } from './unknown-names.ts';
import { unknownColumn } from './create-table.ts';
import { checkName, type DdlOutcome, takenBy } from './ddl.ts';
import { documentIndexKey } from './dialect.ts';
import {
  type CompileIndex,
  createExpressionIndex,
  forgetExpressionIndex,
  type IndexWords,
  indexWords,
  isExpressionIndex,
  wordsAsName,
  wordsOf,
} from './expression-index.ts';
import type { SqliteConnection } from './driver.ts';
import { createLabelIndexTable, fillLabelIndex, labelIndexTable, type Reached } from './label-index.ts';
import { canIndexElements, createElementIndex, dropElementIndex, type ElementPath, isElementPath } from './element-index.ts';
import { quoteName } from './quote.ts';
import { catalogChanged } from './schema.ts';

type Path = readonly (string | number)[];
/** null is a step into all elements of a list. */
type KeyPath = ElementPath;

/** `graph`: the one whose nodes get an index on a label, unless the statement names another. */
export async function createIndex(
  connection: SqliteConnection,
  catalog: CatalogReader,
  statement: CreateIndex,
  compile: CompileIndex | undefined,
  graph: number,
  reached?: Reached,
): Promise<DdlOutcome> {
  const current = catalog.current();
  const target = targetOf(statement, current, graph);
  if (target.kind !== 'label' && isExpressionIndex(statement, target))
    return expressionIndex(connection, current, statement, target, compile);
  const keys = statement.keys.map((key) => pathOf(key, target));
  const paths = keys.filter((key): key is Path => !isElementPath(key));
  const name = statement.name ?? defaultName(connection, current, statement, target, keys);
  const existing = existingIndex(
    connection,
    current,
    statement,
    name,
    (there) => isOn(there, target) && JSON.stringify(there.keys) === JSON.stringify(keys),
  );
  if (existing) return existing;
  checkName(name);
  const elements = keys.find(isElementPath);
  if (elements) {
    createIndexOverElements(connection, statement, name, target, elements);
    catalogChanged(connection);
    return { kind: 'done' };
  }
  if (statement.where)
    throw new QueryError('bind/index-key', 'An index on a label is over all nodes that have the label.', { span: statement.where.span });
  switch (target.kind) {
    case 'table':
      createTableIndex(connection, statement, name, target.table, paths);
      break;
    case 'collection':
      createDocumentIndex(connection, statement, name, target.collection, paths);
      break;
    case 'label':
      createLabelIndex(connection, catalog, { statement, name, target, paths, reached });
      break;
  }
  catalogChanged(connection);
  return { kind: 'done' };
}

function expressionIndex(
  connection: SqliteConnection,
  catalog: Catalog,
  statement: CreateIndex,
  target: Target & { readonly kind: 'table' | 'collection' },
  compile: CompileIndex | undefined,
): DdlOutcome {
  if (!compile) throw new Error('an index over expressions needs the binder');
  const words = wordsOf(statement);
  const name =
    statement.name ?? freeName(connection, catalog, statement, wordsAsName(target.name, words), (index) => sameWords(index, words));
  const existing = existingIndex(connection, catalog, statement, name, (there) => there.on.name === target.name && sameWords(there, words));
  if (existing) return existing;
  checkName(name);
  createExpressionIndex(connection, statement, name.text, target, compile);
  catalogChanged(connection);
  return { kind: 'done' };
}

function sameWords(index: IndexInfo, words: IndexWords): boolean {
  return index.words !== undefined && indexWords(index.words) === indexWords(words);
}

export async function dropIndex(connection: SqliteConnection, catalog: CatalogReader, statement: DropIndex): Promise<DdlOutcome> {
  const current = catalog.current();
  const index = current.everyIndex.find((candidate) => candidate.name.toLowerCase() === statement.name.text.toLowerCase());
  if (!index) {
    if (statement.ifExists) return { kind: 'skipped', message: `There is no index "${statement.name.text}".` };
    const near = didYouMean(
      statement.name.text,
      current.everyIndex.map((candidate) => candidate.name),
    );
    throw new QueryError('bind/unknown-index', `There is no index "${statement.name.text}".`, {
      span: statement.name.span,
      hint: near ?? 'SHOW INDEXES lists them.',
    });
  }
  const stored = connection.get('SELECT id FROM trefoil_index WHERE name = ?', [index.name], 'number');
  if (index.on.kind === 'label') connection.run(`DROP TABLE IF EXISTS ${labelIndexTable(stored?.[0] as number)}`);
  else if (index.elements) dropElementIndex(connection, stored?.[0] as number);
  else connection.run(`DROP INDEX main.${quoteName(index.name)}`);
  connection.run('DELETE FROM trefoil_index WHERE name = ?', [index.name]);
  forgetExpressionIndex(connection, index.name);
  catalogChanged(connection);
  return { kind: 'done' };
}

type Target =
  | { readonly kind: 'table'; readonly name: string; readonly table: TableInfo }
  | { readonly kind: 'collection'; readonly name: string; readonly collection: CollectionInfo }
  | { readonly kind: 'label'; readonly name: string; readonly graph: number };

function targetOf(statement: CreateIndex, catalog: Catalog, graph: number): Target {
  if (statement.target.kind === 'label') return { kind: 'label', name: statement.target.label.text, graph };
  const name = statement.target.name;
  if (statement.graph)
    throw new QueryError('bind/index-key', 'Only an index on a label belongs to a graph.', {
      span: statement.graph.span,
      hint: 'Leave the USE away.',
    });
  const table = catalog.table(name.text);
  if (table?.view) throw viewOfOtherTool(name, 'indexed');
  if (table) return { kind: 'table', name: table.name, table };
  const collection = catalog.collection(name.text);
  if (collection) return { kind: 'collection', name: collection.name, collection };
  if (catalog.view(name.text))
    throw new QueryError('storage/view', `"${name.text}" is a view; it has no indexes of its own.`, {
      span: name.span,
      hint: 'An index on what it reads serves it too.',
    });
  const near = didYouMean(
    name.text,
    [...catalog.tables, ...catalog.collections].map((item) => item.name),
  );
  throw new QueryError('bind/unknown-table', `There is no table or collection "${name.text}".`, {
    span: name.span,
    hint: near ?? `For nodes with a label write ON :${name.text} (…).`,
  });
}

function spanOf(key: IndexKey): Span {
  return 'path' in key ? key.path.span : key.expression.span;
}

/** A table's column comes by its own name, whatever case it was written in. */
function pathOf(key: IndexKey, target: Target): KeyPath {
  if ('expression' in key || key.collation) {
    throw new QueryError('bind/index-key', 'An index on a label takes properties.', {
      span: 'expression' in key ? key.expression.span : key.collation?.span,
      hint: 'Keep what the expression gives in a property of its own.',
    });
  }
  const steps = key.path.steps.map((step) => (step.kind === 'field' ? step.name.text : step.kind === 'each' ? null : step.index));
  if (target.kind !== 'table') return [key.path.root.text, ...steps];
  const wanted = key.path.root.text.toLowerCase();
  const column = target.table.columns.find((candidate) => candidate.name.toLowerCase() === wanted);
  if (!column) {
    const columns = target.table.columns.map((candidate) => candidate.name);
    throw unknownColumn(target.name, key.path.root, columns);
  }
  if (steps.length > 0 || column.json) {
    throw new QueryError(
      'bind/index-key',
      `An index on a table takes whole columns that hold no JSON, not "${pathWords([column.name, ...steps.filter((step) => step !== null)])}".`,
      {
        span: spanOf(key),
        hint: 'A path into the column can be indexed.',
      },
    );
  }
  return [column.name];
}

/** `orders_customer_idx`, with a number if that name is taken by something else. */
function defaultName(
  connection: SqliteConnection,
  catalog: Catalog,
  statement: CreateIndex,
  target: Target,
  paths: readonly KeyPath[],
): Name {
  const words = [target.name, ...paths.map((path) => path.filter((step) => step !== null).join('_')), 'idx']
    .join('_')
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '_');
  return freeName(
    connection,
    catalog,
    statement,
    words,
    (index) => isOn(index, target) && JSON.stringify(index.keys) === JSON.stringify(paths),
  );
}

function freeName(
  connection: SqliteConnection,
  catalog: Catalog,
  statement: CreateIndex,
  words: string,
  isSame: (index: IndexInfo) => boolean,
): Name {
  const same = catalog.everyIndex.find((index) => index.name.toLowerCase() === words.toLowerCase());
  if (same && isSame(same)) return { text: same.name, span: statement.span };
  for (let i = 1; ; i++) {
    const name = { text: i === 1 ? words : `${words}${i}`, span: statement.span };
    if (!takenBy(connection, catalog, name)) return name;
  }
}

function isOn({ on }: IndexInfo, target: Target): boolean {
  return on.kind === target.kind && on.name === target.name && (target.kind !== 'label' || (on.graph ?? defaultGraph) === target.graph);
}

function existingIndex(
  connection: SqliteConnection,
  catalog: Catalog,
  statement: CreateIndex,
  name: Name,
  isSame: (index: IndexInfo) => boolean,
): DdlOutcome | undefined {
  const index = catalog.everyIndex.find((candidate) => candidate.name.toLowerCase() === name.text.toLowerCase());
  const taken = index ? undefined : takenBy(connection, catalog, name);
  if (taken) throw new QueryError('bind/name-taken', taken.message, { span: name.span, hint: 'Choose another name.' });
  if (!index) return undefined;
  const message = `There is already an index "${index.name}".`;
  if (statement.ifNotExists) return { kind: 'skipped', message };
  throw new QueryError('bind/index-exists', message, {
    span: name.span,
    hint: isSame(index) ? 'It has the same keys.' : 'Choose another name.',
  });
}

function createTableIndex(
  connection: SqliteConnection,
  statement: CreateIndex,
  name: Name,
  table: TableInfo,
  paths: readonly Path[],
): void {
  const keys = statement.keys.map((key, i) => `${quoteName(String(paths[i]?.[0]))}${key.descending ? ' DESC' : ''}`);
  runCreate(connection, statement, `${quoteName(name.text)} ON ${quoteName(table.name)} (${keys.join(', ')})`, table.name, paths);
}

function createDocumentIndex(
  connection: SqliteConnection,
  statement: CreateIndex,
  name: Name,
  collection: CollectionInfo,
  paths: readonly Path[],
): void {
  const keys = statement.keys.map((key, i) => {
    const list = listOnTheWay(collection, paths[i] ?? []);
    if (list) {
      const rest = paths[i]?.slice(list.length) ?? [];
      throw new QueryError(
        'bind/index-key',
        `"${pathWords(list)}" is a list in the documents of "${collection.name}", so no document has the path.`,
        {
          span: spanOf(key),
          hint: `All elements: ${pathWords(list)}[*]${rest.length > 0 ? `.${pathWords(rest)}` : ''}. One of them: ${pathWords([...list, 0, ...rest])}.`,
        },
      );
    }
    const sql = documentIndexKey(paths[i] ?? []);
    if (sql === undefined)
      throw new QueryError('bind/index-key', 'A field whose name holds a NUL or half a character cannot be indexed.', {
        span: spanOf(key),
      });
    return `${sql}${key.descending ? ' DESC' : ''}`;
  });
  runCreate(
    connection,
    statement,
    `${quoteName(name.text)} ON ${quoteName(collection.table)} (${keys.join(', ')})`,
    collection.name,
    paths,
  );
  connection.run("INSERT INTO trefoil_index (name, kind, target, keys, is_unique) VALUES (?, 'collection', ?, ?, ?)", [
    name.text,
    collection.name,
    JSON.stringify(paths),
    statement.unique ? 1n : 0n,
  ]);
}

function createIndexOverElements(connection: SqliteConnection, statement: CreateIndex, name: Name, target: Target, path: KeyPath): void {
  const refusal =
    target.kind !== 'collection'
      ? 'Only the documents of a collection have lists whose elements can be indexed.'
      : statement.unique
        ? 'An index over the elements of lists cannot be unique.'
        : statement.keys.length > 1 || statement.keys[0]?.descending
          ? 'An index over the elements of lists has one key, without ASC or DESC.'
          : canIndexElements(path)
            ? undefined
            : 'A field whose name holds a NUL or half a character cannot be indexed.';
  if (refusal !== undefined)
    throw new QueryError('bind/index-key', refusal, { span: statement.keys[0] ? spanOf(statement.keys[0]) : statement.span });
  if (target.kind !== 'collection') return;
  connection.run("INSERT INTO trefoil_index (name, kind, target, keys, is_unique) VALUES (?, 'collection', ?, ?, 0)", [
    name.text,
    target.name,
    JSON.stringify([path]),
  ]);
  const id = connection.get('SELECT id FROM trefoil_index WHERE name = ?', [name.text], 'number')?.[0] as number;
  createElementIndex(connection, id, target.collection.table, path);
}

/** The first part of the path at which every document so far has had a list, and the next step asks for a field. */
function listOnTheWay(collection: CollectionInfo, path: Path): Path | undefined {
  const steps = path.map((step) => (typeof step === 'number' ? null : step));
  for (let n = 1; n < steps.length; n++) {
    const [before, next] = [steps.slice(0, n), steps[n]];
    if (typeof next !== 'string' || !collection.paths.has(documentPathText([...before, null]))) continue;
    if (!collection.paths.has(documentPathText([...before, next]))) return path.slice(0, n);
  }
  return undefined;
}

function runCreate(connection: SqliteConnection, statement: CreateIndex, sql: string, target: string, paths: readonly Path[]): void {
  try {
    connection.run(`CREATE ${statement.unique ? 'UNIQUE ' : ''}INDEX main.${sql}`);
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== 'constraint/unique') throw error;
    throw new QueryError(
      'constraint/unique',
      `"${target}" holds some values of ${paths.map(pathWords).join(', ')} more than once, so they cannot be unique.`,
      {
        span: statement.span,
      },
    );
  }
}

function createLabelIndex(
  connection: SqliteConnection,
  catalog: CatalogReader,
  of: {
    readonly statement: CreateIndex;
    readonly name: Name;
    readonly target: Extract<Target, { kind: 'label' }>;
    readonly paths: readonly Path[];
    readonly reached: Reached | undefined;
  },
): void {
  const { statement, name, reached } = of;
  const { name: label, graph } = of.target;
  const [path, second] = of.paths;
  if (path === undefined || second !== undefined) {
    throw new QueryError('bind/index-key', 'An index on a label takes one property.', {
      span: statement.span,
      hint: 'Make one index for each.',
    });
  }
  connection.run("INSERT INTO trefoil_index (name, kind, target, keys, is_unique, graph) VALUES (?, 'label', ?, ?, ?, ?)", [
    name.text,
    label,
    JSON.stringify([path]),
    statement.unique ? 1n : 0n,
    BigInt(graph),
  ]);
  const id = connection.get('SELECT id FROM trefoil_index WHERE name = ?', [name.text], 'number')?.[0] as number;
  createLabelIndexTable(connection, id, statement.unique);
  const index: LabelIndex = { id, name: name.text, graph, label, path, unique: statement.unique };
  const labelId = catalog.namesOf(graph).labels.id(label);
  if (labelId !== undefined) fillLabelIndex(connection, index, labelId, reached);
}
