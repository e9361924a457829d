/**
 * The fields of the frames of rooms: their limits, encoding and decoding (rules FRAME-2, FRAME-3,
 * FRAME-8; the table in docs/spec/wire-messaging.md). frame-types.ts gives them their codes.
 * rooms/catch-up acts on them.
 */
import { isPeerId, type PeerId } from '../../../../shared/lib/ids.ts';
import { fromHex, toHex } from '../../lib/hex.ts';

export const maxHeadsPerFrame = 512;
/** Of one log: the lowest ones. */
export const maxHolesPerHead = 16;
/** Of all logs in a frame, so that it stays below the limit of values. */
export const maxHolesPerFrame = 4_000;
export const maxRangesPerWant = 256;
export const maxNewest = 500;
/** Of the bytes of all blocks in a frame: one block of the longest kind fits, and others with it. */
export const maxBlocksBytes = 245_760;
export const maxBlocksPerFrame = 1_024;
export const maxBusyMs = 60_000;
export const maxHoldersPerBusy = 3;
export const roomBytes = 8;
const keyBytes = 33;
const hashBytes = 8;
const digestBytes = 8;
const tagBytes = 8;
const shortTagBytes = 4;
const maxNumber = 2 ** 24;
const maxEpoch = 2 ** 48 - 1;
const maxCount = 0xffff;
export const maxBlockBytes = 131_072;

/** As in rooms/wire/block.ts, which this folder does not import: 16 hex digits each. */
type RoomId = string;
type LogTag = string;

