/**
 * The pipe secret of a profile: 32 random bytes in the file `pipe-secret`, which only the owner can
 * read (rule CTRL-10). The names of the profile's pipes follow from it, and both ends of a pipe
 * prove it. Several processes may start at once without a lock yet, so the file is created
 * exclusively, and each process uses what it then reads.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Random } from '../../../core/ports.ts';
import { proofSizeBytes, signWith } from '../../crypto/hmac-proof.ts';
import { createFile, moveAside, readTextFile } from '../atomic-file.ts';

/** One try reads the file; two more are for a file that is absent or bad at first. */
const maxTries = 3;

/** 128 bits, which no program can guess, in 32 characters: a name also fits into a socket's path. */
const nameSizeBytes = 16;

/**
 * Names of one profile. Any user can list the pipes of a computer. So another user can take a name
 * once Hallway has used it and left; then Hallway uses the next, which nobody has seen.
 */
export const pipeNameCount = 4;

const secretPattern = /^[\w-]{43}\n?$/;

export interface SecretDeps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly random: Pick<Random, 'bytes'>;
}

/** `reason`: the system's code, or `unmovable`. */
export type OpenedSecret = { readonly ok: true; readonly secret: Uint8Array } | { readonly ok: false; readonly reason: string };

export async function openPipeSecret(directory: string, { clock, random }: SecretDeps): Promise<OpenedSecret> {
  const path = join(directory, 'pipe-secret');
  for (let tries = 0; tries < maxTries; tries += 1) {
    const file = await readTextFile(path);
    const secret = file.state === 'read' ? decodeSecret(file.text) : undefined;
    if (secret !== undefined) {
      // It may have been restored from a backup with other permissions.
      await chmod(path, 0o600).catch(() => undefined);
      return { ok: true, secret };
    }
    if (file.state === 'failed') return { ok: false, reason: file.reason };
    let text = `${base64url(random.bytes(proofSizeBytes))}\n`;
    if (file.state !== 'absent') {
      const aside = await moveAside(path, clock.wallMs());
      if (aside === undefined) return { ok: false, reason: 'unmovable' };
      // Another process may have replaced the bad file in between, and use this one now.
      const moved = await readTextFile(aside);
      if (moved.state === 'read' && decodeSecret(moved.text) !== undefined) text = moved.text;
    }
    // Two processes must not write the same file beside it.
    const written = await createFile(path, text, `${path}.${base64url(random.bytes(6))}.new`);
    if (!written.ok && written.code !== 'EEXIST') return { ok: false, reason: written.code };
  }
  return { ok: false, reason: 'EEXIST' };
}

/** @returns the names of the profile's pipes, the same for all its processes, in order of preference */
export function pipeNames(secret: Uint8Array): readonly string[] {
  return Array.from({ length: pipeNameCount }, (_, index) => {
    const name = signWith(secret, `hallway-pipe-name/1 ${index}`).subarray(0, nameSizeBytes);
    return `hallway-${name.toString('hex')}`;
  });
}

function decodeSecret(text: string): Uint8Array | undefined {
  return secretPattern.test(text) ? Uint8Array.from(Buffer.from(text.trim(), 'base64url')) : undefined;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
