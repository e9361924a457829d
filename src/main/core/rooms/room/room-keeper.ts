/**
 * Keeps the blocks of one room: judges each, stores what counts, and knows how far every log is
 * held (rules ROOM-13 to ROOM-26, ROOM-38 to ROOM-45). Everything happens inside the caller's
 * transaction; after one that failed, `settled` reads again what it had changed. `room-live.ts` and
 * the pulls bring the blocks.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { Hash } from '../../ports.ts';
import type { Offer, StoredMessage } from '../../messaging/ports.ts';
import { createDigestKeeper, type DigestKeeper, type RoomDigest } from '../log/digest.ts';
import { completeThrough, emptyLogState, type BlockFacts, type LogState } from '../log/log-state.ts';
import { createLogTable, type LogEntry, type LogTable } from '../log/log-table.ts';
import { judgeBlock, type Verdict } from '../log/room-log.ts';
import { maxAheadMs } from '../order/room-clock.ts';
import type { LogRecord, RoomStore } from '../ports.ts';
import { decodeBlock, toSignedBlock, type LogTag, type RoomClock, type RoomId, type SignedBlock } from '../wire/block.ts';
import { roomMessageIdsOf } from '../wire/room-message-id.ts';
import { createTouchedLogs } from './followed-batch.ts';
import { createStoredLog, isSameBlock, maxSpareBytes, stateFromStore, type SpareSpace, type StoredLog } from './stored-log.ts';

/** `fork`: it is kept, and its author signed two different blocks for one place. */
export type Kept =
  | {
      readonly kind: 'new' | 'fork';
      readonly messages: readonly StoredMessage[];
      readonly isGapped: boolean;
      /** Blocks of ours that counted, and no longer do. */
      readonly lost: readonly SignedBlock[];
    }
  | { readonly kind: 'had' | 'refused' };

export interface RoomKeeper {
  readonly id: RoomId;
  readonly digest: () => RoomDigest;
  readonly logs: Pick<LogTable, 'get' | 'findShort' | 'entries' | 'logsOf'>;
  /** Persists a block whose signature is right. Inside a transaction. */
  keep(block: SignedBlock, isOwn: boolean): Kept;
  /** The newest clock that moves other clocks, at that room time. */
  newestClock(roomTimeMs: number): RoomClock | undefined;
  /** The last block of a log, if it holds the top. */
  lastOf(tag: LogTag): BlockFacts | undefined;
  /** The number up to which nothing is missing of a log. */
  heldThrough(tag: LogTag): number;
  /** Call at the end of each transaction. After one that failed the store is right, and we are not. */
  settled(isCommitted: boolean): void;
  /** Reads the store anew: messages were deleted. */
  reload(): void;
}

interface Deps {
  readonly hash: Hash;
  readonly store: RoomStore;
  readonly id: RoomId;
  readonly isKnown: (authorId: PeerId) => boolean;
  readonly isHere: (authorId: PeerId) => boolean;
  readonly isBlocked: (authorId: PeerId) => boolean;
  readonly wallMs: () => number;
  /** A message of another author offers files: called in the transaction that persists it. */
  readonly keepOffer: (message: StoredMessage, offer: Offer) => void;
}

/** A log that was begun this lately is held from its beginning, so that its first loss is seen. */
const youngLogMs = 10 * 60_000;

