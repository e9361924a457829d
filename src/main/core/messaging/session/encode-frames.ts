/**
 * Encodes the frames of one stream. Pieces of files share their memory: new memory for each would
 * keep the garbage collector busy.
 */
import { encodeFrame, encodeFrameInto, type Frame } from '../wire/frames.ts';
import { pieceBytes } from '../wire/transfer-frames.ts';
import type { SecureStream } from '../ports.ts';

/** A piece with its frame. */
const pieceFrameBytes = pieceBytes + 256;

/** @returns gives bytes to be written at once */
export function createFrameEncoder(stream: Pick<SecureStream, 'bufferedBytes'>): (frame: Frame) => Uint8Array {
  let memory: Uint8Array | undefined;
  return (frame) => {
    // The stream may still need the last piece.
    if (frame.type !== 'piece' || stream.bufferedBytes > 0) return encodeFrame(frame);
    memory ??= new Uint8Array(pieceFrameBytes);
    return encodeFrameInto(frame, memory);
  };
}
