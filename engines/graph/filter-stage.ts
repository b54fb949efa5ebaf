// The filter stage: drops the matches for which a condition is not true. Properties are loaded once per batch, and a
// condition that reads one node and nothing of the row is asked once per node.

import type { ColumnId } from '../plan/type.ts';
import type { EdgeValue, NodeValue, Row, Value } from '../value.ts';
import { ElementFilter } from './element-filter.ts';
import type { Condition } from './program.ts';
import { elementsIn, type Run, ValueReader } from './run.ts';
import type { Frame } from './state.ts';

/** Answers remembered per condition on a single node. */
const answersMax = 1_000_000;

/** The conditions of a stage, ready to be asked; they remember answers for the whole run. */
export function prepareFilters(run: Run, conditions: readonly Condition[]): readonly ConditionFilter[] {
  return conditions.map((c) => new ConditionFilter(run, c));
}

/** The frames with the matches that pass; none is empty. */
export async function* filterStage(filters: readonly ConditionFilter[], input: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  for await (const frame of input) {
    for (const filter of filters) {
      if (frame.size === 0) break;
      await filter.apply(frame);
    }
    if (frame.size > 0) yield frame;
  }
}

/** One condition. */
export class ConditionFilter {
  private readonly run: Run;
  private readonly holds: (row: Row) => boolean;
  private readonly columns: readonly ColumnId[];
  private readonly loads: ReadonlySet<ColumnId>;
  private readonly reader: ValueReader;
  /** The only node that the condition reads, if it reads nothing else. */
  private readonly single: number;
  private readonly answers = new Map<number, boolean>();

  constructor(run: Run, condition: Condition) {
    this.run = run;
    this.columns = usedColumns(run, condition);
    this.holds = run.conditionOver(condition.expr, this.columns);
    this.loads = condition.loads;
    this.reader = new ValueReader(run, false);
    const [node] = condition.nodes;
    const alone = condition.nodes.size === 1 && condition.edges.size === 0 && !condition.readsInput;
    this.single = alone && node !== undefined && !run.program.match.pattern.nodes[node]!.bound ? node : -1;
  }

  async apply(frame: Frame): Promise<void> {
    this.run.context.check();
    this.run.forgetOld();
    if (this.single >= 0) await this.applySingle(frame, frame.columns[this.single]!);
    else await this.applyRows(frame);
  }

  private async applySingle(frame: Frame, column: Int32Array): Promise<void> {
    const unknown = new Map<number, NodeValue>();
    if (this.answers.size > answersMax) this.answers.clear();
    for (let at = 0; at < frame.size; at++) {
      const id = column[at]!;
      if (!this.answers.has(id) && !unknown.has(id)) unknown.set(id, this.run.conditionNode(id));
    }
    if (this.loads.size > 0) await this.run.load(unknown.values());
    for (const [id, node] of unknown) this.answers.set(id, this.holds(this.rowOf([node])));
    frame.compact((at) => this.answers.get(column[at]!) === true);
  }

  private rowOf(own: readonly Value[]): Row {
    // No column of the input is read here, but own values stand behind them.
    return [...this.run.emptyRow, ...own];
  }

  private async applyRows(frame: Frame): Promise<void> {
    const { run, columns, reader } = this;
    const values: Value[][] = [];
    const rows = new Set<Row>();
    for (let at = 0; at < frame.size; at++) rows.add(run.rows[frame.rows[at]!]!);
    const wanted = new Set<NodeValue | EdgeValue>(run.inputElements(this.loads, rows));
    for (let at = 0; at < frame.size; at++) {
      const own: Value[] = [];
      for (const column of columns) {
        const value = reader.valueAt(frame, at, column);
        own.push(value);
        if (this.loads.has(column)) for (const element of elementsIn(value)) wanted.add(element);
      }
      values.push(own);
    }
    await run.load(wanted);
    frame.compact((at) => this.holds([...run.rows[frame.rows[at]!]!, ...values[at]!]));
  }
}

/** The pattern's columns that the expression really reads. */
function usedColumns(run: Run, condition: Condition): ColumnId[] {
  return run.ownColumns(condition).filter((id) => condition.reads.has(id));
}

/** The conditions on single edges of a variable-length pattern, for one input row at a time. */
export function elementFilter(run: Run, conditions: readonly Condition[], currentRow: () => Row): ElementFilter | undefined {
  const first = conditions[0]?.element;
  if (!first) return undefined;
  const tests = conditions.map((c) => run.conditionOver(c.expr, [first.column]));
  return new ElementFilter(async (ids) => {
    run.context.check();
    run.work.entries += ids.length;
    const loaded = await run.storage.loadEdges(ids);
    const row = currentRow();
    for (const c of conditions) await run.load(run.inputElements(c.loads, [row]));
    return ids.map((id, i) => {
      const found = loaded[i];
      if (!found) return false;
      const edge = run.context.elements.edge(id, run.storage.types.name(found.type), found.from, found.to, run.storage.graph);
      if (edge.properties === undefined) edge.properties = found.properties;
      return tests.every((holds) => holds([...row, edge]));
    });
  });
}
