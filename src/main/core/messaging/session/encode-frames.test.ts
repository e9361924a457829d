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

it('uses the memory of a piece again, but not while the stream needs it', () => {
  const stream = { bufferedBytes: 0 };
  const encode = createFrameEncoder(stream);
  const first = encode(pieceOf(1));
  expect(first).toEqual(encodeFrame(pieceOf(1)));
  stream.bufferedBytes = first.length;
  const second = encode(pieceOf(2));
  expect(first).toEqual(encodeFrame(pieceOf(1)));
  expect(second).toEqual(encodeFrame(pieceOf(2)));
  stream.bufferedBytes = 0;
  expect(encode(pieceOf(3)).buffer).toBe(first.buffer);
  expect(encode({ type: 'ping', nonce: 1 }).buffer).not.toBe(first.buffer);
});
