// What a program that opened a file in its own thread may hold: the same watch as on a server's threads, or the program would die.

import { expect, it } from 'vitest';
import { open } from '../../server/open.ts';
import { failure } from './started.ts';

it('A statement that needs more than memoryBytes fails in the program that opened the file, and the program goes on.', async () => {
  const kept = Array.from({ length: 6_000_000 }, (_, i) => i / 2);
  const db = await open(':memory:', { limits: { memoryBytes: 24 * 1024 * 1024 } });
  const wide = "UNWIND range(1, 1000) AS a UNWIND range(1, 1000) AS b WITH a * 1000 + b AS i WITH i, toString(i) + repeat('x', 40) AS t";
  // Nor is what was let go of room for statements.
  fillWithGarbage();
  for (const text of [`${wide} ORDER BY t DESC RETURN t`, `${wide} RETURN size(collect(t)) AS n`, `${wide} RETURN DISTINCT t`])
    expect(await failure(db.query(text).all())).toBe('limit/memory');
  // The numbers of UNWIND range are no list.
  expect(await db.query('SELECT count(*) AS c FROM (UNWIND range(1, 2000000) AS i RETURN i) AS q').all()).toEqual([{ c: 2_000_000 }]);
  await db.close();
  // What the program itself holds does not count.
  expect(kept.length).toBe(6_000_000);
});

function fillWithGarbage(): void {
  let kept: number[][] = [];
  for (let i = 0; i < 1_000_000; i++) kept.push([i, i]);
  kept = [];
}
