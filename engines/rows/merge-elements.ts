// MERGE: looks for the pattern of each input row, and makes its elements where it is not found. Rows that cannot influence one another but
// by making the same are matched together, a batch at a time; all others one by one, each after the changes of the one before.

import { QueryError } from '../../parser/error.ts';
import { equals, type GroupKey, groupKey } from '../compare.ts';
import type { Batches, Evaluator, NewEdge, NewNode, RunContext } from '../engine.ts';
import { inPlace, spanOver } from '../failure-place.ts';
import { writeBatchRows } from '../limits.ts';
import { outputColumns } from '../plan/plan.ts';
import type { MergeElements } from '../plan/writes.ts';
import { NodeValue, type Row, type Value } from '../value.ts';
import { chunks, drain } from './batch.ts';
import { outputRow, prepareCreate, type RowElements } from './create-elements.ts';
import { type Element, loadElements } from './elements.ts';
import { columnReader, deriveContext, layoutOf } from './prepare.ts';
import type { RunPlan } from './run.ts';
import { applyItem, type PreparedItem, prepareItems, spanOfItems } from './set-elements.ts';

/** The input's rows, each with every match, or with what was made, behind it. */
export async function* runMergeElements(plan: MergeElements, input: Batches, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const merger = new Merger(plan, context, run);
  const out: Row[] = [];
  for (const batch of chunks(await drain(input, context), { batchRows: plan.independent ? writeBatchRows : 1 })) {
    context.check();
    for (const row of await merger.merge(batch)) out.push(row);
    if (!plan.independent) await merger.save();
  }
  await merger.save();
  yield* chunks(out, context);
}

/** A row to be put out and what is to be done with it before. */
interface Merged {
  readonly row: Row;
  readonly items: readonly PreparedItem[];
}

/** Lives for one run of one MERGE. */
class Merger {
  private readonly plan: MergeElements;
  private readonly context: RunContext;
  private readonly run: RunPlan;
  private readonly creator: ReturnType<typeof prepareCreate>;
  private readonly onCreate: readonly PreparedItem[];
  private readonly onMatch: readonly PreparedItem[];
  private readonly keys: readonly Evaluator[];
  private readonly bound: readonly Evaluator[];
  private readonly working: readonly Evaluator[];
  /** Where the match puts the elements that come out, the number of the row, and the element that shows whether it matched. */
  private readonly places: readonly number[];
  private readonly positionAt: number;
  private readonly foundAt: number;
  private readonly changed = new Set<Element>();

  constructor(plan: MergeElements, context: RunContext, run: RunPlan) {
    this.plan = plan;
    this.context = context;
    this.run = run;
    this.creator = prepareCreate(plan);
    this.onCreate = prepareItems(plan.onCreate, layoutOf(plan));
    this.onMatch = prepareItems(plan.onMatch, layoutOf(plan));
    const input = layoutOf(plan.input);
    const match = layoutOf(plan.match);
    this.keys = plan.keys.map((k) => columnReader(k.column.id, input));
    this.bound = plan.nodes.filter((n) => n.bound).map((n) => columnReader(n.column.id, input));
    this.working = plan.working.columns.slice(0, -1).map((c) => columnReader(c.id, input));
    const put = outputColumns(plan).slice(outputColumns(plan.input).length);
    this.places = put.map((c) => match.get(c.id) as number);
    this.positionAt = match.get(plan.position.id) as number;
    this.foundAt = match.get(plan.found.id) as number;
  }

  /** The rows that come of a batch. */
  async merge(rows: readonly Row[]): Promise<Row[]> {
    for (const row of rows) this.refuseNulls(row);
    const matches = await this.findMatches(rows);
    const made = await this.create(rows, matches);
    const merged = rows.flatMap((row, i): Merged[] => {
      const creation = made[i];
      if (creation) return [{ row: [...row, ...creation.elements], items: creation.first ? this.onCreate : this.onMatch }];
      return (matches[i] ?? []).map((elements) => ({ row: [...row, ...elements], items: this.onMatch }));
    });
    await this.applyItems(merged);
    return merged.map((m) => m.row);
  }

