/**
 * The policies of macOS from device management (rule POLICY-20). A configuration profile fills the
 * managed preferences of Hallway, which only the system may write. Their keys lock settings; those
 * of the dictionary `Recommended` are defaults. The system's `plutil` reads them.
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../../storage/atomic-file.ts';
import { isOwn, type PolicyText } from './policy-file.ts';
import type { ManagedPolicies } from './windows-registry.ts';

/** Much more than every setting. */
const maxOutputBytes = 4 * 1024 * 1024;

export interface PreferencesOptions {
  readonly path: string;
  /** The user ID of the system. */
  readonly ownerId: number;
  /** The `plutil` to run. */
  readonly program: string;
  readonly deadlineMs: number;
}

export const systemPreferences: PreferencesOptions = {
  path: '/Library/Managed Preferences/app.hallway.Hallway.plist',
  ownerId: 0,
  program: '/usr/bin/plutil',
  deadlineMs: 10_000,
};

/**
 * Never throws.
 *
 * @returns the preferences as JSON, for `decodePreferences`
 */
export function readPreferences({ path, ownerId, program, deadlineMs }: PreferencesOptions): PolicyText {
  try {
    if (![path, dirname(path)].every((each) => isOwn(statSync(each), ownerId))) return { state: 'untrusted' };
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { state: 'absent' } : { state: 'failed', reason: code };
  }
  try {
    const options = { timeout: deadlineMs, maxBuffer: maxOutputBytes, encoding: 'utf8' } as const;
    const args = ['-convert', 'json', '-o', '-', path];
    return { state: 'read', text: execFileSync(program, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }) };
  } catch (error) {
    return { state: 'failed', reason: whyUnread(error) };
  }
}

/** A status other than 0 is the answer to a damaged list, or to a value that JSON does not have. */
function whyUnread(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'notPolicy';
  const code = errorCode(error);
  if (code === 'ENOBUFS') return 'tooLarge';
  // Without the name, it would say that a folder of the preferences is missing.
  return code === 'ETIMEDOUT' ? code : `plutil ${code}`;
}

/**
 * @param json of `plutil -convert json`
 * @returns undefined if it is no dictionary
 */
export function decodePreferences(json: string): ManagedPolicies | undefined {
  const given = JSON.parse(json) as unknown;
  if (!isDictionary(given)) return undefined;
  const { Recommended: recommended, ...own } = given;
  const policies = new Map<string, { value: unknown; locked: boolean }>();
  for (const [name, value] of isDictionary(recommended) ? Object.entries(recommended) : [])
    policies.set(name, { value: valueOf(value), locked: false });
  for (const [name, value] of Object.entries(own))
    if (!isOfSystem(name)) policies.set(name, { value: valueOf(value), locked: true });
  return Object.fromEntries(policies);
}

/** The system adds keys about the payload itself. */
function isOfSystem(name: string): boolean {
  return name.startsWith('Payload');
}

/** A property list has no null, so null is a text. */
function valueOf(value: unknown): unknown {
  return value === 'null' ? null : value;
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
