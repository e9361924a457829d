/**
 * The table of settings (rules SET-1 to SET-7): each row has the key, the valid values, the default
 * and its scope. The settings file, the command, the automation interface, the page and
 * docs/SETTINGS.md derive from it. Texts are in text/messages/settings.ts, by key. Applying a
 * setting is left to its area of the core.
 */
import { z } from '../lib/zod.ts';
import { statusSchema } from './profile.ts';

/** Parts of the settings page, in their order. */
export const settingSections = ['profile', 'privacy', 'messages', 'network'] as const;
export type SettingSection = (typeof settingSections)[number];

const everyHost = ['desktop', 'browser', 'terminal'] as const;
const everySystem = ['linux', 'macos', 'windows'] as const;

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

/**
 * Checks only the shape of `ADDRESS:PORT` or `[ADDRESS]:PORT`; the network area checks the rest.
 */
const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+(?:%[\w.-]{1,32})?\]):\d{1,5}$/i;

export const settingsTable = {
  name: row({ schema: textSchema, default: '', section: 'profile', policy: null }),
  status: row({ schema: statusSchema, default: 'available', section: 'profile', policy: null }),
  note: row({ schema: textSchema, default: '', section: 'profile', policy: null }),
  readReceipts: row({ schema: z.boolean(), default: true, section: 'privacy', policy: 'ReadReceipts' }),
  keepDays: row({
    schema: z.number().min(1).max(maxKeepDays).nullable(),
    default: null,
    section: 'messages',
    policy: 'KeepDays',
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
