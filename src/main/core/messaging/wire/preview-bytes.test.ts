/** Small pictures of an offer in a room: one encoding for each list, and no bytes make it throw. */
import { expect, test } from 'vitest';
import { exifBlock, jpegWith, pngWith, webpWith } from '../../../../../test/fixtures/made-pictures.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { maxDescriptionLength, maxPreviewBytes, type Preview } from '../../../../shared/contract/transfers.ts';
import { decodePreviewBytes, encodePreviewBytes, maxPreviewsBytes } from './preview-bytes.ts';

const jpeg = new Uint8Array(jpegWith());
const webp = new Uint8Array(webpWith(exifBlock(true), ''));
const lake: Preview = { file: 2, bytes: jpeg, description: 'Ein See, 湖 \ufeff' };
const hill: Preview = { file: 0, bytes: webp, description: '' };

test('[RFILE-40] they decode to what was encoded, in the same order', () => {
  expect(decodePreviewBytes(encodePreviewBytes([lake, hill]), 3)).toEqual([lake, hill]);
});

test('[RFILE-40] the largest ones fit the limit of an answer', () => {
  const bytes = new Uint8Array(maxPreviewBytes);
  bytes.set(jpeg);
  const largest = [0, 1, 2, 3].map((file) => ({ file, bytes, description: '湖'.repeat(maxDescriptionLength) }));
  const encoded = encodePreviewBytes(largest);
  expect(encoded).toHaveLength(maxPreviewsBytes);
  expect(decodePreviewBytes(encoded, 4)).toEqual(largest);
});

test('[RFILE-40] beyond the limits there is no encoding', () => {
  const five = [0, 1, 2, 3, 4].map((file) => ({ ...hill, file }));
  expect(() => encodePreviewBytes(five)).toThrow(RangeError);
  expect(() => encodePreviewBytes([{ ...hill, bytes: new Uint8Array(maxPreviewBytes + 1) }])).toThrow(RangeError);
});

const one = encodePreviewBytes([lake]);
test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['a part', one.subarray(0, -1)],
  ['more than the pictures', Uint8Array.from([...one, 0])],
  ['five pictures', Uint8Array.from([0, 1, 2, 3, 4].flatMap((file) => [...encodePreviewBytes([{ ...hill, file }])]))],
  ['two of one file', Uint8Array.from([...one, ...one])],
  ['a file that the offer does not name', encodePreviewBytes([{ ...lake, file: 3 }])],
  ['another format', encodePreviewBytes([{ ...lake, bytes: new Uint8Array(pngWith()) }])],
  ['a description that is too long', encodePreviewBytes([{ ...lake, description: 'x'.repeat(maxDescriptionLength + 1) }])],
  ['a description that is not UTF-8', one.with(one.length - 1, 0xff)],
])('[RFILE-40] with %s there is none of them', (_what, bytes) => {
  expect(decodePreviewBytes(bytes, 3)).toBeUndefined();
});

test('[RFILE-40] changed anywhere, they are those of these bytes alone, or none', () => {
  const random = createSeededRandom('previews');
  const whole = encodePreviewBytes([lake, hill]);
  const found = Array.from({ length: 20_000 }, () => {
    const changed = whole.slice(0, random.fraction() < 0.1 ? Math.floor(random.fraction() * whole.length) : undefined);
    const count = 1 + Math.floor(random.fraction() * 3);
    for (let index = 0; index < count && changed.length > 0; index += 1)
      changed[Math.floor(random.fraction() * changed.length)] = Math.floor(random.fraction() * 256);
    const decoded = decodePreviewBytes(changed, 3);
    return decoded && Buffer.compare(encodePreviewBytes(decoded), changed) === 0;
  });
  expect([found.includes(true), found.includes(undefined), found.includes(false)]).toEqual([true, true, false]);
});
