// ADVISE: reads the log of statements, plans each anew, and says with the figures behind it which index is missing, which is not used, and
// which table, collection or label is asked in a way that another model answers more easily.

import { QueryError } from '../../parser/error.ts';
import { parse } from '../../parser/parse.ts';
import { printName } from '../../parser/print.ts';
import { type Catalog, defaultGraph, type IndexInfo } from '../catalog.ts';
import { catalogInGraph } from '../choose-graph.ts';
import type { Database, Session } from '../session.ts';
import type { EnginePool } from '../database.ts';
import type { Engine } from '../engine.ts';
import { isPlanned } from '../plan/bind.ts';
import type { Plan } from '../plan/plan.ts';
import { planChildren } from '../plan/walk.ts';
import { type PreparedPlan, prepareStatement } from '../prepare-statement.ts';
import type { TableOfRows } from '../show.ts';
import type { LoggedStatement, StatementLog } from '../statement-log.ts';
import type { Row } from '../value.ts';
import { type Comparison, type Facts, factsOf, type Place, placeKey, type PlacePath, placeText } from './facts.ts';
import { modelAdvice } from './model-advice.ts';
import { labelsWithEdges, placePathText, shareOfEqual } from './sample.ts';
import { copySchema } from './schema-copy.ts';

/** Statements that are looked at for what is missing, the longest in all first. */
const statementsMax = 200;
/** An index is worth a word where a run reads so many entries, and so many times what it gives. */
const entriesFrom = 100;
const entriesPerRow = 10;
/** Or where nothing but the index decides, or so small a share of the place has an equal value. */
const shareMax = 0.1;
/** An index is called unused only after so many runs of statements about its place. */
const unusedAfterRuns = 100;

export interface Advice {
  readonly advice: 'index' | 'unused index' | 'model';
  readonly subject: string;
  /** What to run; null where there is more to it than a statement. */
  readonly statement: string | null;
  readonly reason: string;
  readonly runs: number;
  readonly totalMs: number;
}

/** A logged statement with what its plan tells. */
export interface Looked {
  readonly logged: LoggedStatement;
  readonly facts: Facts;
  readonly indexes: ReadonlySet<string>;
}

export interface AdviseInput {
  readonly log: StatementLog;
  readonly engine: Engine;
  /** Throws when the statement must stop; asked before each plan. */
  readonly check: () => void;
  readonly openScratch: () => Promise<EnginePool & Database>;
}

export async function advise(input: AdviseInput): Promise<TableOfRows> {
  const { log, engine, check } = input;
  const catalog = engine.catalog();
  const looked: Looked[] = [];
  for (const logged of log.list()) {
    check();
    const prepared = planAgain(logged, engine);
    if (prepared) looked.push({ logged, facts: factsOf(prepared.bound), indexes: indexesOf(prepared.plan, engine) });
  }
  const longest = looked.slice(0, statementsMax);
  const all = [
    ...(await missingIndexes(longest, input)),
    ...(log.forgot || log.list().some((l) => l.example === '') ? [] : unusedIndexes(looked, catalog, log)),
    ...modelAdvice(longest, catalog, await labelsWithEdges(longest, input)),
  ];
  return {
    columns: [
      { name: 'advice', type: 'text' },
      { name: 'subject', type: 'text' },
      { name: 'statement', type: 'text' },
      { name: 'reason', type: 'text' },
      { name: 'runs', type: 'integer' },
      { name: 'totalMs', type: 'float' },
    ],
    rows: all.map((a): Row => [a.advice, a.subject, a.statement, a.reason, BigInt(a.runs), Math.round(a.totalMs * 1000) / 1000]),
  };
}

/** Undefined: it no longer fits the schema. */
function planAgain({ example, parameters, graph }: LoggedStatement, engine: Engine): PreparedPlan | undefined {
  try {
    const [statement] = parse(example).statements;
    if (!statement || !isPlanned(statement)) return undefined;
    const catalog = catalogInGraph(engine.catalog(), graph ?? undefined);
    return prepareStatement(statement, { engine, catalog, parameters, modes: {}, interruptible: false });
  } catch {
    return undefined;
  }
}

