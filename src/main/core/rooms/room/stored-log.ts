/**
 * One log as the judge reads it: the counted blocks in the store, and the spares, which are blocks
 * that do not count and stay in memory (rules ROOM-17, ROOM-39). `room-keeper.ts` changes both.
 */
import type { BlockRecord, LogRecord, RoomStore } from '../ports.ts';
import type { BlockFacts, LogState } from '../log/log-state.ts';
import { maxHoles } from '../log/log-state.ts';
import type { LogReader } from '../log/room-log.ts';
import { maxSpares } from '../log/room-log.ts';
import { decodeBlock, type LogTag, type RoomId, type SignedBlock } from '../wire/block.ts';

/** The spares of one log. */
export interface StoredLog extends LogReader {
  /** The bytes of a spare, if it is still here. */
  bytesOf(facts: BlockFacts): Uint8Array | undefined;
  addSpare(facts: BlockFacts, bytes: Uint8Array): void;
  removeSpare(facts: BlockFacts): void;
  /** Counted blocks from that number on, with their bytes, ascending. */
  countedFrom(number: number): readonly (BlockFacts & { readonly bytes: Uint8Array })[];
  /** Call after each change: the block that holds the top. */
  setLast(facts: BlockFacts | undefined): void;
  /** After a start: the blocks above the top that no longer count are spares, and so is the proof. */
  recall(top: number, proof: (BlockFacts & { readonly bytes: Uint8Array }) | undefined): void;
  /** Gives the memory of the spares back. */
  drop(): void;
}

/** The limit for the spares of all logs of a room. They take signatures, and these cost little. */
export interface SpareSpace {
  leftBytes: number;
}

interface Deps {
  readonly store: Pick<RoomStore, 'neighbours' | 'blocks'>;
  readonly room: RoomId;
  readonly tag: LogTag;
  readonly space: SpareSpace;
}

export const maxSpareBytes = 4 * 1024 * 1024;

/** Blocks read at a time. */
const pageBytes = 262_144;
/** Counted blocks that one contradiction can make spares of; further ones are dropped. */
const maxUncounted = maxSpares;

export function createStoredLog({ store, room, tag, space }: Deps): StoredLog {
  const spares = new Map<string, BlockFacts & { readonly bytes: Uint8Array }>();
  /** The block of the top: nearly every new block follows it. */
  let last: BlockFacts | undefined;

  return {
    lastBelow(number) {
      if (last && last.first < number) return last;
      for (let at = number; ;) {
        const { covering, before } = store.neighbours(room, tag, at);
        const found = covering && covering.first < at ? covering : before;
        if (!found || found.counts) return found && read(found);
        at = found.first;
      }
    },
    firstFrom(number) {
      if (last && last.last < number) return undefined;
      for (let at = number; ;) {
        const { covering, after } = store.neighbours(room, tag, at);
        const found = covering && covering.first >= at ? covering : after;
        if (!found || found.counts) return found && read(found);
        at = found.last + 1;
      }
    },
    sparesAt: (number) => [...spares.values()].filter(({ first }) => first === number),
    get spareCount() {
      return spares.size;
    },
    bytesOf: (facts) => spares.get(keyOf(facts))?.bytes,
    addSpare,
    removeSpare,
    countedFrom: (number) => blocksFrom(number, true),
    setLast: (facts) => void (last = facts && factsOf(facts)),
    recall(top, proof) {
      for (const spare of blocksFrom(top + 1, false)) addSpare(spare, spare.bytes);
      if (proof) addSpare(proof, proof.bytes);
    },
    drop() {
      for (const spare of [...spares.values()]) removeSpare(spare);
    },
  };

  function addSpare(facts: BlockFacts, bytes: Uint8Array): void {
    if (spares.size >= maxSpares || bytes.length > space.leftBytes || spares.has(keyOf(facts))) return;
    space.leftBytes -= bytes.length;
    spares.set(keyOf(facts), { ...factsOf(facts), bytes });
  }

  function blocksFrom(number: number, counts: boolean): readonly (BlockFacts & { readonly bytes: Uint8Array })[] {
    return store
      .blocks(room, tag, { first: number, last: Number.MAX_SAFE_INTEGER, maxBytes: pageBytes })
      .filter((block) => block.first >= number && block.counts === counts)
      .slice(0, maxUncounted)
      .flatMap(({ bytes, hash }) => toFacts(bytes, hash) ?? []);
  }

  function removeSpare(facts: BlockFacts): void {
    if (spares.size === 0) return;
    space.leftBytes += spares.get(keyOf(facts))?.bytes.length ?? 0;
    spares.delete(keyOf(facts));
  }

  /** A block of the store, with the hash that it names: that is in its bytes alone. */
  function read({ first, last: end, clock, hash }: BlockRecord): BlockFacts {
    const [block] = store.blocks(room, tag, { first, last: first, maxBytes: 1 });
    const facts = block && toFacts(block.bytes, hash);
    // Of a blocked author no bytes are kept. Such a block fits any other.
    return facts ?? { first, last: end, clock, hash, previous: new Uint8Array(0) };
  }
}

function toFacts(bytes: Uint8Array, hash: Uint8Array): (BlockFacts & { readonly bytes: Uint8Array }) | undefined {
  const decoded = decodeBlock(bytes);
  if (!decoded.ok) return undefined;
  const { first, clock, previous, texts } = decoded.block;
  return { first, last: first + texts.length - 1, clock, previous, hash, bytes };
}

function factsOf({ first, last, clock, hash, previous }: BlockFacts): BlockFacts {
  return { first, last, clock, hash, previous };
}

function keyOf({ first, hash }: BlockFacts): string {
  return `${first} ${hash.join(',')}`;
}

/** The state of a log as the store has it, after a start. */
export function stateFromStore(store: Pick<RoomStore, 'holes' | 'proof' | 'neighbours'>, room: RoomId, log: LogRecord): LogState {
  const holes = store.holes(room, log.tag, maxHoles).map(({ first, last }) => ({ from: first, to: last }));
  const topHash = log.topHash.length > 0 ? log.topHash : undefined;
  const brokenAt = brokenAtOf(store, room, log.tag);
  return { floor: log.floor, firmFloor: log.removed, top: log.top, topHash, holes, brokenAt };
}

/** Where the kept proof contradicts a block in the store: at the later one of the two. */
function brokenAtOf(store: Pick<RoomStore, 'proof' | 'neighbours'>, room: RoomId, tag: LogTag): number | undefined {
  const bytes = store.proof(room, tag);
  const decoded = bytes && decodeBlock(bytes);
  if (!decoded?.ok) return undefined;
  const { first, texts } = decoded.block;
  const { covering, after } = store.neighbours(room, tag, first);
  const isOverlapped = !covering && after && after.first < first + texts.length;
  return isOverlapped ? after.first : first;
}

/** Whether two blocks have the same bytes but for the signature. */
export function isSameBlock(a: BlockFacts, b: Pick<SignedBlock, 'first' | 'hash'>): boolean {
  return a.first === b.first && a.hash.every((byte, index) => byte === b.hash[index]);
}
