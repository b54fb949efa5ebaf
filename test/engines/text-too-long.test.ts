// Texts that the runtime cannot hold: a failure with a code, wherever they would be made.

import { expect, test } from 'vitest';
import { openDatabase } from '../../engines/open.ts';

const long = "WITH repeat('x', 100000000) AS a";

test.each([
  `UNWIND [1] AS i ${long} RETURN a || a || a || a || a || a`,
  `UNWIND [1] AS i ${long} RETURN a + a + a + a + a + a`,
  `UNWIND [1] AS i ${long} RETURN concat(a, a, a, a, a, a)`,
  `UNWIND range(1, 6) AS i ${long} RETURN size(string_agg(a))`,
  `UNWIND [1] AS i ${long} CREATE (:T {a: concat(a, a, a, a, a, a)})`,
])('%s', async (text) => {
  const database = await openDatabase({ file: ':memory:' });
  const session = database.session();
  const run = async (): Promise<void> => {
    for await (const result of session.run(text)) for await (const _batch of result.batches);
  };
  await expect(run()).rejects.toMatchObject({ code: 'limit/text' });
  await session.close();
  await database.close();
});
