// Histories of transactions over all models are strictly serialisable, and the check that says so finds what is not. `npm run history`
// records for longer and kills servers on the way.

import { expect, it } from 'vitest';
import { anomalies } from './history/check.ts';
import type { Outcome, Step, Transaction } from './history/history.ts';
import { record } from './history/record.ts';

it('Transactions of many sessions over tables, documents and graphs are strictly serialisable.', async () => {
  const history = await record({ ms: 500, transactions: 20, kills: 0, servers: 1, sessions: 6 });
  expect(anomalies(history)).toEqual([]);
  expect(history.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThanOrEqual(20);
});

const add = (value: number, kind = 'x'): Step => ({ type: 'append', register: { kind, k: 0 }, value });
const see = (list: readonly number[], kind = 'x'): Step => ({ type: 'read', register: { kind, k: 0 }, list });

/** Each transaction takes the times `[began, ended]`; without times all run at once. */
function history(...transactions: readonly { steps: Step[]; outcome?: Outcome; at?: readonly [number, number] }[]): Transaction[] {
  return transactions.map(({ steps, outcome = 'ok', at = [0, 100] }, id) => ({
    id,
    form: 'made',
    steps,
    outcome,
    began: at[0],
    ended: at[1],
  }));
}

const planted: readonly (readonly [string, Transaction[], RegExp | undefined])[] = [
  ['in order', history({ steps: [add(1)] }, { steps: [see([1]), add(2)] }, { steps: [see([1, 2])] }), undefined],
  ['unknown and never seen', history({ steps: [add(1)], outcome: 'unknown' }, { steps: [see([])] }), undefined],
  ['unknown and seen', history({ steps: [add(1)], outcome: 'unknown' }, { steps: [see([1])] }), undefined],
  ['aborted read', history({ steps: [add(1)], outcome: 'failed' }, { steps: [see([1])] }), /G1a/],
  ['intermediate read', history({ steps: [add(1), add(2)] }, { steps: [see([1])] }, { steps: [see([1, 2])] }), /G1b/],
  ['a value from nowhere', history({ steps: [see([7])] }), /nobody appended/],
  ['own append not seen', history({ steps: [add(1), see([])] }, { steps: [see([1])] }), /its own appends/],
  ['a value twice', history({ steps: [add(1)] }, { steps: [see([1, 1])] }), /twice/],
  [
    'orders that contradict',
    history({ steps: [add(1)] }, { steps: [add(2)] }, { steps: [see([1, 2])] }, { steps: [see([2, 1])] }),
    /contradict/,
  ],
  ['a lost append', history({ steps: [add(1)] }, { steps: [see([])] }), /lost append/],
  [
    'dirty write',
    history({ steps: [add(1), add(2, 'y')] }, { steps: [add(3), add(4, 'y')] }, { steps: [see([1, 3]), see([4, 2], 'y')] }),
    /G0|G1c/,
  ],
  [
    'circular information flow',
    history({ steps: [add(1), see([2], 'y')] }, { steps: [add(2, 'y'), see([1])] }, { steps: [see([1]), see([2], 'y')] }),
    /G1c/,
  ],
  ['lost update', history({ steps: [see([]), add(1)] }, { steps: [see([]), add(2)] }, { steps: [see([1, 2])] }), /G-single/],
  [
    'write skew',
    history(
      { steps: [see([]), see([], 'y'), add(1)] },
      { steps: [see([]), see([], 'y'), add(2, 'y')] },
      { steps: [see([1]), see([2], 'y')] },
    ),
    /G2/,
  ],
  [
    'fractured read',
    history({ steps: [add(1), add(2, 'y')] }, { steps: [see([1]), see([], 'y')] }, { steps: [see([2], 'y')] }),
    /G-single/,
  ],
  [
    'a failed transaction that read no snapshot',
    history({ steps: [add(1), add(2, 'y')] }, { steps: [see([1]), see([], 'y'), add(9)], outcome: 'failed' }, { steps: [see([2], 'y')] }),
    /G-single/,
  ],
  [
    'a stale read after the answer',
    history({ steps: [add(1)], at: [0, 1] }, { steps: [see([])], at: [2, 3] }, { steps: [see([1])], at: [4, 5] }),
    /G-single, against the clock/,
  ],
];

it.each(planted)('The check of histories: %s.', (_, made, wanted) => {
  const wrong = anomalies(made);
  if (wanted === undefined) expect(wrong).toEqual([]);
  else expect(wrong.join('\n')).toMatch(wanted);
});
