// `.schema`: the columns of tables, the paths of documents with their types and how many have them, the properties of labels, and which
// labels the edges join, with counts. Of what is large some are looked at, and so few of each where there are many that the whole does not
// take longer: the output says how many.

import { didYouMean } from '../../parser/error.ts';
import type { Client, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn } from '../../server/protocol/frames.ts';
import type { CommandContext } from './command.ts';
import { TerminalError } from './error-text.ts';
import { ask } from './execute.ts';
import { Shapes } from './infer-shape.ts';
import { write } from './streams.ts';
import { isNode, keyText, nameText } from './value-text.ts';

/** Documents of one collection, and nodes of one label, that are looked at; and of all of them together. */
const sampleMax = 5000;
const sampleOfAllMax = 100_000;
const sampleLeast = 100;
/** Edges that are followed. */
const edgesMax = 200_000;

/** So many of each of several. */
export function sampleOf(several: number): number {
  return Math.min(sampleMax, Math.max(sampleLeast, Math.floor(sampleOfAllMax / Math.max(1, several))));
}

type Rows = (readonly ClientValue[])[];

export async function showSchema(context: CommandContext, [name]: readonly string[]): Promise<void> {
  if (name === undefined) return showAll(context);
  if (name.startsWith(':')) return showLabel(context, name.slice(1).replace(/^`|`$/g, ''));
  const { client, signal } = context;
  const same = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  const collection = (await counted(client, 'SHOW COLLECTIONS', signal)).find((each) => same(each.name));
  if (collection === undefined) return context.show(`DESCRIBE ${nameText(name)}`);
  await showShapes(context, ['collection', 'path', 'types', 'documents'], await collectionRows(client, [collection], signal));
  await context.show(`DESCRIBE ${nameText(collection.name)}`);
}

async function showAll(context: CommandContext): Promise<void> {
  const { client, signal } = context;
  let any = false;
  const shown = async (columns: readonly string[], rows: Rows): Promise<void> => {
    if (rows.length === 0) return;
    any = true;
    await showShapes(context, columns, rows);
  };
  const { columns, rows } = await ask(client, 'SHOW COLUMNS', {}, { signal });
  if (rows.length > 0) {
    any = true;
    await context.showRows(columns, rows);
  }
  await shown(
    ['collection', 'path', 'types', 'documents'],
    await collectionRows(client, await counted(client, 'SHOW COLLECTIONS', signal), signal),
  );
  await shown(['label', 'property', 'types', 'nodes'], await labelRows(client, await counted(client, 'SHOW LABELS', signal), signal));
  const types = await counted(client, 'SHOW EDGE TYPES', signal);
  await shown(
    ['edges', 'count'],
    await edgeRows(client, types, types.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(typePart), signal),
  );
  if (!any) await write(context.streams.output, 'The database is empty.\n');
}

async function showLabel(context: CommandContext, label: string): Promise<void> {
  const { client, signal } = context;
  const labels = await counted(client, 'SHOW LABELS', signal);
  const found = labels.find(({ name }) => name === label);
  const types = await counted(client, 'SHOW EDGE TYPES', signal);
  if (!found) {
    const type = types.find(({ name }) => name === label);
    if (type) return showShapes(context, ['edges', 'count'], await edgeRows(client, [type], [typePart(type)], signal));
    const names = [...labels, ...types].map(({ name }) => name);
    throw new TerminalError(
      `No node has the label "${label}", and no edge the type.`,
      didYouMean(label, names, (name) => `:${name}`) ?? '.tables lists labels and edge types.',
    );
  }
  await showShapes(context, ['label', 'property', 'types', 'nodes'], await labelRows(client, [found], signal));
  const edges = await edgeRows(client, types, labelParts(label), signal);
  if (edges.length > 0) await showShapes(context, ['edges', 'count'], edges);
}

async function showShapes(context: CommandContext, names: readonly string[], rows: Rows): Promise<void> {
  const columns: WireColumn[] = names.map((name, i) => ({ name, type: i === names.length - 1 ? 'integer' : 'text' }));
  await context.showRows(columns, rows);
}

interface Counted {
  readonly name: string;
  /** Of a collection an estimate. */
  readonly count: bigint;
}

async function counted(client: Client, show: string, signal: AbortSignal): Promise<Counted[]> {
  const { rows } = await ask(client, show, {}, { signal });
  return rows.map(([name, count]) => ({ name: String(name), count: BigInt(Number(count)) }));
}

