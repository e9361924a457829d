/**
 * Decodes what an administrator decided about settings (rules POLICY-1 to POLICY-4). A policy names
 * a setting by its key or its policy name, gives a value, and says whether users may change it.
 * Total and pure: a mistake in one entry leaves all others in force. Where a policy comes from is
 * left to node/system/policy.
 */
import { z } from '../lib/zod.ts';
import { decodeSetting, isSettingKey, settingKeys, settingsTable, type SettingKey, type SettingValues } from './settings.ts';

export interface PolicyEntry<Key extends SettingKey = SettingKey> {
  readonly value: SettingValues[Key];
  /** If not, the value is the default, and users may choose another. */
  readonly locked: boolean;
}
export type SettingsPolicy = { readonly [Key in SettingKey]?: PolicyEntry<Key> | undefined };

export interface DecodedPolicy {
  readonly policy: SettingsPolicy;
  /** Names that stand for no setting, or for one that only the user decides, or have a wrong value. */
  readonly faulty: readonly string[];
}

const fileSchema = z.record(z.string(), z.unknown());
/** Strict: a misspelt `locked` must not leave open what was to be closed, nor the reverse. */
const entrySchema = z.strictObject({ value: z.unknown(), locked: z.boolean() });

/** Entries of a policy. A key of the file that names its schema or comments on it is none. */
const isEntryName = (name: string): boolean => !name.startsWith('$');

/** @returns undefined if it is no object at all */
export function decodePolicy(content: unknown): DecodedPolicy | undefined {
  const entries = fileSchema.safeParse(content).data;
  if (entries === undefined) return undefined;
  const found: [SettingKey, PolicyEntry][] = [];
  const faulty: string[] = [];
  for (const [name, given] of Object.entries(entries).filter(([own]) => isEntryName(own))) {
    const key = keyOfPolicy(name);
    const entry = entrySchema.safeParse(given).data;
    const decoded = key !== undefined && entry !== undefined ? decodeSetting(key, entry.value) : undefined;
    if (key !== undefined && entry !== undefined && decoded?.ok)
      found.push([key, { value: decoded.value, locked: entry.locked }]);
    else faulty.push(name);
  }
  return { policy: Object.fromEntries(found), faulty };
}

/** @param name the key of a setting, or its policy name. @returns undefined if no policy may decide it */
export function keyOfPolicy(name: string): SettingKey | undefined {
  const key = isSettingKey(name) ? name : settingKeys.find((candidate) => settingsTable[candidate].policy === name);
  return key !== undefined && settingsTable[key].policy !== null ? key : undefined;
}
