/**
 * A profile as one encrypted file, to move it to another computer (rules SET-50 to SET-53): its identity, incarnation, settings and messages. An import needs an empty
 * profile, and leaves nothing behind if it fails.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Random } from '../../../core/ports.ts';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import { errorCode, openNewFile } from '../atomic-file.ts';
import { lockProfile, type LockPlace } from '../profile/profile-lock.ts';
import { ArchiveError, createReader, seal, unseal, type Reader } from './sealed-stream.ts';

export type ArchiveResult =
  | { readonly ok: true }
  | Refusal<'archive-unusable' | 'archive-not-written' | 'profile-not-empty' | 'profile-missing' | 'profile-in-use'>;

interface ArchiveDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly lockPlace?: LockPlace;
}

/**
 * In the order of the import: the identity comes last, so that a profile is whole as soon as it is
 * one.
 */
const files = ['settings.json', 'incarnation', 'messages.db', 'identity.pem'] as const;
const database = 'messages.db';
const identity = 'identity.pem';

/** As for the files of a profile; the database is larger, and only the disk limits it. */
const maxSmallFileBytes = 1024 * 1024;
const maxDatabaseBytes = 2 ** 40;
const sizeFieldBytes = 8;
const copyBytes = 1024 * 1024;
const unfinishedSuffix = '.importing';

/** @param file must not exist */
export async function exportProfile(
  directory: string,
  file: string,
  passphrase: string,
  deps: ArchiveDeps,
): Promise<ArchiveResult> {
  return withLock(directory, deps, async (own) => {
    if (!(await exists(join(own, identity)))) return refuse('profile-missing', { directory });
    try {
      await foldIntoFile(join(own, database));
      await writeArchive(file, seal(entriesOf(own), passphrase));
      return { ok: true };
    } catch (error) {
      return notWritten(error, file);
    }
  });
}

/** @param directory made if it does not exist */
export async function importProfile(
  directory: string,
  file: string,
  passphrase: string,
  deps: ArchiveDeps,
): Promise<ArchiveResult> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    return notWritten(error, directory);
  }
  return withLock(directory, deps, async (own) => {
    for (const name of [...files, `${database}-wal`])
      if (await exists(join(own, name))) return refuse('profile-not-empty', { directory });
    try {
      const found = await readEntries(createReader(unseal(createReadStream(file), passphrase)), own);
      if (!found.has(identity)) throw new ArchiveError('damaged');
      for (const name of files) if (found.has(name)) await rename(join(own, name + unfinishedSuffix), join(own, name));
      return { ok: true };
    } catch (error) {
      if (error instanceof ArchiveError) return refuse('archive-unusable', { reason: error.code, path: file });
      if (error instanceof Error && 'path' in error && error.path === file)
        return refuse('archive-unusable', { reason: errorCode(error), path: file });
      return notWritten(error, directory);
    } finally {
      for (const name of files) await rm(join(own, name + unfinishedSuffix), { force: true });
    }
  });
}

async function withLock(
  directory: string,
  deps: ArchiveDeps,
  work: (own: string) => Promise<ArchiveResult>,
): Promise<ArchiveResult> {
  const own = await realpath(directory).catch(() => undefined);
  if (own === undefined) return refuse('profile-missing', { directory });
  const lock = await lockProfile(own, deps, deps.lockPlace);
  if (lock.state !== 'held') return refuse('profile-in-use', { holder: 'silent', directory });
  try {
    return await work(own);
  } finally {
    await lock.release();
  }
}

/** Writes what is still in the write-ahead log into the database. */
async function foldIntoFile(path: string): Promise<void> {
  if (!(await exists(path))) return;
  const { DatabaseSync } = await import('node:sqlite');
  const opened = new DatabaseSync(path);
  try {
    opened.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    opened.close();
  }
}

/** Each entry: one byte with the length of the name, the name, eight bytes with the size, the file. */
async function* entriesOf(directory: string): AsyncGenerator<Uint8Array> {
  for (const name of files) {
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found === undefined || !found.isFile()) continue;
    const head = Buffer.alloc(1 + name.length + sizeFieldBytes);
    head.writeUInt8(name.length, 0);
    head.write(name, 1, 'latin1');
    head.writeBigUInt64BE(BigInt(found.size), 1 + name.length);
    yield head;
    let sizeBytes = 0;
    for await (const bytes of createReadStream(join(directory, name))) {
      sizeBytes += (bytes as Uint8Array).length;
      yield bytes as Uint8Array;
    }
    if (sizeBytes !== found.size) throw new Error(`${name} changed while it was read`);
  }
  yield Uint8Array.of(0);
}

async function writeArchive(file: string, sealed: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await openNewFile(file);
  try {
    for await (const bytes of sealed) await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** @returns the names of the files that are there, under their unfinished names */
async function readEntries(reader: Reader, directory: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (;;) {
    const [length] = await reader.take(1);
    if (length === undefined) throw new ArchiveError('damaged');
    if (length === 0) break;
    const name = (await reader.take(length)).toString('latin1');
    const known = files.find((candidate) => candidate === name);
    const sizeField = await reader.take(sizeFieldBytes);
    if (known === undefined || found.has(known) || sizeField.length < sizeFieldBytes) throw new ArchiveError('damaged');
    const sizeBytes = sizeField.readBigUInt64BE();
    if (sizeBytes > BigInt(known === database ? maxDatabaseBytes : maxSmallFileBytes)) throw new ArchiveError('damaged');
    await copyEntry(reader, join(directory, known + unfinishedSuffix), Number(sizeBytes));
    found.add(known);
  }
  // The end of the stream proves that nothing was cut off.
  if ((await reader.take(1)).length > 0) throw new ArchiveError('damaged');
  return found;
}

async function copyEntry(reader: Reader, path: string, sizeBytes: number): Promise<void> {
  await rm(path, { force: true });
  const handle = await open(path, 'wx', 0o600);
  try {
    for (let left = sizeBytes; left > 0;) {
      const bytes = await reader.take(Math.min(left, copyBytes));
      if (bytes.length === 0) throw new ArchiveError('damaged');
      await handle.writeFile(bytes);
      left -= bytes.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** @throws what is no failure of the system */
function notWritten(error: unknown, path: string): Refusal<'archive-not-written'> {
  if (!(error instanceof Error)) throw error;
  return refuse('archive-not-written', { path, reason: errorCode(error) });
}
