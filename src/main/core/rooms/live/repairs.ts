/**
 * Answers asks with the same bytes again (rules ROOM-74 to ROOM-79): the author to the group or to
 * the asker, a holder to the asker only. `repair-choice.ts` counts the askers. `rounds.ts` of the
 * other peer asks.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createPace, createTokenBuckets } from '../../lib/token-bucket.ts';
import type { Clock } from '../../ports.ts';
import type { RoomId, SignedBlock } from '../wire/block.ts';
import { createBlockRing, type RepairBlock } from './block-ring.ts';
import type { LossWatch } from './loss-watch.ts';
import { shortTag, type LogRange } from './ranges.ts';
import { createRepairChoice } from './repair-choice.ts';

/** At 20 a second this is what an author sends within `maxAgeMs`, with a burst. */
const maxOwnBlocks = 256;
const maxOthersBlocks = 1_024;

/** Older blocks are for sessions. */
const maxAgeMs = 10_000;

/** An ask within this time crossed with the block. */
const holdOffMs = 20;

const maxRangesPerAsk = 16;
const maxAsksPerBlock = 3;
const maxAskersPerBlock = 64;

const maxPerAsker = { blocks: 64, bytes: 65_536 };
const windowMs = 1_000;
const maxAskers = 1_024;

const repairRate = { perSecond: 40, burst: 16 };

/** As for fresh blocks: a receiver that is busy for a moment has room for so many. */
const spacingRate = { perSecond: 1_600, burst: 8 };

const maxInProgress = 16;
const headsRate = { perSecond: 1, burst: 1 };

export interface RepairsDeps {
  readonly clock: Clock;
  /** True for a peer that is online, and proved so both ways. */
  readonly isHere: (peerId: PeerId) => boolean;
  /** The peer's address in the registry, without the port; undefined if it has none. */
  readonly addressOf: (peerId: PeerId) => string | undefined;
  /** Sends to the group, on the adapters where these peers are. */
  readonly sendToGroup: (bytes: Uint8Array, askers: readonly PeerId[]) => void;
  /** Sends to the peer's address in the registry, never to the source of a datagram. */
  readonly sendTo: (peerId: PeerId, bytes: Uint8Array) => void;
  /** Sends the heads of our own logs of that room to that peer. */
  readonly sendHeads: (peerId: PeerId, room: RoomId) => void;
  readonly isOwnLog: (log: string) => boolean;
  readonly loss: Pick<LossWatch, 'asked'>;
}

export interface Repairs {
  /** A fresh block of ours went to the group, or by session only. */
  sent(block: SignedBlock, isBySession?: boolean): void;
  /** A block of another author arrived. */
  heard(block: SignedBlock): void;
  /** A peer asks for whole blocks that contain these messages. At most 16 ranges are read. */
  asked(asker: PeerId, room: RoomId, ranges: readonly LogRange[]): void;
  /** Spends a token for another datagram to the group, such as heads. @returns false if none is left */
  takeToken(): boolean;
  close(): void;
}

