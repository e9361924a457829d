/**
 * Cases that only a real disk can show: links, devices, folders that go away, rights, and names of
 * other systems.
 */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import {
  chmod,
  lstat,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkBytes } from '../../../src/main/core/transfers/layout.ts';
import type { Described, ManifestFile, SinkPlace, TransferDisk } from '../../../src/main/core/transfers/ports.ts';
import { ownFolderName } from '../../../src/main/node/files/sink.ts';
import { chunksHad, chunksOf, copyChunks, describedOf, sampleBytes, sinkOf, transferId } from './describe-disk.ts';
import { createRealWorld, type RealWorld } from './real-world.ts';

let world: RealWorld;
let disk: TransferDisk;
let place: SinkPlace;
beforeEach(async () => {
  world = await createRealWorld();
  disk = world.attach();
  place = { transferId, directory: world.directory };
});
afterEach(() => world.close());

const inTransfer = (...names: readonly string[]): string => join(world.directory, ownFolderName(transferId), 'files', ...names);
const canLink = process.platform !== 'win32';

/** Two chunks of one file, and a small file. */
async function offer(): Promise<Described> {
  await world.write('album/large.bin', sampleBytes(2 * chunkBytes, 3));
  await world.write('album/small.txt', sampleBytes(100, 4));
  return describedOf(disk, [join(world.base, 'offered', 'album')]);
}

describe.skipIf(!canLink)('links (Windows lets few programs make them)', () => {
  it('[DISK-4] writes nowhere else when a folder becomes a link between two steps', async () => {
    const content = await offer();
    const outside = join(world.base, 'outside');
    await mkdir(outside);
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, [0]);
    await rename(inTransfer('album'), join(world.base, 'moved'));
    await symlink(outside, inTransfer('album'));
    const source = disk.openSource(content);
    for (const chunk of [1, 2]) {
      const read = await source.readChunk(chunk);
      if (read.ok) await sink.writeChunk(chunk, read.bytes);
    }
    await sink.finish();
    await sink.close();
    expect(await readdir(outside)).toEqual([]);
  });

  it('[DISK-4, DISK-5] replaces a link or a second name in the place of a file, and fetches it again', async () => {
    const content = await offer();
    const victim = join(world.base, 'victim');
    await writeFile(victim, 'mine');
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, chunksOf(content));
    await sink.close();
    for (const plant of [symlink, link]) {
      for (const name of ['large.bin', 'small.txt']) {
        await unlink(inTransfer('album', name));
        await plant(victim, inTransfer('album', name));
      }
      const other = world.attach();
      const again = await sinkOf(other, place, content);
      expect(chunksHad(again)).toEqual([]);
      await copyChunks(other, content, again, chunksOf(content));
      await again.close();
    }
    const last = await sinkOf(world.attach(), place, content);
    expect(await last.finish()).toMatchObject({ ok: true });
    await last.close();
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect(new Uint8Array(await readFile(join(world.directory, 'album', 'small.txt')))).toEqual(sampleBytes(100, 4));
  });

  it('[DISK-4] takes no folder that a link leads to, and clears only the link', async () => {
    const content = await offer();
    const outside = join(world.base, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'precious'), 'mine');
    await symlink(outside, join(world.directory, ownFolderName(transferId)));
    expect(await disk.openSink(place, content)).toMatchObject({ ok: false, code: 'vanished' });
    await disk.clearSink(place);
    expect(await readdir(world.directory)).toEqual([]);
    expect(await readdir(outside)).toEqual(['precious']);
  });

  it('[DISK-6] replaces no link with a final name', async () => {
    const content = await offer();
    await symlink(join(world.base, 'nowhere'), join(world.directory, 'album'));
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, chunksOf(content));
    expect(await sink.finish()).toEqual({ ok: true, paths: [join(world.directory, 'album (2)')] });
    await sink.close();
    expect((await lstat(join(world.directory, 'album'))).isSymbolicLink()).toBe(true);
  });

  it('[DISK-11] offers what a chosen link leads to, leaves out links, pipes and sockets inside, and says so', async () => {
    await offer();
    const album = join(world.base, 'offered', 'album');
    await symlink('/etc', join(album, 'system'));
    await symlink(join(album, 'small.txt'), join(album, 'again.txt'));
    execFileSync('mkfifo', [join(album, 'pipe')]);
    const server = createServer().listen(join(album, 'socket'));
    await symlink(album, join(world.base, 'chosen'));
    const { files } = await describedOf(disk, [join(world.base, 'chosen')]);
    server.close();
    expect(files.map(({ path }) => path.join('/'))).toEqual(['chosen/large.bin', 'chosen/small.txt']);
    expect(world.logged).toEqual([expect.stringContaining('"count":4')]);
    const signal = new AbortController().signal;
    expect(await disk.describe(['/dev/null'], signal)).toMatchObject({ ok: false, code: 'not-a-file' });
  });
});

