// Side effects as the TCK counts them: the difference between the whole graph before and after, not what the statement says of itself.
// Labels are counted by name over the whole graph, a changed property as one removed and one added.

import { EdgeValue, NodeValue, type ObjectValue } from '../../engines/value.ts';
import { storageJson } from '../../engines/json.ts';
import type { Subject } from './run-texts.ts';

export interface GraphState {
  readonly nodes: ReadonlySet<string>;
  readonly relationships: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly properties: ReadonlySet<string>;
}

/** `+nodes`, `-properties`, … */
export type Effects = ReadonlyMap<string, number>;

export async function graphState(subject: Subject): Promise<GraphState> {
  const nodes = new Set<string>();
  const relationships = new Set<string>();
  const labels = new Set<string>();
  const properties = new Set<string>();
  const addProperties = (of: string, object: ObjectValue | undefined): void => {
    for (const [key, value] of object ?? []) properties.add(`${of} ${key} ${storageJson(value)}`);
  };
  for (const [node] of (await subject.gather('MATCH (n) RETURN n')).rows) {
    if (!(node instanceof NodeValue)) continue;
    nodes.add(`${node.id}`);
    for (const label of node.labels ?? []) labels.add(label);
    addProperties(`node ${node.id}`, node.properties);
  }
  for (const [edge] of (await subject.gather('MATCH ()-[r]->() RETURN r')).rows) {
    if (!(edge instanceof EdgeValue)) continue;
    relationships.add(`${edge.id}`);
    addProperties(`edge ${edge.id}`, edge.properties);
  }
  return { nodes, relationships, labels, properties };
}

export function countEffects(before: GraphState, after: GraphState): Effects {
  const effects = new Map<string, number>();
  for (const kind of ['nodes', 'relationships', 'labels', 'properties'] as const) {
    effects.set(`+${kind}`, [...after[kind]].filter((x) => !before[kind].has(x)).length);
    effects.set(`-${kind}`, [...before[kind]].filter((x) => !after[kind].has(x)).length);
  }
  return effects;
}
