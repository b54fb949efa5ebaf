// What the threads say to each other: every message arrives as it was sent, and a number means one text only.

import { expect, test } from 'vitest';
import type { FromWorker } from '../../server/threads/messages.ts';
import { pack, unpackEach } from '../../server/threads/packing.ts';
import { Ticketed, TicketOffice } from '../../server/threads/tickets.ts';

function sent(messages: readonly FromWorker[]): FromWorker[] {
  const arrived: FromWorker[] = [];
  unpackEach(structuredClone(pack(messages)), (message) => arrived.push(message));
  return arrived;
}

test('Messages of all kinds arrive in their order, with all that is in them.', () => {
  const notice = { code: 'cast/lossy', message: 'Digits were lost.', span: { start: 0, end: 1, line: 1, column: 1 } };
  const measure = { model: 'relational', planCached: true, workMs: 0.034, slow: { text: 'SELECT 1', plan: 'values' } } as const;
  const messages: FromWorker[] = [
    { kind: 'ready' },
    { kind: 'out', ticket: 7, event: { kind: 'head', columns: [{ name: 'x', type: 'integer' }] } },
    { kind: 'out', ticket: 7, event: { kind: 'rows', text: '[[1]]', count: 1 } },
    {
      kind: 'out',
      ticket: 7,
      event: { kind: 'done', last: false, stats: { rows: 1, timeMs: 0.5, rowsRead: 3 }, notices: [notice], measure },
    },
    { kind: 'out', ticket: 7, event: { kind: 'head', columns: [] } },
    { kind: 'out', ticket: 7, event: { kind: 'done', last: true, stats: { timeMs: 1, rows: 0 }, notices: [], measure: undefined } },
    { kind: 'free', ticket: 7, left: 'open', graph: 'g' },
    { kind: 'free', ticket: 8, left: 'none', graph: null },
    { kind: 'out', ticket: 9, event: { kind: 'error', error: { code: 'limit/memory', message: 'Too much.', retryable: false } } },
    { kind: 'commit', statements: 3 },
  ];
  expect(sent(messages)).toEqual(messages);
});

test('A number that was given back comes again as another one, and the old one finds nothing.', () => {
  const office = new TicketOffice();
  const texts = new Ticketed<string>();
  const [first, second] = [office.take(), office.take()];
  texts.set(first, 'first');
  texts.set(second, 'second');
  texts.delete(first);
  office.giveBack(first);
  const third = office.take();
  texts.set(third, 'third');
  expect(new Set([first, second, third]).size).toBe(3);
  texts.delete(first);
  expect([first, second, third].map((ticket) => texts.get(ticket))).toEqual([undefined, 'second', 'third']);
  expect(texts.values().sort()).toEqual(['second', 'third']);
});
