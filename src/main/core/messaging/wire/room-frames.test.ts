/** The limits of the frames of rooms, and what a decoder refuses. */
import { describe, expect, test } from 'vitest';
import { push, raw } from '../../../../../test/fixtures/frames.ts';
import { encodeFrame, type Frame } from './frames.ts';

const room = '0123456789abcdef';
const roomBytes = Uint8Array.from(Buffer.from(room, 'hex'));
const publicKey = new Uint8Array(33).fill(2);

describe('[FRAME-3] a frame of rooms', () => {
  const head = { publicKey, epoch: 5, floor: 0, top: 2 ** 24, hash8: new Uint8Array(8) };
  const holes = (count: number) => Array.from({ length: count }, (_, index) => ({ from: 2 * index + 1, to: 2 * index + 1 }));
  const heads = (each: number, last: number): Frame => ({
    ...{ type: 'heads', room, isAnswer: true, isLast: false, digest: new Uint8Array(8) },
    heads: [
      ...Array.from({ length: 250 }, () => ({ ...head, holes: holes(each) })),
      ...Array.from({ length: last }, () => ({ ...head, holes: [] })),
    ],
  });
  const range = { tag: room, from: 1, to: 2 ** 24 };
  const want = (count: number): Frame => ({
    ...{ type: 'want', room, id: 1 },
    wanted: { kind: 'ranges', ranges: Array.from({ length: count }, () => range) },
  });
  const blocks = (count: number, sizeBytes: number): Frame => ({
    ...{ type: 'blocks', room, id: 1 },
    blocks: Array.from({ length: count }, () => new Uint8Array(sizeBytes)),
  });

  test('fits at the limits', () => {
    for (const sent of [heads(16, 262), want(256), blocks(1_024, 240), blocks(2, 122_880)])
      expect(push(encodeFrame(sent))).toEqual({ frames: [sent] });
  });

  test.each([
    ['heads', heads(0, 263)],
    ['holes', heads(17, 0)],
    ['ranges', want(257)],
    ['blocks', blocks(1_025, 1)],
    ['bytes', blocks(2, 122_881)],
  ])('is not encoded beyond them: %s', (_what, tooMuch) => {
    expect(() => encodeFrame(tooMuch)).toThrow(RangeError);
  });

  test('is refused beyond them', () => {
    const wants = Array.from({ length: 257 }, () => [roomBytes, 1, 1]);
    const many = Array.from({ length: 1_025 }, () => new Uint8Array(8));
    expect({
      heads: push(raw([16, roomBytes, true, true, new Uint8Array(8), Array.from({ length: 513 }, () => [])])).problem,
      holes: push(raw(headsOf({ floor: 0, top: 99, holes: rawHoles(17) }))).problem,
      allHoles: push(raw(headsOf({ floor: 0, top: 99, holes: rawHoles(16) }, 251))).problem,
      ranges: push(raw([17, roomBytes, 1, wants])).problem,
      blocks: push(raw([18, roomBytes, 1, many])).problem,
      bytes: push(raw([18, roomBytes, 1, [new Uint8Array(131_073)]])).problem,
      missing: push(raw([19, roomBytes, 1, wants])).problem,
      hashes: push(raw([21, many])).problem,
      holders: push(raw([23, roomBytes, 0, 1, Array(4).fill('a'.repeat(52))])).problem,
    }).toEqual(
      Object.fromEntries(
        ['heads', 'holes', 'allHoles', 'ranges', 'blocks', 'bytes', 'missing', 'hashes', 'holders'].map((of) => [
          of,
          'too-large',
        ]),
      ),
    );
  });
});

interface RawHead {
  readonly key?: Uint8Array;
  readonly floor?: number;
  readonly top?: number;
  readonly hash?: Uint8Array;
  readonly holes?: unknown;
}

/** Of that many logs alike. */
function headsOf(
  { key = publicKey, floor = 1, top = 9, hash = new Uint8Array(8), holes = [] }: RawHead,
  count = 1,
): readonly unknown[] {
  return [16, roomBytes, true, true, new Uint8Array(8), Array.from({ length: count }, () => [key, 5, floor, top, hash, holes])];
}

function rawHoles(count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, index) => [2 * index + 1, 2 * index + 1]);
}

