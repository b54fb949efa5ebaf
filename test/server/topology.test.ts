// The threads share one topology of the graph: who makes a base passes it on, and nobody makes the same twice.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { open } from '../../server/open.ts';
import { Dispatcher } from '../../server/dispatcher.ts';
import { ask } from './dispatched.ts';
import { waitFor } from './started.ts';

const folder = await mkdtemp(join(tmpdir(), 'trefoil-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'graph.db');
const seed = await open(file);
await seed.query('UNWIND range(1, 300) AS i CREATE (:A {i: i})-[:T]->(:B {i: i})').all();
await seed.close();

const count = 'MATCH (:A)-[:T]->(b) RETURN count(*), max(b.i)';

describe('The topology of the graph', () => {
  it('is read by one thread and taken by the others, before and after writes', async () => {
    const dispatcher = await Dispatcher.open({ file, readers: 2, readersMax: 3 });
    try {
      const [a, b, writer, late] = [dispatcher.session(), dispatcher.session(), dispatcher.session(), dispatcher.session()];
      // A snapshot holds its reader, so these two are on threads of their own.
      expect(await ask(a, `BEGIN READ ONLY; ${count}`)).toBe('[[300,300]]');
      expect(await ask(b, `BEGIN READ ONLY; ${count}`)).toBe('[[300,300]]');
      expect(dispatcher.topology.made).toBe(1);

      // Enough changes that whoever sees them makes a new base of them.
      await ask(writer, 'UNWIND range(301, 12000) AS i CREATE (:A {i: i})-[:T]->(:B {i: i})');
      expect(await ask(writer, `BEGIN; ${count}; COMMIT`)).toBe('[[12000,12000]]');
      expect(dispatcher.topology.made).toBe(2);
      expect(await ask(a, count)).toBe('[[300,300]]');
      expect(await ask(a, `COMMIT; BEGIN READ ONLY; ${count}`)).toBe('[[12000,12000]]');
      expect(await ask(b, count)).toBe('[[300,300]]');
      expect(await ask(b, `COMMIT; BEGIN READ ONLY; ${count}`)).toBe('[[12000,12000]]');
      // A thread that starts now has it from the start.
      expect(await ask(late, count)).toBe('[[12000,12000]]');
      expect(dispatcher.status().readers).toBe(3);
      await ask(writer, 'MATCH (a:A {i: 12000}) DETACH DELETE a');
      expect(await ask(late, count)).toBe('[[11999,11999]]');
      expect(await ask(a, count)).toBe('[[12000,12000]]');
      expect(dispatcher.topology.made).toBe(2);
    } finally {
      await dispatcher.close();
    }
  });

  it('is read once when several threads want it at the same time', async () => {
    const dispatcher = await Dispatcher.open({ file, readers: 2 });
    try {
      const sessions = [dispatcher.session(), dispatcher.session(), dispatcher.session()] as const;
      const answers = sessions.map((session, i) => ask(session, `BEGIN${i === 2 ? '' : ' READ ONLY'}; ${count}`));
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['[[11999,11999]]']));
      expect(dispatcher.topology.made).toBe(1);
    } finally {
      await dispatcher.close();
    }
  });

  it('is read by the next thread when the one whose turn it was is stopped', async () => {
    const dispatcher = await Dispatcher.open({ file, readers: 2 });
    try {
      const { topology } = dispatcher;
      let turns = 0;
      const slow = { sendBase: () => undefined, sendTurn: () => void turns++, sendGone: () => undefined };
      topology.wantTurn(slow, 0);
      expect(turns).toBe(1);
      const [a, b] = [dispatcher.session(), dispatcher.session()];
      const waits = ask(a, count);
      const stopped = new Promise<string>((resolve) => {
        const query = b.run({ text: count }, (event) => {
          if (event.kind === 'error') resolve(event.error.code);
        });
        void waitFor(
          () => (topology as unknown as { graphs: Map<number, { waiting: unknown[] }> }).graphs.get(0)?.waiting.length === 2,
        ).then(() => query.cancel());
      });
      expect(await stopped).toBe('limit/cancelled');
      topology.leave(slow);
      expect(await waits).toBe('[[11999,11999]]');
      expect(topology.made).toBe(1);
    } finally {
      await dispatcher.close();
    }
  });
});
