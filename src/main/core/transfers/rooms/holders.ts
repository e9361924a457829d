/**
 * Finds the members that have the files of offers in rooms (rules RFILE-8, RFILE-9, RFILE-13). Asks
 * them, the author first, and remembers the answers and what became of each attempt. An answer is a
 * claim: a member that sends something else is not asked again for long. room-source.ts fetches
 * from them.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import type { HoldersContent } from '../../messaging/wire/room-file-frames.ts';
import type { Clock, Random } from '../../ports.ts';
import type { StoredTransfer } from '../ports.ts';

export interface Holders {
  /**
   * A member that has the files and may be tried now, other than these. Random, so that many share
   * the work.
   */
  next(transfer: StoredTransfer, except: (peerId: PeerId) => boolean): PeerId | undefined;
  /** Asks more members, a few at a time. */
  search(transfer: StoredTransfer): void;
  /** Asks a member that has them who else does. */
  refresh(transfer: StoredTransfer, peerId: PeerId): void;
  /** Whether an answer, or the end of a wait, may still bring a holder. */
  isSearching(transfer: StoredTransfer): boolean;
  /** Whether it is worth a search: somebody who may have them is here and was not asked lately. */
  isPromising(transfer: StoredTransfer): boolean;
  answered(transfer: StoredTransfer, peerId: PeerId, content: HoldersContent): void;
  failed(transferId: MessageId, peerId: PeerId, why: 'wrong' | 'slow' | 'gone' | 'refused'): void;
  /** There is news of that peer. */
  heard(peerId: PeerId): void;
  forget(transferId: MessageId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly sessions: Pick<TransferSessions, 'send' | 'open'>;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly membersOf: (transfer: StoredTransfer) => readonly PeerId[];
  readonly isMember: (transfer: StoredTransfer, peerId: PeerId) => boolean;
  /** Files may come on a connection that this peer opened. */
  readonly isConnected: (peerId: PeerId) => boolean;
  readonly onNews: (transferId: MessageId) => void;
}

interface Known {
  /** `asked`: no answer yet · `has` · `not`: nothing is to be had there until the time. */
  state: 'asked' | 'has' | 'not';
  untilMs: number;
  askedMs: number;
  /** It may answer once. */
  mayAnswer: boolean;
  /** It sent wrong bytes: no news of it changes that, until it is asked again. */
  isLiar: boolean;
}

/** Asks that wait for an answer, of one transfer. */
const maxAsked = 4;
/** An ask without an answer, as of an earlier version. */
const answerMs = 5_000;
/** The same member is not asked again sooner who has the files. */
const refreshMs = 5_000;
/** A member that serves enough others is tried again after this, and up to as much again. */
const busyMs = 2_000;
/** A member without the files may have got them meanwhile. */
const notMs = 60_000;
const waits = { wrong: 3_600_000, slow: 60_000, gone: 10_000, refused: 30_000 } as const;
/** Members of one transfer that are tried at all; transfers of which anything is remembered. */
const maxMembers = 512;
const maxTransfers = 64;