test.each([
  ['heads with a number beyond those of a log', headsOf({ top: 2 ** 31 })],
  ['heads with a floor above the top', headsOf({ floor: 10 })],
  ['heads with a hole above the top', headsOf({ holes: [[9, 10]] })],
  ['heads with holes that overlap', headsOf({ holes: [[2, 4], [4, 5]] })], // prettier-ignore
  ['heads with a short key', headsOf({ key: publicKey.slice(1) })],
  ['heads with a hash that is cut', headsOf({ hash: new Uint8Array(4) })],
  ['heads with holes that are no list', headsOf({ holes: 3 })],
  ['heads with a hole of number 0', headsOf({ floor: 0, holes: [[0, 1]] })],
  ['heads of a room that is cut', [16, roomBytes.slice(1), true, true, new Uint8Array(8), []]],
  ['heads that say neither question nor answer', [16, roomBytes, null, true, new Uint8Array(8), []]],
  ['heads without a digest', [16, roomBytes, true, true, null, []]],
  ['a want of number 0', [17, roomBytes, 1, [[roomBytes, 0, 1]]]],
  ['a want that is the wrong way round', [17, roomBytes, 1, [[roomBytes, 2, 1]]]],
  ['a want without an id', [17, roomBytes, 0, [[roomBytes, 1, 1]]]],
  ['a want of no newest ones', [17, roomBytes, 1, null, 0, null]],
  ['a want before a time that is no clock', [17, roomBytes, 1, null, 5, [1]]],
  ['a want before a time that is a text', [17, roomBytes, 1, null, 5, 'x']],
  ['a want of a text', [17, roomBytes, 1, 'x']],
  ['a want of a tag of five bytes', [17, roomBytes, 1, [[roomBytes.slice(3), 1, 1]]]],
  ['blocks of a room that is cut', [18, roomBytes.slice(1), 1, []]],
  ['blocks that are no list', [18, roomBytes, 1, 'x']],
  ['blocks that are texts', [18, roomBytes, 1, ['x']]],
  ['an end for a text', [19, roomBytes, 1, [['x', 1]]]],
  ['an end of a room that is cut', [19, roomBytes.slice(1), 1, []]],
  ['an end with an entry that is no list', [19, roomBytes, 1, [5]]],
  ['an end with a floor beyond the numbers of a log', [19, roomBytes, 1, [[roomBytes, 2 ** 31]]]],
  ['taken hashes that are no list', [21, 'x']],
  ['taken hashes that are short', [21, [new Uint8Array(7)]]],
  ['busy with a holder that is no peer', [23, roomBytes, 0, 1, ['x']]],
  ['busy with holders that are no list', [23, roomBytes, 0, 1, 'x']],
  ['busy for long', [23, roomBytes, 0, 60_001, []]],
  ['a relay of no step', [20, roomBytes, 0, [], [Uint8Array.of(1)]]],
  ['a relay of 13 steps', [20, roomBytes, 13, [], [Uint8Array.of(1)]]],
  ['a relay of 200 steps', [20, roomBytes, 200, [], [Uint8Array.of(1)]]],
  ['a relay without blocks', [20, roomBytes, 1, [], []]],
  ['a relay with a short tag', [20, roomBytes, 1, [new Uint8Array(7)], [Uint8Array.of(1)]]],
  ['a feed that is no choice', [22, roomBytes, 1]],
])('[FRAME-8] is malformed: %s', (_what, value) => {
  expect(push(raw(value))).toEqual({ frames: [], problem: 'malformed' });
});

test.each([
  ['513 tags', [20, roomBytes, 1, Array.from({ length: 513 }, () => new Uint8Array(8)), [Uint8Array.of(1)]]],
  ['65 blocks', [20, roomBytes, 1, [], Array.from({ length: 65 }, () => Uint8Array.of(1))]],
  ['a block of 128 KiB and a byte', [20, roomBytes, 1, [], [new Uint8Array(131_073)]]],
])('[FRAME-3] a relay with %s is too large', (_what, value) => {
  expect(push(raw(value))).toEqual({ frames: [], problem: 'too-large' });
});

test('[FRAME-3] a relay with a million tags is refused by its length, before any of it is stored', () => {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, 10 ** 6 * 10);
  expect(push(length)).toEqual({ frames: [], problem: 'too-large' });
});
