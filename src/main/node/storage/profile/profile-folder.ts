/**
 * A profile: its identity (`identity.pem`), settings (`settings.json`), incarnation
 * (`incarnation`), and the lock for one process (`hallway.sock`). It opens whenever possible;
 * `problems` says what was lost. Messages are in a database in the same folder
 * (database/message-store.ts).
 */
import { chmod, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock, Random } from '../../../core/ports.ts';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { OwnIdentity } from '../../crypto/identity.ts';
import type { PipeKey } from '../pipe/pipe-handshake.ts';
import type { InUse, LockResult } from './lock-result.ts';
import type { ControlServer, Greeting } from './lock-socket.ts';
import { nextIncarnation, openIdentity, type IdentityKeys } from './identity-files.ts';
import { lockProfile, type LockPlace } from './profile-lock.ts';
import { profileExposed, profileNotLocked, profileNotWritable, type ProfileProblem } from './profile-problems.ts';
import { openSettings, type SettingsFile } from './settings-file.ts';
import { makeDirectory } from '../atomic-file.ts';

/** Bits of a folder's mode: what its group and others may do. */
const othersMayUse = 0o077;
/** The bit of a folder in which nobody may delete the files of others. */
const sticky = 0o1000;

export interface ProfileDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: IdentityKeys;
  /** Default: that of the system. */
  readonly lockPlace?: LockPlace;
}

/** The socket or pipe of the process that uses a profile. */
export interface ControlAddress {
  readonly socketPath: string;
  readonly version: number;
  /** The key that the client of a pipe proves. Absent on a socket in a folder. */
  readonly pipeKey?: PipeKey;
}

export interface Profile {
  /** The real path. */
  readonly directory: string;
  readonly identity: OwnIdentity;
  /** Greater than at any earlier start. */
  readonly incarnation: number;
  readonly settings: Pick<SettingsFile, 'chosen' | 'unicastPort' | 'tcpPort' | 'problems' | 'save'>;
  /** The problems of opening it, for the user. `settings` has its own. */
  readonly problems: readonly ProfileProblem[];
  /** Serves later clients of the profile's socket, who are the same user. Absent: no longer. */
  serveControl(version: number, server: ControlServer | undefined): void;
  /** Waits for unsaved settings and releases the lock. Idempotent. */
  release(): Promise<void>;
}

export type OpenProfileResult =
  | { readonly ok: true; readonly profile: Profile }
  | (Refusal<'profile-in-use' | 'profile-unusable'> & {
      readonly control?: ControlAddress;
    });

export async function openProfile(directory: string, deps: ProfileDeps): Promise<OpenProfileResult> {
  const made = await makeDirectory(directory);
  const found = await stat(directory).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    return refuse('profile-unusable', { reason: 'notFolder', directory });
  }
  if (!made.ok && made.code === 'ENOTDIR') return refuse('profile-unusable', { reason: 'insideFile', directory });

  const realDirectory = await realpath(directory).catch(() => resolve(directory));
  const lock = await lockProfile(realDirectory, deps, deps.lockPlace);
  if (lock.state === 'in-use') return inUse(directory, lock);
  try {
    const problems = lock.state === 'held' ? [] : [profileNotLocked(realDirectory)];
    if (!(await isOwnersAlone(realDirectory))) problems.push(profileExposed(realDirectory));
    return { ok: true, profile: await readProfile(realDirectory, deps, problems, lock.state === 'held' ? lock : undefined) };
  } catch (error) {
    if (lock.state === 'held') await lock.release();
    throw error;
  }
}

/**
 * Makes the folder its owner's alone if it is ours. Others could replace the key and the messages in
 * it, whatever the modes of the files are. Modes say nothing on Windows.
 */
async function isOwnersAlone(directory: string): Promise<boolean> {
  const ownUserId = process.getuid?.();
  if (ownUserId === undefined) return true;
  const found = await stat(directory).catch(() => undefined);
  // The folder does not exist, which has its own entry.
  if (found === undefined) return true;
  const isOurs = found.uid === ownUserId;
  if ((found.mode & othersMayUse) === 0) return isOurs || ownUserId === 0;
  // A sticky folder such as /tmp is meant for everybody.
  if (!isOurs || (found.mode & sticky) !== 0) return false;
  return chmod(directory, 0o700).then(
    () => true,
    () => false,
  );
}

async function readProfile(
  directory: string,
  { clock, keys }: ProfileDeps,
  lockProblems: readonly ProfileProblem[],
  lock: Extract<LockResult, { state: 'held' }> | undefined,
): Promise<Profile> {
  const opened = await openIdentity(directory, keys, clock.wallMs());
  const settings = await openSettings(directory, clock.wallMs());
  const { incarnation, saved } = await nextIncarnation(directory, clock.wallMs());
  const problems = [...lockProblems];
  if (opened.problem) problems.push(opened.problem);
  if (!saved) problems.push(profileNotWritable(directory));

  let releasing: Promise<void> | undefined;
  return {
    directory,
    identity: opened.identity,
    incarnation,
    settings,
    problems,
    serveControl: (version, server) => lock?.serveControl(version, server),
    release() {
      releasing ??= settings.saved().then(() => lock?.release());
      return releasing;
    },
  };
}

function inUse(directory: string, { holder, socketPath, pipeKey }: InUse): OpenProfileResult {
  const version = holder?.control;
  const control =
    socketPath !== undefined && version !== undefined ? { socketPath, version, ...(pipeKey && { pipeKey }) } : undefined;
  return { ...inUseBy(directory, holder), ...(control && { control }) };
}

function inUseBy(directory: string, holder: Greeting | undefined): Refusal<'profile-in-use'> {
  if (holder === undefined) return refuse('profile-in-use', { holder: 'silent', directory });
  const started = new Date(holder.startedAtMs);
  const since = Number.isNaN(started.getTime()) ? 'never' : started.toISOString();
  return refuse('profile-in-use', { holder: 'known', directory, pid: holder.pid, since });
}
