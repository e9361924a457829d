import { expect, test } from 'vitest';
import { hiddenFrame, jpegWith, pngWith, webpWith, exifBlock } from '../../../../../test/fixtures/made-pictures.ts';
import { maxDescriptionLength, maxPreviewBytes, type Preview } from '../../../../shared/contract/transfers.ts';
import { decodeOffer, encodeOffer } from './transfer-frames.ts';
import { decodePreviews, encodePreviews } from './preview-fields.ts';

const small = new Uint8Array(jpegWith());
const preview: Preview = { file: 1, bytes: small, description: 'A lake' };
const offer = {
  ...{ contentId: new Uint8Array(32), fileCount: 2, totalBytes: 2, descriptionBytes: 100, lifeMs: 1_000 },
  files: [
    { name: 'a.jpg', sizeBytes: 1 },
    { name: 'b.jpg', sizeBytes: 1 },
  ],
};

test('[IMG-5, IMG-6] small pictures come as they were sent', () => {
  const sent = {
    ...offer,
    previews: [preview, { file: 0, bytes: new Uint8Array(webpWith(exifBlock(true), '')), description: '' }],
  };
  expect(decodeOffer(encodeOffer(sent))).toEqual(sent);
  expect(decodeOffer(encodeOffer(offer))).toEqual(offer);
});

/** 60,000 pixels wide. */
const wide = jpegWith();
wide.writeUInt16BE(60_000, wide.indexOf(Buffer.from([0xff, 0xc0])) + 7);

test.each<[string, unknown]>([
  ['a picture that is too long', [1, Buffer.concat([jpegWith(), Buffer.alloc(maxPreviewBytes)]), '']],
  ['a picture with too many pixels', [1, wide, '']],
  ['a picture that hides its size', [1, hiddenFrame(0x01), '']],
  ['another format', [1, pngWith(), '']],
  ['no picture', [1, Buffer.from('<svg/>'.repeat(20)), '']],
  ['nothing', [1, new Uint8Array(0), '']],
  ['a text in place of a picture', [1, 'picture', '']],
  ['a file that the offer does not have', [2, small, '']],
  ['a place that is no number', ['1', small, '']],
  ['a description that is too long', [1, small, 'x'.repeat(maxDescriptionLength + 1)]],
  ['a description that is no text', [1, small, 7]],
  ['no fields', 'x'],
])('[IMG-5] %s is left out, and the offer stays', (_what, entry) => {
  expect(decodeOffer([...encodeOffer(offer), [entry]])).toEqual(offer);
});

test('[IMG-5] too many of them, and two of one file, are left out', () => {
  const fields = encodePreviews([preview]);
  expect(
    decodePreviews(
      Array.from({ length: 5 }, () => fields[0]),
      2,
    ),
  ).toEqual([]);
  expect(decodePreviews([fields[0], fields[0]], 2)).toEqual([]);
  expect(decodePreviews({ length: 1 }, 2)).toEqual([]);
});

test('[IMG-6] a description with a lone surrogate becomes a text', () => {
  const [decoded] = decodePreviews([[1, small, 'a\ud800']], 2);
  expect(decoded?.description).toBe('a\ufffd');
});
