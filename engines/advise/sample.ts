// What ADVISE asks of the data itself: whether values that are compared tell rows apart, and whether nodes have edges.

import { printName } from '../../parser/print.ts';
import { type GroupKey, groupKey, rowKey } from '../compare.ts';
import { rowsOfText } from '../rows-of-text.ts';
import type { Row } from '../value.ts';
import type { AdviseInput, Looked } from './advise.ts';
import { type Place, placeKey, type PlacePath } from './facts.ts';

/** Rows, documents, elements or nodes that are looked at. */
const sampleRows = 5_000;

/** `lines[*].sku` */
export function placePathText(path: PlacePath): string {
  return path.map((step, i) => (step === null ? '[*]' : `${i === 0 ? '' : '.'}${printName(step)}`)).join('');
}

/** The share of a place that has the same values as one of it, on average: 1 / n where n values are equally frequent. 0 if nothing is there. */
export async function shareOfEqual(place: Place, paths: readonly PlacePath[], input: AdviseInput): Promise<number> {
  const counts = new Map<GroupKey, number>();
  let rows = 0;
  for (const row of await read(sampleText(place, paths), input)) {
    rows++;
    // Null is equal to nothing.
    if (row.some((value) => groupKey(value) === null)) continue;
    counts.set(rowKey(row), (counts.get(rowKey(row)) ?? 0) + 1);
  }
  let equal = 0;
  for (const count of counts.values()) equal += (count / rows) ** 2;
  return equal;
}

function sampleText(place: Place, paths: readonly PlacePath[]): string {
  const name = printName(place.name);
  const below = (path: PlacePath, root: string): string => [root, ...path.map((step) => printName(step ?? ''))].join('.');
  if (place.kind === 'label') {
    const use = place.graph ? `USE ${printName(place.graph.name)} ` : '';
    return `${use}MATCH (r:${name}) RETURN ${paths.map((p, i) => `${below(p, 'r')} AS v${i}`).join(', ')} LIMIT ${sampleRows}`;
  }
  let [from, root] = [`${name} AS r`, 'r'];
  let values = paths;
  // Of an index over elements, which has one key: the elements.
  for (let [path] = values; path?.includes(null); [path] = values) {
    const at = path.indexOf(null);
    const element = `e${from.length}`;
    from += `, ${below(path.slice(0, at), root)} AS ${element}`;
    root = element;
    values = [path.slice(at + 1)];
  }
  return `SELECT ${values.map((p, i) => `${below(p, root)} AS v${i}`).join(', ')} FROM ${from} LIMIT ${sampleRows}`;
}

/** The labels of the statements whose nodes have an edge. */
export async function labelsWithEdges(looked: readonly Looked[], input: AdviseInput): Promise<Set<string>> {
  const places = new Map(looked.flatMap((l) => l.facts.places).map((p) => [placeKey(p), p]));
  const found = new Set<string>();
  for (const [key, { kind, name, graph }] of places) {
    if (kind !== 'label') continue;
    const use = graph ? `USE ${printName(graph.name)} ` : '';
    const rows = await read(`${use}MATCH (n:${printName(name)})-[e]-() RETURN 1 AS one LIMIT 1`, input);
    if (rows.length > 0) found.add(key);
  }
  return found;
}

async function read(text: string, { engine, check }: AdviseInput): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of rowsOfText(text, engine, { check })) rows.push(...batch);
  return rows;
}
