/**
 * Folders of a tree, each opened in the one above it, so that nobody who swaps a folder for a link
 * meanwhile can lead a file elsewhere (rule DISK-4). Linux offers paths that begin at an open folder;
 * on other systems each use checks that the folder is still the one that was opened.
 */
import { existsSync } from 'node:fs';
import { lstat, mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskError } from './disk-failures.ts';
import { toOpenChosenFolder, toOpenFolder } from './open-flags.ts';
import type { WriteFailure } from '../../core/transfers/ports.ts';

export interface Folder {
  /** The path of a name in it. Valid while the folder is used. */
  at(name: string): string;
  /** Makes what was created or renamed in it durable, where the system can. */
  sync(): Promise<void>;
}

export interface FolderTree {
  /** @param path the names of the folders below the root; missing ones are made */
  use<Result>(path: readonly string[], work: (folder: Folder) => Promise<Result>): Promise<Result>;
  /** @throws if the root is no longer where it was */
  check(): Promise<void>;
  close(): Promise<void>;
}

interface OpenFolder extends Folder {
  check(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  users: number;
  readonly opened: Promise<OpenFolder>;
}

/** Open at the same time; a folder costs a handle of the process. */
const maxOpenFolders = 32;
const descriptors = '/proc/self/fd';
const hasDescriptorPaths = process.platform === 'linux' && existsSync(descriptors);
const modeOfFolders = 0o777;

export interface TreeRoot {
  /** It exists. */
  readonly path: string;
  /** Without the number of an open folder, which may be closed before this tree. */
  readonly plainPath: string;
  /** Whether a link may lead there. */
  readonly isChosen: boolean;
}

export async function createFolderTree({ path, plainPath, isChosen }: TreeRoot): Promise<FolderTree> {
  const root = await openFolder(path, plainPath, isChosen);
  const entries = new Map<string, Entry>();

  return {
    async use(names, work) {
      if (names.length === 0) return work(root);
      const entry = enter(names);
      try {
        const folder = await entry.opened;
        if (!hasDescriptorPaths) await folder.check();
        return await work(folder);
      } finally {
        leave(entry);
      }
    },
    check: () => root.check(),
    async close() {
      const all = [...entries.values()];
      entries.clear();
      for (const { opened } of all) {
        await opened.then(
          (folder) => folder.close(),
          () => undefined,
        );
      }
      await root.close();
    },
  };

  function enter(names: readonly string[]): Entry {
    const key = names.join('/');
    const known = entries.get(key);
    if (known) {
      known.users += 1;
      // The latest used one is the last to be closed.
      entries.delete(key);
      entries.set(key, known);
      return known;
    }
    const entry: Entry = { users: 1, opened: openBelow(names) };
    entry.opened.catch(() => entries.delete(key));
    entries.set(key, entry);
    return entry;
  }

  function leave(entry: Entry): void {
    entry.users -= 1;
    for (const [key, { users, opened }] of entries) {
      if (entries.size <= maxOpenFolders) return;
      if (users > 0) continue;
      entries.delete(key);
      void opened.then((folder) => folder.close());
    }
  }

  async function openBelow(names: readonly string[]): Promise<OpenFolder> {
    const above = names.slice(0, -1);
    const name = names.at(-1) ?? '';
    const parent = above.length === 0 ? undefined : enter(above);
    try {
      const inside = (await (parent?.opened ?? root)).at(name);
      await mkdir(inside, { mode: modeOfFolders }).catch(ignoreExisting);
      return await openFolder(inside, join(plainPath, ...names), false);
    } finally {
      if (parent) leave(parent);
    }
  }
}

async function openFolder(path: string, plainPath: string, isChosen: boolean): Promise<OpenFolder> {
  const handle = await openHandle(path, isChosen);
  const opened = handle ? await handle.stat() : await lstat(path);
  if (!opened.isDirectory()) {
    await handle?.close();
    throw new DiskError<WriteFailure>('vanished');
  }
  const base = handle && hasDescriptorPaths ? `${descriptors}/${handle.fd}` : plainPath;
  return {
    at: (name) => join(base, name),
    async sync() {
      // Some file systems cannot do it, nor need it.
      await handle?.sync().catch(() => undefined);
    },
    async check() {
      const now = await lstat(plainPath);
      if (now.ino !== opened.ino || now.dev !== opened.dev) throw new DiskError<WriteFailure>('vanished');
    },
    async close() {
      await handle?.close().catch(() => undefined);
    },
  };
}

/** Windows has no use for a handle of a folder; its links need a right that few programs have. */
function openHandle(path: string, isChosen: boolean): Promise<FileHandle | undefined> {
  if (process.platform === 'win32') return Promise.resolve(undefined);
  return open(path, isChosen ? toOpenChosenFolder : toOpenFolder);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
