/** The settings of the source against those of the documents. */
import { expect, test } from 'vitest';
import { settingKeys } from '../src/shared/contract/settings.ts';
import { settingsMarkdown, writtenMarkdown } from './settings-table.mjs';

test('docs/SETTINGS.md has the table of the source; `node scripts/settings-table.mjs` writes it', () => {
  expect(writtenMarkdown()).toBe(settingsMarkdown());
});

test('the table has a row for each setting, and a head', () => {
  expect(settingsMarkdown().trimEnd().split('\n')).toHaveLength(settingKeys.length + 2);
});
