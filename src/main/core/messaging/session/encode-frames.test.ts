import { expect, it } from 'vitest';
import { encodeFrame, type Frame } from '../wire/frames.ts';
import { createFrameEncoder } from './encode-frames.ts';

const pieceOf = (fill: number): Frame => ({
  type: 'piece',
  transferId: '01890000-0000-7000-8000-000000000001',
  part: 'content',
  chunk: 0,
  offset: 0,
  bytes: new Uint8Array(100).fill(fill),
});

it('[XFER-70] uses the memory of a piece again, but not while the stream needs it', () => {
  const stream = { bufferedBytes: 0 };
  const encode = createFrameEncoder(stream);
  const [first, second] = [encode(pieceOf(1)), encode(pieceOf(2))];
  const ping = encode({ type: 'ping', nonce: 1 });
  stream.bufferedBytes = first.length + second.length + ping.length;
  const third = encode(pieceOf(3));
  expect([first, second, third]).toEqual([1, 2, 3].map((fill) => encodeFrame(pieceOf(fill))));
  stream.bufferedBytes = second.length + ping.length + third.length;
  const fourth = encode(pieceOf(4));
  expect([second, fourth]).toEqual([2, 4].map((fill) => encodeFrame(pieceOf(fill))));
  expect(new Set([first, second, ping, third].map(({ buffer }) => buffer)).size).toBe(4);
  expect(fourth.buffer).toBe(first.buffer);
});
