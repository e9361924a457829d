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
  /** The one that was used last comes last. */
  const memories: Uint8Array[] = [];
  /** Bytes of the last piece, and of what came after it. */
  let sinceBytes = 0;

  return (frame) => {
    // The stream takes bytes in their order, so the piece before the last one is out by then.
    const isFree = stream.bufferedBytes <= sinceBytes;
    if (frame.type !== 'piece' || !isFree) {
      const bytes = encodeFrame(frame);
      sinceBytes += bytes.length;
      return bytes;
    }
    const memory = (memories.length === 2 ? memories.shift() : undefined) ?? new Uint8Array(pieceFrameBytes);
    memories.push(memory);
    const bytes = encodeFrameInto(frame, memory);
    sinceBytes = bytes.length;
    return bytes;
  };
}
