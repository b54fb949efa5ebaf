// `.schema`: the columns of tables, the paths of documents with their types and how many have them, the properties of labels, and which
// labels the edges join, with counts.

import type { Client, ClientValue } from '../../server/protocol/client.ts';
import type { WireColumn } from '../../server/protocol/frames.ts';
import type { CommandContext } from './command.ts';
import { TerminalError } from './error-text.ts';
import { ask, namesOf } from './execute.ts';
import { Shapes } from './infer-shape.ts';
import { write } from './streams.ts';
import { isNode, keyText, nameText } from './value-text.ts';

/** Documents, and nodes of a label, that are looked at. */
const sampleMax = 5000;

type Rows = (readonly ClientValue[])[];

export async function showSchema(context: CommandContext, [name]: readonly string[]): Promise<void> {
  if (name === undefined) return showAll(context);
  if (name.startsWith(':')) return showLabel(context, name.slice(1).replace(/^`|`$/g, ''));
  const { client, signal } = context;
  const same = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  const collection = (await namesOf(client, 'SHOW COLLECTIONS', { signal })).find(same);
  if (collection === undefined) return context.show(`DESCRIBE ${nameText(name)}`);
  await showShapes(context, ['collection', 'path', 'types', 'documents'], await collectionRows(client, [collection], signal));
  await context.show(`DESCRIBE ${nameText(collection)}`);
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
    await collectionRows(client, await namesOf(client, 'SHOW COLLECTIONS'), signal),
  );
  await shown(['label', 'property', 'types', 'nodes'], await labelRows(client, await namesOf(client, 'SHOW LABELS'), signal));
  await shown(['edges', 'count'], await edgeRows(client, '', signal));
  if (!any) await write(context.streams.output, 'The database is empty.\n');
}

async function showLabel(context: CommandContext, label: string): Promise<void> {
  const { client, signal } = context;
  if (!(await namesOf(client, 'SHOW LABELS', { signal })).includes(label)) {
    if ((await namesOf(client, 'SHOW EDGE TYPES', { signal })).includes(label))
      return showShapes(context, ['edges', 'count'], await edgeRows(client, `WHERE type(e) = '${label.replaceAll("'", "''")}'`, signal));
    throw new TerminalError(`No node has the label "${label}", and no edge the type.`, '.tables lists labels and edge types.');
  }
  await showShapes(context, ['label', 'property', 'types', 'nodes'], await labelRows(client, [label], signal));
  const condition = `WHERE a:${keyText(label)} OR b:${keyText(label)}`;
  const edges = await edgeRows(client, condition, signal);
  if (edges.length > 0) await showShapes(context, ['edges', 'count'], edges);
}

async function showShapes(context: CommandContext, names: readonly string[], rows: Rows): Promise<void> {
  const columns: WireColumn[] = names.map((name, i) => ({ name, type: i === names.length - 1 ? 'integer' : 'text' }));
  await context.showRows(columns, rows);
}

/** A row for the collection itself, then one for each path. */
async function collectionRows(client: Client, names: readonly string[], signal: AbortSignal): Promise<Rows> {
  const rows: Rows = [];
  for (const name of names) {
    const [total = 0n] = (await ask(client, `SELECT count(*) AS n FROM ${nameText(name)}`, {}, { signal })).rows[0] ?? [];
    const shapes = new Shapes();
    const documents = `SELECT d FROM ${nameText(name)} AS d LIMIT ${sampleMax}`;
    for await (const result of client.run(documents, {}, { typed: true, signal })) {
      for await (const [document] of result) shapes.add(document as { readonly [key: string]: ClientValue });
    }
    rows.push([name, '', sampleRemark(total, shapes.documents), total], ...shapeRows(name, shapes));
  }
  return rows;
}

async function labelRows(client: Client, labels: readonly string[], signal: AbortSignal): Promise<Rows> {
  const rows: Rows = [];
  for (const label of labels) {
    const pattern = `MATCH (n:${keyText(label)})`;
    const [total = 0n] = (await ask(client, `${pattern} RETURN count(*) AS n`, {}, { signal })).rows[0] ?? [];
    const shapes = new Shapes();
    for await (const result of client.run(`${pattern} RETURN n LIMIT ${sampleMax}`, {}, { typed: true, signal })) {
      for await (const [node] of result) {
        if (typeof node === 'object' && node !== null && isNode(node)) shapes.add(node.properties);
      }
    }
    const shown = `:${keyText(label)}`;
    rows.push([shown, '', sampleRemark(total, shapes.documents), total], ...shapeRows(shown, shapes));
  }
  return rows;
}

function shapeRows(owner: string, shapes: Shapes): Rows {
  return shapes.paths.map(({ path, types, documents }) => [owner, path, types.join(', '), BigInt(documents)]);
}

/** Said where not all were looked at. */
function sampleRemark(total: ClientValue, looked: number): string {
  return typeof total === 'bigint' && total > BigInt(looked) ? `(the first ${looked.toLocaleString('en')} looked at)` : '';
}

/** `(:Person)-[:KNOWS]->(:Person)` with its count, for each kind of edge. */
async function edgeRows(client: Client, condition: string, signal: AbortSignal): Promise<Rows> {
  const question = `MATCH (a)-[e]->(b) ${condition} RETURN labels(a) AS start, type(e) AS type, labels(b) AS finish, count(*) AS edges ORDER BY type, edges DESC`;
  const { rows } = await ask(client, question, {}, { signal });
  const node = (labels: ClientValue | undefined): string =>
    `(${Array.isArray(labels) ? labels.map((label) => `:${keyText(String(label))}`).join('') : ''})`;
  return rows.map(([start, type, finish, edges]) => [`${node(start)}-[:${keyText(String(type))}]->${node(finish)}`, edges ?? null]);
}
