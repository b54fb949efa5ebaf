// Failed sign-ins, counted by address and by user name, so that passwords cannot be guessed at speed. An attempt counts as failed from
// its start and is given back when it succeeds, so that many at once gain nothing.

import { QueryError } from '../parser/error.ts';
import type { Limits } from './limits.ts';

/** Counters kept before those that are over are thrown away. */
const countersMax = 10_000;

interface Counter {
  failures: number;
  readonly untilMs: number;
}

export class Attempts {
  private readonly limits: Limits;
  private readonly counters = new Map<string, Counter>();

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Throws `auth/too-many`. What it gives is called when the attempt succeeds. */
  begin(address: string, user: string | undefined): () => void {
    const { signInFailuresPerAddress, signInFailuresPerUser } = this.limits;
    const counters = [this.admit(`address ${networkOf(address)}`, signInFailuresPerAddress)];
    if (user !== undefined) counters.push(this.admit(`user ${user.toLowerCase()}`, signInFailuresPerUser));
    for (const counter of counters) counter.failures++;
    return () => {
      for (const counter of counters) counter.failures--;
    };
  }

  private admit(key: string, max: number): Counter {
    const nowMs = performance.now();
    const known = this.counters.get(key);
    if (known !== undefined && known.untilMs > nowMs) {
      if (known.failures < max) return known;
      const seconds = Math.ceil((known.untilMs - nowMs) / 1000);
      throw new QueryError('auth/too-many', 'Too many sign-ins have failed.', { hint: `Try again in ${seconds} s.`, retryable: true });
    }
    if (this.counters.size >= countersMax) this.forget(nowMs);
    const made = { failures: 0, untilMs: nowMs + this.limits.signInWindowMs };
    this.counters.set(key, made);
    return made;
  }

  private forget(nowMs: number): void {
    for (const [key, counter] of this.counters) if (counter.untilMs <= nowMs) this.counters.delete(key);
    // All of them new: an attack from many addresses. The oldest go first.
    for (const key of this.counters.keys()) {
      if (this.counters.size < countersMax) break;
      this.counters.delete(key);
    }
  }
}

/** Who has one IPv6 address mostly has the 2^64 beside it. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [left = '', right] = plain.split('%')[0]?.split('::') ?? [];
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const groups = right === undefined ? head : [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
  return groups.slice(0, 4).join(':');
}
