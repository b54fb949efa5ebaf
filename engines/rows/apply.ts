// Apply: adds one column from a subquery. A subquery that reads no column of the input runs once, when the first row comes.
// Another runs per row; its answers are remembered by the values of the columns it reads.
//
// What is kept is the answer, not the rows: a value, or for `in` a table of the values to look up.

import { QueryError } from '../../parser/error.ts';
import { equals, type GroupKey, groupKey } from '../compare.ts';
import type { Batches, Evaluator, RunContext } from '../engine.ts';
import { subqueryMemoryValuesMax } from '../limits.ts';
import { freeColumns } from '../plan/free-columns.ts';
import { outputColumns, type Apply } from '../plan/plan.ts';
import { planWrites } from '../plan/walk.ts';
import { EdgeValue, NodeValue, PathValue, TemporalValue, type Row, type Value } from '../value.ts';
import { checkHeld } from './batch.ts';
import { contextWithRow, layoutOf, placesOf, prepare } from './prepare.ts';
import type { RunPlan } from './run.ts';

interface Answer {
  readonly value: Value;
  /** Mode `in`: what the operand is looked up in. */
  readonly members?: Members;
  /** How many values it holds, for the bound on memory. */
  readonly weight: number;
}

/** The values of an IN subquery. */
interface Members {
  readonly keys: ReadonlySet<GroupKey>;
  /** Lists, objects and the like, in which a null can leave equality open. */
  readonly nested: readonly Value[];
  /** Lists whose keys are among `keys`: only a value with a null in it has to be compared with each. */
  readonly lists: readonly Value[];
  readonly hasNull: boolean;
  readonly isEmpty: boolean;
}

/** The input's rows, each with the answer of the subquery behind it. */
export async function* runApply(plan: Apply, input: Batches, context: RunContext, run: RunPlan): AsyncGenerator<Row[]> {
  const layout = layoutOf(plan.input);
  const places = placesOf(freeColumns(plan.subplan), layout);
  const operand = plan.operand && prepare(plan.operand, layout);
  const writes = planWrites(plan.subplan);
  const memory = new Map<string, Answer>();
  let memoryWeight = 0;
  const answerFor = async (row: Row): Promise<Answer> => {
    const key = writes ? undefined : memoryKey(row, places);
    const known = key === undefined ? undefined : memory.get(key);
    if (known) return known;
    const answer = await readAnswer(plan, run(plan.subplan, contextWithRow(context, row, places)), context, writes);
    if (key !== undefined) {
      memoryWeight += answer.weight;
      if (memoryWeight > subqueryMemoryValuesMax) {
        memory.clear();
        memoryWeight = answer.weight;
      }
      memory.set(key, answer);
    }
    return answer;
  };
  // A writing subquery runs once per row even if it reads nothing of the row.
  const once = places.length === 0 && !writes;
  let only: Answer | undefined;
  for await (const batch of input) {
    context.check();
    const out: Row[] = [];
    for (const row of batch) {
      if (once) only ??= await answerFor(row);
      const answer = only ?? (await answerFor(row));
      out.push([...row, answer.members ? asTruth(plan, isMember(plan, operand, answer.members, row, context)) : answer.value]);
    }
    yield out;
  }
}

/** Text that tells apart all values that a subquery could tell apart (1 and 1.0, null and MISSING); undefined: not worth it. */
function memoryKey(row: Row, places: readonly { readonly at: number }[]): string | undefined {
  let key = '';
  for (const { at } of places) {
    const value = row[at];
    if (typeof value === 'string') key += `s${value.length}:${value}`;
    else if (value === null || typeof value !== 'object') key += `${typeof value}:${Object.is(value, -0) ? '-0' : String(value)};`;
    else if (value instanceof NodeValue) key += `N${value.id};`;
    else if (value instanceof EdgeValue) key += `E${value.id};`;
    else if (value instanceof TemporalValue) key += `${value.kind}:${value.text};`;
    else return undefined;
  }
  return key;
}

