/**
 * The table of settings (rules SET-1 to SET-7): each row has the key, the valid values, the default
 * and its scope. The settings file, the command, the automation interface and
 * docs/SETTINGS.md derive from it. Texts are in text/messages/settings.ts, by key. Applying a
 * setting is left to its area of the core.
 */
import { z } from '../lib/zod.ts';
import { statusSchema } from './profile.ts';

/** Groups of settings, in the order in which documents and screens show them. */
export const settingSections = [
  'profile',
  'notifications',
  'appearance',
  'privacy',
  'messages',
  'network',
  'startup',
  'advanced',
] as const;
export type SettingSection = (typeof settingSections)[number];

const everyHost = ['desktop', 'browser', 'terminal'] as const;
const everySystem = ['linux', 'macos', 'windows'] as const;
/** A terminal has no page. */
const pageHosts = ['desktop', 'browser'] as const;
const desktopAlone = ['desktop'] as const;

export interface SettingRow<Schema extends z.ZodType = z.ZodType> {
  /** Valid values. */
  readonly schema: Schema;
  /** Applies until the user chooses a value. */
  readonly default: z.infer<Schema>;
  readonly section: SettingSection;
  readonly hosts: readonly (typeof everyHost)[number][];
  readonly systems: readonly (typeof everySystem)[number][];
  /** The name by which a policy may lock it; null if no policy may. */
  readonly policy: string | null;
}

/** Limits of input, in UTF-16 code units. The core cuts the text to the protocol's limit. */
const textSchema = z.string().max(10_000);
/**
 * As many addresses as presence accepts (`maxManualPeers`), and more adapters than any computer
 * has.
 */
const maxAddresses = 256;
const maxInterfaces = 64;
/** Adapters of Windows have long names. */
const maxInterfaceLength = 64;
/** A hundred years, in days; anything longer amounts to never. */
const maxKeepDays = 36_500;
/** Longer waits would amount to never. */
const maxAwayMinutes = 240;
const maxKeywords = 50;
const maxKeywordLength = 64;
/** The least room for a day of a busy room, and more than a small disk has. */
const roomMegabytes = { min: 16, max: 65_536 } as const;
/** As long as the longest path of any system. */
const maxPathLength = 4_096;
/** A whole offer has 1 TiB at most. */
const maxAcceptMiB = 1_048_576;
/** Ten gigabits are 1.25 GB: anything faster amounts to no limit. */
const maxBytesPerSecond = 10_000_000_000;
/** A message for everyone may cross three routers at most. */
const maxMulticastTtl = 4;
/** The last moment that JavaScript can name, in milliseconds since 1970. */
const maxWallMs = 8_640_000_000_000_000;

/**
 * Checks only the shape of `ADDRESS:PORT` or `[ADDRESS]:PORT`; the network area checks the rest.
 */
const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+(?:%[\w.-]{1,32})?\]):\d{1,5}$/i;

const timePattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** As Electron writes shortcuts: one modifier or more, then one key. */
const modifiers = 'CommandOrControl|CmdOrCtrl|Command|Cmd|Control|Ctrl|Alt|Option|AltGr|Shift|Super|Meta';
const keys = '[A-Z0-9]|F(?:[1-9]|1[0-9]|2[0-4])|Space|Up|Down|Left|Right|Home|End|PageUp|PageDown|Insert|Delete';
const shortcutPattern = new RegExp(`^(?:(?:${modifiers})\\+){1,4}(?:${keys})$`, 'i');

/**
 * Hours of the week without notifications. Days count from Sunday (0). Hours that end before they
 * begin last into the next day; equal times mean the whole day.
 */
export const quietHoursSchema = z.strictObject({
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: z.string().regex(timePattern),
  to: z.string().regex(timePattern),
});

/** The end of something, in milliseconds since 1970; null for none. */
export const momentSchema = z.int().min(0).max(maxWallMs).nullable();

