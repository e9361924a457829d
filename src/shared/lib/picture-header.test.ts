import { describe, expect, test } from 'vitest';
import { exifBlock, hiddenFrame, jpegWith, pngWith, webpWith, xmpPacket } from '../../../test/fixtures/made-pictures.ts';
import { isWithinPixels, readPictureHeader } from './picture-header.ts';

const gif = Buffer.concat([Buffer.from('GIF89a'), Buffer.from([60, 0, 40, 0, 0, 0, 0])]);

/** A lossy WebP and one without loss, of 60 × 40 pixels, up to their sizes. */
function webpOf(type: 'VP8 ' | 'VP8L', bytes: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${type}\0\0\0\0`, 'latin1'), Buffer.from(bytes), Buffer.alloc(8)]);
}
const lossy = webpOf('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 60, 0, 40, 0]);
// 14 bits of width less one, then 14 of height less one.
const bits = 59 | (39 << 14);
const lossless = webpOf('VP8L', [0x2f, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, (bits >> 24) & 255]);

describe('[IMG-13] the size of a picture is in its header', () => {
  test.each([
    ['jpeg', jpegWith({ exif: exifBlock(true), xmp: xmpPacket })],
    ['png', pngWith()],
    ['webp', webpWith(exifBlock(true), xmpPacket)],
    ['webp', lossy],
    ['webp', lossless],
    ['gif', gif],
  ] as const)('%s', (type, bytes) => {
    expect(readPictureHeader(bytes)).toEqual({ type, width: 60, height: 40 });
  });

  test('anything cut off, and anything else, has none', () => {
    for (const bytes of [jpegWith({ exif: exifBlock(true) }), pngWith(), lossy, lossless, gif]) {
      for (let size = 0; size < 10; size += 1) expect(readPictureHeader(bytes.subarray(0, size))).toBeUndefined();
    }
    expect(readPictureHeader(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'.repeat(3)))).toBeUndefined();
  });

  test('no bytes make it fail', () => {
    const whole = jpegWith({ exif: exifBlock(false) });
    for (let round = 0; round < 3_000; round += 1) {
      const broken = Buffer.from(whole.subarray(0, 40 + (round % 200)));
      broken[(round * 7) % broken.length] = round % 256;
      expect(readPictureHeader(broken)?.width ?? 1).toBeGreaterThan(0);
    }
  });

  test.each([0x00, 0x01, 0xd0, 0xd7, 0xd8, 0xd9, 0xda])('marker %i of a JPEG hides no frame', (marker) => {
    expect(readPictureHeader(hiddenFrame(marker))).toBeUndefined();
  });

  test('a picture of more than 50 megapixels is not decoded, however small its file', () => {
    const bomb = pngWith();
    bomb.writeUInt32BE(50_000, 16);
    bomb.writeUInt32BE(50_000, 20);
    const header = readPictureHeader(bomb);
    expect(header).toEqual({ type: 'png', width: 50_000, height: 50_000 });
    expect(header && isWithinPixels(header)).toBe(false);
    expect(isWithinPixels({ type: 'png', width: 10_000, height: 5_000 })).toBe(true);
  });
});
