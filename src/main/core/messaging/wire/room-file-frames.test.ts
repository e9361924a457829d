/** The frames by which members find who has the files of an offer. */
import { expect, test } from 'vitest';
import { createFrameDecoder, encodeFrame, type Frame } from './frames.ts';
import { maxPreviewsBytes } from './preview-bytes.ts';
import { decodeHolders, decodePreviewAnswer, encodeHolders, encodePreviewAnswer } from './room-file-frames.ts';

const transferId = '0192a5b0-1111-7abc-9def-0123456789ab';
const peer = 'a'.repeat(52);

test.each<Frame>([
  { type: 'transferAsk', transferId },
  { type: 'transferHolders', transferId, answer: 'not', holders: [] },
  { type: 'transferHolders', transferId, answer: 'busy', holders: [peer, 'b'.repeat(52)] },
  { type: 'transferHolders', transferId, answer: 'withdrawn', holders: [] },
  { type: 'previewAsk', transferId },
  { type: 'previewAnswer', transferId, answer: 'busy', bytes: new Uint8Array(0) },
  { type: 'previewAnswer', transferId, answer: 'has', bytes: new Uint8Array(maxPreviewsBytes).fill(7) },
])('[RFILE-3] a frame decodes to itself: %o', (frame) => {
  expect(createFrameDecoder().push(encodeFrame(frame))).toEqual({ frames: [frame] });
});

test('[RFILE-3] other fields are malformed, and an answer of a later version is none', () => {
  const malformed = [
    ['no id', 1, []],
    [transferId, 'has', []],
    [transferId, 1, peer],
    [transferId, 1, [peer, 'nobody']],
    [transferId, 1, Array.from({ length: 9 }, () => peer)],
  ];
  expect(malformed.map((fields) => decodeHolders(fields))).toEqual(malformed.map(() => 'malformed'));
  expect(decodeHolders([transferId, 77, [peer]])).toEqual({ transferId, answer: 'not', holders: [peer] });
  const many = Array.from({ length: 9 }, () => peer);
  expect(() => encodeHolders({ transferId, answer: 'has', holders: many })).toThrow(RangeError);
});

test('[RFILE-3, RFILE-44] an answer with small pictures has other fields, or too many bytes, and is malformed', () => {
  const bytes = Uint8Array.of(1, 2);
  const tooLong = new Uint8Array(maxPreviewsBytes + 1);
  const malformed = [
    ['no id', 1, bytes],
    [transferId, 'has', bytes],
    [transferId, 1, 'bytes'],
    [transferId, 1, tooLong],
  ];
  expect(malformed.map((fields) => decodePreviewAnswer(fields))).toEqual(malformed.map(() => 'malformed'));
  expect(decodePreviewAnswer([transferId, 77, bytes])).toEqual({ transferId, answer: 'not', bytes });
  expect(() => encodePreviewAnswer({ transferId, answer: 'has', bytes: tooLong })).toThrow(RangeError);
});
