/**
 * The live part of all rooms: receives blocks, asks and heads, finds losses, repairs, and sends what
 * we say (rules ROOM-60 to ROOM-85). `block-intake.ts` checks blocks, the parts are in live/, and
 * `room-keeper.ts` persists.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createTokenBuckets } from '../../lib/token-bucket.ts';
import type { Head, RoomChannel, RoomListener } from '../../presence/index.ts';
import { createGaps, type Via } from '../live/gaps.ts';
import { compareWeights, type RoomDigest } from '../log/digest.ts';
import { createHearers, type Hearers } from '../live/hearers.ts';
import { createLossWatch, type LossWatch } from '../live/loss-watch.ts';
import type { LogRange } from '../live/ranges.ts';
import { createReferences } from '../live/references.ts';
import { createRepairs } from '../live/repairs.ts';
import type { LogEntry } from '../log/log-table.ts';
import { decodeBlock, type LogTag, type Reference, type RoomId, type SignedBlock } from '../wire/block.ts';
import { fromHex, toHex } from '../../lib/hex.ts';
import { logTagOf, shortTagOf } from '../wire/log-tag.ts';
import { createBlockIntake, type BlockIntakeDeps } from './block-intake.ts';
import { missingNumbers, toAskRange } from './missing-numbers.ts';
import type { Kept, RoomKeeper } from './room-keeper.ts';

/** Counted per room since the start, for the diagnostics. */
export interface LiveCounters {
  askedFor: number;
  repairedByMulticast: number;
  repairedByUnicast: number;
}

export interface RoomLive extends Omit<RoomListener, 'onWantsBeacon'> {
  readonly hearers: Pick<Hearers, 'hearing' | 'seemsDeaf' | 'unheard'>;
  readonly loss: Pick<LossWatch, 'lostShare'>;
  /** The references of our next block. */
  references(): readonly Reference[];
  /** Sends a block of ours to the group. It is persisted. */
  send(block: SignedBlock): void;
  /** A block of ours goes by session only. It is never asked for by datagram. */
  sentBySession(block: SignedBlock): void;
  /** Whether these bytes were handled before. */
  isHandled(bytes: Uint8Array): boolean;
  /** Tells the group how far our logs of that room go. */
  sendHeads(room: RoomId): void;
  allowsTail(): boolean;
  /** A block came by session. */
  brought(block: SignedBlock, kept: Kept): void;
  /** A beacon of a peer says how far logs go. Only what it says of its own opens a gap. */
  topsHeard(peerId: PeerId, tops: readonly Reference[]): void;
  /** A beacon of a member came, with its digest of that room. */
  digestHeard(peerId: PeerId, room: RoomId, digest: RoomDigest): void;
  /** Numbers that are asked for now. */
  missing(): number;
  counters(room: RoomId): Readonly<LiveCounters>;
  /** Datagrams dropped before their signature was checked, and those with a wrong one. */
  readonly dropped: ReadonlyMap<string, number>;
  close(): void;
}

export interface LiveDeps extends Omit<BlockIntakeDeps, 'clock' | 'onLoopback'> {
  readonly clock: Clock;
  readonly random: Random;
  readonly ownPeerId: PeerId;
  readonly channel: RoomChannel;
  readonly keepers: () => Iterable<RoomKeeper>;
  /** Persists a block whose signature is right; undefined if the store refused. */
  readonly keep: (block: SignedBlock) => Promise<Kept | undefined>;
  /** A block was kept that came by datagram. */
  readonly onKept: (block: SignedBlock, kept: Kept) => void;
  /** A block with our key came that we never gave. */
  readonly onCopy: (block: SignedBlock) => void;
  /** A datagram with a block came from the group, for the first time or not. */
  readonly onGroupBytes: (bytes: Uint8Array) => void;
  /** Another member names messages of ours. */
  readonly onNamed: (reference: Reference) => void;
  /** The author of that log says that its last message went by session only. */
  readonly onBySession: (tag: LogTag) => void;
  /** Blocks of such an author are never passed on, nor named. */
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly addressOf: (peerId: PeerId) => string | undefined;
  /** Of a listed peer. */
  readonly publicKeyOf: (peerId: PeerId) => Uint8Array | undefined;
  readonly peersHere: () => number;
  readonly holdersOf: (room: RoomId) => readonly PeerId[];
  readonly wantBySession: (room: RoomId, ranges: readonly LogRange[], holders: readonly PeerId[]) => void;
  readonly pull: (room: RoomId) => void;
  /** A peer asks how far we hold these logs, by their short tags. */
  readonly onTopsAsked: (peerId: PeerId, room: RoomId, tags: readonly string[]) => void;
}

