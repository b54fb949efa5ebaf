// Is a history strictly serialisable? The orders of appends that reads show give dependencies between transactions: ww (appended
// after), wr (read what the other appended), rw (read what was before the other's append), and the clock gives one more: a transaction
// that was answered before another began comes before it. A cycle among them is an anomaly (Adya, "Weak Consistency", 1999; names as
// there). So are values that nobody committed, lists that contradict one another, and appends that are lost.

import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import { registerName, type Register, type Step, type Transaction } from './history.ts';

type Why = 'ww' | 'wr' | 'rw' | 'time';

/** What is wrong with a history, in words; none for one that is strictly serialisable. Unknown transactions count as soon as they are seen. */
export function anomalies(history: readonly Transaction[]): string[] {
  const wrong: string[] = [];
  const writers = new Map<string, Transaction>();
  for (const transaction of history) {
    for (const step of transaction.steps) if (step.type === 'append') writers.set(valueName(step.register, step.value), transaction);
  }
  // A set that is walked while writers who turn out to have committed join it.
  const seen = new Set(history.filter(({ outcome }) => outcome === 'ok'));
  for (const transaction of seen) inspectReads(transaction, writers, seen, wrong);
  const failed = history.filter(({ outcome }) => outcome === 'failed');
  for (const transaction of failed) inspectReads(transaction, writers, seen, wrong);
  const counted = [...seen, ...failed.map(withoutAppends)];
  const orders = versionOrders(counted, wrong);
  if (wrong.length > 0) return wrong;
  inspectLost(counted, orders, wrong);
  const graph = dependencies(counted, orders, writers);
  for (const component of stronglyConnectedComponents(graph)) {
    if (component.length > 1) wrong.push(describeCycle(shortestCycle(graph, component), graph));
  }
  return wrong;
}

/** What was rolled back had read committed values too: it counts as a reader, without what it appended. */
function withoutAppends(transaction: Transaction): Transaction {
  const own = new Set(transaction.steps.flatMap((step) => (step.type === 'append' ? [step.value] : [])));
  const reads = transaction.steps.flatMap((step) =>
    step.type === 'read' ? [{ ...step, list: step.list.filter((value) => !own.has(value)) }] : [],
  );
  return { ...transaction, steps: reads };
}

/** Aborted and intermediate reads, and reads that do not show a transaction its own appends. Adds unknown writers that are seen. */
function inspectReads(reader: Transaction, writers: ReadonlyMap<string, Transaction>, seen: Set<Transaction>, wrong: string[]): void {
  const own = new Map<string, number[]>();
  for (const step of reader.steps) {
    const name = registerName(step.register);
    const appended = own.get(name) ?? [];
    if (step.type === 'append') {
      own.set(name, [...appended, step.value]);
      continue;
    }
    const tail = step.list.slice(step.list.length - appended.length);
    if (String(tail) !== String(appended))
      wrong.push(`${title(reader)} does not see its own appends to ${name}: ${step.list}, wanted at the end ${appended}`);
    if (new Set(step.list).size !== step.list.length) wrong.push(`${title(reader)} reads a value twice in ${name}: ${step.list}`);
    for (const value of step.list) {
      const writer = writers.get(valueName(step.register, value));
      if (writer === undefined) wrong.push(`${title(reader)} reads ${value} in ${name}, which nobody appended`);
      else if (writer.outcome === 'failed' && writer !== reader)
        wrong.push(`aborted read (G1a): ${title(reader)} reads ${value} in ${name}, which ${title(writer)} rolled back`);
      else if (writer !== reader) seen.add(writer);
    }
    inspectIntermediate(reader, step, writers, wrong);
  }
}

function inspectIntermediate(
  reader: Transaction,
  read: Step & { type: 'read' },
  writers: ReadonlyMap<string, Transaction>,
  wrong: string[],
): void {
  const last = read.list.at(-1);
  const writer = last === undefined ? undefined : writers.get(valueName(read.register, last));
  if (writer === undefined || writer === reader) return;
  const final = appendsOf(writer, registerName(read.register)).at(-1);
  if (final !== last)
    wrong.push(
      `intermediate read (G1b): ${title(reader)} reads ${registerName(read.register)} up to ${last}, ${title(writer)} then appended ${final}`,
    );
}

/** For each register the longest list that was read. All others must be beginnings of it. */
function versionOrders(history: readonly Transaction[], wrong: string[]): Map<string, readonly number[]> {
  const orders = new Map<string, { list: readonly number[]; reader: Transaction }>();
  for (const { reader, name, list } of readsOf(history)) {
    const known = orders.get(name);
    const [short, long] = known === undefined || known.list.length < list.length ? [known?.list ?? [], list] : [list, known.list];
    if (short.some((value, i) => value !== long[i])) {
      wrong.push(`${title(reader)} and ${title(known?.reader ?? reader)} read ${name} in orders that contradict: ${list}; ${known?.list}`);
    }
    if (long === list) orders.set(name, { list, reader });
  }
  return new Map([...orders].map(([name, { list }]) => [name, list]));
}

