/**
 * All transfers of this node, in memory and in the store (rules FILE-3 to FILE-6). Every state is
 * persisted before the other end hears of it. Progress alone is not: the disk knows it.
 */
import type { Preview } from '../../../shared/contract/transfers.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { StoreWriter } from '../messaging/delivery/store-writer.ts';
import type { StoredMessage } from '../messaging/ports.ts';
import type { Clock } from '../ports.ts';
import type { TransferOptions } from './options.ts';
import { maxStoredTransfers, type Offer, type StoredTransfer, type TransferStore } from './ports.ts';
import { shownName } from './offered-names.ts';
import { previewsTooMany, receivedPreviews, withPreviews } from './previews/previews.ts';
import { isFinal, isGoingOn, isInRoom, isSameOffer, mayBecome, otherEndOf, toldStateOf } from './states.ts';
import { countUntold, firstToForget, hasPlaceFor } from './table-limits.ts';

interface TransferChange {
  readonly type: 'transfer';
  readonly transfer: StoredTransfer;
}

export type Change = Partial<Pick<StoredTransfer, 'state' | 'code' | 'doneBytes' | 'directory' | 'paths' | 'haveIt' | 'isHeld'>>;

export interface TransferBook {
  get(transferId: MessageId): StoredTransfer | undefined;
  /** The latest offer first. */
  list(): readonly StoredTransfer[];
  isOwn(transfer: Pick<StoredTransfer, 'from'>): boolean;
  /** The incoming offers that wait for the user. */
  waitingOffers(): readonly StoredTransfer[];
  /**
   * Persists an offer of a peer, in the transaction of its message. Beyond the limits it does
   * nothing. Peers choose the IDs of their direct offers: one with a known ID counts for nothing,
   * and one that took the ID of an offer in a room gives way to it.
   */
  keep(message: StoredMessage, offer: Offer): void;
  /** Persists an offer of ours likewise. */
  keepOwn(transfer: StoredTransfer): void;
  /** Its message is committed. @returns the new transfer, if there is one */
  committed(message: StoredMessage): StoredTransfer | undefined;
  /**
   * Changes it at once, and back if the store refuses. A change of the state clears the code, unless
   * the change brings one.
   *
   * @returns whether it is persisted; false also if its state does not allow that
   */
  change(transferId: MessageId, change: Change): Promise<boolean>;
  /** Only for events; persisted with the next change. */
  progress(transferId: MessageId, doneBytes: number): void;
  /** Its small pictures come, within their common limit. */
  keepPreviews(transferId: MessageId, previews: readonly Preview[]): void;
  /** Its small pictures go, and are not fetched again. Does nothing where there are none to have. */
  dropPreviews(transferId: MessageId): void;
  /** Emits it again: what hosts show of it beside these fields has changed. */
  shownAnew(transferId: MessageId): void;
  /** The other end knows that state. */
  told(transfer: StoredTransfer): void;
  subscribe(listener: (event: TransferChange) => void): Unsubscribe;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: TransferStore;
  readonly persist: StoreWriter['persist'];
  readonly ownPeerId: PeerId;
  /** Whether the user wrote to that peer or verified it. */
  readonly isFamiliar: (peerId: PeerId) => boolean;
  /** A state that the other end must hear of is persisted. */
  readonly onUntold: (transfer: StoredTransfer) => void;
  /** A final state is persisted. */
  readonly onFinal: (transfer: StoredTransfer) => void;
  /** It was forgotten, since there are too many. */
  readonly onForgotten: (transferId: MessageId) => void;
  /** An offer in a room took the place of this one, which had its ID. */
  readonly onReplaced: (transfer: StoredTransfer) => void;
  readonly onListenerError: (error: unknown) => void;
}

/** A commit follows within a turn. An offer without one by then was not persisted. */
const keptMs = 1_000;