/** A row for the collection itself, then one for each path. */
async function collectionRows(client: Client, collections: readonly Counted[], signal: AbortSignal): Promise<Rows> {
  const rows: Rows = [];
  const most = sampleOf(collections.length);
  for (const { name, count } of collections) {
    const { shapes, isAll } = await look(client, `SELECT d FROM ${nameText(name)} AS d`, most, signal);
    const remark = isAll ? '' : `(about; the first ${shapes.documents.toLocaleString('en')} looked at)`;
    rows.push([name, '', remark, isAll ? BigInt(shapes.documents) : count], ...shapeRows(name, shapes));
  }
  return rows;
}

async function labelRows(client: Client, labels: readonly Counted[], signal: AbortSignal): Promise<Rows> {
  const rows: Rows = [];
  const most = sampleOf(labels.length);
  for (const { name, count } of labels) {
    const { shapes, isAll } = await look(client, `MATCH (n:${keyText(name)}) RETURN n`, most, signal);
    const shown = `:${keyText(name)}`;
    const remark = isAll ? '' : `(the first ${shapes.documents.toLocaleString('en')} looked at)`;
    rows.push([shown, '', remark, isAll ? BigInt(shapes.documents) : count], ...shapeRows(shown, shapes));
  }
  return rows;
}

/** The shapes of the first documents or nodes, and whether those are all. */
async function look(client: Client, query: string, most: number, signal: AbortSignal): Promise<{ shapes: Shapes; isAll: boolean }> {
  const shapes = new Shapes();
  let isAll = true;
  for await (const result of client.run(`${query} LIMIT ${most + 1}`, {}, { typed: true, signal })) {
    for await (const [value] of result) {
      if (shapes.documents === most) isAll = false;
      else if (typeof value === 'object' && value !== null && isNode(value)) shapes.add(value.properties);
      else shapes.add(value as { readonly [key: string]: ClientValue });
    }
  }
  return { shapes, isAll };
}

function shapeRows(owner: string, shapes: Shapes): Rows {
  return shapes.paths.map(({ path, types, documents }) => [owner, path, types.join(', '), BigInt(documents)]);
}

interface EdgePart {
  /** From `a` by `e` to `b`. */
  readonly pattern: string;
  readonly shown: string;
  readonly count: bigint | null;
}

function typePart({ name, count }: Counted): EdgePart {
  const shown = `-[:${keyText(name)}]->`;
  return { pattern: `MATCH (a)-[e:${keyText(name)}]->(b)`, shown, count };
}

function labelParts(label: string): EdgePart[] {
  const node = `:${keyText(label)}`;
  return [
    { pattern: `MATCH (a${node})-[e]->(b)`, shown: `(${node})-->`, count: null },
    { pattern: `MATCH (a)-[e]->(b${node}) WHERE NOT a${node}`, shown: `-->(${node})`, count: null },
  ];
}

/** `(:Person)-[:KNOWS]->(:Person)` with its count, for each kind of edge. Where there are many, of each part the first ones, behind a row that says so. */
async function edgeRows(client: Client, types: readonly Counted[], parts: readonly EdgePart[], signal: AbortSignal): Promise<Rows> {
  const edges = types.reduce((sum, { count }) => sum + Number(count), 0);
  const most = edges <= edgesMax ? undefined : Math.max(sampleLeast, Math.floor(edgesMax / parts.length));
  const rows: Rows = [];
  for (const { pattern, shown, count } of parts) {
    const kinds = await kindRows(client, most === undefined ? pattern : `${pattern} WITH a, e, b LIMIT ${most}`, signal);
    const looked = kinds.reduce((sum, row) => sum + Number(row.at(-1)), 0);
    if (looked === most) rows.push([`${shown} (the first ${most.toLocaleString('en')} looked at)`, count]);
    rows.push(...kinds);
  }
  return rows;
}

async function kindRows(client: Client, edges: string, signal: AbortSignal): Promise<Rows> {
  const question = `${edges} RETURN labels(a) AS start, type(e) AS type, labels(b) AS finish, count(*) AS edges ORDER BY type, edges DESC`;
  const { rows } = await ask(client, question, {}, { signal });
  const node = (labels: ClientValue | undefined): string =>
    `(${Array.isArray(labels) ? labels.map((label) => `:${keyText(String(label))}`).join('') : ''})`;
  return rows.map(([start, type, finish, edges]) => [`${node(start)}-[:${keyText(String(type))}]->${node(finish)}`, edges ?? null]);
}
