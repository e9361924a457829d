/**
 * The disk of transfers on Node.js (rules NAME-1 to NAME-9, DISK-1 to DISK-12). This file names the
 * parts; source.ts reads files that are offered, sink.ts writes those that arrive.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, realpath, rm, rmdir, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DiskFailure, SinkPlace, TransferDisk, WriteFailure } from '../../core/transfers/ports.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';
import { describeFiles } from './describe-files.ts';
import { DiskError, writeFailure } from './disk-failures.ts';
import { createFolderTree } from './folder-tree.ts';
import { createProfileRecords, isFileId } from './profile-records.ts';
import { sha256, startSha256 } from './sha256.ts';
import { openSink, ownFolderName } from './sink.ts';
import { createSource } from './source.ts';

export interface TransferDiskOptions {
  /** For what is kept of each transfer; in the profile. */
  readonly folder: string;
  readonly defaultDirectory: string;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Log;
}

const badId: DiskFailure<WriteFailure> = { ok: false, code: 'bad-name' };

export function createTransferDisk({ folder, defaultDirectory, clock, log }: TransferDiskOptions): TransferDisk {
  const records = createProfileRecords(folder);
  const deps = { wallMs: clock.wallMs, checkedFolders: new Set<string>() };

  async function clear({ transferId, directory }: SinkPlace): Promise<void> {
    try {
      await removeOwnFolder(directory, ownFolderName(transferId));
    } catch (error) {
      // The record of the place stays, so the next start tries again: a stick may be back then.
      const { code } = writeFailure(error, directory);
      return log.write('warning', 'cannot remove what a transfer left', { directory, code });
    }
    await records.removePlace(transferId);
  }

  return {
    sha256,
    startSha256,
    describe: (paths, signal, options) => describeFiles(paths, signal, log, options),
    openSource: createSource,
    defaultDirectory,
    async checkDirectory(directory) {
      try {
        return { ok: true, directory: await usableDirectory(directory) };
      } catch (error) {
        return writeFailure(error, directory);
      }
    },
    async freeBytes(directory) {
      try {
        const { bavail, bsize } = await statfs(directory);
        return bavail * bsize;
      } catch {
        return undefined;
      }
    },
    async openSink(place, content) {
      if (!isFileId(place.transferId)) return badId;
      const saved = await records.savePlace(place.transferId, place.directory);
      if (!saved.ok) return saved;
      try {
        return { ok: true, sink: await openSink(deps, place, content) };
      } catch (error) {
        return writeFailure(error, place.directory);
      }
    },
    async clearSink(place) {
      if (isFileId(place.transferId)) await clear(place);
    },
    saveDescription: (transferId, bytes) =>
      isFileId(transferId) ? records.saveDescription(transferId, bytes) : Promise.resolve(badId),
    loadDescription: (transferId) => (isFileId(transferId) ? records.loadDescription(transferId) : Promise.resolve(undefined)),
    async removeDescription(transferId) {
      if (!isFileId(transferId)) return;
      const directory = await records.loadPlace(transferId);
      if (directory !== undefined) await clear({ transferId, directory });
      await records.removeDescription(transferId);
    },
    listDescriptions: () => records.list(),
  };
}

/** @throws the errors of the system */
async function usableDirectory(directory: string): Promise<string> {
  await mkdir(resolve(directory), { recursive: true });
  const real = await realpath(directory);
  if (!(await lstat(real)).isDirectory()) throw new DiskError<WriteFailure>('vanished');
  // Rights, lists of rights and mounts together: only a try tells.
  const probe = join(real, ownFolderName(randomUUID()));
  await mkdir(probe);
  await rmdir(probe);
  return real;
}

/**
 * Removes the folder of a transfer, and follows no link on the way. Does nothing if there is none.
 *
 * @throws the errors of the system, and if the chosen folder is not there
 */
async function removeOwnFolder(directory: string, name: string): Promise<void> {
  const chosen = await createFolderTree({ path: directory, plainPath: directory, isChosen: true });
  try {
    await chosen.use([], async (folder) => {
      const own = folder.at(name);
      const found = await lstat(own).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw error;
      });
      if (!found) return;
      // Node.js removes a link as such, and looks into folders only.
      await rm(own, { recursive: found.isDirectory(), force: true, maxRetries: 3 });
    });
  } finally {
    await chosen.close();
  }
}
