/**
 * The policy of this computer: the file, and on Windows the registry, which wins (rules POLICY-1 to
 * POLICY-6). A policy that cannot be used locks nothing and becomes a health entry.
 */
import { decodePolicy, type SettingsPolicy } from '../../../../shared/contract/policy.ts';
import { problem } from '../../../../shared/text/messages/problem-values.ts';
import type { ProfileProblem } from '../../storage/profile/profile-problems.ts';
import { policyPath, readPolicyFile, type PolicyFileOptions } from './policy-file.ts';
import { readRegistry, type RegistryPolicies } from './windows-registry.ts';

export interface ReadPolicy {
  readonly policy: SettingsPolicy;
  readonly problems: readonly ProfileProblem[];
}

export interface PolicySources {
  /** Undefined on a system without a place for it. */
  readonly file: PolicyFileOptions | undefined;
  registry(): Promise<RegistryPolicies>;
}

/** Not from an environment variable or an option: users could name another file. */
export function systemPolicySources(): PolicySources {
  const path = policyPath(process.platform, process.env);
  return { file: path === undefined ? undefined : { path }, registry: readRegistry };
}

/** Never throws. */
export async function readPolicy({ file, registry }: PolicySources): Promise<ReadPolicy> {
  const [fromFile, fromRegistry] = await Promise.all([readFrom(file), registry()]);
  const decoded = decodePolicy(fromRegistry);
  const faulty = decoded?.faulty ?? [];
  return {
    policy: { ...fromFile.policy, ...decoded?.policy },
    problems: [...fromFile.problems, ...(faulty.length > 0 ? [invalid('HKLM\\Software\\Policies\\Hallway', faulty)] : [])],
  };
}

async function readFrom(file: PolicyFileOptions | undefined): Promise<ReadPolicy> {
  if (file === undefined) return { policy: {}, problems: [] };
  const { path } = file;
  const read = await readPolicyFile(file);
  switch (read.state) {
    case 'absent':
      return { policy: {}, problems: [] };
    case 'untrusted':
      return { policy: {}, problems: [problem('policy-untrusted', 'warning', { path })] };
    case 'failed':
      return { policy: {}, problems: [problem('policy-unreadable', 'warning', { path, reason: read.reason })] };
    case 'read': {
      const decoded = decodePolicy(parse(read.text));
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
