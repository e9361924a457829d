import { expect, test } from 'vitest';
import { settingsMessages } from '../text/messages/settings.ts';
import { settingKeys, settingsTable, settingStatesSchema, type SettingKey, type SettingRow } from './settings.ts';

const rows = Object.entries<SettingRow>(settingsTable);

test.each(rows)('[SET-1] the default of %s is valid', (_key, { schema, default: usual }) => {
  expect(schema.parse(usual)).toEqual(usual);
});

test('null is valid for these settings alone, and is the default of most', () => {
  const nullable = rows.filter(([, { schema }]) => schema.safeParse(null).success);
  expect(Object.fromEntries(nullable.map(([key, { default: usual }]) => [key, usual]))).toEqual({
    busyUntilMs: null,
    doNotDisturbUntilMs: null,
    quietHours: null,
    keepDays: null,
    roomKeepDays: 30,
    port: null,
    globalShortcut: null,
  });
});

test.each<readonly [SettingKey, readonly unknown[], readonly unknown[]]>([
  ['quietHours', [{ days: [0, 6], from: '22:00', to: '07:30' }], [{ days: [], from: '22:00', to: '07:30' }, '22:00']],
  [
    'quietHours',
    [null],
    [
      { days: [7], from: '22:00', to: '07:30' },
      { days: [1], from: '24:00', to: '07:30' },
    ],
  ],
  ['globalShortcut', ['Ctrl+Alt+H', 'CommandOrControl+Shift+F12', null], ['H', 'Ctrl+', 'Ctrl+Alt+HH', '+H', 'Ctrl+F25']],
  ['keywords', [['build', 'größe']], [[''], ['x'.repeat(65)], 'build']],
  ['textSizePercent', [90, 200], [89, 201, 100.5, '100']],
  ['port', [1, 65_535, null], [0, 65_536]],
])('[SET-20] %s takes %j and nothing like %j', (key, valid, invalid) => {
  const { schema } = settingsTable[key];
  const accepted = [...valid, ...invalid].filter((value) => schema.safeParse(value).success);
  expect(accepted).toEqual(valid);
});

test('no two settings have the same policy name', () => {
  const names = rows.flatMap(([, { policy }]) => policy ?? []);
  expect(new Set(names).size).toBe(names.length);
});

test('every setting has its texts, and no text is unused', () => {
  const keys = settingKeys.flatMap((key) => ['label', 'description', 'values'].map((part) => `settings.${key}.${part}`));
  expect(Object.keys(settingsMessages)).toEqual(keys);
  expect(Object.values(settingsMessages).filter((text) => text.trim() === '')).toEqual([]);
});

test('the states of all settings fit their schema, and an incomplete set does not', () => {
  const states = Object.fromEntries(
    rows.map(([key, { default: usual }]) => [key, { value: usual, default: usual, locked: false }]),
  );
  const { passive: _passive, ...others } = states;
  expect([settingStatesSchema.safeParse(states).data, settingStatesSchema.safeParse(others).success]).toEqual([states, false]);
});
