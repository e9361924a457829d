/**
 * Reads the one setting that Electron wants before it is ready, when the profile is not open yet
 * (rule DESK-19). A policy applies to it as to any other (rule POLICY-2). Anything wrong with the
 * file is left to the profile, which reports it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingsPolicy } from '../../../shared/contract/policy.ts';
import { decodeSetting, settingsTable } from '../../../shared/contract/settings.ts';

const key = 'hardwareAcceleration';

export function wantsHardwareAcceleration(profileDirectory: string, policy: SettingsPolicy): boolean {
  const decided = policy[key];
  if (decided?.locked) return decided.value;
  return chosenIn(profileDirectory) ?? decided?.value ?? settingsTable[key].default;
}

/** @returns undefined if the user chose nothing valid */
function chosenIn(profileDirectory: string): boolean | undefined {
  try {
    const settings: unknown = JSON.parse(readFileSync(join(profileDirectory, 'settings.json'), 'utf8'));
    const value: unknown = settings instanceof Object ? Reflect.get(settings, key) : undefined;
    const decoded = decodeSetting(key, value);
    return decoded.ok ? decoded.value : undefined;
  } catch {
    return undefined;
  }
}