  /** Stores what ON CREATE SET and ON MATCH SET have changed. */
  async save(): Promise<void> {
    const changed = [...this.changed];
    this.changed.clear();
    const span = spanOfItems([...this.plan.onCreate, ...this.plan.onMatch]);
    for (const batch of chunks(changed, { batchRows: writeBatchRows })) {
      this.context.check();
      await inPlace(span, this.context.graph.saveElements(batch, this.context));
    }
  }

  private refuseNulls(row: Row): void {
    for (const [i, { property, span }] of this.plan.keys.entries()) {
      const value = this.keys[i]?.(row, this.context);
      if (value !== null && value !== undefined) continue;
      throw new QueryError('type/properties', `MERGE cannot look for "${property}": its value is null, and null equals nothing.`, {
        span,
        hint: 'Filter such rows out before, or set the property in ON CREATE SET.',
      });
    }
  }

  /** Per row the elements of each match. */
  private async findMatches(rows: readonly Row[]): Promise<Row[][]> {
    const { plan, context } = this;
    const working = rows.map((row, i) => [...this.working.map((read) => read(row, context)), BigInt(i)]);
    const inner = deriveContext(context, { working: new Map([...context.working, [plan.working.recursion, working]]) });
    const matches: Row[][] = rows.map(() => []);
    for await (const batch of this.run(plan.match, inner)) {
      context.check();
      for (const match of batch) {
        if (match[this.foundAt] === null) continue;
        matches[Number(match[this.positionAt])]?.push(this.places.map((at) => match[at]));
      }
    }
    return matches;
  }

  /** Makes what was not found, once for rows that look for the same. Per row its elements, and whether it is the row that made them. */
  private async create(
    rows: readonly Row[],
    matches: readonly (readonly Row[])[],
  ): Promise<({ readonly elements: Row; readonly first: boolean } | undefined)[]> {
    const { plan, context } = this;
    const nodes: NewNode[] = [];
    const edges: NewEdge[] = [];
    const makers = new Map<GroupKey, number>();
    const places: (RowElements | undefined)[] = [];
    const maker = rows.map((row, i) => {
      if ((matches[i] ?? []).length > 0) return -1;
      const key = this.keyOf(row, i);
      const known = makers.get(key);
      if (known !== undefined) return known;
      makers.set(key, i);
      places[i] = this.creator(row, nodes, edges, context);
      return i;
    });
    if (makers.size === 0) return [];
    const span = spanOver([...plan.nodes.filter((n) => !n.bound), ...plan.edges].map((element) => element.span));
    const made = await inPlace(span, context.graph.createElements(nodes, edges, context, plan.graph));
    const elements = places.map((place) => {
      if (!place) return [];
      const rowNodes = place.nodes.map((n) => (typeof n === 'number' ? (made.nodes[n] as NodeValue) : n));
      return outputRow(plan, [], rowNodes, made.edges.slice(place.firstEdge, place.firstEdge + plan.edges.length));
    });
    return maker.map((of, i) => (of < 0 ? undefined : { elements: elements[of] ?? [], first: of === i }));
  }

  /** Equal for rows of which the second finds what the first made. A value that does not even equal itself (NaN) is found by no row. */
  private keyOf(row: Row, position: number): GroupKey {
    const values: Value[] = this.keys.map((read) => read(row, this.context));
    if (values.some((value) => equals(value, value) !== true)) return groupKey([null, BigInt(position)]);
    const ends = this.bound.map((read) => read(row, this.context)).map((value) => (value instanceof NodeValue ? value.id : -1));
    if (this.plan.symmetric) ends.sort((a, b) => a - b);
    return groupKey([ends.map((end) => BigInt(end)), ...values]);
  }

  private async applyItems(merged: readonly Merged[]): Promise<void> {
    const { context, changed } = this;
    if (this.onCreate.length + this.onMatch.length === 0) return;
    await loadElements(
      merged.flatMap(({ row, items }) => items.map((i) => i.target(row, context))),
      context,
    );
    for (const { row, items } of merged) for (const item of items) await applyItem(item, row, changed, context);
  }
}