export const settingsTable = {
  name: row({ schema: textSchema, default: '', section: 'profile', policy: null }),
  status: row({ schema: statusSchema, default: 'available', section: 'profile', policy: null }),
  note: row({ schema: textSchema, default: '', section: 'profile', policy: null }),
  autoAway: row({ schema: z.boolean(), default: true, section: 'profile', policy: 'AutoAway' }),
  autoAwayMinutes: row({
    schema: z.int().min(1).max(maxAwayMinutes),
    default: 10,
    section: 'profile',
    policy: 'AutoAwayMinutes',
  }),
  busyUntilMs: row({ schema: momentSchema, default: null, section: 'profile', policy: null }),
  notifyMessages: row({ schema: z.boolean(), default: true, section: 'notifications', policy: 'NotifyMessages' }),
  notifyRooms: row({
    schema: z.enum(['all', 'mentions', 'none']),
    default: 'mentions',
    section: 'notifications',
    policy: 'NotifyRooms',
  }),
  notificationContent: row({
    schema: z.enum(['text', 'sender', 'none']),
    default: 'text',
    section: 'notifications',
    policy: 'NotificationContent',
  }),
  notificationSound: row({ schema: z.boolean(), default: true, section: 'notifications', policy: 'NotificationSound' }),
  keywords: row({
    schema: z.array(z.string().min(1).max(maxKeywordLength)).max(maxKeywords),
    default: [],
    section: 'notifications',
    policy: 'Keywords',
  }),
  doNotDisturbUntilMs: row({ schema: momentSchema, default: null, section: 'notifications', policy: null }),
  quietHours: row({ schema: quietHoursSchema.nullable(), default: null, section: 'notifications', policy: 'QuietHours' }),
  showBadge: row({ schema: z.boolean(), default: true, section: 'notifications', policy: 'ShowBadge', hosts: pageHosts }),
  flashWindow: row({ schema: z.boolean(), default: true, section: 'notifications', policy: 'FlashWindow', hosts: desktopAlone }),
  theme: row({
    schema: z.enum(['system', 'light', 'dark']),
    default: 'system',
    section: 'appearance',
    policy: 'Theme',
    hosts: pageHosts,
  }),
  textSizePercent: row({
    schema: z.int().min(90).max(200),
    default: 100,
    section: 'appearance',
    policy: 'TextSizePercent',
    hosts: pageHosts,
  }),
  density: row({
    schema: z.enum(['comfortable', 'compact']),
    default: 'compact',
    section: 'appearance',
    policy: 'Density',
    hosts: pageHosts,
  }),
  sendWith: row({
    schema: z.enum(['enter', 'ctrl-enter']),
    default: 'enter',
    section: 'appearance',
    policy: 'SendWith',
    hosts: pageHosts,
  }),
  timeFormat: row({
    schema: z.enum(['system', '12h', '24h']),
    default: 'system',
    section: 'appearance',
    policy: 'TimeFormat',
    hosts: pageHosts,
  }),
  reduceMotion: row({ schema: z.boolean(), default: false, section: 'appearance', policy: 'ReduceMotion', hosts: pageHosts }),
  showSnippets: row({ schema: z.boolean(), default: true, section: 'appearance', policy: 'ShowSnippets', hosts: pageHosts }),
  readReceipts: row({ schema: z.boolean(), default: true, section: 'privacy', policy: 'ReadReceipts' }),
  typingSignals: row({ schema: z.boolean(), default: true, section: 'privacy', policy: 'TypingSignals' }),
  keepDays: row({
    schema: z.number().min(1).max(maxKeepDays).nullable(),
    default: null,
    section: 'messages',
    policy: 'KeepDays',
  }),
  roomKeepDays: row({
    schema: z.int().min(1).max(maxKeepDays).nullable(),
    default: 30,
    section: 'messages',
    policy: 'RoomKeepDays',
  }),
  roomKeepMegabytes: row({
    schema: z.int().min(roomMegabytes.min).max(roomMegabytes.max),
    default: 2_048,
    section: 'messages',
    policy: 'RoomKeepMegabytes',
  }),
  roomNotices: row({ schema: z.enum(['auto', 'always', 'never']), default: 'auto', section: 'messages', policy: 'RoomNotices' }),
  filesDirectory: row({ schema: z.string().max(maxPathLength), default: '', section: 'messages', policy: 'FilesDirectory' }),
  filesAccept: row({ schema: z.enum(['ask', 'verified', 'never']), default: 'ask', section: 'messages', policy: 'FilesAccept' }),
  filesAcceptUpToMiB: row({
    schema: z.int().min(1).max(maxAcceptMiB),
    default: 100,
    section: 'messages',
    policy: 'FilesAcceptUpToMiB',
  }),
  filesRemovePlace: row({ schema: z.boolean(), default: true, section: 'messages', policy: 'FilesRemovePlace' }),
  filesBytesPerSecond: row({
    schema: z.int().min(0).max(maxBytesPerSecond),
    default: 0,
    section: 'messages',
    policy: 'FilesBytesPerSecond',
  }),
  manualAddresses: row({
    schema: z.array(z.string().regex(addressPattern)).max(maxAddresses),
    default: [],
    section: 'network',
    policy: 'ManualAddresses',
  }),
  excludedInterfaces: row({
    schema: z.array(z.string().min(1).max(maxInterfaceLength)).max(maxInterfaces),
    default: [],
    section: 'network',
    policy: 'ExcludedInterfaces',
  }),
  passive: row({ schema: z.boolean(), default: false, section: 'network', policy: 'Passive' }),
  multicastTtl: row({ schema: z.int().min(1).max(maxMulticastTtl), default: 1, section: 'network', policy: 'MulticastTtl' }),
  port: row({ schema: z.int().min(1).max(65_535).nullable(), default: null, section: 'network', policy: 'Port' }),
  startAtLogin: row({ schema: z.boolean(), default: false, section: 'startup', policy: 'StartAtLogin', hosts: desktopAlone }),
  startHidden: row({ schema: z.boolean(), default: true, section: 'startup', policy: 'StartHidden', hosts: desktopAlone }),
  keepRunning: row({ schema: z.boolean(), default: true, section: 'startup', policy: 'KeepRunning', hosts: desktopAlone }),
  globalShortcut: row({
    schema: z.string().regex(shortcutPattern).max(64).nullable(),
    default: null,
    section: 'startup',
    policy: 'GlobalShortcut',
    hosts: desktopAlone,
  }),
  hardwareAcceleration: row({
    schema: z.boolean(),
    default: true,
    section: 'startup',
    policy: 'HardwareAcceleration',
    hosts: desktopAlone,
  }),
  logLevel: row({
    schema: z.enum(['error', 'warning', 'info', 'debug']),
    default: 'info',
    section: 'advanced',
    policy: 'LogLevel',
  }),
} as const;

