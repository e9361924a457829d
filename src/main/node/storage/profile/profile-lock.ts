/**
 * One process per profile. Each process listens on its own socket, `hallway.sock.<random>`. The
 * process that creates the symbolic link `hallway.sock` to its socket has the profile. Three facts
 * make this exact, with any number of simultaneous starts. A socket listens before it is linked, so
 * a socket that refuses is dead. A name is never reused, so a dead socket stays dead. Only one
 * process can inherit from a dead socket: the one that creates `<dead socket>.heir`. A file with a
 * process id fails the first, because process ids are reused. Unlinking and binding again fails the
 * last, because two processes may do it in turn. Windows has named pipes instead: `pipe-lock.ts`.
 */
import { lstat, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isPrivateFolder, lockFolders, makePrivateFolder } from './lock-folders.ts';
import type { InUse, LockDeps, LockResult } from './lock-result.ts';
import { askLockSocket, openLockSocket, type Greeting, type LockSocket } from './lock-socket.ts';
import { lockByPipe } from './pipe-lock.ts';
import { errorCode } from '../atomic-file.ts';

/** A socket's address holds 108 bytes on Linux and 104 on macOS, including the final zero. */
const maxSocketPathBytes = 100;

/**
 * Each try ends with the profile ours, taken, or another process a step further. A race takes two
 * or three.
 */
const maxTries = 50;

/** The pause between tries while another process inherits. */
const tryPauseMs = 10;

/**
 * The age at which leftovers of a killed process are deleted. A start takes well under a second.
 */
const debrisAgeMs = 60 * 60 * 1_000;

const linkName = 'hallway.sock';
/** 48 bits as 8 characters: short, and enough that a name never repeats. */
const socketNamePattern = /^hallway\.sock\.[\w-]{8}$/;
/** Stands for a link that no version of Hallway made. It counts as dead. */
const foreignName = 'hallway.sock.foreign';

/** Where a system keeps its locks: links and sockets in folders, or pipes, which have names only. */
export type LockPlace = { readonly kind: 'links' } | { readonly kind: 'pipe'; pathOf(name: string): string };

export function lockPlaceOf(platform: NodeJS.Platform): LockPlace {
  return platform === 'win32' ? { kind: 'pipe', pathOf: (name) => `\\\\.\\pipe\\${name}` } : { kind: 'links' };
}

/** @param directory the profile's real path, so that one folder has one lock */
export async function lockProfile(
  directory: string,
  deps: LockDeps,
  place: LockPlace = lockPlaceOf(process.platform),
): Promise<LockResult> {
  const greeting = { pid: process.pid, startedAtMs: deps.clock.wallMs() };
  if (place.kind === 'pipe') return lockByPipe(directory, greeting, deps, place.pathOf);

  const folders = (await lockFolders(directory)).filter(({ path }) => fitsSockets(path));
  // The holder may be in a temporary folder, because the disk was full when it started.
  for (const { path, isShared } of folders) {
    // In the folder of another user anybody could pose as the holder.
    if (isShared && !(await isPrivateFolder(path))) continue;
    const holder = await findHolder(path, await readName(join(path, linkName)), deps);
    if (holder !== undefined) return holder;
  }
  let reason = 'every path is too long for a socket';
  for (const { path, isShared } of folders) {
    const problem = isShared ? await makePrivateFolder(path) : undefined;
    const result =
      problem === undefined ? await lockByLink(path, greeting, deps) : ({ state: 'unavailable', reason: problem } as const);
    if (result.state !== 'unavailable') return result;
    reason = result.reason;
  }
  return { state: 'unavailable', reason };
}

