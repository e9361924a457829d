/**
 * The policy of this computer: the file, and above it the registry of Windows or the managed
 * preferences of macOS (rules POLICY-1 to POLICY-6, POLICY-20, POLICY-22). A policy that cannot be
 * used locks nothing and becomes a health entry.
 */
import { decodePolicy, type SettingsPolicy } from '../../../../shared/contract/policy.ts';
import { problem } from '../../../../shared/text/messages/problem-values.ts';
import type { ProfileProblem } from '../../storage/profile/profile-problems.ts';
import { policyPath, readPolicyFile, type PolicyFileOptions, type PolicyText } from './policy-file.ts';
import { decodePreferences, readPreferences, systemPreferences, type PreferencesOptions } from './managed-preferences.ts';
import {
  decodeRegistry,
  policyKey,
  readRegistry,
  systemRegistry,
  type ManagedPolicies,
  type RegistryOptions,
} from './windows-registry.ts';

export interface ReadPolicy {
  readonly policy: SettingsPolicy;
  readonly problems: readonly ProfileProblem[];
}

/** Policies that a system keeps beside the file. */
interface ManagedSource {
  /** As health entries name it. */
  readonly path: string;
  /** Never throws. */
  read(): PolicyText;
  /** May throw. */
  decode(text: string): ManagedPolicies | undefined;
}

export interface PolicySources {
  /** Undefined on a system without a place for it. */
  readonly file: PolicyFileOptions | undefined;
  /** They win over the file. Absent on a system that has none. */
  readonly managed?: ManagedSource | undefined;
}

/** Exported for tests, which have a `plutil` of their own. */
export function managedPreferences(options: PreferencesOptions): ManagedSource {
  return { path: options.path, read: () => readPreferences(options), decode: decodePreferences };
}

/** Exported for tests, which have a `reg` of their own. */
export function registryPolicies(options: RegistryOptions): ManagedSource {
  return { path: policyKey, read: () => readRegistry(options), decode: decodeRegistry };
}

const managedOf: Partial<Record<NodeJS.Platform, ManagedSource>> = {
  win32: registryPolicies(systemRegistry),
  darwin: managedPreferences(systemPreferences),
};

/** Not from an environment variable or an option: users could name another file. */
function systemPolicySources(): PolicySources {
  const path = policyPath(process.platform, process.env);
  return { file: path === undefined ? undefined : { path }, managed: managedOf[process.platform] };
}

/** Never throws. */
export function readPolicy({ file, managed }: PolicySources = systemPolicySources()): ReadPolicy {
  const fromFile = file === undefined ? nothing : decide(file.path, readPolicyFile(file), JSON.parse);
  const fromSystem = managed === undefined ? nothing : decide(managed.path, managed.read(), managed.decode);
  return {
    policy: { ...fromFile.policy, ...fromSystem.policy },
    problems: [...fromFile.problems, ...fromSystem.problems],
  };
}

const nothing: ReadPolicy = { policy: {}, problems: [] };

/** @param decode may throw */
function decide(path: string, read: PolicyText, decode: (text: string) => unknown): ReadPolicy {
  switch (read.state) {
    case 'absent':
      return nothing;
    case 'untrusted':
      return { policy: {}, problems: [problem('policy-untrusted', 'warning', { path })] };
    case 'failed':
      return { policy: {}, problems: [problem('policy-unreadable', 'warning', { path, reason: read.reason })] };
    case 'read': {
      const decoded = decodePolicy(attempt(() => decode(read.text)));
      if (decoded === undefined)
        return { policy: {}, problems: [problem('policy-unreadable', 'warning', { path, reason: 'notPolicy' })] };
      const { policy, faulty } = decoded;
      return { policy, problems: faulty.length > 0 ? [invalid(path, faulty)] : [] };
    }
  }
}

function invalid(path: string, names: readonly string[]): ProfileProblem {
  return problem('policy-invalid', 'warning', { path, names: names.map((name) => name.slice(0, maxShownName)) });
}

/** The author of the file chose the names; a health entry stays short. */
const maxShownName = 64;

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch {
    return undefined;
  }
}
