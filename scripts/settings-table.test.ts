/** Compares the settings in the source with those in the documents. */
import { expect, test } from 'vitest';
import { settingKeys } from '../src/shared/contract/settings.ts';
import { settingsMarkdown, writtenMarkdown } from './settings-table.mjs';

test('docs/SETTINGS.md has the table that `node scripts/settings-table.mjs` writes', () => {
  expect(writtenMarkdown()).toBe(settingsMarkdown());
});

test('the table has a head, and a row for each setting', () => {
  expect(settingsMarkdown().trimEnd().split('\n')).toHaveLength(settingKeys.length + 2);
});
