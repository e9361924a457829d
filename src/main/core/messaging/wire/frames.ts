/**
 * Frames to bytes and back (rules FRAME-1 to FRAME-9; docs/spec/wire-messaging.md draws the
 * layout). Decoding is total: bytes in any pieces give frames, or the reason why the stream cannot
 * be decoded. The fields of each frame type are in frame-types.ts; the session acts on frames.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import {
  frameCodecs,
  frameTypeByCode,
  maxMessagesPerFrame,
  maxNameCharacters,
  maxTextBytes,
  type Frame,
  type FrameProblem,
  type WireMessage,
} from './frame-types.ts';
import { isCount } from './field-checks.ts';
import { findShapeProblem } from './msgpack-limits.ts';

export {
  filesCapability,
  highestVersion,
  isFileDataFrame,
  isMessagingFrame,
  isPrivateFrame,
  isRoomFrame,
  isTooLong,
  isTransferFrame,
  lowestVersion,
  maxIdsPerFrame,
  maxMessagesPerFrame,
  maxTextBytes,
  roomsCapability,
  type DataPurpose,
  type FileDataFrame,
  type Frame,
  type FrameProblem,
  type MessagingFrame,
  type PrivateFrame,
  type RoomFrame,
  type SessionFrame,
  type TransferFrame,
  type WireMessage,
} from './frame-types.ts';

/**
 * The body of a frame: enough for 16 of the longest messages, small enough to hold one per session.
 */
export const maxFrameBytes = 262_144;
const lengthBytes = 4;
/** Bytes that a message takes beside its text, at most: ID, numbers, name in UTF-8, headers. */
const messageOverheadBytes = 64 + 3 * maxNameCharacters;
/** An offer of files, at most: 20 names, their headers, the rest. A frame has one at most. */
const offerBytes = 32_768;
/**
 * The first buffer of an incomplete frame. It doubles as bytes arrive, never by the claimed length.
 */
const firstAssemblyBytes = 4_096;
/** Bodies of pieces that one decoder keeps for the next ones. */
const maxSpares = 2;

/** `unknown`: a frame of a later version, to be ignored. */
export type ReceivedFrame = Frame | { readonly type: 'unknown'; readonly code: number };

export interface FrameDecoder {
  /**
   * @param isHandled whether all frames returned before were handled; then their memory may serve
   * for the next pieces of files
   * @returns the complete frames, and the problem behind them; after a problem, that problem alone
   */
  push(bytes: Uint8Array, isHandled?: boolean): { readonly frames: readonly ReceivedFrame[]; readonly problem?: FrameProblem };
  /** Bytes of an incomplete frame. */
  readonly pendingBytes: number;
}

const encoder = new Encoder({ maxDepth: 8 });
const decoder = new Decoder({ maxStrLength: maxTextBytes, maxBinLength: maxFrameBytes });

/** @throws RangeError on content that no receiver accepts: a bug of the caller */
export function encodeFrame(frame: Frame): Uint8Array {
  return encodeFrameInto(frame, undefined);
}

/** @param memory for the bytes, if they fit; else, and without it, they get memory of their own */
export function encodeFrameInto(frame: Frame, memory: Uint8Array | undefined): Uint8Array {
  const { code, encode } = frameCodecs[frame.type] as { readonly code: number; encode(frame: Frame): readonly unknown[] };
  const body = encoder.encodeSharedRef([code, ...encode(frame)]);
  if (body.length > maxFrameBytes) throw new RangeError(`a frame of ${body.length} bytes is longer than ${maxFrameBytes}`);
  const sizeBytes = lengthBytes + body.length;
  const bytes = memory && memory.length >= sizeBytes ? memory.subarray(0, sizeBytes) : new Uint8Array(sizeBytes);
  writeLength(bytes, body.length);
  bytes.set(body, lengthBytes);
  return bytes;
}

/**
 * Whether it keeps no session alive. A frame of a later version counts as chatter: its purpose is
 * unknown.
 */
export function isChatter({ type }: ReceivedFrame): boolean {
  return type === 'unknown' || frameCodecs[type].isChatter;
}

/**
 * Counts the messages from `start` on that fit into one frame, whatever their texts: at least 1.
 *
 * @param start index of the first
 */
