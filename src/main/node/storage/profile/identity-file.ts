/**
 * The private key of a profile, `identity.pem`. It is made at the first start; one that cannot be used is moved aside, never deleted,
 * because whoever has it back is the same person again for everybody else. What a key is, is left to `trust/identity.ts`.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnIdentity } from '../../crypto/identity.ts';
import { createFile, moveAside, readSmallFile } from '../atomic-file.ts';
import type { ProfileProblem } from './profile-problems.ts';
import { identityReplaced, identityTemporary } from './profile-problems.ts';

export interface IdentityKeys {
  create(): { readonly pem: string; readonly identity: OwnIdentity };
  /** Total: `undefined` if the text holds no such key. */
  read(pem: string): OwnIdentity | undefined;
}

export interface OpenedIdentity {
  readonly identity: OwnIdentity;
  readonly problem?: ProfileProblem;
}

export async function openIdentity(directory: string, keys: IdentityKeys, wallMs: number): Promise<OpenedIdentity> {
  const path = join(directory, 'identity.pem');
  const file = await readSmallFile(path);
  const known = file.state === 'read' ? keys.read(file.text) : undefined;
  if (known !== undefined) {
    // It may have been restored from a backup with other permissions. If this fails, the key still works.
    await chmod(path, 0o600).catch(() => undefined);
    return { identity: known };
  }
  if (file.state === 'failed') return { identity: keys.create().identity, problem: identityTemporary(path, file.reason) };

  const aside = file.state === 'absent' ? undefined : await moveAside(path, wallMs);
  if (file.state !== 'absent' && aside === undefined) {
    return { identity: keys.create().identity, problem: identityTemporary(path, 'unmovable') };
  }
  const { pem, identity } = keys.create();
  const written = await createFile(path, pem);
  if (!written.ok) return { identity, problem: identityTemporary(path, written.code) };
  return aside === undefined ? { identity } : { identity, problem: identityReplaced(aside) };
}