export type SettingKey = keyof typeof settingsTable;
export type SettingValues = { readonly [Key in SettingKey]: z.infer<(typeof settingsTable)[Key]['schema']> };
/** The value in effect. Read it at each use, because the user may change it at any time. */
export type GetSetting = <Key extends SettingKey>(key: Key) => SettingValues[Key];
/** Values that the user chose. Undefined, like a missing key, selects the default. */
export type ChosenSettings = { readonly [Key in SettingKey]?: SettingValues[Key] | undefined };

export const settingKeys = Object.keys(settingsTable) as readonly SettingKey[];

/** Own properties only: `constructor` is not a setting. */
export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingsTable, key);
}

export type DecodedSetting<Key extends SettingKey> =
  { readonly ok: true; readonly value: SettingValues[Key] } | { readonly ok: false };

/** Total: accepts any value, such as one from an edited file. */
export function decodeSetting<Key extends SettingKey>(key: Key, value: unknown): DecodedSetting<Key> {
  const decoded = settingsTable[key].schema.safeParse(value);
  return decoded.success ? { ok: true, value: decoded.data as SettingValues[Key] } : { ok: false };
}

/** One setting as users see it. */
export interface SettingState<Key extends SettingKey = SettingKey> {
  /** In effect now. */
  readonly value: SettingValues[Key];
  readonly default: SettingValues[Key];
  /** A policy locks it, so it cannot be changed here. */
  readonly locked: boolean;
}
export type SettingStates = { readonly [Key in SettingKey]: SettingState<Key> };

export const settingStatesSchema = z.object(
  Object.fromEntries(
    settingKeys.map((key) => {
      const { schema } = settingsTable[key];
      return [key, z.object({ value: schema, default: schema, locked: z.boolean() })];
    }),
  ),
) as unknown as z.ZodType<SettingStates>;

/** A page shows these before it knows better. */
export const defaultSettingStates = Object.fromEntries(
  settingKeys.map((key) => {
    const { default: usual } = settingsTable[key];
    return [key, { value: usual, default: usual, locked: false }];
  }),
) as unknown as SettingStates;

/** Its area checks a key, so that a wrong one gets a code. */
const keySchema = z.string().max(100);

export const settingsCalls = {
  settings: { input: z.strictObject({}), output: settingStatesSchema },
  /**
   * Applies a value at once and saves it; returns all settings as they are then. Fails with
   * `unknown-setting`, `bad-value`, `setting-locked`, `not-saved` (it applies until Hallway ends),
   * or a code of `setProfile` or `connect`.
   */
  setSetting: { input: z.strictObject({ key: keySchema, value: z.unknown() }), output: settingStatesSchema },
  /** Restores the default; otherwise as `setSetting`. */
  resetSetting: { input: z.strictObject({ key: keySchema }), output: settingStatesSchema },
} as const;

function row<Schema extends z.ZodType>(
  given: Pick<SettingRow<Schema>, 'schema' | 'default' | 'section' | 'policy'> & Partial<SettingRow<Schema>>,
): SettingRow<Schema> {
  return { hosts: everyHost, systems: everySystem, ...given };
}
