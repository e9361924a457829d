import { expect, test } from 'vitest';
import { isVersion, newerVersions } from './version.ts';

test.each([
  ['0.1.0', true],
  ['10.20.30-beta.2', true],
  ['1.0', false],
  ['01.0.0', false],
  ['1.0.0+build', false],
  ['1.0.0-', false],
  ['1.0.0 ', false],
  ['123456.0.0', false],
  [`1.0.0-${'a'.repeat(26)}`, true],
  [`1.0.0-${'a'.repeat(27)}`, false],
  ['', false],
  ['1.0.0-\u202Ea', false],
])('%j is a version: %s', (text, expected) => {
  expect(isVersion(text)).toBe(expected);
});

test('counts newer versions, and finds the newest in the order of semver.org', () => {
  const order = [
    '1.0.0-1',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.0.10',
    '1.2.0',
    '2.0.0',
  ];
  expect(order.map((own) => newerVersions(own, [undefined, 'junk', '9', ...order]))).toEqual(
    order.map((_, index) => (index === order.length - 1 ? undefined : { count: order.length - 1 - index, newest: '2.0.0' })),
  );
});

test('without a version of our own, none is newer', () => {
  expect([newerVersions('unknown', ['9.9.9']), newerVersions(undefined, ['9.9.9'])]).toEqual([undefined, undefined]);
});
