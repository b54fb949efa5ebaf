// A database in memory for one statement: EXPLAIN MODELS stores data the other way in it.

import type { EnginePool } from './database.ts';
import type { Scratch } from './explain-models.ts';
import { store } from './translate/storage.ts';

/** An engine for it while nothing writes to it. */
export async function openScratch(pool: EnginePool): Promise<Scratch> {
  const database = await pool.openScratch();
  const session = database.session();
  let lease = await database.acquire();
  return {
    get engine() {
      return lease.engine;
    },
    async store(parts, read, check) {
      lease.release();
      const texts = await store(parts, read, { session, check });
      lease = await database.acquire();
      return texts;
    },
    async close() {
      lease.release();
      await session.close();
      await database.close();
    },
  };
}