/** Names of the indexes that a plan uses, in lower case. */
function indexesOf(plan: Plan, engine: Engine): Set<string> {
  const found = new Set<string>();
  const visit = (p: Plan): void => {
    if (p.kind === 'sql') {
      for (const { detail } of engine.explainSql(p.statement)) {
        const name = /USING (?:COVERING )?INDEX (\S+)/.exec(detail)?.[1];
        if (name !== undefined) found.add(name.toLowerCase());
      }
      // An index over elements is a table that the text asks.
      for (const [, table] of p.statement.text.matchAll(/"(trefoil_index_\d+)"/g)) found.add(table ?? '');
    }
    if (p.kind === 'traverse') for (const step of p.program.steps) if (step.index !== undefined) found.add(step.index.toLowerCase());
    for (const child of planChildren(p)) visit(child);
  };
  visit(plan);
  return found;
}

// ------------------------------------------------------------------------------------------------ missing indexes

async function missingIndexes(looked: readonly Looked[], input: AdviseInput): Promise<Advice[]> {
  const { engine, check, openScratch } = input;
  const catalog = engine.catalog();
  const wanted = looked.flatMap((l) => candidatesOf(l, catalog).map((candidate) => ({ ...candidate, of: l })));
  if (wanted.length === 0) return [];
  const database = await openScratch();
  const session = database.session();
  const narrow = new Map<string, boolean>();
  const narrows = async ({ place, equal, alone }: Candidate): Promise<boolean> => {
    if (alone) return true;
    const key = JSON.stringify([placeKey(place), equal]);
    const known = narrow.get(key) ?? (equal.length > 0 && (await shareOfEqual(place, equal, input)) <= shareMax);
    narrow.set(key, known);
    return known;
  };
  try {
    await copySchema(catalog, session);
    const found = new Map<string, Advice>();
    for (const { of, ...candidate } of wanted) {
      const { statement, place } = candidate;
      check();
      const known = found.get(statement);
      if (!known && !((await narrows(candidate)) && (await isUsed(statement, of.logged, session, database)))) continue;
      found.set(statement, indexAdvice(statement, place, of.logged, known));
    }
    return [...found.values()];
  } finally {
    await session.close();
    await database.close();
  }
}

interface Candidate {
  readonly statement: string;
  readonly place: Place;
  /** Paths that are compared by =. */
  readonly equal: readonly PlacePath[];
  /** Nothing else is asked of the place: what the index gives is what the query gives. */
  readonly alone: boolean;
}

/** Indexes that the comparisons of a statement could use, if it reads far more than it gives. */
function candidatesOf({ logged, facts }: Looked, catalog: Catalog): Candidate[] {
  if (logged.counted === 0 || facts.aggregates) return [];
  const [entries, rows] = [logged.entries / logged.counted, logged.countedRows / logged.counted];
  if (entries < entriesFrom || entries < entriesPerRow * Math.max(1, rows)) return [];
  return facts.places.flatMap((place) => {
    const all = facts.comparisons.filter((c) => c.place === place);
    const own = all.filter((c) => !leads(catalog, c) && (c.path.includes(null) ? place.kind === 'collection' && c.equality : true));
    const paths = distinctPaths(own.filter((c) => c.equality));
    // An index over elements has one key.
    const equal = place.kind === 'table' ? paths.slice(0, 3) : paths.slice(0, 1);
    const range = distinctPaths(own.filter((c) => !c.equality)).slice(0, place.kind === 'table' || equal.length === 0 ? 1 : 0);
    const keys = [...equal, ...range];
    if (keys.length === 0) return [];
    const alone = !facts.filtered.has(place) && all.every((c) => keys.some((k) => pathKey(k) === pathKey(c.path)));
    const graph = place.graph ? `GRAPH ${printName(place.graph.name)} ` : '';
    const on = place.kind === 'label' ? `${graph}:${printName(place.name)}` : printName(place.name);
    return [{ place, equal, alone, statement: `CREATE INDEX ON ${on} (${keys.map(placePathText).join(', ')})` }];
  });
}

