/**
 * The fields of the frames that pass blocks on (rules FRAME-2, FRAME-3, ROOM-146): their limits,
 * encoding and decoding. frame-types.ts gives them their codes, room-frames.ts has the frames of
 * exchanges, and rooms/tree acts on these.
 */
import { fromHex, toHex } from '../../lib/hex.ts';
import { isBytes, isUpTo, maxBlockBytes, maxBlocksBytes, roomBytes } from './room-frames.ts';

/** Peers that a relay serves, and steps of a block from its author. */
export const maxRelayTags = 512;
export const maxRelayHops = 12;
/** Live blocks come alone, those of a bulk transfer a few at a time. */
const maxBlocksPerRelay = 64;
const tagBytes = 8;

export interface RelayContent {
  /** 16 hex digits. */
  readonly room: string;
  /** 1 from the author itself. */
  readonly hops: number;
  /** The peers that the receiver serves in turn: the tags of their keys, 16 hex digits each. */
  readonly tags: readonly string[];
  readonly blocks: readonly Uint8Array[];
}

export interface FeedContent {
  readonly room: string;
  /** Whether the sender wants every new block of that room; false ends that. */
  readonly isOn: boolean;
}

type Fields = readonly unknown[];
type Decoded<Content> = Content | 'malformed' | 'too-large';

/** @throws RangeError on content that no receiver accepts */
export function encodeRelay({ room, hops, tags, blocks }: RelayContent): Fields {
  const sizeBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  const fits = tags.length <= maxRelayTags && blocks.length <= maxBlocksPerRelay && sizeBytes <= maxBlocksBytes;
  if (!fits || hops > maxRelayHops) throw new RangeError('more than a relay frame may have');
  return [fromHex(room), hops, tags.map(fromHex), blocks];
}

export function decodeRelay([room, hops, tags, blocks]: Fields): Decoded<RelayContent> {
  if (!isBytes(room, roomBytes) || !isUpTo(hops, maxRelayHops) || hops === 0) return 'malformed';
  if (!Array.isArray(tags) || !Array.isArray(blocks) || blocks.length === 0) return 'malformed';
  if (tags.length > maxRelayTags || blocks.length > maxBlocksPerRelay) return 'too-large';
  if (!tags.every((tag) => isBytes(tag, tagBytes)) || !blocks.every((bytes) => bytes instanceof Uint8Array)) return 'malformed';
  const sizeBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  if (sizeBytes > maxBlocksBytes || blocks.some(({ length }) => length > maxBlockBytes)) return 'too-large';
  // Copies: one kept block would keep the whole received chunk in memory.
  return { room: toHex(room), hops, tags: tags.map(toHex), blocks: blocks.map((bytes) => bytes.slice()) };
}

export function encodeFeed({ room, isOn }: FeedContent): Fields {
  return [fromHex(room), isOn];
}

export function decodeFeed([room, isOn]: Fields): Decoded<FeedContent> {
  return isBytes(room, roomBytes) && typeof isOn === 'boolean' ? { room: toHex(room), isOn } : 'malformed';
}
