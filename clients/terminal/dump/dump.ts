// `trefoil dump`: everything in a database as a script of the language, from one snapshot and in constant memory. What is made with
// one statement each comes first and last, the rows, documents, nodes and edges between them, many to a statement. Users and tokens stay
// behind: whoever may read may dump, and a script goes to other places than its file.

import { parse } from '../../../parser/parse.ts';
import type { Client, ClientNode, ClientValue, Parameters } from '../../../server/protocol/client.ts';
import { countText } from '../count-text.ts';
import { ask, execute } from '../execute.ts';
import { startProgress } from '../import/progress.ts';
import type { Streams } from '../streams.ts';
import { escapeControls, nameText } from '../value-text.ts';
import { columnLiteral, labelWords, literal, objectLiteral } from './literal.ts';

/** Takes text and resolves when it may have more. */
export type Take = (text: string) => Promise<void>;

/** What was written, for the last line. */
export interface DumpReport {
  rows: number;
  documents: number;
  nodes: number;
  edges: number;
}

interface Definition {
  readonly kind: string;
  readonly name: string;
  readonly statement: string | null;
  readonly remark: string | null;
}

/** A statement is closed behind so many characters or items. */
const statementChars = 64_000;
const statementItems = 500;
/** Read by one query. */
const pageItems = 5000;

interface Found {
  readonly row: readonly ClientValue[];
  /** Of its columns. */
  readonly types: readonly string[];
}

/** Writes the script. Everything is read in one read-only transaction of the client. */
export async function writeDump(client: Client, take: Take, streams: Streams): Promise<DumpReport> {
  await execute(client, 'BEGIN READ ONLY');
  const dump = new Dump(client, take, streams);
  try {
    return await dump.write();
  } finally {
    dump.stop();
    await execute(client, 'ROLLBACK').catch(() => undefined);
  }
}

class Dump {
  private readonly client: Client;
  private readonly take: Take;
  private readonly streams: Streams;
  private readonly report: DumpReport = { rows: 0, documents: 0, nodes: 0, edges: 0 };
  private progress: ReturnType<typeof startProgress> | undefined;
  private done = 0;

  constructor(client: Client, take: Take, streams: Streams) {
    this.client = client;
    this.take = take;
    this.streams = streams;
  }

  async write(): Promise<DumpReport> {
    const definitions = await this.definitions();
    this.progress = startProgress(this.streams, 'dump', await this.items(), 'items');
    await this.take('-- All that the database holds but its users, as a script for: trefoil restore\nBEGIN;\n');
    const first = (kinds: readonly string[]): readonly Definition[] => definitions.filter((d) => kinds.includes(d.kind));
    await this.statements(first(['table', 'collection', 'paths', 'graph', 'document index']));
    for (const table of first(['table'])) if (table.statement !== null) await this.rows(table.statement);
    for (const { name } of first(['collection'])) await this.documents(name);
    await this.nodes('');
    await this.edges('');
    for (const { name } of first(['graph'])) await this.graph(nameText(name));
    await this.statements(first(['index', 'foreign key', 'schema', 'view', 'counter']));
    await this.take('COMMIT;\n');
    return this.report;
  }

  stop(): void {
    this.progress?.stop();
  }

  private async definitions(): Promise<Definition[]> {
    const { rows } = await ask(this.client, 'SHOW DEFINITIONS');
    return rows.map(([kind, name, statement, remark]) => ({
      kind: String(kind),
      name: String(name),
      statement: typeof statement === 'string' ? statement : null,
      remark: typeof remark === 'string' ? remark : null,
    }));
  }

  /** About how many rows, documents, nodes and edges there are. */
  private async items(): Promise<number> {
    let sum = 0;
    for (const show of ['SHOW TABLES', 'SHOW COLLECTIONS', 'SHOW EDGE TYPES']) {
      for (const row of (await ask(this.client, show)).rows) sum += Number(row.at(-1) ?? 0);
    }
    const [nodes] = (await ask(this.client, 'MATCH (n) RETURN count(*)')).rows;
    return sum + Number(nodes?.[0] ?? 0);
  }

  private async statements(definitions: readonly Definition[]): Promise<void> {
    for (const { kind, name, statement, remark } of definitions) {
      if (remark !== null) {
        const words = `The ${kind} ${name}: ${remark}`;
        this.streams.errors.write(`not in the script: ${escapeControls(words)}\n`);
        await this.take(`-- ${escapeControls(words)}\n`);
      }
      if (statement !== null) await this.take(`${statement};\n`);
    }
  }

  /** The columns that take values, and whether that must be said of an identity, are in the table's own statement. */
  private async rows(statement: string): Promise<void> {
    const [made] = parse(statement).statements;
    if (made?.kind !== 'createTable') return;
    const written = made.columns.filter((column) => !column.constraints.some((constraint) => constraint.kind === 'generated'));
    if (written.length === 0) return;
    const name = nameText(made.name.text);
    const names = written.map((column) => nameText(column.name.text));
    const all = written.length === made.columns.length ? '' : ` (${names.join(', ')})`;
    const identity = made.columns.some((column) => column.constraints.some((constraint) => constraint.kind === 'identity'));
    const head = `INSERT INTO ${name}${all}${identity ? ' OVERRIDING SYSTEM VALUE' : ''} VALUES\n  `;
    const rows = this.byKey(name, names.map((column) => `t.${column}`).join(', '));
    this.report.rows += await this.itemsOf(rows, head, ({ row: [, ...row], types: [, ...types] }) => {
      return `(${row.map((value, i) => columnLiteral(value, types[i] ?? 'any')).join(', ')})`;
    });
  }