function* readsOf(history: readonly Transaction[]): Generator<{ reader: Transaction; name: string; list: readonly number[] }> {
  for (const reader of history) {
    for (const step of reader.steps) if (step.type === 'read') yield { reader, name: registerName(step.register), list: step.list };
  }
}

/** The last read of a register, begun after all had ended, must show every acknowledged append. */
function inspectLost(history: readonly Transaction[], orders: ReadonlyMap<string, readonly number[]>, wrong: string[]): void {
  for (const transaction of history) {
    if (transaction.outcome !== 'ok') continue;
    for (const step of transaction.steps) {
      if (step.type !== 'append') continue;
      const name = registerName(step.register);
      if (!(orders.get(name) ?? []).includes(step.value))
        wrong.push(`lost append: ${step.value} of ${title(transaction)} is in no reading of ${name}`);
    }
  }
}

/** Nodes are transactions (`t7`) and moments (`m0`, `m1`, …, one for each end), the latter so that the clock costs one edge an end. */
function dependencies(
  history: readonly Transaction[],
  orders: ReadonlyMap<string, readonly number[]>,
  writers: ReadonlyMap<string, Transaction>,
): DirectedGraph {
  const graph = new DirectedGraph();
  for (const transaction of history) graph.addNode(node(transaction), { transaction });
  const add = (from: Transaction | undefined, to: Transaction | undefined, why: Why, register: string): void => {
    if (from === undefined || to === undefined || from === to || graph.hasEdge(node(from), node(to))) return;
    graph.addEdge(node(from), node(to), { why, register });
  };
  for (const [name, list] of orders) {
    const owners = list.map((value) => writers.get(`${name} ${value}`));
    owners.forEach((writer, i) => add(owners[i - 1], writer, 'ww', name));
  }
  for (const { reader, name, list } of readsOf(history)) {
    const others = list.filter((value) => writers.get(`${name} ${value}`) !== reader);
    const last = others.at(-1);
    if (last !== undefined) add(writers.get(`${name} ${last}`), reader, 'wr', name);
    const next = (orders.get(name) ?? [])[list.length];
    if (next !== undefined) add(reader, writers.get(`${name} ${next}`), 'rw', name);
  }
  addClock(graph, history);
  return graph;
}

function addClock(graph: DirectedGraph, history: readonly Transaction[]): void {
  const ends = history.filter(({ outcome }) => outcome === 'ok').sort((a, b) => a.ended - b.ended);
  ends.forEach((transaction, i) => {
    graph.addNode(`m${i}`);
    graph.addEdge(node(transaction), `m${i}`, { why: 'time' });
    if (i > 0) graph.addEdge(`m${i - 1}`, `m${i}`, { why: 'time' });
  });
  let i = 0;
  for (const transaction of [...history].sort((a, b) => a.began - b.began)) {
    while (i < ends.length && (ends[i] as Transaction).ended < transaction.began) i++;
    if (i > 0) graph.addEdge(`m${i - 1}`, node(transaction), { why: 'time' });
  }
}

/** The shortest cycle through any transaction of a strongly connected component, by breadth-first search; nodes in order. */
function shortestCycle(graph: DirectedGraph, component: readonly string[]): string[] {
  const inside = new Set(component);
  let best: string[] | undefined;
  for (const start of component.filter((name) => name.startsWith('t')).slice(0, 200)) {
    const from = new Map<string, string>();
    const queue = [start];
    for (let at = queue.shift(); at !== undefined && !from.has(start); at = queue.shift()) {
      for (const next of graph.outNeighbors(at)) {
        if (!inside.has(next) || from.has(next)) continue;
        from.set(next, at);
        queue.push(next);
      }
    }
    const cycle = [start];
    for (let at = from.get(start); at !== undefined && at !== start; at = from.get(at)) cycle.unshift(at);
    if (best === undefined || cycle.length < best.length) best = cycle;
  }
  return best ?? [];
}

function describeCycle(cycle: readonly string[], graph: DirectedGraph): string {
  const whys: Why[] = [];
  const parts = cycle.map((name, i) => {
    const { why, register } = graph.getEdgeAttributes(name, cycle[(i + 1) % cycle.length]) as { why: Why; register?: string };
    whys.push(why);
    const transaction = graph.getNodeAttribute(name, 'transaction') as Transaction | undefined;
    const arrow = register === undefined ? '' : ` -${why} ${register}->`;
    return transaction === undefined ? '(time)' : `${title(transaction)}${arrow}`;
  });
  const anti = whys.filter((why) => why === 'rw').length;
  const name = anti > 1 ? 'G2' : anti === 1 ? 'G-single' : whys.includes('wr') ? 'G1c' : 'G0';
  return `cycle ${name}${whys.includes('time') ? ', against the clock' : ''}: ${parts.join(' ')}`;
}

function appendsOf(transaction: Transaction, name: string): number[] {
  return transaction.steps.flatMap((step) => (step.type === 'append' && registerName(step.register) === name ? [step.value] : []));
}

function node(transaction: Transaction): string {
  return `t${transaction.id}`;
}

function title(transaction: Transaction): string {
  return `T${transaction.id} (${transaction.form})`;
}

function valueName(register: Register, value: number): string {
  return `${registerName(register)} ${value}`;
}
