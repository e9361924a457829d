/** The sections of the settings page: titles, groups of rows, and which rows this host has. Pure. */
import type { About } from '../../../shared/contract/about.ts';
import { settingKeys, settingsTable, type SettingKey, type SettingRow } from '../../../shared/contract/settings.ts';
import { say, type PageMessageKey } from '../../../shared/text/messages/page.ts';
import { placeOfSection, type SettingsPlace } from '../../state/settings-places.ts';

type GroupTitle = Extract<PageMessageKey, `settings-page.group.${string}`>;

export interface SettingGroup {
  readonly title: GroupTitle;
  readonly keys: readonly SettingKey[];
}

/** The first key of each group. It ends where the next one of the same section begins. */
const firstKeys: Readonly<Partial<Record<SettingKey, GroupTitle>>> = {
  name: 'settings-page.group.profile',
  autoAway: 'settings-page.group.away',
  notifyMessages: 'settings-page.group.notify',
  notificationContent: 'settings-page.group.look',
  doNotDisturbUntilMs: 'settings-page.group.quiet',
  theme: 'settings-page.group.colors',
  density: 'settings-page.group.list',
  sendWith: 'settings-page.group.writing',
  readReceipts: 'settings-page.group.signals',
  keepDays: 'settings-page.group.messages',
  roomKeepDays: 'settings-page.group.rooms',
  filesDirectory: 'settings-page.group.files',
  manualAddresses: 'settings-page.group.reach',
  port: 'settings-page.group.port',
  startAtLogin: 'settings-page.group.start',
  keepRunning: 'settings-page.group.window',
  logLevel: 'settings-page.group.log',
};

/** Where a row stands, if not where the table has it: beside those that it belongs to. */
const order: readonly SettingKey[] = [
  ...(['notifyMessages', 'notifyRooms', 'keywords'] as const),
  ...(['notificationContent', 'notificationSound', 'showBadge', 'flashWindow'] as const),
  ...(['doNotDisturbUntilMs', 'quietHours'] as const),
  ...(['theme', 'textSizePercent', 'reduceMotion', 'density', 'showSnippets', 'sendWith', 'timeFormat'] as const),
];
const ordered = [...order, ...settingKeys.filter((key) => !order.includes(key))];

/** Whether the setting does anything on this host and system (rule SET-28). */
export function isPossible(key: SettingKey, { host, system }: Pick<About, 'host' | 'system'>): boolean {
  const { hosts, systems }: Pick<SettingRow, 'hosts' | 'systems'> = settingsTable[key];
  return hosts.includes(host) && (system === null || systems.includes(system));
}

/** The groups of a section, without rows that are impossible here. */
export function groupsOf(place: SettingsPlace, about: Pick<About, 'host' | 'system'>): readonly SettingGroup[] {
  const groups: { title: GroupTitle; keys: SettingKey[] }[] = [];
  for (const key of ordered) {
    if (placeOfSection(settingsTable[key].section) !== place) continue;
    const title = firstKeys[key];
    if (title !== undefined) groups.push({ title, keys: [] });
    if (isPossible(key, about)) groups.at(-1)?.keys.push(key);
  }
  return groups.filter(({ keys }) => keys.length > 0);
}

const titles = {
  profile: 'settings-page.place.profile',
  notifications: 'settings-page.place.notifications',
  appearance: 'settings-page.place.appearance',
  privacy: 'settings-page.place.privacy',
  network: 'settings-page.place.network',
  startup: 'settings-page.place.startup',
  shortcuts: 'settings-page.place.shortcuts',
  advanced: 'settings-page.place.advanced',
  about: 'settings-page.place.about',
} as const satisfies Readonly<Record<SettingsPlace, string>>;

export function placeTitle(place: SettingsPlace): string {
  return say(titles[place]);
}