it('[DISK-9] a folder that goes away is a failure that can be tried again', async () => {
  const content = await offer();
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, [0]);
  await rm(world.directory, { recursive: true });
  expect(await sink.writeChunk(1, sampleBytes(chunkBytes))).toMatchObject({ ok: false, code: 'vanished' });
  await sink.close();
  expect(await disk.openSink(place, content)).toMatchObject({ ok: false, code: 'vanished' });
  await mkdir(world.directory);
  const again = await sinkOf(disk, place, content);
  expect(chunksHad(again)).toEqual([]);
  await copyChunks(disk, content, again, chunksOf(content));
  expect(await again.finish()).toMatchObject({ ok: true });
  await again.close();
});

it('[DISK-2] never claims a chunk whose bytes are not there', async () => {
  const content = await offer();
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, chunksOf(content));
  await sink.close();
  // As after a power failure: the journal is there, some bytes are not.
  await writeFile(inTransfer('album', 'large.bin'), new Uint8Array(2 * chunkBytes));
  const other = world.attach();
  const again = await sinkOf(other, place, content);
  expect(chunksHad(again)).toEqual([2]);
  await copyChunks(other, content, again, [0, 1]);
  expect(await again.finish()).toMatchObject({ ok: true });
  await again.close();
  expect(new Uint8Array(await readFile(join(world.directory, 'album', 'large.bin')))).toEqual(sampleBytes(2 * chunkBytes, 3));
});

it('[DISK-2] claims no chunk whose write failed, in the same run too', async () => {
  const content = await offer();
  const sink = await sinkOf(disk, place, content);
  await mkdir(inTransfer('album', 'large.bin'), { recursive: true });
  const { ok } = await sink.writeChunk(0, sampleBytes(2 * chunkBytes, 3).subarray(0, chunkBytes));
  expect({ ok, had: chunksHad(sink) }).toEqual({ ok: false, had: [] });
  await rm(inTransfer('album', 'large.bin'), { recursive: true });
  await copyChunks(disk, content, sink, chunksOf(content));
  expect(await sink.finish()).toMatchObject({ ok: true });
  await sink.close();
});

it('[DISK-8] clears what an ended transfer left anywhere, when its description is removed', async () => {
  const content = await offer();
  await disk.saveDescription(transferId, sampleBytes(10));
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, [0]);
  await sink.close();
  const later = world.attach();
  expect(await later.listDescriptions()).toEqual([transferId]);
  await later.removeDescription(transferId);
  expect(await world.inDirectory()).toEqual([]);
  expect(await later.listDescriptions()).toEqual([]);
});

it('[DISK-12] notices another file in the place of one, even with its size and time', async () => {
  const path = await world.write('a.bin', sampleBytes(2 * chunkBytes, 1));
  const content = await describedOf(disk, [path]);
  const source = disk.openSource(content);
  expect(await source.readChunk(0)).toMatchObject({ ok: true });
  const { mtimeMs } = await stat(path);
  const time = new Date(mtimeMs);
  await rename(path, `${path}.old`);
  await writeFile(path, sampleBytes(2 * chunkBytes, 2));
  await utimes(path, time, time);
  expect(await source.readChunk(1)).toMatchObject({ ok: false, code: 'changed' });
});

it('[DISK-7] gives files their time, no right to run, and the rights of any new file', async () => {
  const path = await world.write('tool.sh', sampleBytes(10));
  await chmod(path, 0o777);
  await utimes(path, 1_600_000_000, 1_600_000_000);
  const content = await describedOf(disk, [path]);
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, [0]);
  await sink.finish();
  await sink.close();
  const arrived = await stat(join(world.directory, 'tool.sh'));
  expect(arrived.mtimeMs).toBe(1_600_000_000_000);
  expect(arrived.mode & 0o111).toBe(0);
});

