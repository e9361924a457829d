import { expect, test } from 'vitest';
import { refusalOfNode } from './node-version.ts';

test.each(['22.13.0', '22.20.1', '24.0.0', '100.1.0'])('Node.js %s is new enough for >=22.13', (version) => {
  expect(refusalOfNode(version, '>=22.13')).toBeUndefined();
});

test.each(['22.12.9', '22.2.0', '20.20.2', '9.99.0'])('Node.js %s is refused by >=22.13, with both versions', (version) => {
  expect(refusalOfNode(version, '>=22.13')).toBe(`Hallway needs Node.js 22.13 or newer, but this is ${version}.`);
});
