// What a form costs to write, read off its bound plan, and the verdict that follows. A reason names what the plan has, never what
// a model is said to be good at.

import type { Plan } from '../plan/plan.ts';
import { planChildren } from '../plan/walk.ts';

export interface Effort {
  /** Keywords, names and constants; punctuation is not counted, since patterns are drawn with it. */
  readonly tokens: number;
  readonly joins: number;
  /** How deep queries stand inside queries. */
  readonly nesting: number;
  readonly recursion: boolean;
  readonly unnests: number;
  readonly expands: number;
  readonly unboundedExpands: number;
  readonly entriesRead: number;
}

export function measureEffort(bound: Plan, tokens: number, entriesRead: number): Effort {
  const effort = { tokens, joins: 0, nesting: 0, recursion: false, unnests: 0, expands: 0, unboundedExpands: 0, entriesRead };
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
  visit(bound, 0);
  return effort;
}

export interface Verdict {
  readonly verdict: 'easy' | 'possible' | 'awkward';
  readonly reason: string;
}

/** Weights in tokens: a join costs a reader about as much as a line, a level of nesting two, a recursion five. */
const joinWeight = 10;
const nestingWeight = 20;
const recursionWeight = 50;

function score(e: Effort): number {
  return e.tokens + joinWeight * e.joins + nestingWeight * e.nesting + (e.recursion ? recursionWeight : 0);
}

/** `easy`: within 1.4 times of the least effort, and without recursion; `awkward`: more than 2.5 times, or a recursion where another form needs none. */
export function judge(efforts: readonly Effort[]): Verdict[] {
  const least = Math.min(...efforts.map(score));
  const someoneDoesWithout = efforts.some((e) => !e.recursion);
  return efforts.map((e) => {
    const ratio = score(e) / least;
    const verdict = ratio > 2.5 || (e.recursion && someoneDoesWithout) ? 'awkward' : ratio <= 1.4 ? 'easy' : 'possible';
    return { verdict, reason: reasonFor(e, ratio) };
  });
}

function reasonFor(e: Effort, ratio: number): string {
  const parts: string[] = [];
  if (e.recursion) parts.push('a recursive common table');
  if (e.joins > 0) parts.push(plural(e.joins, 'join'));
  if (e.unnests > 0) parts.push(plural(e.unnests, 'unnest'));
  if (e.nesting > 0) parts.push(`queries ${e.nesting} deep inside it`);
  if (e.expands > 0) parts.push(`a pattern of ${plural(e.expands, 'edge')}${e.unboundedExpands > 0 ? `, ${e.unboundedExpands} of any length` : ''}`);
  const what = parts.length === 0 ? 'one source, nothing to join' : parts.join(', ');
  const effort = ratio <= 1.05 ? 'the least to write' : `${ratio.toFixed(1)} times the effort of the least`;
  return `${what}; ${effort}; ${e.entriesRead} ${e.entriesRead === 1 ? 'entry' : 'entries'} read`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
