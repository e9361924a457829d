import { expect, test } from 'vitest';
import { settingsMessages } from '../text/messages/settings.ts';
import { settingKeys, settingsTable, settingStatesSchema, type SettingRow } from './settings.ts';

const rows = Object.entries<SettingRow>(settingsTable);

test.each(rows)('[SET-1] the default of %s is valid', (_key, { schema, default: usual }) => {
  expect(schema.parse(usual)).toEqual(usual);
});

test('null is valid only where it is the default, which a file expresses by omitting the key', () => {
  const nullable = rows.filter(([, { schema }]) => schema.safeParse(null).success);
  expect(nullable.map(([key, { default: usual }]) => [key, usual])).toEqual([['keepDays', null]]);
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
