// What the main thread and a worker agree on, step by step: the two never disagree on what stays of a text that was told to stop.

import { expect, test } from 'vitest';
import {
  finish,
  flags,
  giveUp,
  groupCommits,
  keepingBegins,
  keepingEnded,
  restart,
  start,
  takeBack,
  tell,
  told,
} from '../../server/threads/flag-word.ts';

const word = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

test('A text that was taken back never begins, and one that has begun cannot be taken back.', () => {
  const words = word();
  expect(takeBack(words, 0, 'busy')).toBe(true);
  expect(start(words, 0)).toBe(false);
  restart(words, 0);
  expect(start(words, 0)).toBe(true);
  expect(takeBack(words, 0, 'busy')).toBe(false);
});

test('What is told to stop before anything stays leaves nothing.', () => {
  const words = word();
  start(words, 0);
  expect(tell(words, 0, 'timeout', true)).toBe('undone');
  expect(told(words, 0)).toBe(flags.timeout);
  expect(keepingBegins(words, 0, true)).toBe(false);
  expect(tell(words, 0, 'cancelled', true)).toBe('over');
  expect(giveUp(words, 0, false)).toBe('undone');
});

test('What is told while it commits says itself what stayed; the next statement of its text does not run.', () => {
  const words = word();
  start(words, 0);
  expect(keepingBegins(words, 0, true)).toBe(true);
  expect(tell(words, 0, 'cancelled', true)).toBe('over');
  expect(told(words, 0)).toBeUndefined();
  expect(tell(words, 0, 'cancelled', false)).toBe('told');
  keepingEnded(words, 0, true);
  expect(told(words, 0)).toBe(flags.cancelled);
  expect(keepingBegins(words, 0, true)).toBe(false);
  expect(giveUp(words, 0, false)).toBe('perhaps committed');
});

test('A commit that failed leaves nothing, and a text with something in its transaction is not called undone.', () => {
  const words = word();
  start(words, 0);
  keepingBegins(words, 0, true);
  keepingEnded(words, 0, false);
  keepingBegins(words, 0, false);
  keepingEnded(words, 0, true);
  expect(tell(words, 0, 'cancelled', false)).toBe('told');
  expect(giveUp(words, 0, false)).toBe('undone');
});

test('After its thread was given up nothing of a text can begin to stay.', () => {
  const words = word();
  start(words, 0);
  expect(giveUp(words, 0, false)).toBe('undone');
  expect(keepingBegins(words, 0, true)).toBe(false);
  finish(words, 0);
  expect(tell(words, 0, 'cancelled', true)).toBe('over');
});

test('Of a group that was given up before its commit nothing stays, and what it did can be done once more.', () => {
  const words = word();
  expect(giveUp(words, 0, true)).toBe('untouched');
  expect(start(words, 0)).toBe(false);
  restart(words, 0);
  start(words, 0);
  keepingBegins(words, 0, false);
  finish(words, 0);
  expect(tell(words, 0, 'cancelled', true)).toBe('over');
  expect(giveUp(words, 0, true)).toBe('untouched');
  expect(groupCommits(words, [0])).toBe(false);
  restart(words, 0);
  start(words, 0);
  finish(words, 0);
  expect(groupCommits(words, [0])).toBe(true);
  expect(giveUp(words, 0, true)).toBe('perhaps committed');
});
