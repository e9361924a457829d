/**
 * Pieces of files as bytes, without the general codec (rule XFER-70): a piece is written with one
 * copy, and read while it arrives with none. The bytes are the same as those of the general codec
 * in frames.ts, which takes every piece that is written in another way.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { isMessageId } from './field-checks.ts';
import { pieceBytes, type PieceContent, type TransferPart } from './transfer-frames.ts';

/** Beside its bytes, a piece has at most this with the length of its frame: see `writePiece`. */
export const maxPieceHeadBytes = 64;

/** The beginning of a piece whose bytes follow. */
export interface PieceHead {
  readonly transferId: MessageId;
  readonly part: TransferPart;
  readonly chunk: number;
  readonly offset: number;
  /** Up to its bytes. */
  readonly headBytes: number;
}

const lengthBytes = 4;
const idBytes = 36;
/** A list of six: the code 53, and a text of 36 bytes. */
const beginning = [0x96, 53, 0xd9, idBytes] as const;
const parts: readonly TransferPart[] = ['description', 'content'];
const maxFixed = 0x7f;
const maxUint32 = 0xffff_ffff;
const latin1 = new TextDecoder('latin1');

/**
 * Writes the frame of a piece into `memory`.
 *
 * @returns undefined if it does not fit, or has numbers that only the general codec writes
 */
export function writePiece(piece: PieceContent, memory: Uint8Array): Uint8Array | undefined {
  const { transferId, part, chunk, offset, bytes } = piece;
  if (maxPieceHeadBytes + bytes.length > memory.length || bytes.length > pieceBytes) return undefined;
  if (transferId.length !== idBytes || chunk > maxUint32 || offset > maxUint32) return undefined;
  memory.set(beginning, lengthBytes);
  let at = lengthBytes + beginning.length;
  for (let index = 0; index < idBytes; index += 1) memory[at + index] = transferId.charCodeAt(index);
  at = writeCount(memory, at + idBytes, parts.indexOf(part));
  at = writeCount(memory, writeCount(memory, at, chunk), offset);
  at = writeBinHead(memory, at, bytes.length);
  memory.set(bytes, at);
  const end = at + bytes.length;
  writeBigEndian(memory, 0, end - lengthBytes, lengthBytes);
  return memory.subarray(0, end);
}

/**
 * Reads the beginning of a frame's body.
 *
 * @param bytes at least `maxPieceHeadBytes` of the body
 * @param bodySize of the whole body
 * @returns undefined if it is no piece, or not one that this version writes
 */
export function readPieceHead(bytes: Uint8Array, bodySize: number): PieceHead | undefined {
  if (beginning.some((byte, index) => bytes[index] !== byte)) return undefined;
  let at: number = beginning.length;
  const transferId = latin1.decode(bytes.subarray(at, at + idBytes));
  at += idBytes;
  const part = parts[bytes[at] ?? maxFixed];
  const chunk = readCount(bytes, at + 1);
  const offset = readCount(bytes, chunk.end);
  const size = readBinHead(bytes, offset.end);
  const isWhole = size.value > 0 && size.value <= pieceBytes && size.end + size.value === bodySize;
  if (!isMessageId(transferId) || !part || chunk.value < 0 || offset.value < 0 || !isWhole) return undefined;
  return { transferId, part, chunk: chunk.value, offset: offset.value, headBytes: size.end };
}

interface ReadNumber {
  /** -1: not one that this version writes. */
  readonly value: number;
  readonly end: number;
}

/** In the shortest form, as the general codec does. */
function writeCount(memory: Uint8Array, at: number, value: number): number {
  if (value <= maxFixed) {
    memory[at] = value;
    return at + 1;
  }
  const width = value <= 0xff ? 1 : value <= 0xffff ? 2 : 4;
  memory[at] = width === 1 ? 0xcc : width === 2 ? 0xcd : 0xce;
  return writeBigEndian(memory, at + 1, value, width);
}

function readCount(bytes: Uint8Array, at: number): ReadNumber {
  const head = bytes[at] ?? 0xff;
  if (head <= maxFixed) return { value: head, end: at + 1 };
  const width = head === 0xcc ? 1 : head === 0xcd ? 2 : head === 0xce ? 4 : 0;
  return readBigEndian(bytes, at + 1, width);
}

function writeBinHead(memory: Uint8Array, at: number, length: number): number {
  const width = length <= 0xff ? 1 : length <= 0xffff ? 2 : 4;
  memory[at] = width === 1 ? 0xc4 : width === 2 ? 0xc5 : 0xc6;
  return writeBigEndian(memory, at + 1, length, width);
}

function readBinHead(bytes: Uint8Array, at: number): ReadNumber {
  const head = bytes[at];
  const width = head === 0xc4 ? 1 : head === 0xc5 ? 2 : head === 0xc6 ? 4 : 0;
  return readBigEndian(bytes, at + 1, width);
}

function writeBigEndian(memory: Uint8Array, at: number, value: number, width: number): number {
  for (let index = 0; index < width; index += 1) memory[at + index] = Math.floor(value / 256 ** (width - 1 - index)) & 0xff;
  return at + width;
}

function readBigEndian(bytes: Uint8Array, at: number, width: number): ReadNumber {
  if (width === 0) return { value: -1, end: at };
  let value = 0;
  for (let index = 0; index < width; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return { value, end: at + width };
}
