/**
 * One process per profile. Each process listens on a socket of its own, `hallway.sock.<random>`, and whoever makes the symbolic link
 * `hallway.sock` point to its socket has the profile. Three facts make this exact, with any number of processes starting at once:
 * a socket listens before it is linked, so one that refuses is dead; names are never used twice, so what is dead stays dead;
 * and a dead socket is inherited only by the one process that managed to create `<dead socket>.heir`, which nobody can do twice.
 * Plain files with a pid in them fail the first (a pid is used again), unlinking and binding anew fails the last (two
 * may do it one after the other). Windows has named pipes, which vanish with their process: the name alone decides there.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Clock, Random } from '../../../core/ports.ts';
import { askLockSocket, openLockSocket, type Greeting, type LockSocket, type ServeConnection } from './lock-socket.ts';
import { errorCode } from '../atomic-file.ts';

/** A socket's address holds 108 bytes on Linux and 104 on macOS, its terminating zero included. */
const maxSocketPathBytes = 100;

/** Each try ends with the profile ours, somebody else's, or another process a step further; racing starters need two or three. */
const maxTries = 50;

/** Pause between tries while another process is in the middle of inheriting. */
const tryPauseMs = 10;

/** What a killed process left half done is swept away after this; a start takes well under a second. */
const debrisAgeMs = 60 * 60 * 1_000;

const linkName = 'hallway.sock';
/** 48 bits as 8 characters, so that the path stays short; enough for a name never to come twice. */
const socketNamePattern = /^hallway\.sock\.[\w-]{8}$/;
/** Stands for anything at the link's place that no version of Hallway put there. It is as good as dead. */
const foreignName = 'hallway.sock.foreign';

export interface LockDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export type LockResult =
  | { readonly state: 'held'; release(): Promise<void>; serveControl(version: number, serve: ServeConnection | undefined): void }
  /** `socketPath`: where the holder listens. Absent on Windows, whose pipes are not their owner's alone. */
  | { readonly state: 'in-use'; readonly holder?: Greeting; readonly socketPath?: string }
  /** No socket can be made anywhere. */
  | { readonly state: 'unavailable'; readonly reason: string };

/** @param directory the profile's real path: one folder has one lock, whatever it is called by */
export async function lockProfile(directory: string, deps: LockDeps): Promise<LockResult> {
  const greeting = { pid: process.pid, startedAtMs: deps.clock.wallMs() };
  if (process.platform === 'win32') return lockByPipe(`\\\\.\\pipe\\hallway-${nameOf(directory)}`, greeting, deps);

  const temporary = join(tmpdir(), `hallway-${nameOf(directory)}`);
  const folders = [directory, temporary].filter(fitsSockets);
  // The disk may have been full when the holder started, so that it lives in the temporary folder, and be free now.
  for (const folder of folders) {
    const holder = await findHolder(folder, await readName(join(folder, linkName)), deps);
    if (holder !== undefined) return holder;
  }
  let reason = 'every path is too long for a socket';
  for (const folder of folders) {
    const made = folder === temporary ? await makePrivateFolder(folder) : undefined;
    const result = made ?? (await lockByLink(folder, greeting, deps));
    if (result.state !== 'unavailable') return result;
    reason = result.reason;
  }
  return { state: 'unavailable', reason };
}

async function lockByPipe(path: string, greeting: Greeting, deps: LockDeps): Promise<LockResult> {
  try {
    const socket = await openLockSocket(path, greeting);
    return { state: 'held', release: () => socket.close(), serveControl: () => undefined };
  } catch (error) {
    const answer = await askLockSocket(path, deps.clock);
    return answer.alive ? inUse(answer.greeting) : { state: 'unavailable', reason: errorCode(error) };
  }
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
    // Read once: by a second reading the dead holder may have an heir who is well.
    const name = await readName(join(folder, linkName));
    const holder = await findHolder(folder, name, deps);
    if (holder !== undefined) return holder;
    if (name !== undefined && (await inherit(folder, name, ownName, deps))) return { state: 'held' };
    await new Promise<void>((resolve) => void deps.clock.setTimer(resolve, tryPauseMs * (0.5 + deps.random.fraction())));
  }
  return { state: 'unavailable', reason: 'other processes kept competing for it' };
}

/**
 * Takes the place of a dead holder. The heir may have died before it was done: then its own heir carries on, and so forth.
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
  // Whoever was slow between finding the holder dead and now may have come after an heir that is done and has tidied up.
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

async function findHolder(
  folder: string,
  name: string | undefined,
  deps: LockDeps,
): Promise<Extract<LockResult, { state: 'in-use' }> | undefined> {
  if (name === undefined || name === foreignName) return undefined;
  const socketPath = join(folder, name);
  const answer = await askLockSocket(socketPath, deps.clock);
  return answer.alive ? { ...inUse(answer.greeting), socketPath } : undefined;
}

async function release(folder: string, ownName: string, socket: LockSocket): Promise<void> {
  // While our socket still answers, nobody but us may change the link. Someone who deleted it by hand has made room already.
  const linkPath = join(folder, linkName);
  if ((await readName(linkPath)) === ownName) await rm(linkPath, { force: true }).catch(() => undefined);
  await socket.close();
}

function inUse(holder: Greeting | undefined): Extract<LockResult, { state: 'in-use' }> {
  return holder === undefined ? { state: 'in-use' } : { state: 'in-use', holder };
}

/** @returns false if there is something already */
async function createLink(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns the socket that a link names, `undefined` if there is nothing */
async function readName(path: string): Promise<string | undefined> {
  try {
    const target = await readlink(path);
    return socketNamePattern.test(target) ? target : foreignName;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : foreignName;
  }
}

/** The temporary folder is everybody's: somebody else's folder there, or a link to one, is not to be trusted. */
async function makePrivateFolder(path: string): Promise<Extract<LockResult, { state: 'unavailable' }> | undefined> {
  try {
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    const found = await lstat(path);
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return undefined;
    return { state: 'unavailable', reason: `${path} belongs to somebody else` };
  } catch (error) {
    return { state: 'unavailable', reason: errorCode(error) };
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

/** Short, and different for every user and folder. */
function nameOf(directory: string): string {
  const uid = process.getuid?.() ?? userInfo().username;
  return createHash('sha256').update(`${uid}\0${directory}`).digest('hex').slice(0, 12);
}

/** The system may cut a path that is too long without a word, and then two folders share a socket. */
function fitsSockets(folder: string): boolean {
  return Buffer.byteLength(join(folder, `${linkName}.12345678`)) <= maxSocketPathBytes;
}
