// RESTORE: nodes and edges with the ids that they had in another file. The statement's other half, which makes values of its
// expressions, is engines/run-restore.ts.

import { QueryError, type Span } from '../../parser/error.ts';
import type { RestoredElements } from '../engine.ts';
import { loadBatch } from './elements.ts';
import type { Writer } from './write.ts';

/** Stores the elements. `constraint/element-id` for an id that is taken or out of range, `constraint/no-node` for an end that is not there. */
export async function restoreElements(writer: Writer, { nodes, edges }: RestoredElements, check: () => void): Promise<void> {
  const { storage, topology } = writer;
  topology.startedWriting();
  for (let at = 0; at < nodes.length; at += loadBatch) {
    check();
    const batch = nodes.slice(at, at + loadBatch);
    refuseTaken('node', batch, await storage.takenIds('node', idsOf(batch)));
    const rows = [];
    for (const { id, labels, properties } of batch) {
      const ids: number[] = [];
      for (const label of new Set(labels)) ids.push(storage.labels.id(label) ?? (await storage.labels.intern(label)));
      rows.push({ id, labels: ids, properties });
    }
    await storage.createNodes(rows);
  }
  for (let at = 0; at < edges.length; at += loadBatch) {
    check();
    const batch = edges.slice(at, at + loadBatch);
    refuseTaken('edge', batch, await storage.takenIds('edge', idsOf(batch)));
    const rows = [];
    for (const { id, type, from, to, properties } of batch)
      rows.push({ id, type: storage.types.id(type) ?? (await storage.types.intern(type)), from, to, properties });
    try {
      await storage.createEdges(rows);
    } catch (error) {
      throw error instanceof QueryError && error.code === 'constraint/no-node' ? await withoutEnd(writer, batch, error) : error;
    }
  }
}

/** Which edge has no end. */
async function withoutEnd({ storage }: Writer, batch: RestoredElements['edges'], error: QueryError): Promise<QueryError> {
  const there = await storage.loadNodes(batch.flatMap(({ from, to }) => [from, to]));
  const at = there.findIndex((node) => node === undefined);
  const edge = batch[at >> 1];
  if (!edge) return error;
  const missing = at % 2 === 0 ? edge.from : edge.to;
  return new QueryError(error.code, `An edge needs two nodes that exist, and there is no node with the id ${missing}.`, {
    span: edge.span,
  });
}

const idMax = 2 ** 31 - 1;

function idsOf(batch: readonly { readonly id: number }[]): number[] {
  return batch.map(({ id }) => id);
}

function refuseTaken(noun: string, batch: readonly { readonly id: number; readonly span: Span }[], taken: ReadonlySet<number>): void {
  const seen = new Set<number>();
  for (const { id, span } of batch) {
    if (id < 1 || id > idMax)
      throw new QueryError(
        'constraint/element-id',
        `The id of ${noun === 'edge' ? 'an edge' : 'a node'} is from 1 to ${idMax}, and this is ${id}.`,
        { span },
      );
    if (taken.has(id) || seen.has(id))
      throw new QueryError('constraint/element-id', `There is already ${noun === 'edge' ? 'an edge' : 'a node'} with the id ${id}.`, {
        span,
        hint: 'A script is restored into a database without nodes.',
      });
    seen.add(id);
  }
}
