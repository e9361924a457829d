/**
 * The problems of a profile folder, as codes and values. Each becomes a health entry;
 * docs/AUTOMATION.md lists the codes. The catalogue (shared/text/messages/health.ts) has the
 * sentences, also for the reasons.
 */
import type { Finding } from '../../../../shared/contract/diagnostics.ts';
import { problem } from '../../../../shared/text/messages/problem-values.ts';
import type { SettingKey } from '../../../../shared/contract/settings.ts';

export type ProfileProblem = Finding;

export function identityReplaced(asidePath: string): ProfileProblem {
  return problem('identity-replaced', 'error', { asidePath });
}

/** @param reason the system's code, or one of ours */
export function identityTemporary(path: string, reason: string): ProfileProblem {
  return problem('identity-temporary', 'error', { path, reason });
}

/** @param reason the system's code */
export function identityUnavailable(path: string, reason: string): ProfileProblem {
  return problem('identity-unavailable', 'error', { path, reason });
}

export function settingsReplaced(asidePath: string): ProfileProblem {
  return problem('settings-unreadable', 'warning', { kept: 'aside', path: asidePath });
}

/** @param reason the system's code, or one of ours */
export function settingsIgnored(path: string, reason: string): ProfileProblem {
  return problem('settings-unreadable', 'warning', { kept: 'there', path, reason });
}

/** @param keys of the settings whose values in that file are not valid; at least one */
export function settingsInvalid(path: string, keys: readonly SettingKey[]): ProfileProblem {
  return problem('setting-invalid', 'warning', { keys, key: keys[0] ?? '', path });
}

export function profileNotWritable(directory: string): ProfileProblem {
  return problem('profile-not-writable', 'warning', { directory });
}

export function profileExposed(directory: string): ProfileProblem {
  return problem('profile-exposed', 'warning', { directory });
}

export function profileNotLocked(directory: string): ProfileProblem {
  return problem('profile-not-locked', 'warning', { directory });
}

export function teamKeyExposed(path: string): ProfileProblem {
  return problem('team-key-exposed', 'warning', { path });
}

export function teamKeyWeak(): ProfileProblem {
  return problem('team-key-weak', 'warning');
}

/** @param reason the system's code, or one of ours */
export function logNotWritable(path: string, reason: string): ProfileProblem {
  return problem('log-not-writable', 'info', { path, reason });
}
