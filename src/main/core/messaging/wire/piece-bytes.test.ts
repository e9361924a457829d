/** Pieces of files: the same bytes as any other frame, handed on while they arrive. */
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addJoined, push, raw } from '../../../../../test/fixtures/frames.ts';
import { createFrameDecoder, encodeFrame, encodeFrameInto, type Frame, type ReceivedFrame } from './frames.ts';
import { writePiece } from './piece-bytes.ts';
import { pieceBytes } from './transfer-frames.ts';

type Piece = Extract<Frame, { readonly type: 'piece' }>;

const id = '0192a5b0-1111-7abc-9def-0123456789ab';
const numbers = fc.oneof(fc.nat(300), fc.integer({ min: 60_000, max: 70_000 }), fc.integer({ min: 2 ** 31, max: 2 ** 32 + 1 }));
const piece: fc.Arbitrary<Piece> = fc.record({
  ...{ type: fc.constant('piece' as const), transferId: fc.constant(id) },
  ...{ part: fc.constantFrom('description' as const, 'content' as const), chunk: numbers, offset: numbers },
  bytes: fc.oneof(fc.nat(300), fc.integer({ min: 65_000, max: 66_000 }), fc.constant(pieceBytes)).map(bytesOf),
});

function bytesOf(size: number): Uint8Array {
  return new Uint8Array(Math.max(1, size)).map((_, index) => index % 251);
}

function general({ transferId, part, chunk, offset, bytes }: Piece): Uint8Array {
  return encode([53, transferId, part === 'content' ? 1 : 0, chunk, offset, bytes]);
}

test('[XFER-70] a piece has the same bytes, whoever writes it', () => {
  const memory = new Uint8Array(pieceBytes + 256);
  fc.assert(
    fc.property(piece, (sent) => {
      const written = encodeFrameInto(sent, memory);
      expect(Buffer.compare(written.subarray(4), general(sent))).toBe(0);
      expect(Buffer.compare(encodeFrame(sent), written)).toBe(0);
    }),
    { numRuns: 100 },
  );
  const small: Piece = { type: 'piece', transferId: id, part: 'content', chunk: 1, offset: 2, bytes: bytesOf(9) };
  expect(writePiece(small, memory)).toBeDefined();
  expect(writePiece({ ...small, chunk: 2 ** 32 }, memory)).toBeUndefined();
  expect(writePiece({ ...small, bytes: new Uint8Array(pieceBytes + 1) }, memory)).toBeUndefined();
  expect(writePiece(small, new Uint8Array(70))).toBeUndefined();
});

test('[XFER-70] a piece is handed on as it arrives, and counts as one frame', () => {
  fc.assert(
    fc.property(piece, fc.integer({ min: 3_000, max: 40_000 }), fc.nat(140), (sent, size, first) => {
      const ping: Frame = { type: 'ping', nonce: 1 };
      const bytes = Buffer.concat([encodeFrame(sent), encodeFrame(ping)]);
      const decoder = createFrameDecoder();
      const received: ReceivedFrame[] = [];
      for (let at = 0, next = first; at < bytes.length; at = next, next += size) {
        addJoined(received, decoder.push(Uint8Array.from(bytes.subarray(at, next))).frames);
      }
      expect({ received: received.length, completed: decoder.completed, left: decoder.pendingBytes }).toEqual({
        ...{ received: 2, completed: 2, left: 0 },
      });
      expect(received[1]).toEqual(ping);
      const [{ bytes: joined, ...head }, { bytes: whole, ...wanted }] = [received[0] as Piece, sent];
      expect(head).toEqual(wanted);
      expect(Buffer.compare(joined, whole)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test('[XFER-70] the first part comes before the last byte of its frame', () => {
  const sent: Piece = { type: 'piece', transferId: id, part: 'content', chunk: 1, offset: 500, bytes: bytesOf(10_000) };
  const decoder = createFrameDecoder();
  const bytes = encodeFrame(sent);
  const { frames } = decoder.push(bytes.subarray(0, 1_000));
  const head = { ...sent, bytes: expect.any(Uint8Array) as Uint8Array };
  expect(frames).toEqual([head]);
  expect((frames[0] as Piece).bytes.buffer).toBe(bytes.buffer);
  expect(decoder).toMatchObject({ completed: 0, pendingBytes: 1_000 });
  const rest = decoder.push(bytes.subarray(1_000));
  expect(rest.frames).toEqual([{ ...head, offset: 500 + (frames[0] as Piece).bytes.length, isRest: true }]);
  expect(decoder).toMatchObject({ completed: 1, pendingBytes: 0 });
});

test.each([
  ['more bytes than a piece has', [53, id, 1, 0, 0, new Uint8Array(pieceBytes + 1)]],
  ['no ID', [53, id.toUpperCase(), 1, 0, 0, new Uint8Array(1_000)]],
  ['an unknown part', [53, id, 2, 0, 0, new Uint8Array(1_000)]],
])('[XFER-70] a piece with %s is malformed, however it arrives', (_, fields) => {
  const bytes = raw(fields);
  const decoder = createFrameDecoder();
  const parts = [bytes.subarray(0, 500), bytes.subarray(500)].map((each) => decoder.push(each));
  expect(parts).toEqual([{ frames: [] }, { frames: [], problem: 'malformed' }]);
  expect(push(bytes)).toEqual({ frames: [], problem: 'malformed' });
});

test.each([900, 1_200])('[XFER-70] a piece with a length that lies is malformed, however it arrives: %i', (length) => {
  const bytes = new Uint8Array(4 + length);
  bytes.set(raw([53, id, 1, 0, 0, new Uint8Array(1_000)]).subarray(0, bytes.length));
  new DataView(bytes.buffer).setUint32(0, length);
  expect(push(bytes)).toEqual({ frames: [], problem: 'malformed' });
  const decoder = createFrameDecoder();
  const parts = [bytes.subarray(0, 500), bytes.subarray(500)].map((each) => decoder.push(each));
  expect(parts).toEqual([{ frames: [] }, { frames: [], problem: 'malformed' }]);
});
