// Functions of nodes, edges and paths. Elements come in loaded; startNode and endNode give what the statement's element cache has,
// which may not be loaded yet.

import { equals } from '../compare.ts';
import type { EdgeValue, NodeValue, ObjectValue, PathValue, Value } from '../value.ts';
import { labelsOf } from './evaluate-access.ts';
import type { Implementation } from './functions.ts';
import { entriesOf } from './functions-list.ts';

export const elementFunctions: Readonly<Record<string, Implementation>> = {
  properties: ([x], site) => entriesOf(x, site),
  has_properties: ([x, properties], site) => hasProperties(entriesOf(x, site), properties as ObjectValue),
  same: (elements) => elements.every((x) => equals(x, elements[0]) === true),
  all_different: (elements) => elements.every((x, i) => elements.slice(0, i).every((before) => equals(x, before) !== true)),
  property_exists: ([x, name], site) => {
    const properties = entriesOf(x, site);
    return properties instanceof Map && (properties.get(name as string) ?? null) !== null;
  },
  labels: ([x], site) => labelsOf(x as NodeValue, site.span),
  type: ([x]) => (x as EdgeValue).type,
  id: ([x]) => BigInt((x as NodeValue | EdgeValue).id),
  elementid: ([x]) => `${(x as NodeValue | EdgeValue).id}`,
  startnode: ([x], site) => site.context.elements.node((x as EdgeValue).from, (x as EdgeValue).graph),
  endnode: ([x], site) => site.context.elements.node((x as EdgeValue).to, (x as EdgeValue).graph),
  nodes: ([x]) => (x as PathValue).nodes,
  edges: ([x]) => (x as PathValue).edges,
};

function hasProperties(has: Value, wanted: ObjectValue): boolean | null {
  if (!(has instanceof Map)) return null;
  let open = false;
  for (const [name, value] of wanted) {
    const same = equals(has.get(name), value);
    if (same === false) return false;
    if (same === null) open = true;
  }
  return open ? null : true;
}
