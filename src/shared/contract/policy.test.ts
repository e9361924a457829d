import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePolicy, keyOfPolicy } from './policy.ts';
import { settingKeys, settingsTable } from './settings.ts';

test('[POLICY-4] a mistake in one entry leaves all others in force', () => {
  const decoded = decodePolicy({
    $comment: 'by IT',
    keepDays: { value: 90, locked: true },
    KeepDay: { value: 90, locked: true },
    theme: { value: 'purple', locked: true },
    density: { value: 'compact' },
    passive: { value: true, locked: true, lockd: true },
    status: { value: 'busy', locked: true },
    doNotDisturbUntilMs: { value: null, locked: true },
    __proto__: { value: 1, locked: true },
    constructor: { value: 1, locked: true },
    ReadReceipts: { value: false, locked: false },
  });
  expect(decoded).toEqual({
    policy: { keepDays: { value: 90, locked: true }, readReceipts: { value: false, locked: false } },
    faulty: ['KeepDay', 'theme', 'density', 'passive', 'status', 'doNotDisturbUntilMs', 'constructor'],
  });
});

test('a policy names every setting but those that are personal, by key or policy name', () => {
  const names = settingKeys.map((key) => [key, settingsTable[key].policy ?? ''] as const);
  const decided = names.filter(([key, policy]) => keyOfPolicy(key) === key && keyOfPolicy(policy) === key).map(([key]) => key);
  expect(settingKeys.filter((key) => !decided.includes(key))).toEqual([
    'name',
    'status',
    'note',
    'busyUntilMs',
    'doNotDisturbUntilMs',
  ]);
});

test('[POLICY-5] any content decodes without throwing, and locks only what it says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (content) => {
      const decoded = decodePolicy(content);
      expect(Object.values(decoded?.policy ?? {}).filter((entry) => typeof entry?.locked !== 'boolean')).toEqual([]);
    }),
    { seed: 5 },
  );
});
