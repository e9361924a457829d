/** Finds settings by words of their label, description, choices and synonyms (rule SET-28). Pure. */
import { settingsTable, type SettingKey } from '../../../shared/contract/settings.ts';
import { foldText } from '../../../shared/text/fold-text.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { settingChoices, settingSynonyms } from '../../../shared/text/messages/settings/setting-words.ts';
import { placeOfSection } from '../../state/settings-places.ts';
import { placeTitle } from './groups.ts';

/** @returns the keys that match every word of `text`, best first: those that match by their label */
export function searchSettings(text: string, keys: readonly SettingKey[]): readonly SettingKey[] {
  const words = wordsOf(text);
  const matches = keys.filter((key) => hasAll(wordsFor(key), words));
  const byLabel = matches.filter((key) => hasAll(settingMessage(key, 'label'), words));
  return [...byLabel, ...matches.filter((key) => !byLabel.includes(key))];
}

function wordsFor(key: SettingKey): string {
  const place = placeTitle(placeOfSection(settingsTable[key].section));
  const choices = Object.values(settingChoices[key] ?? {});
  return [settingMessage(key, 'label'), settingMessage(key, 'description'), settingSynonyms[key], place, ...choices, key].join(
    ' ',
  );
}

function hasAll(text: string, words: readonly string[]): boolean {
  const folded = foldText(text);
  return words.every((word) => folded.includes(word));
}

function wordsOf(text: string): readonly string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((word) => word !== '');
}
