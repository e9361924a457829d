import { expect, test } from 'vitest';
import {
  camera,
  exifBlock,
  heifWith,
  jpegPair,
  jpegWith,
  orientation,
  placeBytes,
  pngChunk,
  pngChunks,
  pngWith,
  webpWith,
  xmpPacket,
} from '../../../../../test/fixtures/made-pictures.ts';
import { applyEdits, type Edit, type ReadAt } from './edit.ts';
import { withoutPlace } from './exif-place.ts';
import { heifEdits, isHeif } from './heif-place.ts';
import { jpegEdits } from './jpeg-place.ts';
import { pngEdits } from './png-place.ts';
import { webpEdits } from './webp-place.ts';

const tiffOrders = [true, false] as const;

async function edited(picture: Buffer, find: (read: ReadAt) => Promise<readonly Edit[]>): Promise<Buffer> {
  const copy = Buffer.from(picture);
  applyEdits(await find((at, size) => Promise.resolve(picture.subarray(at, at + size))), copy, 0);
  return copy;
}

/** Places of bytes that differ. */
function changedAt(before: Uint8Array, after: Uint8Array): readonly number[] {
  return [...before.keys()].filter((index) => before[index] !== after[index]);
}

function tags(tiff: Buffer, isLittle: boolean): readonly number[] {
  const u16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  return Array.from({ length: u16(8) }, (_, index) => u16(10 + index * 12));
}

test.each(tiffOrders)('[IMG-2] EXIF loses its place and keeps the rest (little-endian: %s)', (isLittle) => {
  const before = exifBlock(isLittle);
  const after = Buffer.from(withoutPlace(before) ?? []);
  expect(after.length).toBe(before.length);
  expect(before.includes(placeBytes(isLittle))).toBe(true);
  expect(after.includes(placeBytes(isLittle))).toBe(false);
  expect(after.subarray(96, 164).every((byte) => byte === 0)).toBe(true);
  expect(tags(after, isLittle)).toEqual([0x01_10, 0x01_12, 0xa4_33]);
  expect(after.includes(camera)).toBe(true);
  expect(isLittle ? after.readUInt16LE(30) : after.readUInt16BE(30)).toBe(orientation);
  // The next directory follows the entries: there is none.
  expect(after.readUInt32LE(46)).toBe(0);
});

test('[IMG-2] EXIF without a place stays as it is', () => {
  const once = withoutPlace(exifBlock(true));
  expect(once && withoutPlace(once)).toBeUndefined();
});

test.each([
  ['no byte order', Buffer.alloc(40, 1)],
  ['a directory beyond its end', Buffer.from('II*\0\xff\xff\0\0', 'latin1')],
  ['nothing', Buffer.from('II', 'latin1')],
])('[IMG-3] EXIF that nobody can read is cleared: %s', (_what, block) => {
  expect(withoutPlace(block)?.every((byte) => byte === 0)).toBe(true);
});

test('[IMG-3] any bytes in place of EXIF end, and change no size', () => {
  const block = exifBlock(false);
  for (let round = 0; round < 5_000; round += 1) {
    const broken = Buffer.from(block);
    for (let change = 0; change < 3; change += 1) broken[(round * 7 + change * 31) % 130] = (round * 13 + change * 57) % 256;
    const result = withoutPlace(broken);
    if (result && result.length !== block.length) throw new Error(`round ${round}`);
  }
  // A directory that is its own next one.
  const loop = Buffer.from(block);
  loop.writeUInt32BE(8, 58);
  expect(tags(Buffer.from(withoutPlace(loop) ?? []), false)).not.toContain(0x88_25);
});

test('[IMG-2] a JPEG changes in its metadata alone', async () => {
  const before = jpegWith({ exif: exifBlock(false), xmp: xmpPacket });
  const after = await edited(before, jpegEdits);
  const picture = before.indexOf(Buffer.from([0xff, 0xc0]));
  expect(changedAt(before, after).every((at) => at > 12 && at < picture)).toBe(true);
  expect([after.includes(placeBytes(false)), after.includes('GPS'), after.includes(camera)]).toEqual([false, false, true]);
});

test('[IMG-2] a packet of XMP that names no place stays', async () => {
  const before = jpegWith({ xmp: '<x:xmpmeta dc:title="Sea"/>' });
  expect((await edited(before, jpegEdits)).equals(before)).toBe(true);
});

test('[IMG-2] each picture in a JPEG loses its place', async () => {
  const before = jpegPair(jpegWith({ exif: exifBlock(true) }));
  expect((await edited(before, jpegEdits)).includes(placeBytes(true))).toBe(false);
});

test('[IMG-2] a PNG keeps its chunks, with true checksums', async () => {
  const before = pngWith(
    pngChunk('eXIf', exifBlock(true)),
    pngChunk('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0', xmpPacket),
    pngChunk('zTXt', 'Raw profile type exif\0\0', 'packed'),
    pngChunk('tEXt', 'Comment\0GPS is not in here'),
  );
  const after = await edited(before, pngEdits);
  const chunks = pngChunks(after);
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'eXIf', 'skIp', 'skIp', 'tEXt', 'IEND']);
  expect(chunks.every(({ isSound }) => isSound)).toBe(true);
  expect([after.includes(placeBytes(true)), after.includes('Latitude'), after.includes(camera)]).toEqual([false, false, true]);
  expect(after.includes('GPS is not in here')).toBe(true);
});

