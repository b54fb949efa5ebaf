// Which tables, collections and labels are asked in a way that another model answers more easily. Each rule is a share of the runs that
// the log has of the place, with the figures in the reason.

import type { Catalog } from '../catalog.ts';
import type { Advice, Looked } from './advise.ts';
import { type Place, placeKey, placeText } from './facts.ts';

/** Fewer runs than this say nothing about how a place is used. */
const runsFrom = 10;
/** So much of a place's runs makes a habit. */
const shareFrom = 0.9;

/** `hasEdges`: has a node with a label an edge at all? */
export function modelAdvice(looked: readonly Looked[], catalog: Catalog, hasEdges: ReadonlySet<string>): Advice[] {
  const places = new Map<string, Place>();
  for (const l of looked) for (const p of l.facts.places) places.set(placeKey(p), p);
  return [...places.values()].flatMap((place) => {
    const about = looked.filter((l) => l.facts.places.some((p) => placeKey(p) === placeKey(place)));
    switch (place.kind) {
      case 'table':
        return [...walks(place, about, catalog), ...collections(place, about, catalog)];
      case 'collection':
        return unnests(place, about);
      case 'label':
        return hasEdges.has(placeKey(place)) ? [] : lookups(place, about);
    }
  });
}

interface Habit {
  readonly runs: number;
  readonly totalMs: number;
  readonly share: number;
  /** Of counted runs: what one reads, and what it gives. */
  readonly read: string;
}

/** How much of what is known of a place is of that sort. Undefined: too little. */
function habit(about: readonly Looked[], is: (l: Looked) => boolean, share: number): Habit | undefined {
  const all = about.reduce((n, l) => n + l.logged.count, 0);
  const own = about.filter(is);
  const runs = own.reduce((n, l) => n + l.logged.count, 0);
  if (runs < runsFrom || runs < share * all) return undefined;
  const counted = own.reduce((n, l) => n + l.logged.counted, 0);
  const entries = own.reduce((n, l) => n + l.logged.entries, 0);
  const rows = own.reduce((n, l) => n + l.logged.countedRows, 0);
  const read = counted === 0 ? '' : `, reading ${Math.round(entries / counted)} entries for ${Math.round(rows / counted)} rows each`;
  return { runs, totalMs: own.reduce((n, l) => n + l.logged.totalMs, 0), share: runs / all, read };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A recursive common table that follows a key: a path of any length in the graph. */
function walks(place: Place, about: readonly Looked[], catalog: Catalog): Advice[] {
  const table = catalog.table(place.name);
  const follows = table?.foreignKeys.some((k) => k.table.toLowerCase() === place.name.toLowerCase()) || table?.foreignKeys.length === 2;
  const found = follows ? habit(about, (l) => l.facts.walked.has(place.name), 0) : undefined;
  if (!found) return [];
  const keys = table?.foreignKeys.map((k) => k.columns.join(', ')).join(' and ');
  const reason = `${found.runs} runs walk ${place.name} (${keys}) by a recursive common table, ${percent(found.share)} of the runs about it${found.read}; as edges of a graph that is one pattern of any length`;
  return [{ advice: 'model', subject: `table ${place.name} → graph`, statement: null, reason, runs: found.runs, totalMs: found.totalMs }];
}

/** Rows that are only read as a list inside what they belong to. */
function collections(place: Place, about: readonly Looked[], catalog: Catalog): Advice[] {
  const parent = catalog.table(place.name)?.foreignKeys[0]?.table;
  const found = parent === undefined ? undefined : habit(about, (l) => l.facts.collected.has(place.name), shareFrom);
  if (!found) return [];
  const reason = `${percent(found.share)} of ${place.name}'s runs collect its rows into a list for a row of ${parent}${found.read}; as an array inside the document of ${parent} the list is read as it is`;
  return [
    { advice: 'model', subject: `table ${place.name} → documents`, statement: null, reason, runs: found.runs, totalMs: found.totalMs },
  ];
}

/** Documents that are always taken apart. */
function unnests(place: Place, about: readonly Looked[]): Advice[] {
  const found = habit(about, (l) => l.facts.unnested.has(place.name) && (l.facts.joins || l.facts.aggregates), shareFrom);
  if (!found) return [];
  const paths = [...new Set(about.flatMap((l) => l.facts.unnested.get(place.name) ?? []))].join(', ');
  const reason = `${percent(found.share)} of ${place.name}'s runs unnest ${paths} to join or to aggregate${found.read}; as rows of a table with a key of their document they are read alone`;
  return [
    { advice: 'model', subject: `collection ${place.name} → table`, statement: null, reason, runs: found.runs, totalMs: found.totalMs },
  ];
}

/** Nodes without edges that nothing is followed from. */
function lookups(place: Place, about: readonly Looked[]): Advice[] {
  const found = habit(about, (l) => !l.facts.expanded.has(placeKey(place)), 1);
  if (!found) return [];
  const reason = `none of ${found.runs} runs about :${place.name} follows an edge, and its nodes have none${found.read}; as rows of a table they are looked up without the graph`;
  return [{ advice: 'model', subject: `${placeText(place)} → table`, statement: null, reason, runs: found.runs, totalMs: found.totalMs }];
}