export function createRoomKeeper({ hash, store, id, isKnown, isHere, isBlocked, wallMs, keepOffer }: Deps): RoomKeeper {
  let table: LogTable;
  let digest: DigestKeeper;
  const stored = new Map<LogTag, StoredLog>();
  const lasts = new Map<LogTag, BlockFacts>();
  const space: SpareSpace = { leftBytes: maxSpareBytes };
  const touched = createTouchedLogs(refresh);
  reload();

  return {
    id,
    digest: () => digest.current(),
    logs: {
      get: (tag) => table.get(tag),
      findShort: (tag) => table.findShort(tag),
      entries: () => table.entries(),
      logsOf: (authorId) => table.logsOf(authorId),
    },
    keep,
    newestClock: (roomTimeMs) => newestClock(store, id, roomTimeMs),
    lastOf: (tag) => lasts.get(tag),
    heldThrough: (tag) => heldThrough(table.get(tag)),
    settled: touched.settled,
    reload,
  };

  function keep(block: SignedBlock, isOwn: boolean): Kept {
    touched.catchUp();
    touched.note(block.tag);
    const admission = table.admit(newEntry(block, wallMs()));
    if (!('entry' in admission)) return { kind: 'refused' };
    for (const { tag } of admission.dropped) {
      touched.note(tag);
      forget(tag);
    }
    const { entry } = admission;
    entry.heardMs = wallMs();
    const log = logOf(block.tag);
    const verdict = judgeBlock(block, entry.state, log);
    switch (verdict.kind) {
      case 'duplicate':
      case 'below-floor':
        return { kind: 'had' };
      case 'full':
        if (admission.kind === 'added') forget(block.tag);
        return { kind: 'refused' };
      default:
        return apply(block, entry, log, verdict, isOwn);
    }
  }

  function apply(block: SignedBlock, entry: LogEntry, log: StoredLog, verdict: Verdict, isOwn: boolean): Kept {
    const topBefore = entry.state.top;
    const uncounted = verdict.uncountFrom === undefined ? [] : log.countedFrom(verdict.uncountFrom);
    if (verdict.uncountFrom !== undefined) {
      for (const one of uncounted) log.addSpare(one, one.bytes);
      store.discount(id, block.tag, verdict.uncountFrom);
    }
    if (verdict.isSpare) log.addSpare(block, block.bytes);
    if (verdict.rival) store.keepProof(block);
    const messages: StoredMessage[] = [];
    for (const facts of verdict.counts) {
      const counted = isSameBlock(facts, block) ? block : signedFrom(log.bytesOf(facts), entry.authorId, hash);
      const added = counted && persist(counted, entry.state.floor, isOwn, verdict.next.brokenAt !== undefined);
      if (!added) {
        // The store has the last word: it may hold less by now than the verdict says.
        refresh(block.tag);
        return { kind: 'refused' };
      }
      messages.push(...added);
      log.removeSpare(facts);
    }
    move(entry, log, verdict.next, verdict.counts.at(-1));
    const isGapped = block.first > topBefore + 1;
    const gone = isOwn ? uncounted.filter((one) => !verdict.counts.some((facts) => isSameBlock(facts, one))) : [];
    const lost = gone.flatMap(({ bytes }) => signedFrom(bytes, entry.authorId, hash) ?? []);
    return { kind: verdict.rival ? 'fork' : 'new', messages, isGapped, lost };
  }

  /**
   * @param wins its log contradicts itself: blocks that lost may lie there, also from before
   * @returns undefined if the store has no place for it
   */
  function persist(block: SignedBlock, floor: number, isOwn: boolean, wins: boolean): readonly StoredMessage[] | undefined {
    const isHidden = isBlocked(block.authorId);
    const isStranger = !isKnown(block.authorId) && !isHere(block.authorId);
    const fixed = {
      receivedAtMs: wallMs(),
      keepsBytes: !isHidden,
      wins,
      floor,
      isStranger,
      ...(isOwn && { state: 'sent' as const }),
    };
    const messageIds = block.type === 'text' && !isHidden ? messageIdsOf(block, hash) : [];
    const added = store.addBlock(block, { ...fixed, messageIds });
    if (added.ok) return added.messages.map((message) => withOffer(message, block, isOwn ? undefined : keepOffer));
    return added.reason === 'known' ? [] : undefined;
  }

  function move(entry: LogEntry, log: StoredLog, next: LogState, latest: BlockFacts | undefined): void {
    entry.state = next;
    digest.set({ ...entry, ...next });
    const before = lasts.get(entry.tag);
    setHolder(entry.tag, log, next, latest?.last === next.top ? latest : before?.last === next.top ? before : undefined);
  }

  /** Remembers the block that holds the top: what is above it does not count. */
  function setHolder(tag: LogTag, log: StoredLog, { top, topHash }: LogState, known?: BlockFacts): void {
    log.setLast(undefined);
    const found = known ?? (topHash && log.lastBelow(top + 1));
    const holder = found?.last === top ? found : undefined;
    if (holder) lasts.set(tag, holder);
    else lasts.delete(tag);
    log.setLast(holder);
  }

  function logOf(tag: LogTag): StoredLog {
    const log = stored.get(tag) ?? createStoredLog({ store, room: id, tag, space });
    stored.set(tag, log);
    return log;
  }

  function forget(tag: LogTag): void {
    digest.delete(tag);
    table.delete(tag);
    stored.get(tag)?.drop();
    stored.delete(tag);
    lasts.delete(tag);
  }

  function refresh(tag: LogTag): void {
    const log = store.log(id, tag);
    forget(tag);
    if (log) load(log);
  }

  function reload(): void {
    table = createLogTable({ isKnown, isHere });
    digest = createDigestKeeper(hash);
    for (const log of stored.values()) log.drop();
    stored.clear();
    lasts.clear();
    for (const log of store.logs(id)) load(log);
  }

  /** A log that the table has no place for is in the store alone, and in no digest. */
  function load(log: LogRecord): void {
    const state = stateFromStore(store, id, log);
    const { tag, authorId, publicKey, epoch, namedAtMs } = log;
    const admission = table.admit({ tag, authorId, publicKey, epoch, state, heardMs: namedAtMs });
    if (!('entry' in admission)) return;
    for (const dropped of admission.dropped) forget(dropped.tag);
    digest.set({ tag, publicKey, epoch, ...state });
    setHolder(tag, logOf(tag), state);
    if (state.brokenAt === undefined) return;
    logOf(tag).recall(state.top, signedFrom(store.proof(id, tag), authorId, hash));
  }
}

/** @param keepOffer undefined for our own offers, which are remembered by what made them */
function withOffer(message: StoredMessage, { offer }: SignedBlock, keepOffer?: Deps['keepOffer']): StoredMessage {
  if (!offer) return message;
  keepOffer?.(message, offer);
  return { ...message, offer };
}

/** Asked of the store, so that no number of clocks ahead can hide those that count. */
function newestClock(store: Pick<RoomStore, 'newestClock'>, id: RoomId, roomTimeMs: number): RoomClock | undefined {
  return store.newestClock(id, { ms: Math.floor(roomTimeMs + maxAheadMs) + 1, count: 0 });
}

/** @param bytes of a block that was verified before */
function signedFrom(bytes: Uint8Array | undefined, authorId: PeerId, hash: Hash): SignedBlock | undefined {
  const decoded = bytes && decodeBlock(bytes);
  return bytes && decoded?.ok ? toSignedBlock(decoded.block, bytes, authorId, hash) : undefined;
}

function messageIdsOf(block: SignedBlock, hash: Hash): readonly MessageId[] {
  const idOf = roomMessageIdsOf(block, hash);
  return block.texts.map((_, index) => idOf(block.first + index));
}

function newEntry({ tag, authorId, publicKey, epoch, first }: SignedBlock, wallMs: number): LogEntry {
  const isYoung = Math.abs(wallMs - epoch) < youngLogMs;
  return { tag, authorId, publicKey, epoch, state: emptyLogState(isYoung ? 0 : first - 1), heardMs: wallMs };
}

function heldThrough(entry: LogEntry | undefined): number {
  return entry ? completeThrough(entry.state) : 0;
}
