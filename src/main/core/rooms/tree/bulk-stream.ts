/**
 * Sends what we say by session only (rules ROOM-155 to ROOM-157, ROOM-222): gives our blocks to all
 * members, as fast as these take them. The latest are in memory, earlier ones are read from the
 * store: that is the buffer, so memory does not grow with what waits, and the author waits for
 * nobody. `live/bulk-author.ts` makes the blocks.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { toHex } from '../../lib/hex.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import type { Waits } from '../catch-up/waits.ts';
import type { RoomStore, StoredBlock } from '../ports.ts';
import type { LogTag, RoomId, SignedBlock } from '../wire/block.ts';
import type { Children } from './children.ts';
import { orderBy, sharesOf, type Spot } from './halving.ts';
import type { News, Passed, Tree } from './tree.ts';

/** So many receivers get blocks from the author itself, more by the tree. */
const maxDirect = 4;
/** On their way to one peer: some 5 ms of a fast network. */
const windowBytes = 1_048_576;
/** Of our latest blocks in memory: enough that members that keep pace find theirs here. */
const recentBytes = 2 * 1_048_576;
/** Read from the store at a time, at least one block. */
const readBytes = 131_072;
/** A peer that keeps all others waiting for so long is dropped. */
const blockedMs = 500;
/** A receiver that stays behind for so long, and takes nothing, pulls the rest. */
const behindMs = 30_000;
/**
 * Sessions of a receiver that ended without that it took anything. One may well end, since two nodes
 * that call each other end one of two. From the second on, the receiver counts as slow.
 */
const maxLosses = 2;
const maxLosers = 64;
/** Logs of ours that wait: a new one begins rarely. */
const maxWaiting = 16;

interface Waiting {
  readonly tag: LogTag;
  readonly hash: Uint8Array;
  /** The next number to send, and the last one. */
  next: number;
  last: number;
}

/** A receiver that the stream went on without. */
interface Behind {
  /** The next number for it. */
  next: number;
  /** When it took something last, or was left behind. */
  atMs: number;
}

/** Sessions of a receiver that ended since it took something. */
interface Losses {
  readonly count: number;
  /** When the first of them ended. */
  readonly sinceMs: number;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly waits: Waits;
  readonly room: RoomId;
  readonly blocks: RoomStore['blocks'];
  readonly tree: Tree;
  readonly children: Pick<Children, 'takesMore' | 'isSlow' | 'drop'>;
  /** The other members that are online. */
  readonly members: () => readonly Spot[];
}

export type SaidBlock = Pick<SignedBlock, 'tag' | 'first' | 'last' | 'hash' | 'bytes'>;
type Block = Pick<StoredBlock, 'first' | 'last' | 'hash' | 'bytes'>;

export interface BulkStream {
  /** A block of ours is persisted, and goes by session only. */
  said(block: SaidBlock): void;
  /** A peer took something. */
  goOn(): void;
}

