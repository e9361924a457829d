/**
 * Files that make a profile the same peer at each start: its private key, `identity.pem`, and its
 * incarnation, the time of its start. The key is made at the first start. A key that cannot be used
 * is moved aside and never deleted: with it, a user is the same peer again for everybody else. The
 * incarnation rises at every start, so that peers tell a new start from a replayed beacon (rule
 * ID-4 of docs/spec/identity.md). What a key is, is left to `crypto/identity.ts`.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnIdentity } from '../../crypto/identity.ts';
import { createFile, moveAside, readTextFile, replaceFile } from '../atomic-file.ts';
import type { ProfileProblem } from './profile-problems.ts';
import { identityReplaced, identityTemporary, identityUnavailable } from './profile-problems.ts';

/** A beacon has 48 bits for it. */
const maxIncarnation = 2 ** 48 - 1;

export interface IdentityKeys {
  create(): { readonly pem: string; readonly identity: OwnIdentity };
  /** Total. @returns undefined if the text holds no such key */
  read(pem: string): OwnIdentity | undefined;
}

export interface OpenedIdentity {
  readonly identity: OwnIdentity;
  readonly problem?: ProfileProblem;
}

export interface NextIncarnation {
  readonly incarnation: number;
  /** False if the next start may not know of this one. */
  readonly saved: boolean;
}

export async function openIdentity(directory: string, keys: IdentityKeys, wallMs: number): Promise<OpenedIdentity> {
  const path = join(directory, 'identity.pem');
  const file = await readTextFile(path);
  const known = file.state === 'read' ? keys.read(file.text) : undefined;
  if (known !== undefined) {
    // It may have been restored from a backup with other permissions. If this fails, the key still
    // works.
    await chmod(path, 0o600).catch(() => undefined);
    return { identity: known };
  }
  // The file may be good at the next start, so nothing replaces it.
  if (file.state === 'failed') return { identity: keys.create().identity, problem: identityUnavailable(path, file.reason) };

  const aside = file.state === 'absent' ? undefined : await moveAside(path, wallMs);
  if (file.state !== 'absent' && aside === undefined) {
    return { identity: keys.create().identity, problem: identityTemporary(path, 'unmovable') };
  }
  const { pem, identity } = keys.create();
  const written = await createFile(path, pem);
  if (!written.ok) return { identity, problem: identityTemporary(path, written.code) };
  return aside === undefined ? { identity } : { identity, problem: identityReplaced(aside) };
}

/** Saves the incarnation before it is used, because the clock may be set back. */
export async function nextIncarnation(directory: string, wallMs: number): Promise<NextIncarnation> {
  const path = join(directory, 'incarnation');
  const file = await readTextFile(path);
  const last = file.state === 'read' ? parseIncarnation(file.text) : 0;
  const incarnation = Math.max(1, Math.min(Math.floor(wallMs), maxIncarnation), last + 1);
  if (file.state === 'failed') return { incarnation, saved: false };
  const { ok } = await replaceFile(path, `${incarnation}\n`);
  return { incarnation, saved: ok };
}

/**
 * @returns 0 for a text that is no incarnation: the clock alone then decides, as at the first start
 */
function parseIncarnation(text: string): number {
  const digits = /^(\d{1,15})\s*$/.exec(text)?.[1];
  const value = Number(digits ?? 0);
  return value < maxIncarnation ? value : 0;
}
