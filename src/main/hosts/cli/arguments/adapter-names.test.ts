import { expect, it } from 'vitest';
import { adapterNames, unknownAdapters } from './adapter-names.ts';

it('lets pass the adapters that this computer has', () => {
  const names = adapterNames();
  expect(names.length).toBeGreaterThan(0);
  expect(unknownAdapters(names, names)).toBeUndefined();
});

it('names those that there are', () => {
  expect(unknownAdapters(['eth0', 'eht1', 'x'], ['eth0', 'lo'])).toBe(
    'There\'s no network adapter "eht1", "x". This computer has: eth0, lo.',
  );
});
