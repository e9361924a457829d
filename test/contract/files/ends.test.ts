/** The end of transfers: closes that fail, cancelling, a disk that is away. And costly names. */
import { closeSync } from 'node:fs';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkBytes } from '../../../src/main/core/transfers/layout.ts';
import type { Described, SinkPlace, TransferDisk } from '../../../src/main/core/transfers/ports.ts';
import { nameFiles } from '../../../src/main/node/files/sink-names.ts';
import { ownFolderName } from '../../../src/main/node/files/sink.ts';
import { chunksHad, chunksOf, copyChunks, describedOf, sampleBytes, sinkOf, transferId } from './describe-disk.ts';
import { createRealWorld, openBelow, type RealWorld } from './real-world.ts';

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

/** Two chunks of one file. */
async function offer(): Promise<Described> {
  await world.write('album/large.bin', sampleBytes(2 * chunkBytes, 3));
  return describedOf(disk, [join(world.base, 'offered', 'album')]);
}

describe.skipIf(process.platform !== 'linux')('descriptors (only Linux lists them)', () => {
  it('[DISK-40] closes everything, and does not reject, when the end of some of it fails', async () => {
    const content = await offer();
    const sink = await sinkOf(disk, place, content);
    await copyChunks(disk, content, sink, [0]);
    const opened = await openBelow(world.base);
    expect([...opened.keys()]).toContain(inTransfer('album', 'large.bin'));
    // Their own ends fail now, as on a share that could not keep the bytes.
    for (const [path, descriptor] of opened) if (/large\.bin$|journal$/.test(path)) closeSync(descriptor);
    await expect(sink.close()).resolves.toBeUndefined();
    expect([...(await openBelow(world.base)).keys()]).toEqual([]);
    // The bytes that were not kept come again, in the same run too.
    await writeFile(inTransfer('album', 'large.bin'), new Uint8Array(2 * chunkBytes));
    const again = await sinkOf(disk, place, content);
    expect(chunksHad(again)).toEqual([]);
    await again.close();
  });
});

it('[DISK-41] gives no name once the user has cancelled, and all of them after the first', async () => {
  const content = await offer();
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, chunksOf(content));
  const finish: (signal: AbortSignal) => Promise<unknown> = sink.finish;
  const cancelling = new AbortController();
  const cancelled = finish(cancelling.signal);
  cancelling.abort();
  expect(await cancelled).toMatchObject({ ok: false });
  expect(await readdir(world.directory)).toEqual([ownFolderName(transferId)]);
  // The user may think better of it.
  expect(await finish(new AbortController().signal)).toMatchObject({ ok: true });
  expect(await finish(cancelling.signal)).toMatchObject({ ok: true, paths: [join(world.directory, 'album')] });
  await sink.close();
});

it('[DISK-42] clears what is on a disk that is away once it is back', async () => {
  const content = await offer();
  await disk.saveDescription(transferId, sampleBytes(10));
  const sink = await sinkOf(disk, place, content);
  await copyChunks(disk, content, sink, [0]);
  await sink.close();
  const away = join(world.base, 'away');
  await rename(world.directory, away);
  await disk.clearSink(place);
  await disk.removeDescription(transferId);
  expect(world.logged).toContainEqual(expect.stringContaining('vanished'));
  await rename(away, world.directory);
  const later = world.attach();
  expect(await later.listDescriptions()).toEqual([transferId]);
  await later.removeDescription(transferId);
  expect(await later.listDescriptions()).toEqual([]);
  expect(await readdir(world.directory)).toEqual([]);
});

it('[NAME-41] names of senders keep no other work waiting, however much each of them costs', async () => {
  const files = Array.from({ length: 500 }, (_, index) => ({
    path: Array.from({ length: 64 }, (_segment, depth) => `${'ä'.repeat(100)}${index} ${depth}`),
    sizeBytes: 1,
    modifiedMs: 0,
  }));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const { files: named } = await nameFiles(files);
  clearInterval(timer);
  expect(named).toHaveLength(500);
  // Some hundred milliseconds of names, in turns of ten.
  expect(turns).toBeGreaterThan(5);
});
