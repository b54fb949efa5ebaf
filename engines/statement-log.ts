// The log of statements that a database has run: one entry for each shape (the statement with its constants taken out), with counts and
// times, kept in memory up to a limit. Queries and writes are measured here, wherever they run; a server's threads send what is new to the
// thread that answers SHOW STATEMENTS and ADVISE.

import type * as Ast from '../parser/ast.ts';
import { holdsSecret } from '../parser/mask-secrets.ts';
import { printStatement } from '../parser/print.ts';
import type { ParsedStatement } from './parse-text.ts';
import { isPlanned, statementWrites } from './plan/bind.ts';
import type { Type } from './plan/type.ts';
import { recentlyUsed } from './recently-used.ts';
import type { StatementResult } from './session.ts';
import type { TableOfRows } from './show.ts';
import { withBatches } from './result-batches.ts';
import type { Row } from './value.ts';

/** Shapes kept; the one that was not seen for the longest time gives way. */
const shapesMax = 500;
/** Longer statements are logged by their kind alone. */
const statementCharsMax = 20_000;
/** What is quicker on average is not worth counting its entries. */
const countedFromMs = 0.5;
/** Of such a shape the second run and then every so-manieth is counted. */
const countedEvery = 64;

export interface LoggedStatement {
  readonly shape: string;
  /** That the session had in use; null: the default one. */
  readonly graph: string | null;
  readonly models: string;
  /** The last text of this shape, to be planned again; it is not shown, since it holds data. */
  readonly example: string;
  readonly parameters: ReadonlyMap<string, Type>;
  readonly count: number;
  readonly totalMs: number;
  readonly maxMs: number;
  /** Rows that it gave. */
  readonly rows: number;
  /** Runs whose entries were counted, the entries, and the rows that those runs gave. */
  readonly counted: number;
  readonly entries: number;
  readonly countedRows: number;
}

/** A log at one moment, as it goes from thread to thread. */
export interface LogSnapshot {
  readonly since: Date;
  readonly entries: readonly LoggedStatement[];
  /** Some shapes have given way. */
  readonly forgot: boolean;
}

export class StatementLog {
  readonly since: Date;
  /** Other threads run statements too, and this one does not hear of them. */
  partial = false;
  /** Some shapes have given way. */
  forgot: boolean;
  private readonly entries = recentlyUsed<LoggedStatement>(shapesMax);
  private news = new Map<string, LoggedStatement>();

  constructor({ since, entries, forgot }: LogSnapshot = { since: new Date(), entries: [], forgot: false }) {
    this.since = since;
    this.forgot = forgot;
    for (const entry of entries) this.entries.set(keyOf(entry), entry);
  }

  snapshot(): LogSnapshot {
    return { since: this.since, entries: this.inOrder(), forgot: this.forgot };
  }

  add(entry: LoggedStatement): void {
    const key = keyOf(entry);
    const { entries, news } = this;
    this.forgot ||= entries.size >= shapesMax && !entries.has(key);
    entries.set(key, sum(entries.get(key), entry));
    if (this.partial) news.set(key, sum(news.get(key), entry));
  }

  /** What has been added since the last call. */
  takeNews(): LoggedStatement[] {
    if (this.news.size === 0) return [];
    const news = [...this.news.values()];
    this.news = new Map();
    return news;
  }

  /** The longest in all first. */
  list(): LoggedStatement[] {
    return this.inOrder().sort((a, b) => b.totalMs - a.totalMs);
  }

  /** What was run last is last. */
  private inOrder(): LoggedStatement[] {
    return [...this.entries.values()].reverse();
  }

  /** Should the next run of this shape be counted? */
  countsNext(shape: string, graph: string | null): boolean {
    const known = this.entries.peek(keyOf({ shape, graph }));
    if (!known || known.totalMs < countedFromMs * known.count) return false;
    return known.counted === 0 || known.count % countedEvery === 0;
  }
}

function keyOf({ shape, graph }: Pick<LoggedStatement, 'shape' | 'graph'>): string {
  return graph === null ? shape : `${graph}\n${shape}`;
}

function sum(a: LoggedStatement | undefined, b: LoggedStatement): LoggedStatement {
  if (a === undefined) return b;
  return {
    shape: b.shape,
    graph: b.graph,
    models: b.models,
    example: b.example,
    parameters: b.parameters,
    count: a.count + b.count,
    totalMs: a.totalMs + b.totalMs,
    maxMs: Math.max(a.maxMs, b.maxMs),
    rows: a.rows + b.rows,
    counted: a.counted + b.counted,
    entries: a.entries + b.entries,
    countedRows: a.countedRows + b.countedRows,
  };
}

const shapes = new WeakMap<Ast.Statement, string>();

