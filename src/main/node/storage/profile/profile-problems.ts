/**
 * What can be wrong with a profile folder, in words for its user. Each becomes a health entry; the codes are documented in
 * docs/AUTOMATION.md.
 */
import type { Health } from '../../../../shared/contract/health.ts';
import { explain } from '../system-errors.ts';

export type ProfileProblem = Omit<Health, 'sinceMs'>;

export function identityReplaced(asidePath: string): ProfileProblem {
  return {
    code: 'identity-replaced',
    severity: 'error',
    title: 'Your identity could not be read, so you have a new one',
    remedy: `To others you are somebody new. The old file was kept as ${asidePath}; if you have a backup of identity.pem, put it back while Hallway is closed.`,
  };
}

export function identityTemporary(path: string, reason: string): ProfileProblem {
  return {
    code: 'identity-temporary',
    severity: 'error',
    title: 'Your identity could not be saved, so this one lasts until you close Hallway',
    remedy: `Hallway could not keep ${path} (${explain(reason)}). Make the folder writable, or choose another with --profile, and start Hallway again.`,
  };
}

export function settingsReplaced(asidePath: string): ProfileProblem {
  return {
    code: 'settings-unreadable',
    severity: 'warning',
    title: 'Your settings could not be read, so Hallway started with its own',
    remedy: `Set your name and status again. The old file was kept as ${asidePath}.`,
  };
}

export function settingsIgnored(path: string, reason: string): ProfileProblem {
  return {
    code: 'settings-unreadable',
    severity: 'warning',
    title: 'Your settings could not be read, so Hallway started with its own',
    remedy: `Look at ${path} (${explain(reason)}), then start Hallway again. Until then it is left as it is, and changes are not saved.`,
  };
}

export function profileNotWritable(directory: string): ProfileProblem {
  return {
    code: 'profile-not-writable',
    severity: 'warning',
    title: 'Hallway cannot save anything',
    remedy: `What you change is forgotten when you close Hallway. Check that the disk is not full and that you may write to ${directory}.`,
  };
}

export function profileNotLocked(directory: string): ProfileProblem {
  return {
    code: 'profile-not-locked',
    severity: 'warning',
    title: 'Hallway cannot tell whether it runs twice with this profile',
    remedy: `Start it only once with ${directory}, or choose another folder with --profile.`,
  };
}

export function teamKeyExposed(path: string): ProfileProblem {
  return {
    code: 'team-key-exposed',
    severity: 'warning',
    title: 'Others on this computer can read your team key',
    remedy: `Make ${path} readable by you alone (chmod 600). If somebody may have read it, agree on another passphrase in the team.`,
  };
}

/** @param reason the system's code, or words */
export function logNotWritable(path: string, reason: string): ProfileProblem {
  return {
    code: 'log-not-writable',
    severity: 'info',
    title: 'Hallway cannot write its log',
    remedy: `Everything else works; only a problem report would lack the log. Look at ${path}: ${explain(reason)}.`,
  };
}
