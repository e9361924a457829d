/**
 * The suite that every disk of transfers passes: the fake one of the simulations, and the real one.
 */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chunkBytes, createChunkLayout } from '../../../src/main/core/transfers/layout.ts';
import { compareManifestPaths } from '../../../src/main/core/transfers/manifest-paths.ts';
import type { Described, SinkPlace, TransferDisk, TransferSink } from '../../../src/main/core/transfers/ports.ts';

export interface DiskWorld {
  /** A disk in a process of its own: all see the same files. */
  attach(): TransferDisk;
  /** @returns the absolute path of a file to offer */
  write(path: string, bytes: Uint8Array): Promise<string>;
  remove(path: string): Promise<void>;
  /** Of a file that arrived, by its absolute path. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Everything in the folder for files that arrive, unfinished things included. */
  inDirectory(): Promise<readonly string[]>;
  readonly directory: string;
  close(): Promise<void>;
}

export const transferId = '01890000-0000-7000-8000-000000000001';
const otherId = '01890000-0000-7000-8000-000000000002';

/** Bytes that differ from place to place and from seed to seed. */
export function sampleBytes(sizeBytes: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed * 2_654_435_761;
  for (let index = 0; index < sizeBytes; index += 1) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export async function describedOf(disk: TransferDisk, paths: readonly string[]): Promise<Described> {
  const described = await disk.describe(paths, new AbortController().signal);
  if (!described.ok) throw new Error(`${described.code} ${described.path ?? ''}`);
  return described;
}

export async function sinkOf(disk: TransferDisk, place: SinkPlace, content: Described): Promise<TransferSink> {
  const opened = await disk.openSink(place, content);
  if (!opened.ok) throw new Error(opened.code);
  return opened.sink;
}

/** Copies chunks from a source to a sink. */
export async function copyChunks(
  disk: TransferDisk,
  content: Described,
  sink: TransferSink,
  chunks: readonly number[],
): Promise<void> {
  const source = disk.openSource(content);
  for (const chunk of chunks) {
    const read = await source.readChunk(chunk);
    if (!read.ok) throw new Error(read.code);
    expect(await sink.writeChunk(chunk, read.bytes)).toEqual({ ok: true });
  }
  await source.close();
}

export function chunksOf({ files }: Described): readonly number[] {
  return Array.from({ length: createChunkLayout(files).chunkCount }, (_, chunk) => chunk);
}

export function chunksHad({ have }: TransferSink): readonly number[] {
  return Array.from({ length: have.length * 8 }, (_, chunk) => chunk).filter(
    (chunk) => (((have[chunk >> 3] ?? 0) >> (chunk & 7)) & 1) === 1,
  );
}

export function describeDisk(createWorld: () => Promise<DiskWorld>): void {
  let world: DiskWorld;
  let disk: TransferDisk;
  let place: SinkPlace;
  beforeEach(async () => {
    world = await createWorld();
    disk = world.attach();
    place = { transferId, directory: world.directory };
  });
  afterEach(() => world.close());

  const large = sampleBytes(2 * chunkBytes + 123, 7);

  async function sampleOffer(): Promise<Described> {
    const paths = [await world.write('album/b.bin', large), await world.write('notes.txt', sampleBytes(10, 2))];
    await world.write('album/a.txt', sampleBytes(700, 3));
    await world.write('album/deep/c.txt', sampleBytes(5, 4));
    await world.write('album/empty', new Uint8Array(0));
    return describedOf(disk, [paths[0]?.replace(/.b\.bin$/, '') ?? '', paths[1] ?? '']);
  }

  it('[DISK-10] lists folders whole, in the order of manifests, with the hash of each chunk', async () => {
    const { files, chunkHashes, roots } = await sampleOffer();
    expect(files.map(({ path }) => path.join('/'))).toEqual([
      'album/a.txt',
      'album/b.bin',
      'album/deep/c.txt',
      'album/empty',
      'notes.txt',
    ]);
    expect(files.map(({ path }) => path).toSorted(compareManifestPaths)).toEqual(files.map(({ path }) => path));
    expect(roots.map(({ name }) => name)).toEqual(['album', 'notes.txt']);
    const stream = Buffer.concat([sampleBytes(700, 3), large, sampleBytes(5, 4), sampleBytes(10, 2)]);
    const hashes = [0, 1, 2].map((chunk) =>
      createHash('sha256')
        .update(stream.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes))
        .digest(),
    );
    expect(Buffer.from(chunkHashes).equals(Buffer.concat(hashes))).toBe(true);
    expect(Buffer.from(await disk.sha256(stream.subarray(0, chunkBytes))).equals(hashes[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('[DISK-10] refuses what is not there', async () => {
    const path = await world.write('gone.txt', sampleBytes(3));
    await world.remove(path);
    const signal = new AbortController().signal;
    expect(await disk.describe([path], signal)).toMatchObject({ ok: false, code: 'not-found', path });
  });

  it('[DISK-10] stops when the user does', async () => {
    const path = await world.write('a.txt', sampleBytes(3));
    const stopped = AbortSignal.abort();
    expect(await disk.describe([path], stopped)).toMatchObject({ ok: false, code: 'aborted' });
  });

  it('[DISK-12] reads chunks across the borders of files', async () => {
    const content = await sampleOffer();
    const source = disk.openSource(content);
    const all = await Promise.all(chunksOf(content).map((chunk) => source.readChunk(chunk)));
    await source.close();
    const stream = Buffer.concat(all.map((read) => (read.ok ? read.bytes : new Uint8Array(0))));
    expect(stream.equals(Buffer.concat([sampleBytes(700, 3), large, sampleBytes(5, 4), sampleBytes(10, 2)]))).toBe(true);
  });

  it('[DISK-12] notices a file that changed, and one that is gone', async () => {
    const path = await world.write('a.txt', sampleBytes(30));
    const content = await describedOf(disk, [path]);
    await world.write('a.txt', sampleBytes(31));
    expect(await disk.openSource(content).readChunk(0)).toMatchObject({ ok: false, code: 'changed' });
    await world.remove(path);
    expect(await disk.openSource(content).readChunk(0)).toMatchObject({ ok: false, code: 'vanished' });
  });

  it('[DISK-1, DISK-6] shows no file before the end, and all of them then', async () => {
    const content = await sampleOffer();
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, [2, 0, 1]);
    expect((await world.inDirectory()).filter((name) => !name.startsWith('.hallway-'))).toEqual([]);
    const paths = [`${world.directory}/album`, `${world.directory}/notes.txt`];
    expect(await sink.finish()).toEqual({ ok: true, paths });
    await sink.close();
    expect(Buffer.from((await world.read(`${world.directory}/album/b.bin`)) ?? []).equals(large)).toBe(true);
    expect(await world.read(`${world.directory}/album/deep/c.txt`)).toEqual(sampleBytes(5, 4));
    expect(await world.read(`${world.directory}/album/empty`)).toEqual(new Uint8Array(0));
    await disk.clearSink(place);
    expect(await world.inDirectory()).toEqual(['album', 'notes.txt']);
  });

  it('[DISK-6] replaces nothing, and numbers the new names', async () => {
    const content = await sampleOffer();
    for (const id of [transferId, otherId]) {
      const sink = await sinkOf(disk, { ...place, transferId: id }, content);
      await copyChunks(disk, content, sink, chunksOf(content));
      expect(await sink.finish()).toMatchObject({ ok: true });
      await sink.close();
      await disk.clearSink({ ...place, transferId: id });
    }
    expect(await world.inDirectory()).toEqual(['album', 'album (2)', 'notes (2).txt', 'notes.txt']);
    expect(await world.read(`${world.directory}/notes (2).txt`)).toEqual(sampleBytes(10, 2));
  });

  it('[DISK-6] finds the result of a finish whose news was lost, until it is cleared', async () => {
    const content = await sampleOffer();
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, chunksOf(content));
    const finished = await sink.finish();
    await sink.close();
    const again = await sinkOf(world.attach(), place, content);
    expect({ ok: true, paths: again.finishedPaths }).toEqual(finished);
    await again.close();
    await disk.clearSink(place);
    const anew = await sinkOf(world.attach(), place, content);
    expect(anew.finishedPaths).toBeUndefined();
    await anew.close();
  });

  it('[DISK-2] goes on in another process with what is there', async () => {
    const content = await sampleOffer();
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, [1]);
    await sink.close();
    const other = world.attach();
    const again = await sinkOf(other, place, content);
    expect(chunksHad(again)).toEqual([1]);
    await copyChunks(other, content, again, [0, 2]);
    expect(await again.finish()).toMatchObject({ ok: true });
    await again.close();
    expect(Buffer.from((await world.read(`${world.directory}/album/b.bin`)) ?? []).equals(large)).toBe(true);
  });

  it('[DISK-8] clears everything that is not final', async () => {
    const content = await sampleOffer();
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, [0, 1]);
    await sink.close();
    await disk.clearSink(place);
    await disk.clearSink(place);
    expect(await world.inDirectory()).toEqual([]);
    const anew = await sinkOf(world.attach(), place, content);
    expect(chunksHad(anew)).toEqual([]);
    await anew.close();
  });

  it('[DISK-3] keeps descriptions for the next process, until they are removed', async () => {
    const bytes = sampleBytes(5_000);
    expect(await disk.saveDescription(transferId, bytes)).toEqual({ ok: true });
    const other = world.attach();
    expect(Buffer.from((await other.loadDescription(transferId)) ?? []).equals(bytes)).toBe(true);
    expect(await other.loadDescription(otherId)).toBeUndefined();
    expect(await other.listDescriptions()).toEqual([transferId]);
    await other.removeDescription(transferId);
    expect(await disk.listDescriptions()).toEqual([]);
    expect(await disk.loadDescription(transferId)).toBeUndefined();
  });

  it('[DISK-9] says what is free', async () => {
    expect(await disk.freeBytes(world.directory)).toBeGreaterThan(chunkBytes);
    expect(await disk.checkDirectory(world.directory)).toEqual({ ok: true, directory: world.directory });
  });
}
