/**
 * Reads the policy file of an administrator (rules POLICY-1 and POLICY-5). A file that anybody else
 * could have written is ignored: its author would decide for every user of the computer. It is read
 * in one go, because Electron wants one setting before it is ready.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../storage/atomic-file.ts';
import { isAdminOnly, readSecurityDescriptor } from './windows-acl.ts';

/** Much more than every setting with its longest value. */
const maxFileSizeBytes = 1024 * 1024;

/** Bits of the mode: writable by the group, or by everyone. */
const othersMayWrite = 0o022;

export type PolicyText =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'absent' }
  /** Users may write it, or replace it. */
  | { readonly state: 'untrusted' }
  /** @param reason the system's code, or one of ours */
  | { readonly state: 'failed'; readonly reason: string };

export interface PolicyFileOptions {
  readonly path: string;
  /** The user ID of administrators. Absent means root. */
  readonly ownerId?: number;
}

/** @returns undefined on a system without a place for it */
export function policyPath(platform: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  switch (platform) {
    case 'linux':
      return '/etc/hallway/policy.json';
    case 'darwin':
      return '/Library/Application Support/Hallway/policy.json';
    case 'win32':
      return join(env['ProgramData'] ?? 'C:\\ProgramData', 'Hallway', 'policy.json');
    default:
      return undefined;
  }
}

/** Never throws. */
export function readPolicyFile({ path, ownerId = 0 }: PolicyFileOptions): PolicyText {
  try {
    const isTrusted = mayTrustFolder(path, ownerId);
    // Opened before it is examined, so that the examined file is the one that is read.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) return { state: 'failed', reason: 'notFile' };
      if (stats.size > maxFileSizeBytes) return { state: 'failed', reason: 'tooLarge' };
      if (!isTrusted || !mayTrustFile(path, stats, ownerId)) return { state: 'untrusted' };
      const bytes = Buffer.alloc(maxFileSizeBytes);
      const bytesRead = readSync(file, bytes, 0, bytes.length, 0);
      return { state: 'read', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytesRead)) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent' };
    return { state: 'failed', reason: code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'notText' : code };
  }
}

/** A user with the right to write in the folder may put another file in its place. */
function mayTrustFolder(path: string, ownerId: number): boolean {
  return process.platform === 'win32' || isOwn(statSync(dirname(path)), ownerId);
}

function mayTrustFile(path: string, stats: Owned, ownerId: number): boolean {
  if (process.platform !== 'win32') return isOwn(stats, ownerId);
  const descriptor = readSecurityDescriptor(path);
  return descriptor !== undefined && isAdminOnly(descriptor);
}

interface Owned {
  readonly uid: number;
  readonly mode: number;
}

export function isOwn({ uid, mode }: Owned, ownerId: number): boolean {
  return uid === ownerId && (mode & othersMayWrite) === 0;
}