it.skipIf(!canLink || process.getuid?.() === 0)(
  '[DISK-9] a folder without the right to write is refused (root has every right)',
  async () => {
    await chmod(world.directory, 0o500);
    expect(await disk.checkDirectory(world.directory)).toMatchObject({ ok: false, code: 'no-access' });
  },
);

it('[DISK-9] makes a missing folder, and refuses a file in its place', async () => {
  const missing = join(world.base, 'new', 'folder');
  expect(await disk.checkDirectory(missing)).toEqual({ ok: true, directory: missing });
  expect(await readdir(missing)).toEqual([]);
  const file = await world.write('a.txt', sampleBytes(1));
  expect(await disk.checkDirectory(file)).toMatchObject({ ok: false });
  expect(await disk.checkDirectory(join(file, 'below'))).toMatchObject({ ok: false, code: 'vanished' });
});

it('[DISK-3] touches no file outside the profile, whatever an ID of a transfer says', async () => {
  const bad = '../../escaped';
  expect(await disk.saveDescription(bad, sampleBytes(3))).toMatchObject({ ok: false, code: 'bad-name' });
  expect(await disk.loadDescription(bad)).toBeUndefined();
  expect(await disk.openSink({ ...place, transferId: bad }, await offer())).toMatchObject({ ok: false, code: 'bad-name' });
  await disk.removeDescription(bad);
  await disk.clearSink({ ...place, transferId: bad });
  expect((await readdir(world.base)).toSorted()).toEqual(['arriving', 'offered']);
});

describe('names of senders', () => {
  const segment = fc
    .array(fc.constantFrom('..', '.', '~', ':', ' ', 'CON', 'COM¹', '.txt', '\u202e', 'é', 'e\u0301', 'A', 'a', 'x'.repeat(90)), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join(''))
    .filter((name) => name !== '.' && name !== '..');

  it('[NAME-2, NAME-7, NAME-8, DISK-4] never leave the folder, and never meet', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.array(segment, { minLength: 1, maxLength: 3 }), {
          maxLength: 12,
          minLength: 1,
          selector: (path) => path.join('/'),
        }),
        async (paths) => {
          const files: ManifestFile[] = paths.map((path, index) => ({ path, sizeBytes: index + 1, modifiedMs: 0 }));
          const stream = Buffer.concat(files.map(({ sizeBytes }) => sampleBytes(sizeBytes, sizeBytes)));
          const content = { roots: [], files, chunkHashes: await disk.sha256(stream) };
          const before = (await readdir(world.base)).toSorted();
          const sink = await sinkOf(disk, place, content);
          expect(await sink.writeChunk(0, stream)).toEqual({ ok: true });
          const finished = await sink.finish();
          await sink.close();
          await disk.clearSink(place);
          const tops = await readdir(world.directory);
          const arrived = await readdir(world.directory, { recursive: true, withFileTypes: true });
          const sizes = await Promise.all(
            arrived.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))),
          );
          expect(finished.ok && [...finished.paths].toSorted()).toEqual(
            tops.map((name) => join(world.directory, name)).toSorted(),
          );
          expect(sizes.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual(files.map(({ sizeBytes }) => sizeBytes));
          expect(tops.filter((name) => name.startsWith('.'))).toEqual([]);
          expect((await readdir(world.base)).toSorted()).toEqual([...new Set([...before, 'profile'])].toSorted());
          await Promise.all(tops.map((name) => rm(join(world.directory, name), { recursive: true })));
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('[DISK-1, DISK-6, DISK-10] 10,000 files of 4 KiB arrive', { timeout: 120_000 }, async () => {
  const count = 10_000;
  for (let index = 0; index < count; index += 1) await world.write(`many/${index % 100}/${index}.bin`, sampleBytes(4_096, index));
  const content = await describedOf(disk, [join(world.base, 'offered', 'many')]);
  expect(content.files).toHaveLength(count);
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, chunksOf(content));
  expect(await sink.finish()).toMatchObject({ ok: true });
  await sink.close();
  await disk.clearSink(place);
  for (const index of [0, 4_321, 9_999]) {
    const bytes = await readFile(join(world.directory, 'many', String(index % 100), `${index}.bin`));
    expect(new Uint8Array(bytes)).toEqual(sampleBytes(4_096, index));
  }
  expect(await readdir(join(world.directory, 'many', '7'))).toHaveLength(100);
});