  private async documents(collection: string): Promise<void> {
    const name = nameText(collection);
    this.report.documents += await this.itemsOf(
      this.byKey(name, 't'),
      `RESTORE DOCUMENTS ${name}\n  `,
      ({ row: [id, document] }) => `(${String(id)} ${literal(document ?? null)})`,
    );
  }

  /** A named graph has numbers of its own. */
  private async graph(name: string): Promise<void> {
    await this.take(`SESSION SET GRAPH ${name};\n`);
    await this.nodes(`USE ${name} `);
    await this.edges(`USE ${name} `);
    await this.take('SESSION RESET GRAPH;\n');
  }

  private async nodes(use: string): Promise<void> {
    this.report.nodes += await this.itemsOf(this.byId(use, '(n)', 'n', 'n'), 'RESTORE NODES\n  ', ({ row: [value] }) => {
      const node = value as ClientNode;
      return `(${node.id}${node.labels.map((label) => `:${labelWords(label)}`).join('')}${propertiesWords(node.properties)})`;
    });
  }

  private async edges(use: string): Promise<void> {
    const rows = this.byId(use, '(a)-[e]->(b)', 'a', 'id(a), id(e), id(b), type(e), properties(e)');
    const words = ({ row: [from, id, to, type, properties] }: Found): string =>
      `(${String(from)})-[${String(id)}:${labelWords(String(type))}${propertiesWords(properties as ClientNode['properties'])}]->(${String(to)})`;
    this.report.edges += await this.itemsOf(edgesInOrder(rows), 'RESTORE EDGES\n  ', words);
  }

  /** Rows of a table or a collection, with their key before them, from one look-up to the next: a server has limits on what one statement gives. */
  private async *byKey(name: string, columns: string): AsyncGenerator<Found> {
    const page = (where: string): string => `SELECT id(t), ${columns} FROM ${name} AS t${where} ORDER BY id(t) LIMIT ${pageItems}`;
    let last: ClientValue | undefined;
    let count = pageItems;
    try {
      while (count === pageItems) {
        count = 0;
        for await (const found of this.found(page(last === undefined ? '' : ' WHERE id(t) > $last'), last === undefined ? {} : { last })) {
          [last] = found.row;
          count++;
          yield found;
        }
      }
    } catch (error) {
      // What another program made WITHOUT ROWID has no key to go on from.
      if (!(error instanceof Error && 'code' in error && error.code === 'bind/no-key')) throw error;
      yield* this.found(`SELECT NULL, ${columns} FROM ${name} AS t`);
    }
  }

  /** What matches, from one range of the ids of its node to the next that has some: ids may lie far apart. */
  private async *byId(use: string, pattern: string, node: string, columns: string): AsyncGenerator<Found> {
    const pages = await ask(this.client, `${use}MATCH (n) RETURN DISTINCT id(n) / ${pageItems} AS page ORDER BY page`);
    const query = `${use}MATCH ${pattern} WHERE id(${node}) IN range($first, $last) RETURN ${columns}`;
    for (const [page] of pages.rows) {
      const first = BigInt(Number(page) * pageItems);
      yield* this.found(query, { first, last: first + BigInt(pageItems - 1) });
    }
  }

  private async *found(query: string, parameters: Parameters = {}): AsyncGenerator<Found> {
    for await (const result of this.client.run(query, parameters, { typed: true })) {
      const types = result.columns.map((column) => column.type);
      for await (const row of result) yield { row, types };
    }
  }

  /** Writes rows as the items of statements. */
  private async itemsOf(rows: AsyncIterable<Found>, head: string, words: (found: Found) => string): Promise<number> {
    const statement = new OpenStatement(head, this.take);
    let count = 0;
    for await (const found of rows) {
      await statement.add(words(found));
      count++;
      if (++this.done % 1000 === 0) this.progress?.update(this.done);
    }
    await statement.end();
    return count;
  }
}

/** The edges of a node come together; in the order of their ids the script is the same whatever happened before. */
async function* edgesInOrder(rows: AsyncIterable<Found>): AsyncGenerator<Found> {
  let ofNode: Found[] = [];
  const inOrder = (): Found[] => ofNode.sort((a, b) => Number(a.row[1]) - Number(b.row[1]));
  for await (const found of rows) {
    if (ofNode[0]?.row[0] !== found.row[0]) {
      yield* inOrder();
      ofNode = [];
    }
    ofNode.push(found);
  }
  yield* inOrder();
}

function propertiesWords(properties: ClientNode['properties']): string {
  return Object.keys(properties).length > 0 ? ` ${objectLiteral(properties)}` : '';
}

/** A statement of many items, and another when it is long enough. */
class OpenStatement {
  private readonly head: string;
  private readonly take: Take;
  private text = '';
  private items = 0;

  constructor(head: string, take: Take) {
    this.head = head;
    this.take = take;
  }

  async add(item: string): Promise<void> {
    this.text += (this.items++ === 0 ? this.head : ',\n  ') + item;
    if (this.items >= statementItems || this.text.length >= statementChars) await this.end();
  }

  async end(): Promise<void> {
    if (this.items === 0) return;
    const text = `${this.text};\n`;
    this.text = '';
    this.items = 0;
    await this.take(text);
  }
}

/** `3 rows, 2 documents, 5 nodes and 4 edges` */
export function reportText({ rows, documents, nodes, edges }: DumpReport): string {
  return `${countText(rows, 'row')}, ${countText(documents, 'document')}, ${countText(nodes, 'node')} and ${countText(edges, 'edge')}`;
}
