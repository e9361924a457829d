/**
 * The records of each transfer in the profile: its description, and the folder in which files of it
 * arrive (rules DISK-3, DISK-8). The second finds what a transfer left anywhere on this computer.
 */
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { maxDescriptionBytes } from '../../core/messaging/wire/transfer-frames.ts';
import type { DiskFailure, WriteFailure } from '../../core/transfers/ports.ts';
import { makeDirectory, readTextFile, replaceFile } from '../storage/atomic-file.ts';
import { writeFailure } from './disk-failures.ts';
import { toRead } from './open-flags.ts';

export interface ProfileRecords {
  saveDescription(transferId: string, bytes: Uint8Array): Promise<{ readonly ok: true } | DiskFailure<WriteFailure>>;
  loadDescription(transferId: string): Promise<Uint8Array | undefined>;
  /** @returns the transfers of which there is any record */
  list(): Promise<readonly string[]>;
  savePlace(transferId: string, directory: string): Promise<{ readonly ok: true } | DiskFailure<WriteFailure>>;
  /** @returns undefined if no file of it ever arrived */
  loadPlace(transferId: string): Promise<string | undefined>;
  removePlace(transferId: string): Promise<void>;
  removeDescription(transferId: string): Promise<void>;
}

/** The ID of a message, which is a UUID: it can be part of a name on any system. */
const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const kinds = { description: '.description', place: '.place' } as const;

export function isFileId(transferId: string): boolean {
  return idPattern.test(transferId);
}

/** @param folder in the profile; made when the first record is saved */
export function createProfileRecords(folder: string): ProfileRecords {
  const pathOf = (transferId: string, kind: keyof typeof kinds): string => join(folder, transferId + kinds[kind]);

  async function save(path: string, content: string | Uint8Array): Promise<{ readonly ok: true } | DiskFailure<WriteFailure>> {
    const made = await makeDirectory(folder);
    const saved = made.ok ? await replaceFile(path, content) : made;
    return saved.ok ? saved : writeFailure(Object.assign(new Error(saved.code), { code: saved.code }), path);
  }

  return {
    saveDescription: (transferId, bytes) => save(pathOf(transferId, 'description'), bytes),
    loadDescription: (transferId) => readBytes(pathOf(transferId, 'description')),
    async list() {
      const names = await readdir(folder).catch(() => []);
      const ids = names.flatMap((name) =>
        Object.values(kinds).flatMap((ending) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : [])),
      );
      return [...new Set(ids.filter(isFileId))];
    },
    savePlace: (transferId, directory) => save(pathOf(transferId, 'place'), directory),
    async loadPlace(transferId) {
      const read = await readTextFile(pathOf(transferId, 'place'));
      return read.state === 'read' && read.text !== '' ? read.text : undefined;
    },
    removePlace: (transferId) => rm(pathOf(transferId, 'place'), { force: true }).catch(() => undefined),
    removeDescription: (transferId) => rm(pathOf(transferId, 'description'), { force: true }).catch(() => undefined),
  };
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(path, toRead);
    try {
      const { size } = await handle.stat();
      return size > maxDescriptionBytes ? undefined : await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
