/**
 * Fetches the small pictures of offers in rooms from members, one at a time for each offer (rules
 * RFILE-41 to RFILE-43). An answer counts if it has the hash that the author signed.
 * preview-giving.ts is the other end.
 */
import { partsOf, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { isPrivateName } from '../../../../shared/text/room-names.ts';
import { areBytesEqual } from '../../lib/bytes.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import { StoreError } from '../../messaging/ports.ts';
import { decodePreviewBytes } from '../../messaging/wire/preview-bytes.ts';
import type { PreviewsContent } from '../../messaging/wire/room-file-frames.ts';
import type { Clock, Random } from '../../ports.ts';
import type { StoredTransfer, TransferDisk } from '../ports.ts';
import { isInRoom } from '../states.ts';
import type { TransferBook } from '../transfer-book.ts';
import { createPreviewSearch, type PreviewSearch } from './preview-search.ts';

export interface PreviewFetching {
  /** Looks for those that the user sees without asking for them. Again, once the user decides otherwise. */
  look(): void;
  /** An offer is new here. */
  offered(transfer: StoredTransfer): void;
  /** The user asks for those of this offer. */
  want(transfer: StoredTransfer): void;
  /** `hidden`: the user has to ask for them · `coming`: once a member that has them is here. */
  missing(transfer: StoredTransfer): 'hidden' | 'coming' | undefined;
  answered(peerId: PeerId, content: PreviewsContent): void;
  /** That peer is here. */
  heard(peerId: PeerId): void;
  /** Others are members, or may be asked. */
  review(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly disk: Pick<TransferDisk, 'sha256'>;
  readonly book: Pick<TransferBook, 'get' | 'list' | 'isOwn' | 'keepPreviews' | 'dropPreviews' | 'shownAnew'>;
  readonly sessions: Pick<TransferSessions, 'send' | 'open'>;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isFamiliar: (peerId: PeerId) => boolean;
  readonly membersOf: (transfer: StoredTransfer) => readonly PeerId[];
}

interface Ask {
  readonly peerId: PeerId;
  readonly cancel: Unsubscribe;
  isAnswered: boolean;
}

/** Offers whose pictures are looked for. Those that are wanted for the longest time are given up. */
const maxWanted = 64;
/** Asks without an answer. */
const maxAsks = 4;
const answerMs = 10_000;
/** An author that gives to enough others is asked again after this, and up to as much again. */
const busyMs = 2_000;
/** The members of a large room begin within this time, not all at once. */
const spreadMs = 1_000;
/** A member that sent other pictures is asked for none for this long. */
const liarMs = 3_600_000;
const maxLiars = 1_024;

export function createPreviewFetching(deps: Deps): PreviewFetching {
  const { clock, random, disk, book, sessions } = deps;
  /** The one that is wanted for the longest time first. */
  const wanted = new Map<MessageId, PreviewSearch>();
  const asks = new Map<MessageId, Ask>();
  const liars = createLruMap<PeerId, number>(maxLiars);
  let cancelWait: Unsubscribe | undefined;
  let isClosed = false;

  return {
    look() {
      const latest = book.list().filter(isShownUnasked).slice(0, maxWanted);
      for (const transfer of latest.toReversed()) if (!wanted.has(transfer.transferId)) add(transfer);
      review();
    },
    offered(transfer) {
      if (!isShownUnasked(transfer)) return;
      add(transfer).rest(now() + random.fraction() * spreadMs);
      review();
    },
    want(transfer) {
      if (!lacks(transfer)) return;
      add(transfer);
      review();
    },
    missing(transfer) {
      if (!lacks(transfer)) return undefined;
      return wanted.has(transfer.transferId) ? 'coming' : 'hidden';
    },
    answered,
    heard(peerId) {
      for (const search of wanted.values()) search.heard(peerId);
      review();
    },
    review,
    close() {
      isClosed = true;
      cancelWait?.();
      for (const { cancel } of asks.values()) cancel();
      asks.clear();
    },
  };

  function now(): number {
    return clock.monotonicMs();
  }

  function lacks(transfer: StoredTransfer): boolean {
    const { offer, state, from } = transfer;
    if (!offer.previewsId || offer.previews || !isInRoom(transfer) || book.isOwn(transfer)) return false;
    return state !== 'cancelled' && state !== 'failed' && !deps.isBlocked(from);
  }

  /** Somebody invited the user to a private room. In others anybody may offer anything. */
  function isShownUnasked(transfer: StoredTransfer): boolean {
    if (!lacks(transfer)) return false;
    const parts = partsOf(transfer.conversation);
    return (parts.type === 'room' && isPrivateName(parts.name)) || isFamiliar(transfer.from);
  }

  function isFamiliar(peerId: PeerId): boolean {
    try {
      return deps.isFamiliar(peerId);
    } catch (error) {
      // The store reports that it cannot be read.
      if (!(error instanceof StoreError)) throw error;
      return false;
    }
  }

  function add({ transferId, from }: StoredTransfer): PreviewSearch {
    const search = createPreviewSearch(from, random.fraction);
    wanted.delete(transferId);
    wanted.set(transferId, search);
    const [oldest] = wanted.keys();
    const isOneTooMany = wanted.size > maxWanted && oldest !== undefined;
    if (isOneTooMany) wanted.delete(oldest);
    // They are no longer hidden, or hidden again.
    for (const changed of isOneTooMany ? [transferId, oldest] : [transferId]) book.shownAnew(changed);
    return search;
  }

  function review(): void {
    if (isClosed) return;
    for (const [transferId, search] of [...wanted].toReversed()) {
      const transfer = book.get(transferId);
      if (!transfer || !lacks(transfer)) wanted.delete(transferId);
      else if (asks.size < maxAsks && !asks.has(transferId)) {
        const peerId = search.choose(possible(transfer), now());
        if (peerId !== undefined) ask(transferId, peerId);
      }
    }
    wait();
  }

  function possible(transfer: StoredTransfer): readonly PeerId[] {
    const mayBeAsked = (peerId: PeerId): boolean => deps.isHere(peerId) && !deps.isBlocked(peerId);
    return deps.membersOf(transfer).filter((peerId) => mayBeAsked(peerId) && (liars.get(peerId) ?? -Infinity) <= now());
  }

  /** Until a pause ends. Searches whose pause is over wait for an ask to end. */
  function wait(): void {
    cancelWait?.();
    const pauses = [...wanted.values()].map((search) => search.nextMs() - now()).filter((waitMs) => waitMs > 0);
    const waitMs = Math.min(...pauses);
    cancelWait = waitMs === Infinity ? undefined : clock.setTimer(review, waitMs);
  }

  function ask(transferId: MessageId, peerId: PeerId): void {
    const one: Ask = { peerId, isAnswered: false, cancel: clock.setTimer(() => end(transferId, one), answerMs) };
    asks.set(transferId, one);
    void sessions.open(peerId).then((isOpen) => {
      if (asks.get(transferId) !== one) return;
      if (!isOpen || !sessions.send(peerId, { type: 'previewAsk', transferId })) end(transferId, one);
    });
  }

  /** @param one the ask that waits for that offer now */
  function end(transferId: MessageId, one: Ask): void {
    one.cancel();
    asks.delete(transferId);
    review();
  }

  function answered(peerId: PeerId, { transferId, answer, bytes }: PreviewsContent): void {
    const one = asks.get(transferId);
    if (one?.peerId !== peerId || one.isAnswered) return;
    one.isAnswered = true;
    if (answer === 'has') return void check(transferId, one, bytes);
    const isAuthor = book.get(transferId)?.from === peerId;
    if (answer === 'busy' && isAuthor) wanted.get(transferId)?.rest(now() + busyMs * (1 + random.fraction()));
    end(transferId, one);
  }

  async function check(transferId: MessageId, one: Ask, bytes: Uint8Array): Promise<void> {
    const hash = await disk.sha256(bytes);
    if (asks.get(transferId) !== one) return;
    const transfer = book.get(transferId);
    const { previewsId } = transfer?.offer ?? {};
    if (transfer && previewsId && lacks(transfer)) {
      if (areBytesEqual(hash, previewsId)) keep(transfer, bytes);
      else liars.set(one.peerId, now() + liarMs);
    }
    end(transferId, one);
  }

  /** @param bytes those that the author signed, which may be anything */
  function keep({ transferId, offer }: StoredTransfer, bytes: Uint8Array): void {
    const previews = decodePreviewBytes(bytes, offer.files.length);
    if (previews) book.keepPreviews(transferId, previews);
    else book.dropPreviews(transferId);
  }
}
