/** The texts of each setting, by key: its label, its description, and its valid values. */
import type { SettingKey } from '../../contract/settings.ts';

type SettingPart = 'label' | 'description' | 'values';

export const settingsMessages = {
  'settings.name.label': 'Name',
  'settings.name.description': "The name that others see. Until you choose one, it's your account name.",
  'settings.name.values': 'a text with at least one visible character; it is cut at 48 bytes',

  'settings.status.label': 'Status',
  'settings.status.description': 'Whether you can be disturbed.',
  'settings.status.values': 'available, away or busy',

  'settings.note.label': 'Note',
  'settings.note.description': 'A line about you that others see.',
  'settings.note.values': 'a text, or an empty one; it is cut at 96 bytes',

  'settings.readReceipts.label': 'Read receipts',
  'settings.readReceipts.description': "People see when you've read their messages.",
  'settings.readReceipts.values': 'true or false',

  'settings.keepDays.label': 'Delete messages after',
  'settings.keepDays.description':
    'Messages are deleted this many days after they were saved here. Unread and undelivered ones stay. A shorter time takes effect at once.',
  'settings.keepDays.values': 'a number of days from 1 to 36500, or null for never',

  'settings.manualAddresses.label': 'People by address',
  'settings.manualAddresses.description': "Hallway contacts these addresses to reach people that multicast doesn't.",
  'settings.manualAddresses.values': 'a list of up to 256 addresses, each as ADDRESS:PORT or [ADDRESS]:PORT',

  'settings.excludedInterfaces.label': 'Excluded adapters',
  'settings.excludedInterfaces.description': 'Hallway never uses these network adapters.',
  'settings.excludedInterfaces.values': 'a list of up to 64 names of adapters',

  'settings.passive.label': 'Quiet mode',
  'settings.passive.description':
    "Hallway answers others, and sends nothing to individual computers that didn't contact it first.",
  'settings.passive.values': 'true or false',
} as const satisfies Readonly<Record<`settings.${SettingKey}.${SettingPart}`, string>>;

export function settingMessage(key: SettingKey, part: SettingPart): string {
  return settingsMessages[`settings.${key}.${part}`];
}

/**
 * The valid values of a setting: an argument `key` for other messages. A test compares its keys
 * with the table.
 */
export const expectedValue = `{key, select,
  name {${settingsMessages['settings.name.values']}}
  status {${settingsMessages['settings.status.values']}}
  note {${settingsMessages['settings.note.values']}}
  readReceipts {${settingsMessages['settings.readReceipts.values']}}
  keepDays {${settingsMessages['settings.keepDays.values']}}
  manualAddresses {${settingsMessages['settings.manualAddresses.values']}}
  excludedInterfaces {${settingsMessages['settings.excludedInterfaces.values']}}
  passive {${settingsMessages['settings.passive.values']}}
  other {another value}}` as const;