export function createHolders(deps: Deps): Holders {
  const { clock, random, sessions } = deps;
  const transfers = createLruMap<MessageId, Map<PeerId, Known>>(maxTransfers);
  const timers = new Map<MessageId, Unsubscribe>();

  return {
    next(transfer, except) {
      const known = knownOf(transfer.transferId);
      const usable = [...known].filter(
        ([peerId, { state, untilMs }]) =>
          state === 'has' && !except(peerId) && isThere(transfer, peerId) && (untilMs <= now() || deps.isConnected(peerId)),
      );
      return usable[Math.floor(random.fraction() * usable.length)]?.[0];
    },
    search(transfer) {
      const known = knownOf(transfer.transferId);
      for (const peerId of candidates(transfer)) {
        if (countAsked(known) >= maxAsked || known.size >= maxMembers) break;
        ask(transfer, peerId);
      }
    },
    refresh(transfer, peerId) {
      const one = knownOf(transfer.transferId).get(peerId);
      if (!one || now() - one.askedMs < refreshMs) return;
      one.askedMs = now();
      one.mayAnswer = true;
      sessions.send(peerId, { type: 'transferAsk', transferId: transfer.transferId });
    },
    isSearching(transfer) {
      const known = knownOf(transfer.transferId);
      if (countAsked(known) > 0) return true;
      return [...known].some(
        ([peerId, one]) => one.state === 'has' && isThere(transfer, peerId) && one.untilMs - now() <= 2 * busyMs,
      );
    },
    isPromising(transfer) {
      if (candidates(transfer).length > 0) return true;
      return [...knownOf(transfer.transferId)].some(
        ([peerId, one]) => one.state === 'has' && one.untilMs <= now() && isThere(transfer, peerId),
      );
    },
    answered(transfer, peerId, { answer, holders }) {
      const known = knownOf(transfer.transferId);
      const one = known.get(peerId);
      if (!one?.mayAnswer) return;
      one.mayAnswer = false;
      if (one.isLiar) return;
      if (answer === 'has' && one.state !== 'has') enter(known, peerId, 'has', 0);
      else if (answer === 'busy') enter(known, peerId, 'has', busyMs * (1 + random.fraction()));
      else if (answer === 'not') enter(known, peerId, 'not', notMs);
      for (const other of peerId === transfer.from ? holders : []) {
        const isNew = !known.has(other) && known.size < maxMembers && deps.isMember(transfer, other) && !deps.isBlocked(other);
        if (isNew) known.set(other, { state: 'has', untilMs: 0, askedMs: -Infinity, mayAnswer: false, isLiar: false });
      }
      wakeLater(transfer.transferId, busyMs);
      deps.onNews(transfer.transferId);
    },
    failed(transferId, peerId, why) {
      const known = knownOf(transferId);
      if (known.get(peerId)?.isLiar) return;
      enter(known, peerId, why === 'gone' || why === 'slow' ? 'has' : 'not', waits[why]);
      const one = known.get(peerId);
      if (one) one.isLiar = why === 'wrong';
    },
    heard(peerId) {
      for (const known of transfers.values()) {
        const one = known.get(peerId);
        if (!one || one.isLiar) continue;
        if (one.state === 'has') one.untilMs = 0;
        else if (one.state === 'not') known.delete(peerId);
      }
    },
    forget(transferId) {
      transfers.delete(transferId);
      timers.get(transferId)?.();
      timers.delete(transferId);
    },
    close() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };

  function now(): number {
    return clock.monotonicMs();
  }

  function knownOf(transferId: MessageId): Map<PeerId, Known> {
    const known = transfers.get(transferId) ?? new Map<PeerId, Known>();
    transfers.set(transferId, known);
    return known;
  }

  function isThere(transfer: StoredTransfer, peerId: PeerId): boolean {
    return (deps.isHere(peerId) || deps.isConnected(peerId)) && deps.isMember(transfer, peerId) && !deps.isBlocked(peerId);
  }

  function countAsked(known: Map<PeerId, Known>): number {
    let count = 0;
    for (const { state, untilMs } of known.values()) if (state === 'asked' && untilMs > now()) count += 1;
    return count;
  }

  /** The author, and then the others in a random order, so that not all ask the same ones. */
  function candidates(transfer: StoredTransfer): readonly PeerId[] {
    const known = knownOf(transfer.transferId);
    const open = deps.membersOf(transfer).filter((peerId) => {
      const one = known.get(peerId);
      return !deps.isBlocked(peerId) && deps.isHere(peerId) && (!one || (one.state !== 'has' && againMs(one) <= now()));
    });
    const start = Math.floor(random.fraction() * open.length);
    const others = [...open.slice(start), ...open.slice(0, start)].filter((peerId) => peerId !== transfer.from);
    return open.includes(transfer.from) ? [transfer.from, ...others] : others;
  }

  /** One that did not answer is like one that has not got them. */
  function againMs({ state, untilMs }: Known): number {
    return state === 'asked' ? untilMs + notMs : untilMs;
  }

  function ask({ transferId }: StoredTransfer, peerId: PeerId): void {
    const known = knownOf(transferId);
    const one: Known = { state: 'asked', untilMs: now() + answerMs, askedMs: now(), mayAnswer: true, isLiar: false };
    known.set(peerId, one);
    wakeLater(transferId, answerMs);
    void sessions.open(peerId).then((isOpen) => {
      if (isOpen && sessions.send(peerId, { type: 'transferAsk', transferId })) return;
      if (known.get(peerId) === one) enter(known, peerId, 'not', waits.gone);
      deps.onNews(transferId);
    });
  }

  function enter(known: Map<PeerId, Known>, peerId: PeerId, state: Known['state'], forMs: number): void {
    const before = known.get(peerId);
    const { askedMs = -Infinity, mayAnswer = false, isLiar = false } = before ?? {};
    known.set(peerId, { state, untilMs: now() + forMs, askedMs, mayAnswer, isLiar });
  }

  /** A wait or an ask ends: there may be somebody to try. */
  function wakeLater(transferId: MessageId, afterMs: number): void {
    if (timers.has(transferId)) return;
    const wake = (): void => {
      timers.delete(transferId);
      deps.onNews(transferId);
    };
    timers.set(transferId, clock.setTimer(wake, afterMs));
  }
}