/** The statement with `$_` for every constant; lists of constants and rows of VALUES are one. */
function shapeOf({ statement, text }: ParsedStatement): string {
  const known = shapes.get(statement);
  if (known !== undefined) return known;
  const shape =
    text.length > statementCharsMax
      ? `${statement.kind === 'query' ? 'query' : statement.kind.toUpperCase()} …`
      : printStatement(withoutConstants(statement));
  shapes.set(statement, shape);
  return shape;
}

function withoutConstants<T>(node: T, inList = false): T {
  if (Array.isArray(node)) {
    const items = node.map((item) => withoutConstants(item));
    const many = items.length > 1 && (inList || Array.isArray(items[0])) && items.every(isConstant);
    return (many && new Set(items.map((i) => JSON.stringify(i))).size === 1 ? items.slice(0, 1) : items) as T;
  }
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return node;
  const { kind } = node as { kind?: string };
  if (kind === 'literal') return placeholder as T;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === 'span' ? placeholder.span : withoutConstants(value, kind === 'list')]),
  ) as T;
}

const placeholder: Ast.Parameter = { kind: 'parameter', name: '_', span: { start: 0, end: 0 } };

/** A constant, or a row of them. */
function isConstant(node: unknown): boolean {
  if (Array.isArray(node)) return node.every(isConstant);
  return node === placeholder;
}

/** One run of a statement, measured: the time that the engine takes, without what its reader takes between batches. */
export class StatementRun {
  /** This run is to count its entries. */
  readonly counts: boolean;
  private readonly log: StatementLog;
  private readonly parsed: ParsedStatement;
  private readonly measured: boolean;
  private readonly given: Pick<LoggedStatement, 'parameters' | 'graph'>;
  private timeMs = 0;
  private rows = 0;
  private ended = false;

  constructor(log: StatementLog, parsed: ParsedStatement, given: Pick<LoggedStatement, 'parameters' | 'graph'>) {
    this.log = log;
    this.parsed = parsed;
    this.given = given;
    this.measured = isPlanned(parsed.statement);
    this.counts = this.measured && !statementWrites(parsed.statement) && log.countsNext(shapeOf(parsed), given.graph);
  }

  /** The result, whose batches are measured too. */
  async watch(starting: () => Promise<StatementResult>): Promise<StatementResult> {
    if (!this.measured) return starting();
    const begun = performance.now();
    const result = await starting();
    this.timeMs += performance.now() - begun;
    const batches = result.batches[Symbol.asyncIterator]();
    const end = batches.throw?.bind(batches);
    const iterator: AsyncIterator<Row[]> = {
      next: async () => {
        const begin = performance.now();
        const next = await batches.next();
        this.timeMs += performance.now() - begin;
        if (next.done === true) this.end(result);
        else this.rows += next.value.length;
        return next;
      },
      return: async (value) => {
        this.end(result);
        return (await batches.return?.(value)) ?? { done: true, value: undefined };
      },
    };
    if (end) iterator.throw = end;
    return withBatches(result, { [Symbol.asyncIterator]: () => iterator });
  }

  private end({ planned }: StatementResult): void {
    if (this.ended) return;
    this.ended = true;
    const { text } = this.parsed;
    const work = planned?.work;
    this.log.add({
      shape: shapeOf(this.parsed),
      models: planned?.models.join(', ') ?? '',
      example: text.length > statementCharsMax || holdsSecret(text) ? '' : text.replace(/^\d+:/, ''),
      parameters: this.given.parameters,
      graph: this.given.graph,
      count: 1,
      totalMs: this.timeMs,
      maxMs: this.timeMs,
      rows: this.rows,
      counted: work ? 1 : 0,
      entries: work?.entries ?? 0,
      countedRows: work ? this.rows : 0,
    });
  }
}

/** The answer to SHOW STATEMENTS. */
export function showStatements(log: StatementLog): TableOfRows {
  const ms = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    columns: [
      { name: 'statement', type: 'text' },
      { name: 'graph', type: 'text' },
      { name: 'models', type: 'text' },
      { name: 'count', type: 'integer' },
      { name: 'totalMs', type: 'float' },
      { name: 'meanMs', type: 'float' },
      { name: 'maxMs', type: 'float' },
      { name: 'rows', type: 'integer' },
      { name: 'entriesPerRun', type: 'integer' },
      { name: 'rowsPerRun', type: 'float' },
    ],
    rows: log
      .list()
      .map((s) => [
        s.shape,
        s.graph,
        s.models,
        BigInt(s.count),
        ms(s.totalMs),
        ms(s.totalMs / s.count),
        ms(s.maxMs),
        BigInt(s.rows),
        s.counted === 0 ? null : BigInt(Math.round(s.entries / s.counted)),
        Math.round((s.rows / s.count) * 10) / 10,
      ]),
  };
}
