/**
 * Blocks: the signed unit of room messages, decoded and verified (rules ROOM-1 to ROOM-7). A block
 * has the same bytes on UDP, in frames, in the store and at relays. docs/spec/rooms-log.md draws
 * the layout; the header is that of a presence datagram with kind 11. The decoder never throws: any
 * bytes give a block or a reason. `encode-block.ts` writes blocks. `log/room-log.ts` judges whether
 * a verified block counts.
 */
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';
import { maxNameBytes } from '../../../../shared/contract/profile.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { cleanText } from '../../../../shared/text/clean-text.ts';
import { readUint48 } from '../../lib/bytes.ts';
import type { Offer } from '../../messaging/ports.ts';
import type { Hash, Signatures } from '../../ports.ts';
import {
  blockKindCode,
  headerBytes,
  peekPublicKey,
  publicKeyBytes,
  signatureBytes,
  wireVersion,
} from '../../presence/wire/datagram.ts';
import { toHex } from '../../lib/hex.ts';
import { decodeBlockOffer } from './block-offer.ts';
import { logTagOf } from './log-tag.ts';

/** First 8 bytes of a hash of room name and team mode: 16 hex digits. */
export type RoomId = string;
/**
 * First 8 bytes of SHA-256(author key, room, epoch): 16 hex digits. The short form on the wire is
 * its first 8 digits.
 */
export type LogTag = string;
/** Hybrid logical clock: milliseconds since 1970 (48 bits) and a count (16 bits). */
export interface RoomClock {
  readonly ms: number;
  readonly count: number;
}
export interface Reference {
  /** First 8 hex digits of a LogTag. */
  readonly tag: string;
  readonly number: number;
}
/** `withdraw`: its text is the ID of a message whose offer of files ends. */
export type BlockType = 'text' | 'join' | 'leave' | 'topic' | 'withdraw' | 'unknown';
export interface Block {
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  /** 48 bits of milliseconds: when the log was begun. */
  readonly epoch: number;
  /** Number of its first message, from 1. */
  readonly first: number;
  readonly room: RoomId;
  readonly clock: RoomClock;
  /** 16 bytes: the beginning of the hash of this log's previous block; zeros at its beginning. */
  readonly previous: Uint8Array;
  readonly type: BlockType;
  readonly typeCode: number;
  readonly references: readonly Reference[];
  readonly authorName: string;
  readonly texts: readonly string[];
  /** The files that its only text offers. */
  readonly offer?: Offer;
}
/** A block whose signature was checked, and the facts derived from its bytes. */
export interface SignedBlock extends Block {
  readonly bytes: Uint8Array;
  readonly authorId: PeerId;
  readonly tag: LogTag;
  /**
   * SHA-256 of the signed bytes, 32 bytes. The signature is left out: anybody can turn a valid
   * signature of ECDSA into another valid one, which must not look like another block.
   */
  readonly hash: Uint8Array;
  /** Number of its last message. */
  readonly last: number;
}

/** How large a block may be. */
export interface BlockLimits {
  readonly maxBytes: number;
  readonly maxMessages: number;
}

/** A block this long fits into a datagram of 1,200 bytes even when a team key seals it. */
export const maxDatagramBlockBytes = 1_168;
export const maxBlockBytes = 131_072;
export const datagramBlockLimits: BlockLimits = { maxBytes: maxDatagramBlockBytes, maxMessages: 64 };
/** Of blocks in frames, and of all blocks. */
export const frameBlockLimits: BlockLimits = { maxBytes: maxBlockBytes, maxMessages: 256 };
/**
 * The highest number of a message. A log that reaches it is full, and its author begins another.
 */
export const maxMessageNumber = 2 ** 24;
export const maxReferences = 4;
export const previousBytes = 16;
export const roomIdBytes = 8;
export const shortTagBytes = 4;
export const maxClockCount = 0xffff;