export function createRepairs(deps: RepairsDeps): Repairs {
  const { clock } = deps;
  const own = createBlockRing<RepairBlock>(maxOwnBlocks);
  const others = createBlockRing<RepairBlock>(maxOthersBlocks);
  const choice = createRepairChoice(deps.addressOf);
  const heads = createTokenBuckets(headsRate, maxAskers);
  const shares = createLruMap<PeerId, { sinceMs: number; blocks: number; bytes: number }>(maxAskers);
  const pace = createPace(repairRate);
  const spacing = createPace(spacingRate);
  const inProgress = new Set<Unsubscribe>();

  return {
    sent(block, isBySession = false) {
      const entry = entryOf(block, true, isBySession);
      own.add(entry);
      if (!isBySession) choice.sent(entry);
    },
    heard: (block) => others.add(entryOf(block, false, false)),
    asked(asker, room, ranges) {
      if (!deps.isHere(asker)) return;
      const answered = new Set<RepairBlock>();
      for (const range of ranges.slice(0, maxRangesPerAsk)) askedFor(asker, room, range, answered);
    },
    takeToken: choice.takeToken,
    close() {
      for (const cancel of inProgress) cancel();
      inProgress.clear();
    },
  };

  function entryOf(block: SignedBlock, isOwn: boolean, isBySession: boolean): RepairBlock {
    const { room, bytes, first, last, tag } = block;
    const nowMs = clock.monotonicMs();
    const facts = { room, bytes, first, last, log: shortTag(tag), isOwn, isBySession };
    return { ...facts, firstSentMs: nowMs, groupSentMs: nowMs, askers: new Map(), addresses: new Set(), groupRepairs: 0 };
  }

  function askedFor(asker: PeerId, room: RoomId, { log, from, to }: LogRange, answered: Set<RepairBlock>): void {
    const ring = deps.isOwnLog(log) ? own : others;
    const end = Math.min(to, from + maxPerAsker.blocks - 1);
    for (let number = from; number <= end;) {
      const block = ring.find(log, number);
      if (block === undefined) {
        if (deps.isOwnLog(log)) return sendHeads(asker, room);
        number += 1;
        continue;
      }
      if (!answered.has(block)) answer(asker, block);
      answered.add(block);
      number = block.last + 1;
    }
  }

  function sendHeads(asker: PeerId, room: RoomId): void {
    if (heads.take(asker, clock.monotonicMs())) deps.sendHeads(asker, room);
  }

  function answer(asker: PeerId, block: RepairBlock): void {
    const nowMs = clock.monotonicMs();
    if (block.isBySession || nowMs - block.firstSentMs > maxAgeMs) return sendHeads(asker, block.room);
    if (!countAsker(asker, block)) return sendHeads(asker, block.room);
    const asks = block.askers.get(asker) ?? 0;
    // This ask and the block crossed. It does not count, so the next one is still the first.
    if (asks === 0 && nowMs - block.groupSentMs < holdOffMs) return;
    block.askers.set(asker, asks + 1);
    if (asks >= maxAsksPerBlock) return sendHeads(asker, block.room);
    if (!takeShare(asker, block, nowMs)) return;
    if (block.isOwn && asks === 0 && choice.takeGroup(block)) repairToGroup(block, nowMs);
    else repairTo(asker, block, nowMs);
  }

  /** Tokens limit these already, so they go before the repairs to single askers. */
  function repairToGroup(block: RepairBlock, nowMs: number): void {
    block.groupSentMs = nowMs;
    pace.take(nowMs);
    later(spacing.take(nowMs), () => deps.sendToGroup(block.bytes, [...block.askers.keys()]));
  }

  function repairTo(asker: PeerId, block: RepairBlock, nowMs: number): void {
    if (inProgress.size >= maxInProgress) return;
    const before = block.groupRepairs;
    later(Math.max(pace.take(nowMs), spacing.take(nowMs)), () => {
      // The group got it meanwhile, and the asker with it.
      if (block.groupRepairs === before) deps.sendTo(asker, block.bytes);
    });
  }

  /** @returns false if too many peers asked for this block before */
  function countAsker(asker: PeerId, block: RepairBlock): boolean {
    if (block.askers.has(asker)) return true;
    if (block.askers.size >= maxAskersPerBlock) return false;
    block.askers.set(asker, 0);
    if (!block.isOwn) return true;
    deps.loss.asked(asker);
    choice.asked(asker, block);
    return true;
  }

  function takeShare(asker: PeerId, block: RepairBlock, nowMs: number): boolean {
    let share = shares.get(asker);
    if (!share || nowMs - share.sinceMs >= windowMs) share = { sinceMs: nowMs, blocks: 0, bytes: 0 };
    shares.set(asker, share);
    if (share.blocks + 1 > maxPerAsker.blocks || share.bytes + block.bytes.length > maxPerAsker.bytes) return false;
    share.blocks += 1;
    share.bytes += block.bytes.length;
    return true;
  }

  function later(waitMs: number, send: () => void): void {
    if (waitMs <= 0) return send();
    const cancel = clock.setTimer(() => {
      inProgress.delete(cancel);
      send();
    }, waitMs);
    inProgress.add(cancel);
  }
}