function distinctPaths(comparisons: readonly Comparison[]): PlacePath[] {
  return [...new Map(comparisons.map((c) => [pathKey(c.path), c.path])).values()];
}

function pathKey(path: readonly (string | number | null)[]): string {
  return JSON.stringify(path).toLowerCase();
}

/** Does an index, or a key, begin with it already? */
function leads(catalog: Catalog, { place, path }: Comparison): boolean {
  const table = place.kind === 'table' ? catalog.table(place.name) : undefined;
  if (table && [table.primaryKey, ...table.unique].some((key) => key[0] !== undefined && pathKey([key[0]]) === pathKey(path))) return true;
  return catalog.everyIndex.some((i) => isOn(i, place) && i.keys[0] !== undefined && pathKey(i.keys[0]) === pathKey(path));
}

function isOn({ on }: IndexInfo, place: Place): boolean {
  const graph = place.graph?.id ?? defaultGraph;
  return on.kind === place.kind && on.name.toLowerCase() === place.name.toLowerCase() && (on.graph ?? defaultGraph) === graph;
}

/** Would the plan use it? Asked of an empty copy of the schema. No index of that kind can be made: it would not. */
async function isUsed(create: string, logged: LoggedStatement, session: Session, database: EnginePool): Promise<boolean> {
  const before = new Set(database.catalog().everyIndex.map((i) => i.name));
  try {
    for await (const result of session.run(create)) for await (const _ of result.batches);
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
  const lease = await database.acquire();
  try {
    const { engine } = lease;
    const made = engine.catalog().everyIndex.find((i) => !before.has(i.name));
    await engine.catchUp({ check: () => {}, graphs: engine.catalog().graphs.map((g) => g.id) });
    const prepared = planAgain(logged, engine);
    const used = prepared && indexesOf(prepared.plan, engine);
    return made !== undefined && [made.name, made.elements].some((n) => n !== undefined && used?.has(n.toLowerCase()) === true);
  } finally {
    lease.release();
  }
}

function indexAdvice(statement: string, place: Place, logged: LoggedStatement, known: Advice | undefined): Advice {
  const runs = (known?.runs ?? 0) + logged.count;
  const totalMs = (known?.totalMs ?? 0) + logged.totalMs;
  const entries = Math.round(logged.entries / logged.counted);
  const rows = Math.round((logged.countedRows / logged.counted) * 10) / 10;
  const reason =
    known?.reason ??
    `${entries} entries are read for ${rows} ${rows === 1 ? 'row' : 'rows'}, and the plan would use the index: ${logged.shape}`;
  return { advice: 'index', subject: placeText(place), statement, reason, runs, totalMs };
}

// ------------------------------------------------------------------------------------------------ unused indexes

/** Those that hold no rule, serve no foreign key, and that no logged statement about their place uses. */
function unusedIndexes(looked: readonly Looked[], catalog: Catalog, log: StatementLog): Advice[] {
  return catalog.everyIndex.flatMap((index): Advice[] => {
    if (index.unique) return [];
    const table = index.on.kind === 'table' ? catalog.table(index.on.name) : undefined;
    if (table?.foreignKeys.some((k) => k.columns[0] === index.keys[0]?.[0])) return [];
    const about = looked.filter((l) => l.facts.places.some((p) => isOn(index, p)));
    const names = [index.name, index.elements].flatMap((n) => (n === undefined ? [] : [n.toLowerCase()]));
    if (about.length === 0 || about.some((l) => names.some((n) => l.indexes.has(n)))) return [];
    const runs = about.reduce((n, l) => n + l.logged.count, 0);
    if (runs < unusedAfterRuns) return [];
    const totalMs = about.reduce((n, l) => n + l.logged.totalMs, 0);
    const since = log.since.toISOString().slice(0, 19);
    const reason = `no statement about ${index.on.kind} ${index.on.name} since ${since} uses it, and every change of it is written twice`;
    return [{ advice: 'unused index', subject: index.name, statement: `DROP INDEX ${printName(index.name)}`, reason, runs, totalMs }];
  });
}
