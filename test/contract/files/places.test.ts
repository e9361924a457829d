/** Pictures on a real disk: they are offered and read without their place, and stay as they are. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chunkBytes } from '../../../src/main/core/transfers/layout.ts';
import type { Described } from '../../../src/main/core/transfers/ports.ts';
import {
  camera,
  exifBlock,
  heifWith,
  jpegWith,
  placeBytes,
  pngChunk,
  pngWith,
  webpWith,
  xmpPacket,
} from '../../fixtures/made-pictures.ts';
import { createRealWorld, type RealWorld } from './real-world.ts';

let world: RealWorld;
beforeEach(async () => void (world = await createRealWorld()));
afterEach(() => world.close());

const jpeg = jpegWith({ exif: exifBlock(false), xmp: xmpPacket });

async function describe(paths: readonly string[], removesPlace: boolean): Promise<Described> {
  const described = await world.attach().describe(paths, new AbortController().signal, { removesPlace });
  if (!described.ok) throw new Error(described.code);
  return described;
}

/** Everything that a receiver gets, as it is read again after a restart. */
async function readAll({ roots, files, chunkHashes }: Described, removesPlace: boolean): Promise<Buffer> {
  const source = world.attach().openSource({ roots, files, removesPlace });
  const chunks: Buffer[] = [];
  for (let chunk = 0; chunk < chunkHashes.length / 32; chunk += 1) {
    const read = await source.readChunk(chunk);
    if (!read.ok) throw new Error(read.code);
    chunks.push(Buffer.from(read.bytes));
    const hash = createHash('sha256').update(read.bytes).digest();
    expect(hash.equals(chunkHashes.subarray(chunk * 32, chunk * 32 + 32))).toBe(true);
  }
  await source.close();
  return Buffer.concat(chunks);
}

test('[IMG-1, IMG-2] a picture is sent without its place, and stays as it is on the disk', async () => {
  const path = await world.write('sea.JPG', jpeg);
  const before = await stat(path);
  const described = await describe([path], true);
  const sent = await readAll(described, true);
  expect(described.files).toMatchObject([{ path: ['sea.JPG'], sizeBytes: jpeg.length }]);
  expect([sent.includes(placeBytes(false)), sent.includes('GPS'), sent.includes(camera)]).toEqual([false, false, true]);
  expect((await readFile(path)).equals(jpeg)).toBe(true);
  expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
});

test.each(['sea', 'sea.jpg.bak'])('[IMG-1] the content says that it is a picture, not the name %s', async (name) => {
  const sent = await readAll(await describe([await world.write(name, jpeg)], true), true);
  expect([sent.length, sent.includes(placeBytes(false)), sent.includes('GPS')]).toEqual([jpeg.length, false, false]);
});

test('[IMG-1] so is every picture in a folder, also one that lies across chunks', async () => {
  const large = Buffer.concat([Buffer.alloc(chunkBytes - 60, 1)]);
  await world.write('trip/0.bin', large);
  await world.write('trip/1.jpeg', jpeg);
  await world.write('trip/deep/2.png', pngWith(pngChunk('eXIf', exifBlock(true))));
  await world.write('trip/deep/4.heic', heifWith(exifBlock(true), xmpPacket));
  const path = await world.write('trip/deep/3.webp', webpWith(exifBlock(true), xmpPacket));
  const described = await describe([path.slice(0, path.indexOf('/deep'))], true);
  const sent = await readAll(described, true);
  expect(sent.length).toBe(described.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  expect([sent.includes(placeBytes(false)), sent.includes(placeBytes(true)), sent.includes('GPS')]).toEqual([
    false,
    false,
    false,
  ]);
});

test('[IMG-4] with the setting off, a picture is sent as it is', async () => {
  const path = await world.write('sea.jpg', jpeg);
  expect((await readAll(await describe([path], false), false)).equals(jpeg)).toBe(true);
});

test('[IMG-1] a file that is no picture is sent as it is, whatever its name', async () => {
  const text = Buffer.from(`GPS in a text ${xmpPacket}`);
  const sent = await readAll(await describe([await world.write('notes.jpg', text)], true), true);
  expect(sent.equals(text)).toBe(true);
});
