// The outlet by itself: credit in rows and bytes, frames of a good size, buffering, holding until the commit.

import { expect, it } from 'vitest';
import type { Row } from '../../engines/value.ts';
import { Outlet, type OutEvent } from '../../server/threads/outlet.ts';

const limits = { frameRows: 4, frameTargetBytes: 1000, bufferedResultBytes: 200, connectionBufferBytes: 5000, stallMs: 30 };
const rows = (from: number, to: number): Row[] => Array.from({ length: to - from + 1 }, (_, i) => [BigInt(from + i)]);

function outlet(overrides: Partial<typeof limits> = {}): { out: Outlet; sent: OutEvent[]; texts: () => string[] } {
  const sent: OutEvent[] = [];
  const out = new Outlet({ ...limits, ...overrides }, (event) => sent.push(event));
  return { out, sent, texts: () => sent.flatMap((event) => (event.kind === 'rows' ? [event.text] : [])) };
}

const stats = { rows: 0, timeMs: 0 };

it('An outlet sends as many rows as the window allows, and the producer waits for the rest.', async () => {
  const { out, texts } = outlet({ stallMs: 60_000 });
  out.grant(3, 1e6);
  let waited = true;
  const wait = out.rows(rows(1, 5))?.then(() => {
    waited = false;
  });
  expect(texts()).toEqual(['[[1],[2],[3]]']);
  out.grant(1, 0);
  await Promise.resolve();
  expect([texts().at(-1), waited]).toEqual(['[[4]]', true]);
  out.grant(1, 0);
  await wait;
  expect([texts().at(-1), waited]).toEqual(['[[5]]', false]);
});

it('An outlet stops when the socket has bytes enough, and frames hold no more rows than they may.', () => {
  const { out, texts } = outlet();
  out.grant(1000, 20);
  void out.rows(rows(1, 12));
  expect(texts()).toEqual(['[[1],[2],[3],[4]]', '[[5],[6],[7],[8]]']);
  out.grant(0, 100);
  expect(texts().at(-1)).toBe('[[9],[10],[11],[12]]');
});

it('A frame ends with the row that fills it, however many more the window allows.', () => {
  const { out, texts } = outlet();
  out.grant(1000, 1e6);
  void out.rows([['a'.repeat(600)], ['b'.repeat(600)], ['c'.repeat(2000)], ['d']]);
  expect(texts().map((text) => (JSON.parse(text) as string[][]).map(([cell]) => (cell as string).slice(0, 1)))).toEqual([
    ['a', 'b'],
    ['c'],
    ['d'],
  ]);
});

it('A row that is too large fails its producer, whether it would leave at once or waits for its window.', async () => {
  const { out, texts } = outlet();
  out.grant(1, 1e6);
  const large = [['a'.repeat(5000 - 4)], ['b'.repeat(5000 - 3)]];
  const wait = out.rows(large) as Promise<void>;
  expect(texts().length).toBe(1);
  out.grant(1, 1e6);
  await expect(wait).rejects.toMatchObject({ code: 'limit/result-bytes' });
  const direct = outlet();
  direct.out.grant(2, 1e6);
  expect(() => direct.out.rows(large.slice(1))).toThrow('larger than 5000 bytes');
  direct.out.fail({ code: 'limit/result-bytes', message: '', retryable: false });
  expect(direct.sent.map((event) => event.kind)).toEqual(['error']);
});

it('An outlet keeps the order of events behind rows that wait.', () => {
  const { out, sent } = outlet();
  out.grant(1, 1e6);
  out.buffer();
  out.head([]);
  out.rows(rows(1, 2));
  out.done(false, stats, []);
  out.head([]);
  expect(sent.map((e) => e.kind)).toEqual(['head', 'rows']);
  out.grant(1, 0);
  expect(sent.map((e) => e.kind)).toEqual(['head', 'rows', 'rows', 'done', 'head']);
});

it('An outlet that is told to buffer keeps a result up to its limit.', () => {
  const { out } = outlet();
  void out.rows(rows(1, 3));
  out.buffer();
  expect(out.rows(rows(4, 10))).toBeUndefined();
  expect(out.overflow).toBeUndefined();
  out.rows(rows(11, 100));
  expect(out.overflow?.code).toBe('limit/result-buffer');
});

it('An outlet that holds sends nothing before it lets go, and nothing but the error when it is abandoned.', () => {
  const kept = outlet();
  kept.out.grant(10, 1e6);
  kept.out.hold();
  kept.out.keep(rows(1, 2));
  kept.out.done(true, stats, []);
  expect(kept.sent).toEqual([]);
  kept.out.letGo();
  expect(kept.sent.map((e) => e.kind)).toEqual(['rows', 'done']);
  const lost = outlet();
  lost.out.grant(10, 1e6);
  lost.out.hold();
  lost.out.keep(rows(1, 2));
  lost.out.abandon({ code: 'storage/full', message: 'The disk is full.', retryable: false });
  expect(lost.sent.map((e) => e.kind)).toEqual(['error']);
});

it('An outlet drops its rows when they are not wanted, and goes on.', async () => {
  const { out, sent } = outlet();
  out.head([]);
  const wait = out.rows(rows(1, 5));
  out.discard();
  await wait;
  expect(out.rows(rows(6, 9))).toBeUndefined();
  out.done(true, stats, []);
  expect(sent.map((e) => e.kind)).toEqual(['head', 'done']);
});

it('An outlet whose client does not read fails its producer, or the result if that has ended.', async () => {
  const producing = outlet();
  await expect(producing.out.rows(rows(1, 5))).rejects.toMatchObject({ code: 'limit/stalled' });
  const ended = outlet();
  ended.out.keep(rows(1, 5));
  ended.out.done(true, stats, []);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(ended.sent).toMatchObject([{ kind: 'error', error: { code: 'limit/stalled' } }]);
});