export function countForFrame(messages: readonly WireMessage[], start = 0): number {
  let sizeBytes = 16;
  let count = 0;
  while (count < maxMessagesPerFrame && start + count < messages.length) {
    // A UTF-16 unit takes up to 3 bytes; an exact count would cost more than a frame that is not
    // quite full.
    const { text, offer } = messages[start + count] as WireMessage;
    sizeBytes += messageOverheadBytes + 3 * text.length + (offer ? offerBytes : 0);
    if (sizeBytes > maxFrameBytes) break;
    count += 1;
    if (offer) break;
  }
  return Math.max(1, count);
}

export function createFrameDecoder(): FrameDecoder {
  const header = new Uint8Array(lengthBytes);
  let headerSize = 0;
  let body: Uint8Array | undefined;
  let bodySize = 0;
  let filled = 0;
  let problem: FrameProblem | undefined;
  /**
   * Bodies of pieces, of which handlers keep nothing. There are two, because the next body begins
   * before a frame is handled. New memory for each would keep the garbage collector busy.
   */
  const spares: Uint8Array[] = [];

  /** @returns whether no part of `bytes` is needed once the frame is handled */
  function decodeInto(frames: ReceivedFrame[], bytes: Uint8Array): boolean {
    const frame = decodeBody(bytes);
    if (typeof frame === 'string') problem = frame;
    else frames.push(frame);
    return typeof frame !== 'string' && frame.type === 'piece';
  }

  /** @returns how many bytes it took */
  function takeHeader(bytes: Uint8Array, position: number): number {
    const taken = Math.min(lengthBytes - headerSize, bytes.length - position);
    for (let index = 0; index < taken; index += 1) header[headerSize + index] = bytes[position + index] as number;
    headerSize += taken;
    if (headerSize < lengthBytes) return taken;
    bodySize = readLength(header);
    if (bodySize === 0) problem = 'malformed';
    if (bodySize > maxFrameBytes) problem = 'too-large';
    return taken;
  }

  function takeBody(frames: ReceivedFrame[], bytes: Uint8Array, position: number, isHandled: boolean): number {
    const available = bytes.length - position;
    if (body === undefined && available >= bodySize) {
      // The usual case: no copy.
      decodeInto(frames, bytes.subarray(position, position + bodySize));
      headerSize = 0;
      return bodySize;
    }
    const taken = Math.min(bodySize - filled, available);
    if (body === undefined && isHandled && spares.length === maxSpares) body = spares.shift();
    body = grown(body, filled + taken, bodySize);
    body.set(bytes.subarray(position, position + taken), filled);
    filled += taken;
    if (filled === bodySize) {
      const isFree = decodeInto(frames, body.subarray(0, bodySize));
      if (isFree && spares.length < maxSpares) spares.push(body);
      body = undefined;
      filled = 0;
      headerSize = 0;
    }
    return taken;
  }

  return {
    push(bytes, isHandled = false) {
      const frames: ReceivedFrame[] = [];
      let position = 0;
      while (problem === undefined && position < bytes.length) {
        position += headerSize < lengthBytes ? takeHeader(bytes, position) : takeBody(frames, bytes, position, isHandled);
      }
      return problem === undefined ? { frames } : { frames, problem };
    },
    get pendingBytes() {
      return headerSize + filled;
    },
  };
}

/** Total. Fields behind the last known one belong to a later version. */
function decodeBody(bytes: Uint8Array): ReceivedFrame | FrameProblem {
  const problem = findShapeProblem(bytes, maxTextBytes);
  if (problem !== undefined) return problem;
  let fields: unknown;
  try {
    fields = decoder.decode(bytes);
  } catch {
    return 'malformed'; // such as a map whose key is an array
  }
  if (!Array.isArray(fields)) return 'malformed';
  const [code, ...content] = fields as readonly unknown[];
  const type = frameTypeByCode.get(code);
  if (type === undefined) return isCount(code) ? { type: 'unknown', code } : 'malformed';
  const decoded = frameCodecs[type].decode(content);
  return typeof decoded === 'string' ? decoded : ({ type, ...decoded } as Frame);
}

function grown(body: Uint8Array | undefined, neededBytes: number, wholeBytes: number): Uint8Array {
  if (body !== undefined && body.length >= neededBytes) return body;
  const sizeBytes = Math.min(wholeBytes, Math.max(firstAssemblyBytes, neededBytes, 2 * (body?.length ?? 0)));
  const larger = new Uint8Array(sizeBytes);
  if (body !== undefined) larger.set(body);
  return larger;
}

function writeLength(bytes: Uint8Array, length: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, length);
}

function readLength(header: Uint8Array): number {
  return new DataView(header.buffer).getUint32(0);
}
