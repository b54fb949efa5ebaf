// ADVISE: reads the log of statements, plans each anew, and says with the figures behind it which index is missing, which is not used, and
// which table, collection or label is asked in a way that another model answers more easily.

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
import { type Comparison, type Facts, factsOf, type Place } from './facts.ts';
import { modelAdvice } from './model-advice.ts';
import { copySchema } from './schema-copy.ts';

/** Statements that are looked at, the longest in all first. */
const statementsMax = 200;
/** An index is worth a word where a run reads so many entries, and so many times what it gives. */
const entriesFrom = 100;
const entriesPerRow = 10;
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
  for (const logged of log.list().slice(0, statementsMax)) {
    check();
    const prepared = planAgain(logged, engine);
    if (prepared) looked.push({ logged, facts: factsOf(prepared.bound), indexes: indexesOf(prepared.plan, engine) });
  }
  const all = [...(await missingIndexes(looked, input)), ...unusedIndexes(looked, catalog, log), ...modelAdvice(looked, catalog)];
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
        for (const table of detail.matchAll(/\btrefoil_\w+/g)) found.add(table[0].toLowerCase());
      }
    }
    if (p.kind === 'traverse') for (const step of p.program.steps) if (step.index !== undefined) found.add(step.index.toLowerCase());
    for (const child of planChildren(p)) visit(child);
  };
  visit(plan);
  return found;
}

// ------------------------------------------------------------------------------------------------ missing indexes

async function missingIndexes(looked: readonly Looked[], { engine, check, openScratch }: AdviseInput): Promise<Advice[]> {
  const catalog = engine.catalog();
  const wanted = looked.flatMap((l) => candidatesOf(l, catalog).map((statement) => ({ ...statement, of: l })));
  if (wanted.length === 0) return [];
  const database = await openScratch();
  const session = database.session();
  try {
    await copySchema(catalog, session);
    const found = new Map<string, Advice>();
    for (const { statement, place, of } of wanted) {
      check();
      const known = found.get(statement);
      if (!known && !(await isUsed(statement, of.logged, session, database))) continue;
      found.set(statement, indexAdvice(statement, place, of.logged, known));
    }
    return [...found.values()];
  } finally {
    await session.close();
    await database.close();
  }
}

/** Indexes that the comparisons of a statement could use, if it reads far more than it gives. */
function candidatesOf({ logged, facts }: Looked, catalog: Catalog): { statement: string; place: Place }[] {
  if (logged.counted === 0 || facts.aggregates) return [];
  const [entries, rows] = [logged.entries / logged.counted, logged.countedRows / logged.counted];
  if (entries < entriesFrom || entries < entriesPerRow * Math.max(1, rows)) return [];
  return facts.places.flatMap((place) => {
    const own = facts.comparisons.filter((c) => c.place === place && !leads(catalog, c));
    const equal = distinctPaths(own.filter((c) => c.equality));
    const range = distinctPaths(own.filter((c) => !c.equality));
    const paths = place.kind === 'table' ? [...equal.slice(0, 3), ...range.slice(0, 1)] : [...equal, ...range].slice(0, 1);
    if (paths.length === 0) return [];
    const on = place.kind === 'label' ? `:${printName(place.name)}` : printName(place.name);
    return [{ place, statement: `CREATE INDEX ON ${on} (${paths.join(', ')})` }];
  });
}

function distinctPaths(comparisons: readonly Comparison[]): string[] {
  return [...new Set(comparisons.map((c) => c.path.map(printName).join('.')))];
}

/** Does an index, or a key, begin with it already? */
function leads(catalog: Catalog, { place, path }: Comparison): boolean {
  const first = path.join('.').toLowerCase();
  const table = place.kind === 'table' ? catalog.table(place.name) : undefined;
  if (table && [table.primaryKey, ...table.unique].some((key) => key[0]?.toLowerCase() === first)) return true;
  return catalog.indexes.some((i) => isOn(i, place) && i.keys[0]?.join('.').toLowerCase() === first);
}

function isOn({ on }: IndexInfo, place: Place): boolean {
  return on.kind === place.kind && on.name.toLowerCase() === place.name.toLowerCase();
}

/** Would the plan use it? Asked of an empty copy of the schema. */
async function isUsed(create: string, logged: LoggedStatement, session: Session, database: EnginePool): Promise<boolean> {
  const before = new Set(database.catalog().indexes.map((i) => i.name));
  for await (const result of session.run(create)) for await (const _ of result.batches);
  const lease = await database.acquire();
  try {
    const { engine } = lease;
    const made = engine.catalog().indexes.find((i) => !before.has(i.name));
    await engine.catchUp({ check: () => {}, graphs: [defaultGraph] });
    const prepared = planAgain(logged, engine);
    return prepared !== undefined && made !== undefined && indexesOf(prepared.plan, engine).has(made.name.toLowerCase());
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
  return { advice: 'index', subject: `${place.kind} ${place.name}`, statement, reason, runs, totalMs };
}

// ------------------------------------------------------------------------------------------------ unused indexes

/** Those that hold no rule, serve no foreign key, and that no logged statement about their place uses. */
function unusedIndexes(looked: readonly Looked[], catalog: Catalog, log: StatementLog): Advice[] {
  return catalog.indexes.flatMap((index): Advice[] => {
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
