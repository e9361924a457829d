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
import { maxPieceHeadBytes, readPieceHead, writePiece, type PieceHead } from './piece-bytes.ts';
import { previewsBytes } from './preview-fields.ts';

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
/** Bodies of relayed blocks that one decoder keeps for the next ones. */
const maxSpares = 2;

/** A piece of a file that comes in parts, as its bytes arrive. Its bytes are a view of them. */
type ReceivedPiece = Extract<Frame, { readonly type: 'piece' }> & {
  /** Present if it is not the first part. */
  readonly isRest?: true;
};

/** `unknown`: a frame of a later version, to be ignored. */
export type ReceivedFrame =
  Exclude<Frame, { readonly type: 'piece' }> | ReceivedPiece | { readonly type: 'unknown'; readonly code: number };

export interface FrameDecoder {
  /**
   * @param bytes pieces of files in the result are views of them
   * @param isHandled whether all frames returned before were handled; then their memory may serve
   * for the next ones
   * @returns the complete frames, and pieces of files as far as they came; then the problem behind
   * them. After a problem, that problem alone
   */
  push(bytes: Uint8Array, isHandled?: boolean): { readonly frames: readonly ReceivedFrame[]; readonly problem?: FrameProblem };
  /** How many frames are complete so far. */
  readonly completed: number;
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
  const piece = memory && frame.type === 'piece' ? writePiece(frame, memory) : undefined;
  if (piece) return piece;
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
    sizeBytes += messageOverheadBytes + 3 * text.length + (offer ? offerBytes + previewsBytes(offer.previews) : 0);
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
  /** Of the piece that is handed on while it arrives; `filled` counts its bytes too. */
  let piece: PieceHead | undefined;
  let completed = 0;
  /**
   * Bodies of relayed blocks, which are copies. There are two, because the next body begins before
   * a frame is handled. New memory for each would keep the garbage collector busy.
   */
  const spares: Uint8Array[] = [];

  /** @returns whether no part of `bytes` is needed once the frame is handled */
  function decodeInto(frames: ReceivedFrame[], bytes: Uint8Array): boolean {
    const frame = decodeBody(bytes);
    if (typeof frame === 'string') problem = frame;
    else frames.push(frame);
    ended();
    return typeof frame !== 'string' && frame.type === 'relay';
  }

  function ended(): void {
    completed += 1;
    body = undefined;
    piece = undefined;
    filled = 0;
    headerSize = 0;
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
    if (filled === 0 && available >= bodySize) {
      // The usual case: no copy.
      decodeInto(frames, bytes.subarray(position, position + bodySize));
      return bodySize;
    }
    if (filled === 0 && available >= maxPieceHeadBytes) {
      piece = readPieceHead(bytes.subarray(position, position + maxPieceHeadBytes), bodySize);
      filled = piece?.headBytes ?? 0;
      if (piece) return filled;
    }
    const taken = Math.min(bodySize - filled, available);
    if (piece) takePart(frames, piece, bytes.subarray(position, position + taken));
    else assemble(frames, bytes.subarray(position, position + taken), isHandled);
    return taken;
  }

  function takePart(frames: ReceivedFrame[], { headBytes, offset, ...head }: PieceHead, bytes: Uint8Array): void {
    const isFirst = filled === headBytes;
    const part = { type: 'piece' as const, ...head, offset: offset + filled - headBytes, bytes };
    frames.push(isFirst ? part : { ...part, isRest: true });
    filled += bytes.length;
    if (filled === bodySize) ended();
  }

  function assemble(frames: ReceivedFrame[], bytes: Uint8Array, isHandled: boolean): void {
    if (body === undefined && isHandled && spares.length === maxSpares) body = spares.shift();
    const assembled = grown(body, filled + bytes.length, bodySize);
    body = assembled;
    assembled.set(bytes, filled);
    filled += bytes.length;
    if (filled < bodySize) return;
    const isFree = decodeInto(frames, assembled.subarray(0, bodySize));
    if (isFree && spares.length < maxSpares) spares.push(assembled);
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
    get completed() {
      return completed;
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