export function createTransferBook(deps: Deps, options: TransferOptions): TransferBook {
  const { clock, store, persist, ownPeerId } = deps;
  const events = createEmitter<TransferChange>(deps.onListenerError);
  const entries = new Map<MessageId, StoredTransfer>();
  /** Written with a message whose commit is not known yet. */
  const kept = new Map<MessageId, StoredTransfer>();
  const keptTimers = new Set<Unsubscribe>();
  const progressTimers = new Map<MessageId, Unsubscribe>();
  const progressedMs = new Map<MessageId, number>();
  for (const transfer of store.list()) entries.set(transfer.transferId, asOfStart(transfer, isOwn(transfer)));

  return {
    get: (transferId) => entries.get(transferId),
    list: () => [...entries.values()].sort((a, b) => b.offeredAtMs - a.offeredAtMs),
    isOwn,
    waitingOffers,
    keep(message, offer) {
      const known = kept.get(message.messageId) ?? entries.get(message.messageId);
      if (isOwn(message) || (known && !givesWay(known, message))) return;
      // Offers in rooms take no places of those to us alone.
      const waiting = waitingOffers().filter((one) => isInRoom(one) === isInRoom(message));
      if (!hasPlaceFor(message.from, waiting, deps.isFamiliar, options)) return;
      keep(received(message, offer, deps.isFamiliar(message.from), options));
    },
    keepOwn: keep,
    committed(message) {
      const { messageId } = message;
      const transfer = kept.get(messageId);
      if (!transfer || !isSameOffer(transfer, message)) return undefined;
      kept.delete(messageId);
      const replaced = entries.get(messageId);
      entries.set(messageId, transfer);
      if (replaced) deps.onReplaced(replaced);
      emit(messageId);
      forgetOldest();
      trimPreviews();
      return transfer;
    },
    change,
    progress(transferId, doneBytes) {
      const transfer = entries.get(transferId);
      if (!transfer || transfer.doneBytes === doneBytes) return;
      entries.set(transferId, { ...transfer, doneBytes });
      if (progressTimers.has(transferId)) return;
      const sinceMs = clock.monotonicMs() - (progressedMs.get(transferId) ?? -Infinity);
      if (sinceMs >= options.progressMs) return emit(transferId);
      progressTimers.set(
        transferId,
        clock.setTimer(() => emit(transferId), options.progressMs - sinceMs),
      );
    },
    keepPreviews(transferId, previews) {
      setPreviews(transferId, previews);
      trimPreviews();
    },
    dropPreviews(transferId) {
      const { previews, previewsId } = entries.get(transferId)?.offer ?? {};
      if (previews || previewsId) setPreviews(transferId, []);
    },
    shownAnew: emit,
    told({ transferId, state }) {
      const transfer = entries.get(transferId);
      if (!transfer || transfer.isTold || transfer.state !== state) return;
      const told = { ...transfer, isTold: true };
      entries.set(transferId, told);
      void persist(() => store.put(told));
    },
    subscribe: (listener) => events.subscribe(listener),
    close() {
      for (const cancel of [...progressTimers.values(), ...keptTimers]) cancel();
      progressTimers.clear();
    },
  };

  function isOwn({ from }: Pick<StoredTransfer, 'from'>): boolean {
    return from === ownPeerId;
  }

  function givesWay(known: StoredTransfer, message: StoredMessage): boolean {
    return !isOwn(known) && !isInRoom(known) && isInRoom(message);
  }

  function waitingOffers(): readonly StoredTransfer[] {
    return [...entries.values(), ...kept.values()].filter((transfer) => transfer.state === 'offered' && !isOwn(transfer));
  }

  function keep(transfer: StoredTransfer): void {
    const { transferId } = transfer;
    kept.set(transferId, transfer);
    store.put(transfer);
    const forget = clock.setTimer(() => {
      keptTimers.delete(forget);
      if (kept.get(transferId) === transfer) kept.delete(transferId);
    }, keptMs);
    keptTimers.add(forget);
  }

  function trimPreviews(): void {
    for (const { transferId } of previewsTooMany(entries.values())) setPreviews(transferId, []);
  }

  function setPreviews(transferId: MessageId, previews: readonly Preview[]): void {
    const transfer = entries.get(transferId);
    if (!transfer) return;
    const changed = withPreviews(transfer, previews);
    entries.set(transferId, changed);
    void persist(() => store.put(changed));
    emit(transferId);
  }

  async function change(transferId: MessageId, { code, ...given }: Change): Promise<boolean> {
    const before = entries.get(transferId);
    if (!before) return false;
    const state = given.state ?? before.state;
    if (state !== before.state && !mayBecome(before.state, state)) return false;
    if (state === before.state && code === before.code && Object.keys(given).every((key) => key === 'state')) return true;
    const { code: _, ...rest } = before;
    const changed = { ...rest, ...given, ...(code !== undefined && { code }) };
    const isTold = before.isTold && toldStateOf(changed, isOwn(changed)) === toldStateOf(before, isOwn(before));
    const after: StoredTransfer = { ...changed, isTold: isTold || !mustTell(changed) };
    entries.set(transferId, after);
    emit(transferId);
    const isPersisted = (await persist(() => (store.put(after), true))) ?? false;
    if (!isPersisted && entries.get(transferId) === after) {
      entries.set(transferId, before);
      emit(transferId);
    }
    if (isPersisted && !after.isTold) deps.onUntold(after);
    if (isPersisted && isFinal(after)) deps.onFinal(after);
    return isPersisted;
  }

  function mustTell(transfer: StoredTransfer): boolean {
    if (toldStateOf(transfer, isOwn(transfer)) === undefined) return false;
    return !isFinal(transfer) || countUntold(entries.values(), otherEndOf(transfer)) < options.maxUntoldPerPeer;
  }

  function emit(transferId: MessageId): void {
    progressTimers.get(transferId)?.();
    progressTimers.delete(transferId);
    const transfer = entries.get(transferId);
    if (!transfer) return;
    if (isGoingOn(transfer)) progressedMs.set(transferId, clock.monotonicMs());
    else progressedMs.delete(transferId);
    events.emit({ type: 'transfer', transfer });
  }

  function forgetOldest(): void {
    while (entries.size > maxStoredTransfers) {
      const oldest = firstToForget(entries.values());
      if (!oldest) return;
      entries.delete(oldest.transferId);
      void persist(() => store.remove(oldest.transferId));
      deps.onForgotten(oldest.transferId);
    }
  }
}

