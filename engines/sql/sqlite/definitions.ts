// The statements that make what is in the file, for SHOW DEFINITIONS: read from SQLite's own definitions and Trefoil's notes, in an order
// in which they can run. Foreign keys come behind all tables, so that tables and their rows may refer to each other in any way.

import { parse } from '../../../parser/parse.ts';
import { printAnyName, printName, printTableConstraint } from '../../../parser/print.ts';
import type { Catalog, IndexInfo, TableInfo, ViewInfo } from '../../catalog.ts';
import type { Definition } from '../../definitions.ts';
import { typeFromDeclared } from '../../plan/typing.ts';
import { readCounters } from './counters.ts';
import type { CompileDefinitions } from './create-table.ts';
import { readPaths } from './document-paths.ts';
import type { SqliteConnection } from './driver.ts';
import { readChecks } from './noted-checks.ts';
import { objectsWith } from './objects-with-paths.ts';
import { defaultWords } from './default-words.ts';
import { type ColumnText, plainName, readTableText, wordsIn } from './table-text.ts';

/** What the connection sees now. */
export function readDefinitions(connection: SqliteConnection, catalog: Catalog, compile: CompileDefinitions): Definition[] {
  const tables = catalog.tables.filter((table) => !table.view).map((table) => tableOf(connection, table, compile));
  const written = tables.map((table) => table.definition);
  return [
    ...written,
    ...catalog.collections.map(({ name }): Definition => ({ kind: 'collection', name, statement: `CREATE COLLECTION ${printName(name)}` })),
    ...pathsOf(connection, catalog),
    ...catalog.graphs.slice(1).map(({ name }): Definition => ({ kind: 'graph', name, statement: `CREATE GRAPH ${printName(name)}` })),
    ...catalog.indexes.filter((i) => i.on.kind === 'collection' && !i.elements).map((i) => storedIndex(connection, i, 'document index')),
    ...tableIndexes(connection, catalog),
    ...catalog.everyIndex
      .filter((i) => i.on.kind === 'label' || i.elements)
      .map((i) => inGraph(catalog, i, storedIndex(connection, i, 'index'))),
    ...tables.flatMap((table) => table.foreignKeys),
    ...catalog.collections.flatMap(({ name, schema }): Definition[] =>
      schema === undefined
        ? []
        : [{ kind: 'schema', name, statement: `ALTER COLLECTION ${printName(name)} SET SCHEMA ${schema} NOT VALIDATED` }],
    ),
    ...inOrder(catalog.views.filter((view) => !view.temporary)).map(viewOf),
    ...catalog.tables.filter((table) => table.view).map(({ name }): Definition => sqlOnly('view', name, 'It is a view of SQLite.')),
    ...readCounters(connection, catalog),
  ];
}

/** `SELECT *` has a column for each field that occurred, in the order in which they did. */
function pathsOf(connection: SqliteConnection, { collections }: Catalog): Definition[] {
  const noted = readPaths(connection);
  return collections.flatMap(({ name }): Definition[] => {
    const paths = noted.get(name.toLowerCase());
    if (!paths) return [];
    return [{ kind: 'paths', name, statement: `RESTORE PATHS ${printName(name)} ${objectsWith(paths.map(({ steps }) => steps))}` }];
  });
}

function sqlOnly(kind: Definition['kind'], name: string, remark: string): Definition {
  return { kind, name, statement: null, remark };
}

function sqlOf(connection: SqliteConnection, type: string, name: string): string {
  return String(connection.get('SELECT sql FROM main.sqlite_schema WHERE type = ? AND name = ?', [type, name])?.[0] ?? '');
}

