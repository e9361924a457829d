/**
 * Reads the one setting that Electron wants before it is ready, when the profile is not open yet
 * (rule DESK-19). Anything wrong with the file is left to the profile, which reports it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSetting } from '../../../shared/contract/settings.ts';

export function wantsHardwareAcceleration(profileDirectory: string): boolean {
  try {
    const settings: unknown = JSON.parse(readFileSync(join(profileDirectory, 'settings.json'), 'utf8'));
    const value: unknown = settings instanceof Object ? Reflect.get(settings, 'hardwareAcceleration') : undefined;
    const decoded = decodeSetting('hardwareAcceleration', value);
    return decoded.ok ? decoded.value : true;
  } catch {
    return true;
  }
}
