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
import type { RoomStore } from '../ports.ts';
import type { LogTag, RoomId, SignedBlock } from '../wire/block.ts';
import type { Children } from './children.ts';
import { orderBy, sharesOf, type Spot } from './halving.ts';
import type { Tree } from './tree.ts';

/** So many receivers get blocks from the author itself, more by the tree. */
const maxDirect = 4;
/** On their way to one peer: some 5 ms of a fast network. */
const windowBytes = 1_048_576;
/** Read from the store at a time, at least one block. */
const readBytes = 131_072;
/** A peer that keeps all others waiting for so long is dropped. */
const blockedMs = 500;
/** Logs of ours that wait: a new one begins rarely. */
const maxWaiting = 16;

interface Waiting {
  readonly tag: LogTag;
  readonly hash: Uint8Array;
  /** The next number to send, and the last one. */
  next: number;
  last: number;
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
    if (queue.length > 0) cancelTurn ??= waits.timer(turn, 0);
  }

  function turn(): void {
    cancelTurn = undefined;
    const [waiting] = queue;
    if (!waiting) return;
    const lists = listsOf(waiting.hash, deps.members());
    const isFree = hasSpace(lists.flatMap((list) => sharesOf(list).map(({ to }) => to)));
    if (!isFree) {
      cancelCheck ??= waits.timer(check, blockedMs / 2);
      return;
    }
    const blocks = deps.blocks(room, waiting.tag, { first: waiting.next, last: waiting.last, maxBytes: readBytes });
    const passed = blocks.map(({ bytes, hash }) => ({ bytes, hash8: toHex(hash.subarray(0, 8)) }));
    waiting.next = (blocks.at(-1)?.last ?? waiting.last) + 1;
    if (waiting.next > waiting.last) queue.shift();
    for (const list of lists) tree.serve(room, passed, list, 1);
    schedule();
  }

  function check(): void {
    cancelCheck = undefined;
    schedule();
  }

  function listsOf(hash: Uint8Array, members: readonly Spot[]): readonly (readonly PeerId[])[] {
    const list = orderBy(hash, members).filter((peerId) => !children.isSlow(peerId));
    return list.length <= maxDirect ? list.map((peerId) => [peerId]) : [list];
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