async function readAnswer(plan: Apply, batches: Batches, context: RunContext, toTheEnd: boolean): Promise<Answer> {
  switch (plan.mode) {
    case 'scalar':
      return { value: await readScalar(plan, batches, context), weight: 1 };
    case 'exists':
      return { value: await readExists(batches, context, toTheEnd), weight: 1 };
    case 'count': {
      let count = 0;
      for await (const batch of batches) {
        context.check();
        count += batch.length;
      }
      return { value: BigInt(count), weight: 1 };
    }
    case 'in':
      return readMembers(batches, context);
    case 'collect':
      return readList(batches, context, (row) => row[0] ?? null);
    case 'rows': {
      const names = outputColumns(plan.subplan).map((c) => c.name);
      return readList(
        batches,
        context,
        (row) => new Map(names.map((name, i) => [name, row[i]] as const).filter(([, v]) => v !== undefined)),
      );
    }
  }
}

async function readScalar(plan: Apply, batches: Batches, context: RunContext): Promise<Value> {
  let first: Row | undefined;
  for await (const batch of batches) {
    context.check();
    if (first || batch.length > 1) {
      throw new QueryError(
        'type/more-than-one-row',
        'A subquery gives more than one row where one value is wanted: aggregate it, or add LIMIT 1.',
        { span: plan.span },
      );
    }
    first = batch[0];
  }
  return first ? first[0] : null;
}

async function readExists(batches: Batches, context: RunContext, toTheEnd: boolean): Promise<boolean> {
  let found = false;
  for await (const _batch of batches) {
    context.check();
    found = true;
    if (!toTheEnd) break;
  }
  return found;
}

async function readList(batches: Batches, context: RunContext, valueOf: (row: Row) => Value): Promise<Answer> {
  const values: Value[] = [];
  for await (const batch of batches) {
    context.check();
    for (const row of batch) values.push(valueOf(row));
    checkHeld(values.length);
  }
  return { value: values, weight: values.length + 1 };
}

async function readMembers(batches: Batches, context: RunContext): Promise<Answer> {
  const keys = new Set<GroupKey>();
  const nested: Value[] = [];
  const lists: Value[] = [];
  let hasNull = false;
  let isEmpty = true;
  for await (const batch of batches) {
    context.check();
    for (const row of batch) {
      isEmpty = false;
      // (a, b) IN (SELECT x, y …): the operand is a list.
      const value = row.length === 1 ? row[0] : row;
      if (value === null || value === undefined) hasNull = true;
      else if (isPlainList(value)) {
        lists.push(value);
        keys.add(groupKey(value));
      } else if (isNested(value)) nested.push(value);
      else keys.add(groupKey(value));
    }
    checkHeld(keys.size + nested.length);
  }
  return { value: null, members: { keys, nested, lists, hasNull, isEmpty }, weight: keys.size + nested.length + 1 };
}

function isNested(value: Value): boolean {
  return Array.isArray(value) || value instanceof Map;
}

/** A list in which nothing can leave equality open: its key tells whether it is equal to another such list. */
function isPlainList(value: Value): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (item: Value) => item !== null && item !== undefined && !isNested(item) && !Number.isNaN(item) && !(item instanceof PathValue),
    )
  );
}

function asTruth(plan: Apply, found: boolean | null): boolean | null {
  return plan.nullIsFalse ? found === true : found;
}

/** `operand IN (subquery)`: false over no rows; else null if the operand is null; null instead of false if a null leaves it open. */
function isMember(plan: Apply, operand: Evaluator | undefined, members: Members, row: Row, context: RunContext): boolean | null {
  if (!operand) throw new Error(`The apply node of column ${plan.column.id} has mode "in" and no operand.`);
  if (members.isEmpty) return false;
  const value = operand(row, context);
  if (value === null || value === undefined) return null;
  let open = members.hasNull;
  if (isPlainList(value) && members.keys.has(groupKey(value))) return true;
  if (isNested(value)) {
    for (const member of isPlainList(value) ? members.nested : [...members.nested, ...members.lists]) {
      const same = equals(value, member);
      if (same === true) return true;
      if (same === null) open = true;
    }
  } else if (members.keys.has(groupKey(value)) && !Number.isNaN(value)) return true;
  return open ? null : false;
}
