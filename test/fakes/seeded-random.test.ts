import { expect, test } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';

function draw(seed: number | string): number[] {
  const random = createSeededRandom(seed);
  return Array.from({ length: 20 }, () => random.fraction());
}

test('one seed gives one sequence, and another seed another', () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('a fork depends on the seed and its label, not on what was drawn before', () => {
  const [fresh, used] = [createSeededRandom('seed'), createSeededRandom('seed')];
  used.bytes(100);
  expect(used.fork('a').bytes(8)).toEqual(fresh.fork('a').bytes(8));
  expect(fresh.fork('a').bytes(8)).not.toEqual(fresh.fork('b').bytes(8));
  expect(fresh.fork('a').seed).toBe('seed/a');
});

test('fractions are even enough: each tenth of a hundred thousand within 3 % of its share', () => {
  const random = createSeededRandom('even');
  const counts = Array<number>(10).fill(0);
  for (let drawn = 0; drawn < 100_000; drawn += 1) {
    const tenth = Math.floor(random.fraction() * 10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(300);
});
