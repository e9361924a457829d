import { expect, test } from 'vitest';
import { createLruMap } from './lru-map.ts';

function abc() {
  const map = createLruMap<string, number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
  return map;
}

test('beyond the limit the oldest entry is dropped and returned', () => {
  const map = abc();
  expect({ dropped: map.set('d', 3), size: map.size, left: [...map.values()], a: map.get('a') }).toEqual({
    dropped: 0,
    size: 3,
    left: [1, 2, 3],
    a: undefined,
  });
});

test('setting an entry again makes it the newest; reading it does not', () => {
  const map = abc();
  map.get('b');
  expect({ dropped: [map.set('a', 9), map.set('d', 3)], left: [...map.values()] }).toEqual({
    dropped: [undefined, 1],
    left: [2, 9, 3],
  });
});

test('an entry with the value undefined is dropped like any other', () => {
  const map = createLruMap<undefined, undefined>(1);
  map.set(undefined, undefined);
  expect([map.has(undefined), map.size]).toEqual([true, 1]);
});

test('deleting makes room, and clearing empties the map', () => {
  const map = abc();
  map.delete('b');
  expect([map.set('d', 3), map.has('b'), [...map.values()]]).toEqual([undefined, false, [0, 2, 3]]);
  map.clear();
  expect([map.size, map.get('a')]).toEqual([0, undefined]);
});
