// The functions of nodes, edges and paths. In their examples `a` is (:Person {name: 'Ada'}), `b` is (:Person {name: 'Bob'}), `k` is an edge
// -[:KNOWS {since: 2001}]-> from a to b, and `p` is the path of the three. Part of function-list.ts.

import { scalar, type ScalarEntry } from './function-entry.ts';

export const graphList: readonly ScalarEntry[] = [
  scalar('properties(x: node|edge|object)', 'object', 'The properties as an object.', 'properties(k) → {since: 2001}'),
  scalar('labels(x: node)', 'list', 'The labels of a node.', "labels(a) → ['Person']"),
  scalar('type(x: edge)', 'text', 'The type of an edge.', "type(k) → 'KNOWS'"),
  scalar('id(x: node|edge)', 'integer', 'The id of a node or edge.', 'id(a) → 1'),
  scalar('elementid(x: node|edge)', 'text', 'The id of a node or edge as text.', "elementid(a) → '1'", { aliases: ['element_id'] }),
  scalar(
    'same(first: node|edge, second: node|edge, ...others: node|edge)',
    'boolean',
    'Are all of them the same node or edge?',
    'same(a, startnode(k)) → true',
  ),
  scalar(
    'all_different(first: node|edge, second: node|edge, ...others: node|edge)',
    'boolean',
    'Are no two of them the same node or edge?',
    'all_different(a, b) → true',
  ),
  scalar(
    'property_exists(x: node|edge, name: text)',
    'boolean',
    'Has the node or edge a property of this name that is not null? The name may stand bare.',
    'property_exists(a, born) → false',
  ),
  scalar(
    'has_properties(x: any, properties: object)',
    'boolean',
    'Does the node or edge have all these properties, compared with =?',
    "has_properties(a, {name: 'Ada'}) → true",
  ),
  scalar('startnode(x: edge)', 'node', 'The node where the edge starts.', "startnode(k).name → 'Ada'", { pure: false }),
  scalar('endnode(x: edge)', 'node', 'The node where the edge ends.', "endnode(k).name → 'Bob'", { pure: false }),
  scalar('nodes(x: path)', 'list', 'The nodes of a path.', "[n IN nodes(p) | n.name] → ['Ada', 'Bob']"),
  scalar('edges(x: path)', 'list', 'The edges of a path.', '[e IN edges(p) | e.since] → [2001]', { aliases: ['relationships', 'rels'] }),
];