/** No connection outlives a run. */
function asOfStart(transfer: StoredTransfer, isOwn: boolean): StoredTransfer {
  if (!isGoingOn(transfer)) return transfer;
  const { code: _, ...rest } = transfer;
  return isOwn && isInRoom(transfer) ? { ...rest, state: 'offered' } : { ...rest, state: 'waiting', code: 'offline' };
}

/** @param isFamiliar the user wrote to its author, or verified them */
function received(
  { messageId, conversation, from, receivedAtMs }: StoredMessage,
  offer: Offer,
  isFamiliar: boolean,
  options: Pick<TransferOptions, 'minOfferLifeMs' | 'offerLifeMs'>,
): StoredTransfer {
  const { previews: given = [], ...content } = offer;
  const named = { ...content, files: offer.files.map(({ name, sizeBytes }) => ({ name: shownName(name), sizeBytes })) };
  // Nobody shows a picture to a user who never wrote to them.
  const previews = isFamiliar ? receivedPreviews(given) : [];
  const lifeMs = Math.max(options.minOfferLifeMs, Math.min(offer.lifeMs, options.offerLifeMs));
  return {
    ...{
      transferId: messageId,
      conversation,
      from,
      offer: { ...named, ...(previews.length > 0 && { previews }) },
      state: 'offered',
      isTold: true,
    },
    ...{ doneBytes: 0, roots: [], directory: '', paths: [] },
    ...{ offeredAtMs: receivedAtMs, expiresAtMs: receivedAtMs + lifeMs },
  };
}