async function lockByLink(folder: string, greeting: Greeting, deps: LockDeps): Promise<LockResult> {
  const ownName = `${linkName}.${Buffer.from(deps.random.bytes(6)).toString('base64url')}`;
  let socket: LockSocket | undefined;
  try {
    socket = await openLockSocket(join(folder, ownName), greeting);
    const result = await compete(folder, ownName, deps);
    if (result.state !== 'held') {
      await socket.close();
      return result;
    }
    await sweepDebris(folder, ownName, deps.clock.wallMs());
    const { serveControl } = socket;
    return { state: 'held', release: () => release(folder, ownName, socket as LockSocket), serveControl };
  } catch (error) {
    await socket?.close();
    return { state: 'unavailable', reason: errorCode(error) };
  }
}

type Outcome = { readonly state: 'held' } | Exclude<LockResult, { state: 'held' }>;

/** @throws when the file system refuses links */
async function compete(folder: string, ownName: string, deps: LockDeps): Promise<Outcome> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (await createLink(ownName, join(folder, linkName))) return { state: 'held' };
    // Read once: a second reading could name an heir that is alive.
    const name = await readName(join(folder, linkName));
    const holder = await findHolder(folder, name, deps);
    if (holder !== undefined) return holder;
    if (name !== undefined && (await inherit(folder, name, ownName, deps))) return { state: 'held' };
    await new Promise<void>((resolve) => void deps.clock.setTimer(resolve, tryPauseMs * (0.5 + deps.random.fraction())));
  }
  return { state: 'unavailable', reason: 'other processes kept competing for it' };
}

/**
 * Takes the place of a dead holder. An heir may have died in between; then its own heir continues.
 *
 * @returns false if another process is doing it or has done it
 */
async function inherit(folder: string, dead: string, ownName: string, deps: LockDeps): Promise<boolean> {
  const line = [dead];
  for (let last = dead; !(await createLink(ownName, join(folder, `${last}.heir`)));) {
    const heir = await readName(join(folder, `${last}.heir`));
    if (heir === undefined || heir === foreignName || line.includes(heir)) return false;
    if ((await askLockSocket(join(folder, heir), deps.clock)).alive) return false;
    line.push(heir);
    last = heir;
  }
  const ownHeirPath = join(folder, `${line.at(-1)}.heir`);
  // If this process was slow, another heir may have finished and cleaned up meanwhile.
  if ((await readName(join(folder, linkName))) !== dead) {
    await rm(ownHeirPath, { force: true });
    return false;
  }
  const fresh = join(folder, `${ownName}.link`);
  await symlink(ownName, fresh);
  await rename(fresh, join(folder, linkName));
  for (const name of line) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.heir`), { force: true });
  }
  return true;
}

async function findHolder(folder: string, name: string | undefined, deps: LockDeps): Promise<InUse | undefined> {
  if (name === undefined || name === foreignName) return undefined;
  const socketPath = join(folder, name);
  const answer = await askLockSocket(socketPath, deps.clock);
  return answer.alive ? { ...inUse(answer.greeting), socketPath } : undefined;
}

async function release(folder: string, ownName: string, socket: LockSocket): Promise<void> {
  // While our socket answers, only we may change the link. A user may have deleted it by hand.
  const linkPath = join(folder, linkName);
  if ((await readName(linkPath)) === ownName) await rm(linkPath, { force: true }).catch(() => undefined);
  await socket.close();
}

function inUse(holder: Greeting | undefined): InUse {
  return holder === undefined ? { state: 'in-use' } : { state: 'in-use', holder };
}

/** @returns false if the path exists */
async function createLink(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns the name of the linked socket; undefined if there is no link */
async function readName(path: string): Promise<string | undefined> {
  try {
    const target = await readlink(path);
    return socketNamePattern.test(target) ? target : foreignName;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : foreignName;
  }
}

async function sweepDebris(folder: string, ownName: string, wallMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${linkName}.`) || name.startsWith(ownName)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && wallMs - found.mtimeMs > debrisAgeMs) await rm(path, { force: true }).catch(() => undefined);
  }
}

/** The system may cut a longer path silently, and then two folders would share a socket. */
function fitsSockets(folder: string): boolean {
  return Buffer.byteLength(join(folder, `${linkName}.12345678`)) <= maxSocketPathBytes;
}
