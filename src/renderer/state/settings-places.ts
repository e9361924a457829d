/**
 * The sections of the settings page, and the places in it that a link may name (rule SET-29). Pure.
 */
import { isSettingKey, settingsTable, type SettingKey, type SettingSection } from '../../shared/contract/settings.ts';

/** In the order of the page. */
export const settingsPlaces = [
  'profile',
  'notifications',
  'appearance',
  'privacy',
  'network',
  'startup',
  'shortcuts',
  'advanced',
  'about',
] as const;
export type SettingsPlace = (typeof settingsPlaces)[number];

export interface SettingsRoute {
  readonly page: 'settings';
  readonly section: SettingsPlace;
  /** The row that takes the focus. */
  readonly key: SettingKey | undefined;
}

/** The section of the page that shows a section of the table. */
export function placeOfSection(section: SettingSection): SettingsPlace {
  return section === 'messages' ? 'privacy' : section;
}

/**
 * @param name of a section of the page or of the table, or the key of a setting, as in
 *   `#/settings/theme`
 * @returns the first section for a name that there is not
 */
export function settingsRouteOf(name: string): SettingsRoute {
  if (isSettingKey(name)) return { page: 'settings', section: placeOfSection(settingsTable[name].section), key: name };
  const section = settingsPlaces.find((place) => place === (name === 'messages' ? 'privacy' : name)) ?? 'profile';
  return { page: 'settings', section, key: undefined };
}
