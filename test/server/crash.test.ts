// The server is killed under load. `npm run crash` does the same for a hundred rounds.

import { expect, it } from 'vitest';
import { longRun } from '../long.ts';
import { crashRounds } from './crash/rounds.ts';

const rounds = longRun ? 5 : 1;

it(
  'After SIGKILL every acknowledged write is there, and no transaction is half there in any model.',
  async () => {
    const outcome = await crashRounds({ rounds, killWithinMs: 300 });
    expect(outcome.wrong).toEqual([]);
    expect(outcome.transactions).toBeGreaterThanOrEqual(rounds);
  },
  rounds * 60_000,
);
