// What a form costs to write and to answer, read off its bound plans and its counted run, and the verdict that follows. A reason names
// what the plan has, never what a model is said to be good at.

import { plural } from '../../parser/error.ts';
import type { Match, Plan } from '../plan/plan.ts';
import { planChildren } from '../plan/walk.ts';

export interface Effort {
  /** Keywords, names and constants; punctuation is not counted, since patterns are drawn with it. */
  readonly tokens: number;
  readonly statements: number;
  readonly joins: number;
  /** How deep queries stand inside queries. */
  readonly nesting: number;
  readonly recursion: boolean;
  readonly unnests: number;
  readonly expands: number;
  readonly unboundedExpands: number;
  readonly entriesRead: number;
  readonly rows: number;
  /** Rows, documents, nodes and edges made, changed or removed; absent where no form writes. */
  readonly touched?: number;
  /** The constraint that refused it. */
  readonly refusedBy?: string;
}

/** What a plan asks of its writer. No plan: a statement that has none. */
export function measureEffort(bound: Plan | undefined, tokens: number): Effort {
  const effort = {
    tokens,
    statements: 0,
    joins: 0,
    nesting: 0,
    recursion: false,
    unnests: 0,
    expands: 0,
    unboundedExpands: 0,
    entriesRead: 0,
    rows: 0,
  };
  const visit = (plan: Plan, depth: number): void => {
    effort.nesting = Math.max(effort.nesting, depth);
    switch (plan.kind) {
      case 'join':
        effort.joins += plan.right.kind === 'unnest' ? 0 : 1;
        break;
      case 'recursive':
        effort.recursion = true;
        break;
      case 'unnest':
        effort.unnests++;
        break;
      case 'match':
        effort.joins += partsOf(plan.pattern) - 1;
        effort.expands += plan.pattern.edges.length;
        effort.unboundedExpands += plan.pattern.edges.filter((e) => e.quantifier).length;
        break;
      default:
        break;
    }
    if (plan.kind === 'apply') {
      visit(plan.input, depth);
      visit(plan.subplan, depth + 1);
    } else for (const child of planChildren(plan)) visit(child, depth);
  };
  if (bound) visit(bound, 0);
  return effort;
}

/** The effort of a form with one plan more. */
export function addEffort(form: Effort, plan: Effort): Effort {
  return {
    ...form,
    joins: form.joins + plan.joins,
    nesting: Math.max(form.nesting, plan.nesting),
    recursion: form.recursion || plan.recursion,
    unnests: form.unnests + plan.unnests,
    expands: form.expands + plan.expands,
    unboundedExpands: form.unboundedExpands + plan.unboundedExpands,
  };
}

/** In how many parts a pattern falls that no edge connects: they are joined by conditions alone. What the input binds is one part with it. */
function partsOf({ nodes, edges }: Match['pattern']): number {
  const part = nodes.map((node, i) => (node.bound ? -1 : i));
  for (const { from, to } of edges) {
    const [a, b] = [part[from], part[to]];
    if (a === undefined || b === undefined || a === b) continue;
    part.forEach((p, i) => {
      if (p === Math.max(a, b)) part[i] = Math.min(a, b);
    });
  }
  return Math.max(1, new Set(part).size);
}

export interface Verdict {
  readonly verdict: 'easy' | 'possible' | 'awkward';
  readonly reason: string;
}

/**
 * Weights in tokens, on top of the tokens that a part is written with: what else a reader must hold in mind. Of a join: which columns meet.
 * Of an edge or an unnest less: the data says what meets. Of a query inside a query: another scope. Of a recursion: a beginning, a step and an
 * end that must fit together. Of a further statement: what the one before has left.
 */
const joinWeight = 5;
const stepWeight = 2;
const nestingWeight = 10;
const recursionWeight = 30;
const statementWeight = 10;

/** Up to half as much again is a matter of taste and habit, so `easy`; three times as much is `awkward` for anybody. */
const easyUpTo = 1.5;
const awkwardFrom = 3;

/** Easy words do not make a form easy that must look at, or touch, so many times what the most sparing one does. */
const wastefulFrom = 10;
/** Below this many entries the difference is not worth a word. */
const entriesNoticed = 100;
const touchedNoticed = 10;

function score(e: Effort): number {
  const steps = e.unnests + e.expands;
  const further = Math.max(0, e.statements - 1);
  return (
    e.tokens +
    joinWeight * e.joins +
    stepWeight * steps +
    nestingWeight * e.nesting +
    statementWeight * further +
    (e.recursion ? recursionWeight : 0)
  );
}

/** By the ratio to the least effort. A recursion is `awkward` where another form needs none; one that reads or touches far more than another is not `easy`. */
export function judge(efforts: readonly Effort[]): Verdict[] {
  const least = Math.min(...efforts.map(score));
  const fewest = Math.min(...efforts.map((e) => e.entriesRead));
  const differ = efforts.some((e) => e.entriesRead !== fewest);
  const someoneDoesWithout = efforts.some((e) => !e.recursion);
  const leastTouched = Math.min(...efforts.map((e) => e.touched ?? 0));
  return efforts.map((e) => {
    const ratio = score(e) / least;
    const reads = e.entriesRead >= wastefulFrom * Math.max(1, fewest) && e.entriesRead >= entriesNoticed;
    const touches = (e.touched ?? 0) >= wastefulFrom * Math.max(1, leastTouched) && (e.touched ?? 0) >= touchedNoticed;
    const worded = ratio >= awkwardFrom || (e.recursion && someoneDoesWithout) ? 'awkward' : ratio <= easyUpTo ? 'easy' : 'possible';
    const verdict = worded === 'easy' && (reads || touches) ? 'possible' : worded;
    return { verdict, reason: reasonFor(e, ratio, differ && e.entriesRead === fewest) };
  });
}

function reasonFor(e: Effort, ratio: number, readsFewest: boolean): string {
  const parts: string[] = [];
  if (e.statements > 1) parts.push(plural(e.statements, 'statement'));
  if (e.recursion) parts.push('a recursive common table');
  if (e.joins > 0) parts.push(plural(e.joins, 'join'));
  if (e.unnests > 0) parts.push(plural(e.unnests, 'unnest'));
  if (e.nesting > 0) parts.push(`queries ${e.nesting} deep inside it`);
  if (e.expands > 0)
    parts.push(`a pattern of ${plural(e.expands, 'edge')}${e.unboundedExpands > 0 ? `, ${e.unboundedExpands} of any length` : ''}`);
  const what = parts.length === 0 ? 'one source, nothing to join' : parts.join(', ');
  const effort = ratio <= 1.05 ? 'the least to write' : `${ratio.toFixed(1)} times the effort of the least`;
  const read = `${e.entriesRead} ${e.entriesRead === 1 ? 'entry' : 'entries'} read`;
  const answered = e.touched === undefined ? `${read} for ${plural(e.rows, 'row')}` : `${read}, ${e.touched} touched`;
  const refused = e.refusedBy === undefined ? '' : `; refused by ${e.refusedBy}`;
  return `${what}; ${effort}; ${answered}${readsFewest ? ', the fewest read' : ''}${refused}`;
}