export function createBulkStream(deps: Deps): BulkStream {
  const { clock, waits, room, children, tree } = deps;
  const queue: Waiting[] = [];
  let cancelTurn: Unsubscribe | undefined;
  let cancelCheck: Unsubscribe | undefined;
  let blockedSinceMs: number | undefined;
  /**
   * Each goes on where it stopped: blocks that came with a gap would be shown out of their order.
   */
  const behind = new Map<PeerId, Behind>();
  const losses = createLruMap<PeerId, Losses>(maxLosers);
  /** The log that is sent, and the next number for all that are not behind. */
  let current: { readonly tag: LogTag; next: number } | undefined;
  const recent = createRecentBlocks();

  return {
    said(block) {
      const { tag, first, last, hash } = block;
      recent.add(block);
      const latest = queue.at(-1);
      if (latest?.tag === tag && latest.last + 1 === first) latest.last = last;
      else queue.push({ tag, hash, next: first, last });
      // Members pull what is dropped here.
      if (queue.length > maxWaiting) queue.shift();
      schedule();
    },
    goOn: schedule,
  };

  /** After the turn of the event loop, so that blocks of one transaction share a frame. */
  function schedule(): void {
    if (queue.length > 0 || behind.size > 0) cancelTurn ??= waits.timer(turn, 0);
  }

  function turn(): void {
    cancelTurn = undefined;
    const [waiting] = queue;
    if (waiting && current?.tag !== waiting.tag) {
      behind.clear();
      current = { tag: waiting.tag, next: waiting.next };
    }
    if (!current) return;
    const members = deps.members();
    const hasFollowed = followUp(current, members);
    const hasSent = waiting !== undefined && sendNext(waiting, current, members);
    if (hasFollowed || hasSent) schedule();
    else if (queue.length > 0 || behind.size > 0) cancelCheck ??= waits.timer(check, blockedMs / 2);
  }

  /** @returns false if the receivers have enough on their way */
  function sendNext(waiting: Waiting, log: { next: number }, members: readonly Spot[]): boolean {
    const lists = listsOf(waiting, members);
    // All are behind: nobody is there to go on with.
    if (lists.length === 0 && behind.size > 0) return false;
    if (!hasSpace(lists.flatMap((list) => sharesOf(list).map(({ to }) => to)))) return false;
    const blocks = read(waiting.tag, waiting.next, waiting.last);
    waiting.next = (blocks.at(-1)?.last ?? waiting.last) + 1;
    log.next = waiting.next;
    if (waiting.next > waiting.last) queue.shift();
    const [first] = blocks;
    for (const list of lists) {
      const [to] = list;
      const isDirect = first && to !== undefined && members.length <= maxDirect;
      tree.serve(room, passed(blocks), list, 1, isDirect ? newsOf(waiting.tag, to, first.first) : undefined);
    }
    return true;
  }

  /** Gives those that are behind what they missed. @returns whether one of them took more */
  function followUp(log: { readonly tag: LogTag; readonly next: number }, members: readonly Spot[]): boolean {
    let hasServed = false;
    for (const [peerId, one] of behind) {
      const isHere = members.length <= maxDirect && members.some((member) => member.peerId === peerId);
      if (!isHere) losses.delete(peerId);
      if (one.next >= log.next || !isHere || clock.monotonicMs() - one.atMs > behindMs) behind.delete(peerId);
      else if (children.takesMore(peerId, windowBytes)) {
        const blocks = read(log.tag, one.next, log.next - 1);
        const [first] = blocks;
        one.next = (blocks.at(-1)?.last ?? log.next) + 1;
        tree.serve(room, passed(blocks), [peerId], 1, first && newsOf(log.tag, peerId, first.first));
        hasServed = true;
      }
    }
    return hasServed;
  }

  function newsOf(tag: LogTag, peerId: PeerId, next: number): News {
    return {
      onLost: () => setBack(tag, peerId, next),
      onTaken() {
        losses.delete(peerId);
        const one = behind.get(peerId);
        if (one) one.atMs = clock.monotonicMs();
      },
    };
  }

  /** Its session ended with blocks on their way: it goes on with the first of them. */
  function setBack(tag: LogTag, peerId: PeerId, next: number): void {
    if (current?.tag !== tag) return;
    const before = behind.get(peerId);
    // The first of what one session lost.
    if (before && before.next <= next) return;
    const { count, sinceMs } = losses.get(peerId) ?? { count: 0, sinceMs: clock.monotonicMs() };
    losses.set(peerId, { count: count + 1, sinceMs });
    if (count + 1 >= maxLosses) children.drop(peerId);
    behind.set(peerId, { next, atMs: before?.atMs ?? sinceMs });
    schedule();
  }

  function read(tag: LogTag, first: number, last: number): readonly Block[] {
    const kept = recent.from(tag, first, last);
    return kept.length > 0 ? kept : deps.blocks(room, tag, { first, last, maxBytes: readBytes });
  }

  function check(): void {
    cancelCheck = undefined;
    schedule();
  }

  function listsOf({ hash, next }: Waiting, members: readonly Spot[]): readonly (readonly PeerId[])[] {
    const all = orderBy(hash, members);
    if (all.length > maxDirect) return [all.filter((peerId) => !children.isSlow(peerId))];
    for (const peerId of all) {
      if (children.isSlow(peerId) && !behind.has(peerId)) behind.set(peerId, { next, atMs: clock.monotonicMs() });
    }
    return all.filter((peerId) => !behind.has(peerId)).map((peerId) => [peerId]);
  }

  /** False while one of them has enough on its way. One that blocks the others for long is dropped. */
  function hasSpace(direct: readonly PeerId[]): boolean {
    const full = direct.filter((peerId) => !children.takesMore(peerId, windowBytes));
    if (full.length === 0) {
      blockedSinceMs = undefined;
      return true;
    }
    blockedSinceMs ??= clock.monotonicMs();
    const idle = direct.filter((peerId) => children.takesMore(peerId, windowBytes / 4));
    if (idle.length < direct.length - full.length || idle.length === 0) blockedSinceMs = clock.monotonicMs();
    if (clock.monotonicMs() - blockedSinceMs < blockedMs) return false;
    for (const peerId of full) children.drop(peerId);
    blockedSinceMs = undefined;
    return false;
  }
}

/** The end of our log, without gaps. */
function createRecentBlocks() {
  let blocks: SaidBlock[] = [];
  let sizeBytes = 0;
  return {
    add({ tag, first, last, hash, bytes }: SaidBlock): void {
      const latest = blocks.at(-1);
      if (latest && (latest.tag !== tag || latest.last + 1 !== first)) [blocks, sizeBytes] = [[], 0];
      blocks.push({ tag, first, last, hash, bytes });
      sizeBytes += bytes.length;
      while (sizeBytes > recentBytes) sizeBytes -= blocks.shift()?.bytes.length ?? 0;
    },
    /**
     * @returns the blocks from that number on, up to the size of one reading; none if it is not
     *   here
     */
    from(tag: LogTag, number: number, to: number): readonly SaidBlock[] {
      const start = blocks.findIndex((block) => block.tag === tag && block.first === number);
      const found: SaidBlock[] = [];
      let left = readBytes;
      for (const block of start === -1 ? [] : blocks.slice(start)) {
        left -= block.bytes.length;
        if (block.first > to || (left < 0 && found.length > 0)) break;
        found.push(block);
      }
      return found;
    },
  };
}

function passed(blocks: readonly Block[]): readonly Passed[] {
  return blocks.map(({ bytes, hash }) => ({ bytes, hash8: toHex(hash.subarray(0, 8)) }));
}