function tableOf(
  connection: SqliteConnection,
  table: TableInfo,
  compile: CompileDefinitions,
): { definition: Definition; foreignKeys: Definition[] } {
  const { name } = table;
  const text = readTableText(sqlOf(connection, 'table', name));
  if (!text) return { definition: sqlOnly('table', name, 'It is a virtual table of SQLite.'), foreignKeys: [] };
  const checks = new Map(readChecks(connection, name).map((check) => [check.name.toLowerCase(), check.text]));
  const left: string[] = [];
  const parts = new TableParts(connection, table, checks, compile, left);
  const columns = text.columns.map((column) => parts.column(column));
  const constraints = text.constraints.flatMap((part) => (part.kind === 'FOREIGN' ? [] : parts.constraint(part)));
  const keys = [
    ...text.columns.flatMap((column) =>
      column.constraints
        .filter((part) => part.kind === 'REFERENCES')
        .map((part) => `FOREIGN KEY (${printName(column.name)}) ${requoted(part.text.slice(part.text.search(/REFERENCES/i)))}`),
    ),
    ...text.constraints.filter((part) => part.kind === 'FOREIGN').map((part) => requoted(part.text)),
  ];
  if (/WITHOUT/i.test(text.options)) left.push('WITHOUT ROWID');
  const triggers = connection.all("SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? ORDER BY name", [name]);
  left.push(...triggers.map(([trigger]) => `the trigger ${String(trigger)}`));
  const statement = `CREATE TABLE ${printName(name)} (${[...columns, ...constraints].join(', ')})`;
  return {
    definition: { kind: 'table', name, statement, ...(left.length > 0 && { remark: `It leaves out ${left.join(', ')}.` }) },
    foreignKeys: keys.map((key): Definition => ({ kind: 'foreign key', name, statement: `ALTER TABLE ${printName(name)} ADD ${key}` })),
  };
}

/** The parts of one CREATE TABLE. What the language cannot say goes into `left`. */
class TableParts {
  readonly #connection: SqliteConnection;
  readonly #table: TableInfo;
  readonly #checks: ReadonlyMap<string, string>;
  readonly #compile: CompileDefinitions;
  readonly #left: string[];

  constructor(
    connection: SqliteConnection,
    table: TableInfo,
    checks: ReadonlyMap<string, string>,
    compile: CompileDefinitions,
    left: string[],
  ) {
    this.#connection = connection;
    this.#table = table;
    this.#checks = checks;
    this.#compile = compile;
    this.#left = left;
  }

