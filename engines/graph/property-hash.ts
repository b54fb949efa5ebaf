// Nodes by the value of a property that has no index: made at the first look-up, kept while the statement runs. It makes a pattern that
// is asked for once per row (a MATCH behind rows, a correlated subquery) read the nodes once and not once per row.

import { type GroupKey, groupKey } from '../compare.ts';
import type { ElementCache, RunStats } from '../engine.ts';
import type { NodeValue, ObjectValue, Value } from '../value.ts';
import { loadBatch } from './elements.ts';
import type { Run } from './run.ts';

export type Path = readonly (string | number)[];
export type NodesByValue = ReadonlyMap<GroupKey, readonly number[]>;

interface Known {
  /** What the statement had changed when the hash was made. */
  readonly changes: number;
  readonly nodes: NodesByValue;
}

const known = new WeakMap<ElementCache, Map<string, Known>>();

/** The nodes of a label (undefined: all) by the value at the path. Nodes without the value are under null. Equal keys are not always `=`: the condition is to be asked again. */
export async function nodesByValue(run: Run, label: string | undefined, path: Path): Promise<NodesByValue> {
  const { elements, stats } = run.context;
  let hashes = known.get(elements);
  if (!hashes) known.set(elements, (hashes = new Map()));
  const key = JSON.stringify([label ?? null, ...path]);
  const changes = changesOf(stats);
  const found = hashes.get(key);
  if (found?.changes === changes) return found.nodes;
  const id = label === undefined ? undefined : run.storage.labels.id(label);
  const nodes = label !== undefined && id === undefined ? new Uint32Array(0) : run.topology.nodeIds(id);
  const made = await groupByValue(run, nodes, path);
  hashes.set(key, { changes, nodes: made });
  return made;
}

/** Nodes by the value at the path, in the order of the ids. */
export async function groupByValue(run: Run, ids: Uint32Array, path: Path): Promise<Map<GroupKey, number[]>> {
  const byKey = new Map<GroupKey, number[]>();
  for (let at = 0; at < ids.length; at += loadBatch) {
    run.context.check();
    run.forgetOld();
    const batch: NodeValue[] = [...ids.subarray(at, at + loadBatch)].map(run.conditionNode);
    run.work.entries += batch.length;
    await run.load(batch);
    for (const node of batch) {
      const key = groupKey(follow(node.properties, path));
      const list = byKey.get(key);
      if (list) list.push(node.id);
      else byKey.set(key, [node.id]);
    }
  }
  return byKey;
}

function changesOf(stats: RunStats): number {
  return stats.nodesCreated + stats.nodesDeleted + stats.labelsAdded + stats.labelsRemoved + stats.propertiesSet + stats.propertiesRemoved;
}

function follow(properties: ObjectValue | undefined, path: Path): Value {
  let value: Value = properties;
  for (const step of path) {
    if (value instanceof Map) value = (value as ObjectValue).get(String(step));
    else if (Array.isArray(value)) value = (value as readonly Value[])[Number(step)];
    else return undefined;
  }
  return value;
}
