// Compressed sparse rows: the edges of one type in one direction as three flat arrays. The neighbours of the node in slot s
// stand from offsets[s] to offsets[s + 1], sorted by neighbour, then by edge id. Immutable; the arrays are shared between threads.
//
//   dense (keys absent): slot = node id          sparse (few edges): slot = place of the node id in the sorted `keys`

import { sharedUint32 } from './bits.ts';

export interface Csr {
  readonly keys: Uint32Array | undefined;
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly edges: Uint32Array;
}

/** Parallel arrays of edges in any order; only the first `count` entries count. */
export interface EdgeList {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly id: Uint32Array;
  readonly count: number;
}

/** Nodes per edge from which on a direct index by node id would waste memory. */
const sparseRatio = 16;

/** The slot of a node, or -1 if it has no edges here. */
export function slotOf(csr: Csr, node: number): number {
  const keys = csr.keys;
  if (keys === undefined) return node < csr.offsets.length - 1 ? node : -1;
  const at = lowerBound(keys, node, 0, keys.length);
  return keys[at] === node ? at : -1;
}

/** The first place in values[start, end) that is not below `value`. */
export function lowerBound(values: Uint32Array, value: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Both directions of one type's edges. Nodes are below `nodeLimit`. */
export function buildCsr(list: EdgeList, nodeLimit: number): { readonly out: Csr; readonly in: Csr } {
  const from = list.from.subarray(0, list.count);
  const to = list.to.subarray(0, list.count);
  if (list.count * sparseRatio < nodeLimit) {
    return { out: sparse(from, to, list.id), in: sparse(to, from, list.id) };
  }
  return { out: dense(from, to, list.id, nodeLimit), in: dense(to, from, list.id, nodeLimit) };
}

function dense(source: Uint32Array, target: Uint32Array, id: Uint32Array, limit: number): Csr {
  const order = countingOrder(source, countingOrder(target, undefined, limit).order, limit);
  return { keys: undefined, offsets: order.offsets, ...arrange(order.order, target, id) };
}

/** A stable counting sort of `order` (default 0, 1, 2, …) by keys[i]; offsets[k] is where key k begins. */
function countingOrder(keys: Uint32Array, before: Uint32Array | undefined, limit: number): { order: Uint32Array; offsets: Uint32Array } {
  const offsets = sharedUint32(limit + 1);
  for (let i = 0; i < keys.length; i++) offsets[keys[i]! + 1]!++;
  for (let i = 0; i < limit; i++) offsets[i + 1]! += offsets[i]!;
  const next = offsets.slice();
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const index = before ? before[i]! : i;
    order[next[keys[index]!]!++] = index;
  }
  return { order, offsets };
}

function sparse(source: Uint32Array, target: Uint32Array, id: Uint32Array): Csr {
  const order = Uint32Array.from(source.keys()).sort((a, b) => source[a]! - source[b]! || target[a]! - target[b]! || id[a]! - id[b]!);
  let distinct = 0;
  for (let i = 0; i < order.length; i++) if (i === 0 || source[order[i]!] !== source[order[i - 1]!]) distinct++;
  const keys = sharedUint32(distinct);
  const offsets = sharedUint32(distinct + 1);
  let slot = -1;
  for (let i = 0; i < order.length; i++) {
    const node = source[order[i]!]!;
    if (slot < 0 || keys[slot] !== node) {
      keys[++slot] = node;
      offsets[slot] = i;
    }
  }
  offsets[distinct] = order.length;
  return { keys, offsets, ...arrange(order, target, id) };
}

function arrange(order: Uint32Array, target: Uint32Array, id: Uint32Array): { targets: Uint32Array; edges: Uint32Array } {
  const targets = sharedUint32(order.length);
  const edges = sharedUint32(order.length);
  for (let i = 0; i < order.length; i++) {
    targets[i] = target[order[i]!]!;
    edges[i] = id[order[i]!]!;
  }
  return { targets, edges };
}

/** Calls `visit` for every edge, grouped by source. */
export function eachEdge(csr: Csr, visit: (source: number, target: number, edge: number) => void): void {
  for (let slot = 0; slot + 1 < csr.offsets.length; slot++) {
    const source = csr.keys ? csr.keys[slot]! : slot;
    const end = csr.offsets[slot + 1]!;
    for (let i = csr.offsets[slot]!; i < end; i++) visit(source, csr.targets[i]!, csr.edges[i]!);
  }
}