interface RoomClock {
  readonly ms: number;
  readonly count: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The state of one log at the sender. */
export interface WireHead {
  /** Of the author, 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly epoch: number;
  readonly floor: number;
  /** The highest number held; the floor if none is. */
  readonly top: number;
  /** The first 8 bytes of the hash of the block of the top; empty if there never was one. */
  readonly hash8: Uint8Array;
  /** Ascending. If there are 16, there may be more above. */
  readonly holes: readonly Range[];
}

export interface HeadsContent {
  readonly room: RoomId;
  /** Whether they answer heads of the receiver. */
  readonly isAnswer: boolean;
  /** False if more pages follow. */
  readonly isLast: boolean;
  /** Of the sender, as in beacons: 8 bytes. */
  readonly digest: Uint8Array;
  readonly heads: readonly WireHead[];
}

export interface TagRange extends Range {
  /** 16 hex digits, or the first 8 of them. */
  readonly tag: LogTag;
}

export type Wanted =
  | { readonly kind: 'ranges'; readonly ranges: readonly TagRange[] }
  /** The blocks with the highest clocks, below `before`. */
  | { readonly kind: 'newest'; readonly limit: number; readonly before?: RoomClock | undefined };

/** Names a want of the peer that asks; 0 is the pull as a whole. */
interface AboutWant {
  readonly room: RoomId;
  readonly id: number;
}

export interface WantContent extends AboutWant {
  readonly wanted: Wanted;
}

export interface BlocksContent extends AboutWant {
  readonly blocks: readonly Uint8Array[];
}

export interface EndContent extends AboutWant {
  /** Logs of which something wanted is not here, with the floor here. */
  readonly missing: readonly { readonly tag: LogTag; readonly floor: number }[];
}

export interface TakenContent {
  /** The first 8 bytes of the hash of each block: 16 hex digits. */
  readonly hashes: readonly string[];
}

export interface BusyContent extends AboutWant {
  /** The time to wait before the next try. */
  readonly waitMs: number;
  /** Others who may have the same. */
  readonly holders: readonly PeerId[];
}

type Fields = readonly unknown[];
type Decoded<Content> = Content | 'malformed' | 'too-large';

export function encodeHeads({ room, isAnswer, isLast, digest, heads }: HeadsContent): Fields {
  limit(heads.length, maxHeadsPerFrame);
  limit(
    heads.reduce((sum, { holes }) => sum + holes.length, 0),
    maxHolesPerFrame,
  );
  return [fromHex(room), isAnswer, isLast, digest, heads.map(headFields)];
}

function headFields({ publicKey, epoch, floor, top, hash8, holes }: WireHead): Fields {
  limit(holes.length, maxHolesPerHead);
  return [publicKey, epoch, floor, top, hash8, holes.map(({ from, to }) => [from, to])];
}

export function decodeHeads([room, isAnswer, isLast, digest, entries]: Fields): Decoded<HeadsContent> {
  if (!isBytes(room, roomBytes) || typeof isAnswer !== 'boolean' || typeof isLast !== 'boolean') return 'malformed';
  if (!isBytes(digest, digestBytes) || !Array.isArray(entries)) return 'malformed';
  const heads = decodeEach(entries, maxHeadsPerFrame, decodeHead);
  if (typeof heads === 'string') return heads;
  const holes = heads.reduce((sum, head) => sum + head.holes.length, 0);
  if (holes > maxHolesPerFrame) return 'too-large';
  return { room: toHex(room), isAnswer, isLast, digest: digest.slice(), heads };
}

function decodeHead([publicKey, epoch, floor, top, hash8, entries]: Fields): Decoded<WireHead> {
  if (!isBytes(publicKey, keyBytes) || !isUpTo(epoch, maxEpoch) || !isUpTo(top, maxNumber) || !isUpTo(floor, top))
    return 'malformed';
  if (!isBytes(hash8, hashBytes) && !isBytes(hash8, 0)) return 'malformed';
  if (!Array.isArray(entries)) return 'malformed';
  const holes = decodeEach(entries, maxHolesPerHead, decodeRange);
  if (typeof holes === 'string') return holes;
  const isAscending = holes.every(({ from, to }, index) => from > (holes[index - 1]?.to ?? floor) && to <= top);
  return isAscending ? { publicKey: publicKey.slice(), epoch, floor, top, hash8: hash8.slice(), holes } : 'malformed';
}

function decodeRange([from, to]: Fields): Decoded<Range> {
  return isUpTo(from, maxNumber) && from > 0 && isUpTo(to, maxNumber) && from <= to ? { from, to } : 'malformed';
}

export function encodeWant({ room, id, wanted }: WantContent): Fields {
  if (wanted.kind === 'newest') {
    limit(wanted.limit, maxNewest);
    return [fromHex(room), id, null, wanted.limit, wanted.before ? [wanted.before.ms, wanted.before.count] : null];
  }
  limit(wanted.ranges.length, maxRangesPerWant);
  return [fromHex(room), id, wanted.ranges.map(({ tag, from, to }) => [fromHex(tag), from, to])];
}

export function decodeWant([room, id, entries, count, before]: Fields): Decoded<WantContent> {
  if (!isBytes(room, roomBytes) || !isUpTo(id, Number.MAX_SAFE_INTEGER) || id === 0) return 'malformed';
  const wanted = entries === null ? decodeNewest(count, before) : decodeRanges(entries);
  return typeof wanted === 'string' ? wanted : { room: toHex(room), id, wanted };
}

function decodeNewest(count: unknown, before: unknown): Decoded<Wanted> {
  if (!isUpTo(count, maxNewest) || count === 0) return 'malformed';
  if (before === null || before === undefined) return { kind: 'newest', limit: count };
  if (!Array.isArray(before)) return 'malformed';
  const [ms, clockCount] = before as Fields;
  if (!isUpTo(ms, maxEpoch) || !isUpTo(clockCount, maxCount)) return 'malformed';
  return { kind: 'newest', limit: count, before: { ms, count: clockCount } };
}

function decodeRanges(entries: unknown): Decoded<Wanted> {
  if (!Array.isArray(entries)) return 'malformed';
  const ranges = decodeEach(entries, maxRangesPerWant, decodeTagRange);
  return typeof ranges === 'string' ? ranges : { kind: 'ranges', ranges };
}

function decodeTagRange([tag, ...numbers]: Fields): Decoded<TagRange> {
  if (!isBytes(tag, tagBytes) && !isBytes(tag, shortTagBytes)) return 'malformed';
  const range = decodeRange(numbers);
  return typeof range === 'string' ? range : { tag: toHex(tag), ...range };
}

export function encodeBlocks({ room, id, blocks }: BlocksContent): Fields {
  limit(blocks.length, maxBlocksPerFrame);
  limit(sizeOf(blocks), maxBlocksBytes);
  return [fromHex(room), id, blocks];
}

export function decodeBlocks([room, id, entries]: Fields): Decoded<BlocksContent> {
  if (!isBytes(room, roomBytes) || !isUpTo(id, Number.MAX_SAFE_INTEGER) || !Array.isArray(entries)) return 'malformed';
  if (entries.length > maxBlocksPerFrame) return 'too-large';
  if (!entries.every((bytes) => bytes instanceof Uint8Array)) return 'malformed';
  if (sizeOf(entries) > maxBlocksBytes || entries.some(({ length }) => length > maxBlockBytes)) return 'too-large';
  // Copies: one kept block would keep the whole received chunk in memory.
  return { room: toHex(room), id, blocks: entries.map((bytes) => bytes.slice()) };
}

export function encodeEnd({ room, id, missing }: EndContent): Fields {
  limit(missing.length, maxRangesPerWant);
  return [fromHex(room), id, missing.map(({ tag, floor }) => [fromHex(tag), floor])];
}

export function decodeEnd([room, id, entries]: Fields): Decoded<EndContent> {
  if (!isBytes(room, roomBytes) || !isUpTo(id, Number.MAX_SAFE_INTEGER) || !Array.isArray(entries)) return 'malformed';
  const missing = decodeEach(entries, maxRangesPerWant, decodeMissing);
  return typeof missing === 'string' ? missing : { room: toHex(room), id, missing };
}

function decodeMissing([tag, floor]: Fields): Decoded<EndContent['missing'][number]> {
  if (!isBytes(tag, tagBytes) && !isBytes(tag, shortTagBytes)) return 'malformed';
  return isUpTo(floor, maxNumber) ? { tag: toHex(tag), floor } : 'malformed';
}

export function encodeTaken({ hashes }: TakenContent): Fields {
  limit(hashes.length, maxBlocksPerFrame);
  return [hashes.map(fromHex)];
}

export function decodeTaken([entries]: Fields): Decoded<TakenContent> {
  if (!Array.isArray(entries)) return 'malformed';
  if (entries.length > maxBlocksPerFrame) return 'too-large';
  return entries.every((entry) => isBytes(entry, hashBytes)) ? { hashes: entries.map(toHex) } : 'malformed';
}

export function encodeBusy({ room, id, waitMs, holders }: BusyContent): Fields {
  limit(holders.length, maxHoldersPerBusy);
  return [fromHex(room), id, waitMs, holders];
}

export function decodeBusy([room, id, waitMs, holders]: Fields): Decoded<BusyContent> {
  if (!isBytes(room, roomBytes) || !isUpTo(id, Number.MAX_SAFE_INTEGER) || !isUpTo(waitMs, maxBusyMs)) return 'malformed';
  if (!Array.isArray(holders)) return 'malformed';
  if (holders.length > maxHoldersPerBusy) return 'too-large';
  return holders.every(isPeerIdText) ? { room: toHex(room), id, waitMs, holders } : 'malformed';
}

function decodeEach<Item extends object>(
  entries: readonly unknown[],
  max: number,
  decode: (fields: Fields) => Decoded<Item>,
): Decoded<readonly Item[]> {
  if (entries.length > max) return 'too-large';
  const items: Item[] = [];
  for (const entry of entries) {
    const item = Array.isArray(entry) ? decode(entry as Fields) : 'malformed';
    if (typeof item === 'string') return item;
    items.push(item);
  }
  return items;
}

function isPeerIdText(value: unknown): value is PeerId {
  return typeof value === 'string' && isPeerId(value);
}

export function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

export function isUpTo(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function limit(count: number, max: number): void {
  if (count > max) throw new RangeError(`${count} is more than a frame may have, ${max}`);
}