/** The offsets of the fields of fixed length, and where the references begin. */
export const blockOffsets = {
  version: 4,
  kind: 5,
  publicKey: 6,
  epoch: 6 + publicKeyBytes,
  first: headerBytes - 4,
  room: headerBytes,
  clock: headerBytes + 8,
  previous: headerBytes + 16,
  type: headerBytes + 32,
  count: headerBytes + 33,
  references: headerBytes + 34,
} as const;
export const referenceBytes = shortTagBytes + 4;
export const blockTypeCodes = { text: 0, join: 1, leave: 2, topic: 3, withdraw: 8 } as const satisfies Record<
  Exclude<BlockType, 'unknown'>,
  number
>;

const blockTypes = new Map<number, BlockType>(
  Object.entries(blockTypeCodes).map(([type, code]) => [code, type as BlockType] as const),
);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * `foreign`: nothing of Hallway · `version`, `kind`: another version, no block · `too-large`: more
 * bytes or messages than allowed · `truncated`: it ends too early · `number`: not from 1 to 2^24 ·
 * `epoch`: the log is younger than the block · `previous`: zeros inside a log, or none at its
 * beginning · `references`: too many, or one that names no message · `text`: too long, or not
 * UTF-8.
 */
export type MalformedBlock =
  'foreign' | 'version' | 'kind' | 'too-large' | 'truncated' | 'number' | 'epoch' | 'previous' | 'references' | 'text';

