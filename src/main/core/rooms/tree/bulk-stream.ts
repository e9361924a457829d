/**
 * Sends what we say by session only (rules ROOM-155 to ROOM-157): reads our blocks from the store
 * and gives them to all members, as fast as these take them. The store is the buffer, so memory does
 * not grow with what waits, and the author waits for nobody. `live/bulk-author.ts` makes the blocks.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { toHex } from '../../lib/hex.ts';
import type { Clock } from '../../ports.ts';
import type { Waits } from '../catch-up/waits.ts';
import type { RoomStore, StoredBlock } from '../ports.ts';
import type { LogTag, RoomId, SignedBlock } from '../wire/block.ts';
import type { Children } from './children.ts';
import { orderBy, sharesOf, type Spot } from './halving.ts';
import type { Passed, Tree } from './tree.ts';

/** So many receivers get blocks from the author itself, more by the tree. */
const maxDirect = 4;
/** On their way to one peer: some 5 ms of a fast network. */
const windowBytes = 1_048_576;
/** Read from the store at a time, at least one block. */
const readBytes = 131_072;
/** A peer that keeps all others waiting for so long is dropped. */
const blockedMs = 500;
/** A receiver that stays behind for so long, and takes nothing, pulls the rest. */
const behindMs = 30_000;
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
  /** When it was given something last, or was left behind. */
  atMs: number;
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

export interface BulkStream {
  /** A block of ours is persisted, and goes by session only. */
  said(block: Pick<SignedBlock, 'tag' | 'first' | 'last' | 'hash'>): void;
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
  /** The log that is sent, and the next number for all that are not behind. */
  let current: { readonly tag: LogTag; next: number } | undefined;

  return {
    said({ tag, first, last, hash }) {
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
    for (const list of lists) tree.serve(room, passed(blocks), list, 1);
    return true;
  }

  /** Gives those that are behind what they missed. @returns whether one of them took more */
  function followUp(log: { readonly tag: LogTag; readonly next: number }, members: readonly Spot[]): boolean {
    let hasServed = false;
    for (const [peerId, one] of behind) {
      const isHere = members.length <= maxDirect && members.some((member) => member.peerId === peerId);
      if (one.next >= log.next || !isHere || clock.monotonicMs() - one.atMs > behindMs) behind.delete(peerId);
      else if (children.takesMore(peerId, windowBytes)) {
        const blocks = read(log.tag, one.next, log.next - 1);
        one.next = (blocks.at(-1)?.last ?? log.next) + 1;
        one.atMs = clock.monotonicMs();
        tree.serve(room, passed(blocks), [peerId], 1);
        hasServed = true;
      }
    }
    return hasServed;
  }

  function read(tag: LogTag, first: number, last: number): readonly StoredBlock[] {
    return deps.blocks(room, tag, { first, last, maxBytes: readBytes });
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

function passed(blocks: readonly StoredBlock[]): readonly Passed[] {
  return blocks.map(({ bytes, hash }) => ({ bytes, hash8: toHex(hash.subarray(0, 8)) }));
}
