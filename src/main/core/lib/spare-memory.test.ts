import { expect, it } from 'vitest';
import { createSpareMemory } from './spare-memory.ts';

it('gives memory of that size back, and keeps so much only', () => {
  const spares = createSpareMemory(1);
  const [first, second] = [spares.take(4), spares.take(4)];
  spares.giveBack(first);
  spares.giveBack(second);
  expect(spares.take(5)).toHaveLength(5);
  expect(spares.take(4)).toBe(first);
  expect(spares.take(4)).not.toBe(second);
});
