// The server is killed under load. `npm run crash` does the same for a hundred rounds.

import { expect, it } from 'vitest';
import { crashRounds } from './crash/rounds.ts';

it('After SIGKILL every acknowledged write is there, and no transaction is half there in any model.', async () => {
  const outcome = await crashRounds({ rounds: 2, killWithinMs: 300 });
  expect(outcome.wrong).toEqual([]);
  expect(outcome.transactions).toBeGreaterThan(1);
});