test('[IMG-2] a PNG loses texts that are named after tags of GPS', async () => {
  const before = pngWith(
    pngChunk('tEXt', 'exif:GPSLatitude\0', '52/1, 31/1, 47/1'),
    pngChunk('iTXt', 'exif:GPSInfo\0\0\0\0\0', '52/1, 31/1, 48/1'),
    pngChunk('zTXt', 'gpslongitude\0\0', 'packed'),
    pngChunk('tEXt', 'exif:Model\0', camera),
  );
  const after = await edited(before, pngEdits);
  const chunks = pngChunks(after);
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'skIp', 'skIp', 'skIp', 'tEXt', 'IEND']);
  expect(chunks.every(({ isSound }) => isSound)).toBe(true);
  expect([/gps/i.test(after.toString('latin1')), after.includes('52/1'), after.includes('packed')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(after.includes(camera)).toBe(true);
});

test('[IMG-2] a WebP keeps its chunks', async () => {
  for (const exif of [exifBlock(true), Buffer.concat([Buffer.from('Exif\0\0'), exifBlock(true)])]) {
    const before = webpWith(exif, xmpPacket);
    const after = await edited(before, webpEdits);
    expect(after.length).toBe(before.length);
    expect([after.includes(placeBytes(true)), after.includes('GPS'), after.includes(camera)]).toEqual([false, false, true]);
  }
});

test.each([false, true])('[IMG-2] a HEIF changes in its metadata alone (inside of meta: %s)', async (isInside) => {
  for (const exif of [exifBlock(false), Buffer.concat([Buffer.from('Exif\0\0'), exifBlock(false)])]) {
    const before = heifWith(exif, xmpPacket, { isInside });
    const after = await edited(before, heifEdits);
    const metadata = [before.indexOf(exif), before.indexOf(xmpPacket) + xmpPacket.length] as const;
    expect([isHeif(before), isHeif(jpegWith())]).toEqual([true, false]);
    expect(changedAt(before, after).every((at) => at >= metadata[0] && at < metadata[1])).toBe(true);
    expect([after.includes(placeBytes(false)), after.includes('GPS'), after.includes(camera)]).toEqual([false, false, true]);
  }
});

test('[IMG-3] a HEIF with any damage ends, and changes no size', async () => {
  const whole = heifWith(exifBlock(false), xmpPacket);
  const headBytes = whole.indexOf('mdat');
  for (let round = 0; round < 5_000; round += 1) {
    const broken = Buffer.from(whole);
    for (let change = 0; change < 3; change += 1)
      broken[(round * 7 + change * 31) % headBytes] = (round * 13 + change * 57) % 256;
    expect((await edited(broken, heifEdits)).length).toBe(whole.length);
  }
});

test('[IMG-3] of a HEIF with more metadata than is edited, the rest is cleared', async () => {
  const before = heifWith(exifBlock(false), xmpPacket, { exifCount: 70 });
  const after = await edited(before, heifEdits);
  expect([after.includes(placeBytes(false)), after.includes('GPS')]).toEqual([false, false]);
  // The last of them have no camera either.
  expect(after.toString('latin1').split(camera).length - 1).toBe(64);
});

test('[IMG-3] a HEIF that claims billions of pieces without a byte ends soon', async () => {
  const item = Buffer.from([0, 2, 0, 0, 0xff, 0xff]);
  const whole = heifWith(exifBlock(false), xmpPacket);
  const at = whole.indexOf('iloc') - 4;
  const box = Buffer.concat([Buffer.alloc(4), Buffer.from('iloc\0\0\0\0\0\0\xff\xff', 'latin1'), ...Array(65_535).fill(item)]);
  box.writeUInt32BE(box.length);
  const claims = Buffer.concat([whole.subarray(0, at), box]);
  claims.writeUInt32BE(claims.length - whole.indexOf('meta') + 4, whole.indexOf('meta') - 4);
  expect((await edited(claims, heifEdits)).equals(claims)).toBe(true);
});

test('[IMG-3] a picture that is cut off anywhere is read to its end', async () => {
  const whole = jpegWith({ exif: exifBlock(false), xmp: xmpPacket });
  for (let size = 0; size < 320; size += 1) await edited(whole.subarray(0, size), jpegEdits);
  const png = pngWith(pngChunk('eXIf', exifBlock(true)));
  for (let size = 0; size < png.length; size += 7) await edited(png.subarray(0, size), pngEdits);
  const webp = webpWith(exifBlock(true), xmpPacket);
  for (let size = 0; size < webp.length; size += 7) await edited(webp.subarray(0, size), webpEdits);
  const heif = heifWith(exifBlock(true), xmpPacket);
  for (let size = 0; size < heif.length; size += 7) await edited(heif.subarray(0, size), heifEdits);
  expect((await edited(Buffer.alloc(0), jpegEdits)).length).toBe(0);
});