export interface DecodedBlock {
  readonly ok: true;
  readonly block: Block;
  readonly bytes: Uint8Array;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export type BlockDecoded = DecodedBlock | { readonly ok: false; readonly reason: MalformedBlock };

/**
 * Decodes a block. Ignores bytes between the last text and the signature, which later versions may
 * add.
 *
 * @param bytes the caller no longer changes them: the result refers to them
 */
export function decodeBlock(bytes: Uint8Array, limits: BlockLimits = frameBlockLimits): BlockDecoded {
  const reason = malformedHeader(bytes, limits);
  if (reason) return { ok: false, reason };
  const bodyEnd = bytes.length - signatureBytes;
  const signedBytes = bytes.subarray(0, bodyEnd);
  const block = decodeContent(signedBytes);
  if (typeof block === 'string') return { ok: false, reason: block };
  return { ok: true, block, bytes, signedBytes, signature: bytes.subarray(bodyEnd) };
}

function malformedHeader(bytes: Uint8Array, { maxBytes, maxMessages }: BlockLimits): MalformedBlock | undefined {
  if (peekPublicKey(bytes) === undefined) return 'foreign';
  if (bytes[blockOffsets.version] !== wireVersion) return 'version';
  if (bytes[blockOffsets.kind] !== blockKindCode) return 'kind';
  if (bytes.length > maxBytes) return 'too-large';
  if (bytes.length < blockOffsets.references + signatureBytes) return 'truncated';
  return (bytes[blockOffsets.count] as number) + 1 > maxMessages ? 'too-large' : undefined;
}

/** @param bytes without the signature */
function decodeContent(bytes: Uint8Array): Block | MalformedBlock {
  const fixed = decodeFixed(bytes);
  const reason = malformedFixed(fixed);
  if (reason) return reason;
  const references = decodeReferences(bytes);
  if (typeof references === 'string') return references;
  const { count, ...header } = fixed;
  const decoded = decodeTexts(bytes, blockOffsets.references + 1 + references.length * referenceBytes, count);
  if (typeof decoded === 'string') return decoded;
  const { end, ...texts } = decoded;
  const mayOffer = header.type === 'text' && count === 1 && end < bytes.length;
  const offer = mayOffer ? decodeBlockOffer(bytes.subarray(end)) : undefined;
  return { ...header, references, ...texts, ...(offer && { offer }) };
}

function decodeFixed(
  bytes: Uint8Array,
): Omit<Block, 'references' | 'authorName' | 'texts' | 'offer'> & { readonly count: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const typeCode = view.getUint8(blockOffsets.type);
  return {
    publicKey: bytes.subarray(blockOffsets.publicKey, blockOffsets.epoch),
    epoch: readUint48(bytes, blockOffsets.epoch),
    first: view.getUint32(blockOffsets.first),
    room: toHex(bytes.subarray(blockOffsets.room, blockOffsets.clock)),
    clock: { ms: readUint48(bytes, blockOffsets.clock), count: view.getUint16(blockOffsets.clock + 6) },
    previous: bytes.subarray(blockOffsets.previous, blockOffsets.type),
    type: blockTypes.get(typeCode) ?? 'unknown',
    typeCode,
    count: view.getUint8(blockOffsets.count) + 1,
  };
}

function malformedFixed({ first, count, epoch, clock, previous }: ReturnType<typeof decodeFixed>): MalformedBlock | undefined {
  if (first < 1 || first + count - 1 > maxMessageNumber) return 'number';
  if (epoch > clock.ms) return 'epoch';
  return (first === 1) === previous.every((byte) => byte === 0) ? undefined : 'previous';
}

function decodeReferences(bytes: Uint8Array): readonly Reference[] | MalformedBlock {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes[blockOffsets.references];
  if (count === undefined) return 'truncated';
  if (count > maxReferences) return 'references';
  const start = blockOffsets.references + 1;
  if (start + count * referenceBytes > bytes.length) return 'truncated';
  const references = Array.from({ length: count }, (_, index) => {
    const offset = start + index * referenceBytes;
    return { tag: toHex(bytes.subarray(offset, offset + shortTagBytes)), number: view.getUint32(offset + shortTagBytes) };
  });
  return references.every(({ number }) => number >= 1 && number <= maxMessageNumber) ? references : 'references';
}

/** @param start where the author's name begins */
function decodeTexts(
  bytes: Uint8Array,
  start: number,
  count: number,
): { readonly authorName: string; readonly texts: readonly string[]; readonly end: number } | MalformedBlock {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nameLength = bytes[start];
  if (nameLength === undefined) return 'truncated';
  const name = decodeText(bytes, start + 1, nameLength);
  if (typeof name !== 'object') return name;
  const texts: string[] = [];
  let offset = start + 1 + nameLength;
  for (let index = 0; index < count; index += 1) {
    if (offset + 2 > bytes.length) return 'truncated';
    const length = view.getUint16(offset);
    if (length > maxMessageBytes) return 'text';
    const decoded = decodeText(bytes, offset + 2, length);
    if (typeof decoded !== 'object') return decoded;
    texts.push(decoded.text);
    offset += 2 + length;
  }
  return { authorName: cleanText(name.text, maxNameBytes), texts, end: offset };
}

function decodeText(bytes: Uint8Array, start: number, length: number): { readonly text: string } | 'truncated' | 'text' {
  if (start + length > bytes.length) return 'truncated';
  try {
    return { text: decoder.decode(bytes.subarray(start, start + length)) };
  } catch {
    return 'text'; // not UTF-8
  }
}

/** @returns undefined if the author did not sign these bytes */
export function verifyBlock(
  { block, bytes, signedBytes, signature }: DecodedBlock,
  { signatures, hash }: { readonly signatures: Signatures; readonly hash: Hash },
): SignedBlock | undefined {
  const authorId = signatures.peerIdOf(block.publicKey);
  if (authorId === undefined || !signatures.verify(block.publicKey, signedBytes, signature)) return undefined;
  return toSignedBlock(block, bytes, authorId, hash);
}

/** @param bytes of the block, with a valid signature of that author */
export function toSignedBlock(block: Block, bytes: Uint8Array, authorId: PeerId, hash: Hash): SignedBlock {
  return {
    ...block,
    bytes,
    authorId,
    tag: logTagOf(block, hash),
    hash: hash.sha256(bytes.subarray(0, bytes.length - signatureBytes)),
    last: block.first + block.texts.length - 1,
  };
}
