/**
 * The process that holds a profile by a pipe, in the file `pipe-holder`. It decides what a pipe
 * without a proof is (rule ID-6): our own process that is stopped or busy, if the process lives; or
 * a pipe of somebody else. Only the owner can write the file.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile, replaceFile } from '../atomic-file.ts';

const fileName = 'pipe-holder';

/** Does nothing on a full disk: then a process that does not answer counts as somebody else's. */
export async function noteHolder(directory: string): Promise<void> {
  await replaceFile(join(directory, fileName), `${process.pid}\n`);
}

export async function forgetHolder(directory: string): Promise<void> {
  await rm(join(directory, fileName), { force: true }).catch(() => undefined);
}

/** Whether a process of ours with the noted ID lives, other than this one. A crash leaves a note behind. */
export async function isHolderAlive(directory: string): Promise<boolean> {
  const file = await readTextFile(join(directory, fileName));
  const pid = file.state === 'read' && /^[1-9]\d{0,9}\n$/.test(file.text) ? Number(file.text) : process.pid;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Also a process of another user, which may have got the ID after a crash.
    return false;
  }
}
