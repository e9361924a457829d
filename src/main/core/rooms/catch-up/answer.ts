/**
 * Collects what is here of a want, up to the size of one frame (rules ROOM-96, ROOM-97). Pure, but
 * for reading the store. `serve.ts` decides when.
 */
import {
  maxBlocksBytes,
  maxBlocksPerFrame,
  maxRangesPerWant,
  type EndContent,
  type TagRange,
  type WantContent,
} from '../../messaging/wire/room-frames.ts';
import type { RoomStore, StoredBlock } from '../ports.ts';
import { maxBlockBytes, type LogTag, type RoomId } from '../wire/block.ts';
import { toHex } from '../../lib/hex.ts';
import { subtract, type OwnHead } from './needs.ts';

export type AnswerDeps = Pick<RoomStore, 'blocks' | 'newestBlocks'> & {
  /** Of all logs of the room that we hold something of. */
  readonly heads: (room: RoomId) => readonly OwnHead[];
};

export interface AnswerBlock {
  readonly bytes: Uint8Array;
  /** The first 8 bytes of its hash, as `taken` names it. */
  readonly hash8: string;
}

export interface CollectedAnswer {
  readonly blocks: readonly AnswerBlock[];
  readonly missing: EndContent['missing'];
}

const shortTagDigits = 8;

/** @param deps absent where nothing is shared with the peer */
export function collectAnswer({ room, wanted }: WantContent, deps: AnswerDeps | undefined): CollectedAnswer {
  if (wanted.kind === 'ranges') return collectRanges(room, wanted.ranges, deps);
  const { limit, before } = wanted;
  const newest = deps?.newestBlocks(room, { limit, maxBytes: maxBlocksBytes, ...(before && { before }) }) ?? [];
  const page = createPage();
  newest.every(page.add);
  // The oldest first, as logs grow.
  return { blocks: page.blocks.toReversed(), missing: [] };
}

function collectRanges(room: RoomId, ranges: readonly TagRange[], deps: AnswerDeps | undefined): CollectedAnswer {
  const heads = new Map((deps?.heads(room) ?? []).map((head) => [head.tag, head] as const));
  const missing = new Map<LogTag, EndContent['missing'][number]>();
  const page = createPage();
  for (const range of ranges) {
    const tags = range.tag.length > shortTagDigits ? [range.tag] : [...heads.keys()].filter((tag) => tag.startsWith(range.tag));
    const isWhole = tags.map((tag) => deps !== undefined && addRange(room, { ...range, tag }, deps, page));
    // Ranges that are not whole, because the page is full, will be wanted again.
    if (page.isFull) break;
    if (!isWhole.includes(true)) missing.set(range.tag, { tag: range.tag, floor: heads.get(tags[0] ?? '')?.floor ?? 0 });
  }
  return { blocks: page.blocks, missing: [...missing.values()].slice(0, maxRangesPerWant) };
}

/** @returns whether all of the range is here */
function addRange(room: RoomId, { tag, from, to }: TagRange, deps: AnswerDeps, page: Page): boolean {
  // The first block may be on the page already, for the range before.
  const maxBytes = page.leftBytes() + maxBlockBytes;
  const blocks = deps.blocks(room, tag, { first: from, last: to, maxBytes });
  for (const block of blocks) if (!page.add(block)) return false;
  const rest = subtract(
    [{ from, to }],
    blocks.map(({ first, last }) => ({ from: first, to: last })),
  );
  return rest.length === 0;
}

interface Page {
  readonly blocks: AnswerBlock[];
  readonly isFull: boolean;
  leftBytes(): number;
  /** @returns false if it does not fit */
  add(block: Pick<StoredBlock, 'bytes' | 'hash'>): boolean;
}

function createPage(): Page {
  const blocks: AnswerBlock[] = [];
  const known = new Set<string>();
  let sizeBytes = 0;
  let isFull = false;
  return {
    blocks,
    get isFull() {
      return isFull;
    },
    leftBytes: () => maxBlocksBytes - sizeBytes,
    add({ bytes, hash }) {
      const hash8 = toHex(hash.subarray(0, 8));
      if (known.has(hash8)) return true;
      isFull ||= sizeBytes + bytes.length > maxBlocksBytes || blocks.length === maxBlocksPerFrame;
      if (isFull) return false;
      known.add(hash8);
      blocks.push({ bytes, hash8 });
      sizeBytes += bytes.length;
      return true;
    },
  };
}