/** Questions of one peer for our tops that are answered: each answer is a signed beacon. */
const topsRate = { perSecond: 2, burst: 4 };
const maxTopsAskers = 1_024;
/** Of ours, of which one may go on in each room. */
const maxOwnLogs = 256;

export function createRoomLive(deps: LiveDeps): RoomLive {
  const { clock, channel, keeperOf, ownPeerId } = deps;
  const loss = createLossWatch(clock);
  const references = createReferences(clock);
  const hearers = createHearers(clock);
  const intake = createBlockIntake({ ...deps, onLoopback: channel.noteLoopback });
  const counts = createCounts();
  const topsAsked = createTokenBuckets(topsRate, maxTopsAskers);
  /** The last number of our logs that went by session only. */
  const ownBySession = createLruMap<LogTag, number>(maxOwnLogs);
  let isClosed = false;

  const repairs = createRepairs({
    clock,
    loss,
    isHere: deps.isHere,
    addressOf: deps.addressOf,
    isOwnLog: (log) => findLog(log)?.entry.authorId === ownPeerId,
    sendToGroup(bytes) {
      channel.blockToGroup(bytes);
      counts.repaired(bytes, 'repairedByMulticast');
    },
    sendTo(peerId, bytes) {
      if (channel.blockTo(peerId, bytes)) counts.repaired(bytes, 'repairedByUnicast');
    },
    sendHeads: (peerId, room) => channel.headsTo(peerId, ownHeads(room)),
  });
  const gaps = createGaps({
    clock,
    random: deps.random,
    ownId: ownPeerId,
    loss,
    peersHere: deps.peersHere,
    isHere: deps.isHere,
    holdersOf: (room) => deps.holdersOf(room),
    logOf(log) {
      const found = findLog(log);
      return found && { room: found.keeper.id, author: found.entry.authorId, top: found.entry.state.top };
    },
    missingOf: (log, to) => missingNumbers(findLog(log)?.entry.state, to),
    ask(to, room, ranges) {
      counts.of(room).askedFor += ranges.length;
      channel.ask(to, { room: fromHex(room), ranges: ranges.map(toAskRange) });
    },
    wantBySession: deps.wantBySession,
    pull: deps.pull,
  });

  return {
    hearers,
    loss,
    onBlock,
    onAsk(peerId, { room, ranges }) {
      const id = toHex(room);
      if (!keeperOf(id)) return;
      const tops = ranges.flatMap(({ tag, count }) => (count === 0 ? [toHex(tag)] : []));
      if (tops.length > 0 && topsAsked.take(peerId, clock.monotonicMs())) deps.onTopsAsked(peerId, id, tops);
      const wanted = ranges.flatMap(({ tag, from, count }) =>
        count > 0 ? [{ log: toHex(tag), from, to: from + count - 1 }] : [],
      );
      for (const { log, from } of wanted) hearers.asked(peerId, log, from);
      if (wanted.length > 0) repairs.asked(peerId, id, wanted);
    },
    onHeads(peerId, heads) {
      gaps.heardGroup();
      for (const { room, epoch, number, bySession } of heads) {
        const keeper = keeperOf(toHex(room));
        const publicKey = deps.publicKeyOf(peerId);
        if (!keeper || !publicKey) continue;
        const tag = logTagOf({ publicKey, room: keeper.id, epoch }, deps.hash);
        const log = shortTagOf(tag);
        if (bySession) deps.onBySession(tag);
        gaps.authorSays({ author: peerId, room: keeper.id, log, top: number, isBySession: bySession });
      }
    },
    references: () => references.newest(),
    send(block) {
      intake.remember(block.bytes);
      repairs.sent(block);
      hearers.spoke(block);
      channel.blockToGroup(block.bytes);
    },
    sentBySession({ bytes, tag, last }) {
      intake.remember(bytes);
      ownBySession.set(tag, last);
    },
    isHandled: intake.isHandled,
    sendHeads: (room) => channel.headsToGroup(ownHeads(room)),
    allowsTail: () => loss.hasLoss() && repairs.takeToken(),
    brought(block, kept) {
      intake.remember(block.bytes);
      noteKept(block, kept, 'session');
    },
    topsHeard(peerId, tops) {
      for (const { tag, number } of tops) {
        const found = findLog(tag);
        if (found?.entry.authorId === peerId) gaps.authorSays({ author: peerId, room: found.keeper.id, log: tag, top: number });
      }
    },
    digestHeard: (peerId, room, digest) => hearers.digestTold(peerId, room, digest, holdsMore(keeperOf(room), digest)),
    missing: gaps.missing,
    counters: counts.of,
    dropped: intake.dropped,
    close() {
      isClosed = true;
      gaps.close();
      repairs.close();
    },
  };

  function onBlock(bytes: Uint8Array, source: Arrival): void {
    if (source.via === 'group') {
      gaps.heardGroup();
      deps.onGroupBytes(bytes);
    }
    const block = intake.take(bytes, source);
    if (block?.authorId === ownPeerId) deps.onCopy(block);
    else if (block) void keepIt(block, source.via);
  }

  async function keepIt(block: SignedBlock, via: Via): Promise<void> {
    const kept = await deps.keep(block);
    if (isClosed) return;
    // It may come again, when the store has place for it.
    if (!kept || kept.kind === 'refused') return intake.forget(block.bytes);
    noteKept(block, kept, via);
    deps.onKept(block, kept);
  }

  function noteKept(block: SignedBlock, kept: Kept, via: Via): void {
    if (kept.kind !== 'new' && kept.kind !== 'fork') return;
    gaps.blockHeard(block, via);
    if (block.authorId !== ownPeerId) hearers.received(block, ownPeerId, via === 'group');
    if (via === 'session' || deps.isBlocked(block.authorId)) return;
    references.heard(block);
    hearers.heard(block);
    repairs.heard(block);
    for (const reference of block.references) deps.onNamed(reference);
  }

  function findLog(log: string): { readonly keeper: RoomKeeper; readonly entry: LogEntry } | undefined {
    for (const keeper of deps.keepers()) {
      const [entry] = keeper.logs.findShort(log);
      if (entry) return { keeper, entry };
    }
    return undefined;
  }

  function ownHeads(room: RoomId): readonly Head[] {
    const own = keeperOf(room)?.logs.logsOf(ownPeerId).at(-1);
    if (!own) return [];
    const { epoch, tag, state } = own;
    return [{ room: fromHex(room), epoch, number: state.top, bySession: ownBySession.get(tag) === state.top }];
  }
}

function holdsMore(keeper: RoomKeeper | undefined, than: RoomDigest): boolean {
  return keeper !== undefined && compareWeights(keeper.digest(), than) > 0;
}

/** Of each room since the start. */
function createCounts() {
  const counted = new Map<RoomId, LiveCounters>();
  return { of, repaired };

  function of(room: RoomId): LiveCounters {
    const counts = counted.get(room) ?? { askedFor: 0, repairedByMulticast: 0, repairedByUnicast: 0 };
    counted.set(room, counts);
    return counts;
  }

  function repaired(bytes: Uint8Array, how: 'repairedByMulticast' | 'repairedByUnicast'): void {
    const decoded = decodeBlock(bytes);
    if (decoded.ok) of(decoded.block.room)[how] += 1;
  }
}
