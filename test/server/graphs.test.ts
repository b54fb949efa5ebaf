// Named graphs over the threads: each has a topology that the threads share, and a session's graph goes with it from thread to thread.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../server/dispatcher.ts';
import { open } from '../../server/open.ts';
import { ask } from './dispatched.ts';

const folder = await mkdtemp(join(tmpdir(), 'trefoil-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'graphs.db');
const seed = await open(file);
await seed.query('CREATE GRAPH one; CREATE GRAPH two').all();
await seed.query('USE one UNWIND range(1, 300) AS i CREATE (:A {i: i})-[:T]->(:B {i: i})').all();
await seed.query('USE two UNWIND range(1, 20) AS i CREATE (:A {i: i})-[:T]->(:B {i: i})').all();
await seed.close();

const count = 'MATCH (:A)-[:T]->(b) RETURN count(b)';

describe('Named graphs of a server', () => {
  it('are read once each, and shared by the threads', async () => {
    const dispatcher = await Dispatcher.open({ file, readers: 2 });
    try {
      const [a, b, writer] = [dispatcher.session(), dispatcher.session(), dispatcher.session()];
      const both = `USE one ${count}; USE two ${count}`;
      expect(await ask(a, `BEGIN READ ONLY; ${both}`)).toBe('[[300]][[20]]');
      expect(await ask(b, `BEGIN READ ONLY; ${both}`)).toBe('[[300]][[20]]');
      expect(dispatcher.topology.made).toBe(2);
      await ask(writer, 'USE two CREATE (:A)-[:T]->(:B)');
      expect(await ask(writer, both)).toBe('[[300]][[21]]');
      expect(await ask(a, both)).toBe('[[300]][[20]]');
      expect(await ask(a, `COMMIT; ${both}`)).toBe('[[300]][[21]]');
      expect(dispatcher.topology.made).toBe(2);
      await ask(b, 'COMMIT');
    } finally {
      await dispatcher.close();
    }
  });

  it('stay with a reader that has seen them, and are gone for all others when they are dropped', async () => {
    const dispatcher = await Dispatcher.open({ file, readers: 2 });
    try {
      const [a, b, writer] = [dispatcher.session(), dispatcher.session(), dispatcher.session()];
      await ask(writer, 'CREATE GRAPH short; USE short UNWIND range(1, 5) AS i CREATE (:A)-[:T]->(:B)');
      expect(await ask(a, `BEGIN READ ONLY; USE short ${count}`)).toBe('[[5]]');
      await ask(writer, 'DROP GRAPH short; CREATE GRAPH short');
      expect(await ask(a, `USE short ${count}`)).toBe('[[5]]');
      expect(await ask(b, `USE short ${count}`)).toBe('[[0]]');
      expect(await ask(a, `COMMIT; USE short ${count}`)).toBe('[[0]]');
      await ask(writer, 'DROP GRAPH short');
      expect(await ask(b, `USE short ${count}`)).toBe('bind/unknown-graph');
    } finally {
      await dispatcher.close();
    }
  });

  it('a session keeps its graph over reads, writes and transactions, whichever thread runs them', async () => {
    const dispatcher = await Dispatcher.open({ file, readers: 2 });
    try {
      const [a, other] = [dispatcher.session(), dispatcher.session()];
      expect(await ask(a, 'SESSION SET GRAPH one')).toBe('');
      expect(await ask(a, count)).toBe('[[300]]');
      await ask(a, 'CREATE (:Mine)');
      expect(await ask(a, 'MATCH (m:Mine) RETURN count(m)')).toBe('[[1]]');
      expect(await ask(other, 'MATCH (n) RETURN count(n)')).toBe('[[0]]');
      expect(await ask(a, 'BEGIN; CREATE (:Mine); SESSION SET GRAPH two; CREATE (:Mine)')).toBe('');
      expect(await ask(a, 'MATCH (m:Mine) RETURN count(m); USE one MATCH (m:Mine) RETURN count(m)')).toBe('[[1]][[2]]');
      await ask(a, 'ROLLBACK');
      // The choice is no part of the transaction.
      expect(await ask(a, 'MATCH (m:Mine) RETURN count(m); USE one MATCH (m:Mine) RETURN count(m)')).toBe('[[0]][[1]]');
      // Sent together, they run in order.
      const together = [
        ask(a, 'SESSION RESET GRAPH'),
        ask(a, 'MATCH (n) RETURN count(n)'),
        ask(a, `SESSION SET GRAPH one; ${count}`),
        ask(a, count),
      ];
      expect(await Promise.all(together)).toEqual(['', '[[0]]', '[[300]]', '[[300]]']);
      expect(await ask(a, 'SESSION SET GRAPH nowhere')).toBe('bind/unknown-graph');
      expect(await ask(a, count)).toBe('[[300]]');
    } finally {
      await dispatcher.close();
    }
  });
});
