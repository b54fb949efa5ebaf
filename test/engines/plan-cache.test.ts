// What is kept of plans.

import { expect, it } from 'vitest';
import { PlanCache, type PreparedPlan } from '../../engines/prepare-statement.ts';

const plan = {} as PreparedPlan;
const fail = (): PreparedPlan => {
  throw new Error('the plan was forgotten');
};

it('A cache that was cleared has its whole room again, however often.', () => {
  const cache = new PlanCache();
  for (let i = 0; i < 30; i++) {
    cache.get(`${i}${'x'.repeat(100_000)}`, () => plan);
    cache.clear();
  }
  cache.get('a', () => plan);
  cache.get('b', () => plan);
  expect(cache.get('a', fail)).toBe(plan);
  expect(cache.get('b', fail)).toBe(plan);
});

it('The plans used last stay when there are too many, by number or by length of the texts.', () => {
  const cache = new PlanCache();
  for (const text of ['a', 'b', 'c']) cache.get(text, () => plan);
  cache.get('a', fail);
  for (let i = 0; i < 498; i++) cache.get(String(i), () => plan);
  expect(cache.get('a', fail)).toBe(plan);
  expect(() => cache.get('b', fail)).toThrow();
  const long = (i: number): string => `${i}${'x'.repeat(100_000)}`;
  for (let i = 0; i < 11; i++) cache.get(long(i), () => plan);
  expect(cache.get(long(10), fail)).toBe(plan);
  expect(cache.get(long(2), fail)).toBe(plan);
  expect(() => cache.get('497', fail)).toThrow();
  expect(() => cache.get(long(1), fail)).toThrow();
});
