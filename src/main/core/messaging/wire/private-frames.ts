/**
 * The fields of the frames of private rooms: their limits, encoding and decoding (rules FRAME-2,
 * FRAME-3; the table in docs/spec/wire-messaging.md). frame-types.ts gives them their codes.
 * rooms/private acts on them.
 */
import { fromHex, toHex } from '../../lib/hex.ts';
import { decodeBlocks, encodeBlocks, type BlocksContent } from './room-frames.ts';

/** Versions of a member list in one frame, and the bytes of all: the longest list fits. */
export const maxChangesPerFrame = 1_000;
export const maxChangesBytes = 245_760;
/** The latest versions, by their hashes. */
export const maxHashesPerState = 16;
export const maxTopsPerState = 16;
const maxChangeBytes = 4_096;
const maxVersion = 1_000;
const maxNumber = 2 ** 24;
const roomBytes = 8;
const hashBytes = 8;
const digestBytes = 8;
const shortTagBytes = 4;

/** As in rooms/wire/block.ts, which this folder does not import: 16 hex digits. */
type RoomId = string;

export interface PrivateListContent {
  readonly room: RoomId;
  /** Consecutive versions of the member list, as they were signed. */
  readonly changes: readonly Uint8Array[];
}

export interface PrivateStateContent {
  readonly room: RoomId;
  /** Whether the sender wants the receiver's state too. */
  readonly isAsk: boolean;
  /** The version of the sender's list. */
  readonly version: number;
  /** The first 8 bytes of the hashes of its latest versions, 16 hex digits each, the latest first. */
  readonly hashes: readonly string[];
  /** Of the blocks that the sender holds. */
  readonly digest: Uint8Array;
  /** How far it holds logs of the receiver, by their short tags. */
  readonly tops: readonly { readonly tag: string; readonly number: number }[];
}

export type PrivateBlocksContent = Omit<BlocksContent, 'id'>;

export interface PrivateLeftContent {
  readonly room: RoomId;
}

type Fields = readonly unknown[];
type Decoded<Content> = Content | 'malformed' | 'too-large';

export function encodePrivateList({ room, changes }: PrivateListContent): Fields {
  const sizeBytes = changes.reduce((sum, { length }) => sum + length, 0);
  if (changes.length > maxChangesPerFrame || sizeBytes > maxChangesBytes) throw new RangeError('the list is too long');
  return [fromHex(room), changes];
}

export function decodePrivateList([room, changes]: Fields): Decoded<PrivateListContent> {
  if (!isBytes(room, roomBytes) || !Array.isArray(changes)) return 'malformed';
  if (changes.length > maxChangesPerFrame) return 'too-large';
  if (!changes.every((bytes) => bytes instanceof Uint8Array)) return 'malformed';
  if (changes.some(({ length }) => length > maxChangeBytes)) return 'too-large';
  // Copies: one kept version would keep the whole received chunk in memory.
  return { room: toHex(room), changes: changes.map((bytes) => bytes.slice()) };
}

export function encodePrivateState({ room, isAsk, version, hashes, digest, tops }: PrivateStateContent): Fields {
  if (hashes.length > maxHashesPerState || tops.length > maxTopsPerState) throw new RangeError('the state is too long');
  return [fromHex(room), isAsk, version, hashes.map(fromHex), digest, tops.map(({ tag, number }) => [fromHex(tag), number])];
}

export function decodePrivateState([room, isAsk, version, hashes, digest, tops]: Fields): Decoded<PrivateStateContent> {
  if (!isBytes(room, roomBytes) || typeof isAsk !== 'boolean' || !isNumber(version, maxVersion)) return 'malformed';
  if (!Array.isArray(hashes) || !isBytes(digest, digestBytes) || !Array.isArray(tops)) return 'malformed';
  if (hashes.length > maxHashesPerState || tops.length > maxTopsPerState) return 'too-large';
  if (!hashes.every((entry) => isBytes(entry, hashBytes)) || !tops.every(isTop)) return 'malformed';
  return {
    ...{ room: toHex(room), isAsk, version, hashes: hashes.map(toHex), digest: digest.slice() },
    tops: tops.map(([tag, number]) => ({ tag: toHex(tag), number })),
  };
}

export function encodePrivateBlocks({ room, blocks }: PrivateBlocksContent): Fields {
  const [roomField, , blocksField] = encodeBlocks({ room, id: 0, blocks });
  return [roomField, blocksField];
}

export function decodePrivateBlocks([room, blocks]: Fields): Decoded<PrivateBlocksContent> {
  const decoded = decodeBlocks([room, 0, blocks]);
  return typeof decoded === 'string' ? decoded : { room: decoded.room, blocks: decoded.blocks };
}

export function encodePrivateLeft({ room }: PrivateLeftContent): Fields {
  return [fromHex(room)];
}

export function decodePrivateLeft([room]: Fields): Decoded<PrivateLeftContent> {
  return isBytes(room, roomBytes) ? { room: toHex(room) } : 'malformed';
}

function isTop(entry: unknown): entry is readonly [Uint8Array, number] {
  return Array.isArray(entry) && isBytes(entry[0], shortTagBytes) && isNumber(entry[1], maxNumber);
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

function isNumber(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}
