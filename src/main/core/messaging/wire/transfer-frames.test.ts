/** Offers and the frames of transfers: what a decoder refuses, and what it bounds. */
import { describe, expect, test } from 'vitest';
import { push, raw } from '../../../../../test/fixtures/frames.ts';
import { countForFrame, encodeFrame, maxFrameBytes, type WireMessage } from './frames.ts';
import { pieceBytes } from './transfer-frames.ts';

const id = '0192a5b0-1111-7abc-9def-0123456789ab';
const contentId = new Uint8Array(32).fill(1);
/** As on the wire: hash, files, bytes, size of the description, life, names. */
const offer = [contentId, 2, 5_000_000, 400, 1_000, [['a', 1], ['b', 2]]] as const; // prettier-ignore

function received(given: unknown): unknown {
  return push(raw([2, [[id, 1, 1, 'Ana', 'text', given]]]));
}

function changed(index: number, value: unknown): readonly unknown[] {
  return offer.map((field, at) => (at === index ? value : field));
}

describe('an offer', () => {
  test('[XFER-1] comes with its message, and what a later version adds to it is ignored', () => {
    expect(received([...offer, 'more'])).toMatchObject({
      frames: [{ messages: [{ text: 'text', offer: { fileCount: 2, files: [{ name: 'a' }, { name: 'b' }] } }] }],
    });
  });

  test.each([
    ['no list', 'a'],
    ['a short hash', changed(0, contentId.slice(1))],
    ['no file', changed(1, 0)],
    ['1,000,000 files', changed(1, 1_000_000)],
    ['more than 1 TiB', changed(2, 2 ** 41)],
    ['a description too small for its chunks', changed(2, 2 ** 40)],
    ['a description too large', changed(3, 2 ** 30)],
    ['a description that its files cannot fill', changed(3, 10_000)],
    ['fewer names than it must have', changed(5, [['a', 1]])],
    ['an endless life', changed(4, 2 ** 50)],
    ['more names than files', changed(5, [['a', 1], ['b', 1], ['c', 1]])], // prettier-ignore
    ['21 names', [contentId, 21, 5, 400, 1_000, Array.from({ length: 21 }, () => ['a', 1])]],
    ['a name without size', changed(5, [['a'], ['b', 1]])],
    [
      'a long name',
      changed(5, [
        ['a'.repeat(256), 1],
        ['b', 1],
      ]),
    ],
    [
      'a negative size',
      changed(5, [
        ['a', -1],
        ['b', 1],
      ]),
    ],
  ])('[XFER-1, XFER-40] with %s is malformed', (_, given) => {
    expect(received(given)).toEqual({ frames: [], problem: 'malformed' });
  });

  test('[XFER-1] a frame has one at most, so that it stays within the limits', () => {
    const file = { name: 'ö'.repeat(255), sizeBytes: 2 ** 40 };
    const full = {
      contentId,
      fileCount: 100,
      totalBytes: 5,
      descriptionBytes: 9_999,
      lifeMs: 1,
      files: Array.from({ length: 20 }, () => file),
    };
    const message: WireMessage = { messageId: id, sequence: 1, sentAtMs: 1, fromName: 'Ana', text: 'text', offer: full };
    const messages = Array.from({ length: 10 }, () => message);
    expect(countForFrame(messages)).toBe(1);
    expect(encodeFrame({ type: 'messages', messages: [message] }).length).toBeLessThan(maxFrameBytes / 8);
  });
});

describe('[XFER-2] a frame of transfers', () => {
  test.each([
    ['a state of no transfer', [48, [['x', 'done']]]],
    ['an unknown state', [48, [[id, 'asleep']]]],
    ['too many states', [48, Array.from({ length: 257 }, () => [id, 'done'])]],
    ['a call for no transfer', [50, 'x']],
    ['an unknown part', [52, id, 2, 0, [1]]],
    ['no chunk', [52, id, 1, 0, []]],
    ['too many chunks', [52, id, 1, 0, [1, 2, 3, 4, 5]]],
    ['a negative chunk', [52, id, 1, 0, [-1]]],
    ['an empty piece', [53, id, 1, 0, 0, new Uint8Array(0)]],
    ['a piece too large', [53, id, 1, 0, 0, new Uint8Array(pieceBytes + 1)]],
    ['a piece of text', [53, id, 1, 0, 0, 'text']],
    ['no code', [54, id, 7]],
  ])('with %s is malformed', (_, fields) => {
    expect(push(raw(fields))).toEqual({ frames: [], problem: 'malformed' });
  });

  test('with a code of a later version is read', () => {
    expect(push(raw([54, id, 'solar-flare'])).frames).toEqual([{ type: 'noPiece', transferId: id, code: 'other-refused' }]);
  });
});
