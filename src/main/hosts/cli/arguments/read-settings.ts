/**
 * Reads the words after `hallway settings` by the table of settings. VALUE is taken as it
 * stands where the setting takes a text, and otherwise as JSON; a list may also be given as words
 * with commas between them. Pure.
 */
import {
  decodeSetting,
  isSettingKey,
  settingKeys,
  settingsTable,
  type SettingKey,
} from '../../../../shared/contract/settings.ts';
import { settingMessage } from '../../../../shared/text/messages/settings.ts';

export type SettingsAction =
  | { readonly action: 'list'; readonly json: boolean }
  | { readonly action: 'get' | 'reset'; readonly key: SettingKey }
  /** `value` is valid. */
  | { readonly action: 'set'; readonly key: SettingKey; readonly value: unknown };

export type ReadSettings =
  { readonly ok: true; readonly action: SettingsAction } | { readonly ok: false; readonly message: string };

/** @param words without `settings` @param json whether --json is given */
export function readSettings(words: readonly string[], json: boolean): ReadSettings {
  const [action = 'list', key, value, ...more] = words;
  if (action !== 'list' && json) return refuse(`hallway settings ${action} has no option --json.`);
  switch (action) {
    case 'list':
      return key === undefined ? { ok: true, action: { action, json } } : refuse(`hallway settings list does not take "${key}".`);
    case 'get':
    case 'reset':
      if (value !== undefined) return refuse(`hallway settings ${action} does not take "${value}".`);
      return withKey(action, key, (known) => ({ ok: true, action: { action, key: known } }));
    case 'set':
      if (more.length > 0) return refuse('hallway settings set takes one VALUE: put it in quotes.');
      return withKey(action, key, (known) => readValue(known, value));
    default:
      return refuse(`hallway settings cannot "${action}". It can: list, get, set, reset.`);
  }
}

function withKey(action: string, key: string | undefined, read: (key: SettingKey) => ReadSettings): ReadSettings {
  if (key === undefined)
    return refuse(`Say which setting, for example: hallway settings ${action} ${action === 'set' ? 'status away' : 'status'}`);
  if (!isSettingKey(key)) return refuse(`There is no setting "${key}". The settings are: ${settingKeys.join(', ')}.`);
  return read(key);
}

function readValue(key: SettingKey, text: string | undefined): ReadSettings {
  const valid = settingMessage(key, 'values');
  if (text === undefined) return refuse(`Say what "${key}" is to be: ${valid}.`);
  const found = readings(key, text).find((value) => decodeSetting(key, value).ok);
  return found === undefined ? refuse(`"${key}" must be ${valid}.`) : { ok: true, action: { action: 'set', key, value: found } };
}

/** The values that a text may stand for, the likeliest first. */
function readings(key: SettingKey, text: string): readonly unknown[] {
  const isList = Array.isArray(settingsTable[key].default);
  const words = text.split(',').map((word) => word.trim());
  return [text, parse(text), ...(isList ? [words] : [])];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refuse(message: string): ReadSettings {
  return { ok: false, message };
}