  column(text: ColumnText): string {
    const info = this.#table.columns.find((column) => column.name === text.name);
    // What SQLite alone has declared may be any word or none.
    const declared = info && isType(info.declared) ? info.declared : 'JSON';
    if (info && declared !== info.declared) this.#left.push(`the type of ${text.name}`);
    const words = [printName(text.name), declared];
    for (const { kind, name, text: part } of text.constraints) {
      switch (kind) {
        case 'NOT':
          words.push('NOT NULL');
          break;
        case 'PRIMARY':
          words.push(/AUTOINCREMENT/i.test(part) && !/AS IDENTITY/i.test(declared) ? 'PRIMARY KEY AUTOINCREMENT' : 'PRIMARY KEY');
          break;
        case 'UNIQUE':
          words.push('UNIQUE');
          break;
        case 'COLLATE':
          words.push(part.toUpperCase());
          break;
        case 'CHECK':
          words.push(...this.#check(part, name));
          break;
        case 'DEFAULT': {
          const value = info && defaultWords(this.#connection, part, info);
          if (value === undefined) this.#left.push(`the default of ${text.name}`);
          else words.push(`DEFAULT ${value}`);
          break;
        }
        // A generated column's expression is in what is declared; a foreign key has a statement of its own.
        default:
          break;
      }
    }
    return words.join(' ');
  }

  constraint({ kind, name, text }: { readonly kind: string; readonly name?: string; readonly text: string }): string[] {
    return kind === 'CHECK' ? this.#check(text, name) : [requoted(text)];
  }

  #check(part: string, name: string | undefined): string[] {
    const noted = name === undefined ? undefined : this.#checks.get(name.toLowerCase());
    if (noted !== undefined) return [`CONSTRAINT ${printName(name ?? '')} CHECK (${noted})`];
    // The type BOOLEAN brings its own.
    if (/CHECK \("(?:[^"]|"")*" IN \(0, 1\)\)$/.test(part)) return [];
    try {
      const [statement] = parse(`CREATE TABLE t (a INTEGER, ${requoted(part)})`).statements;
      if (statement?.kind !== 'createTable') throw new Error('no table');
      for (const check of statement.constraints) if (check.kind === 'check') this.#compile.check(check.condition, this.#table.columns);
      return statement.constraints.map(printTableConstraint);
    } catch {
      this.#left.push(`the check ${part}`);
      return [];
    }
  }
}

function isType(declared: string): boolean {
  try {
    const [statement] = parse(`CREATE TABLE t (c ${declared})`).statements;
    const type = statement?.kind === 'createTable' ? statement.columns[0]?.type : undefined;
    return type !== undefined && typeFromDeclared(type) !== undefined;
  } catch {
    return false;
  }
}

/** SQLite's names in Trefoil's quotes, for what is made of names and keywords alone. */
function requoted(text: string): string {
  return wordsIn(text)
    .map((word) => (/^["`[]/.test(word) ? printName(plainName(word)) : word))
    .join(' ')
    .replaceAll(/\( | (?=[,)])/g, (match) => match.trim());
}

function tableIndexes(connection: SqliteConnection, catalog: Catalog): Definition[] {
  const rows = connection.all(
    "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND name NOT GLOB 'trefoil_*' ORDER BY rowid",
  );
  return rows.flatMap(([name, table, sql]): Definition[] => {
    if (!catalog.table(String(table))) return [];
    const known = catalog.indexes.find((index) => index.name === name);
    if (known?.words) return [storedIndex(connection, known, 'index')];
    if (!known) return [sqlOnly('index', String(name), 'It is an index of SQLite over expressions or a part of the rows.')];
    return [{ kind: 'index', name: String(name), statement: requoted(String(sql)) }];
  });
}

function storedIndex(connection: SqliteConnection, index: IndexInfo, kind: 'index' | 'document index'): Definition {
  const descending = new Set(
    connection.all('SELECT seqno FROM pragma_index_xinfo(?) WHERE key AND "desc"', [index.name], 'number').map((row) => Number(row[0])),
  );
  const written = index.words?.keys.map(keyWords);
  const keys = written ?? index.keys.map((key, i) => pathWords(key) + (kind === 'document index' && descending.has(i) ? ' DESC' : ''));
  const target = index.on.kind === 'label' ? `:${printAnyName(index.on.name)}` : printName(index.on.name);
  const statement = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${printName(index.name)} ON ${target} (${keys.join(', ')})${index.words?.where === undefined ? '' : ` WHERE ${index.words.where}`}`;
  return { kind, name: index.name, statement };
}

function inGraph({ graphs }: Catalog, { on }: IndexInfo, definition: Definition): Definition {
  const graph = graphs.find(({ id }) => id === (on.graph ?? 0));
  if (!graph || graph.id === 0) return definition;
  return { ...definition, statement: `USE ${printName(graph.name)} ${definition.statement}` };
}

/** An operator needs parentheses round it where a key stands. */
function keyWords(key: string): string {
  const [, text = key, tail = ''] = /^(.*?)((?: COLLATE \w+)?(?: DESC)?)$/s.exec(key) ?? [];
  try {
    parse(`CREATE INDEX i ON t (${text})`);
    return key;
  } catch {
    return `(${text})${tail}`;
  }
}

function pathWords(path: readonly (string | number | null)[]): string {
  return path
    .map((step, i) => {
      if (step === null) return '[*]';
      if (typeof step === 'number') return `[${step}]`;
      return i === 0 ? printName(step) : `.${printAnyName(step)}`;
    })
    .join('');
}

function viewOf({ name, columns, text }: ViewInfo): Definition {
  const names = columns ? ` (${columns.map(printName).join(', ')})` : '';
  return { kind: 'view', name, statement: `CREATE VIEW ${printName(name)}${names} AS ${text}` };
}

/** Views that read others behind them. A name in the text may be something else than the view: that only moves a view further back. */
function inOrder(views: readonly ViewInfo[]): ViewInfo[] {
  const done: ViewInfo[] = [];
  const visit = (view: ViewInfo, path: readonly ViewInfo[]): void => {
    if (done.includes(view) || path.includes(view)) return;
    const words = new Set(wordsIn(view.text).map((word) => plainName(word).toLowerCase()));
    for (const other of views) if (other !== view && words.has(other.name.toLowerCase())) visit(other, [...path, view]);
    done.push(view);
  };
  for (const view of views) visit(view, []);
  return done;
}
