/**
 * Transfers of files between two peers (docs/spec/files.md): what the core offers to the hosts, and
 * the wiring of its parts. An offer is a message; transfer-book.ts has what became of it. serve.ts
 * sends, receive.ts fetches, and tell.ts keeps both ends informed.
 */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { selectorOf } from '../../../shared/text/format-offer.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { StoreWriter } from '../messaging/delivery/store-writer.ts';
import type { MessagesArea, TransferSessions } from '../messaging/messages.ts';
import type { StoredMessage } from '../messaging/ports.ts';
import type { Clock } from '../ports.ts';
import { followSessions } from './follow-sessions.ts';
import { createOffering, type OfferRefusal } from './offering.ts';
import { defaultTransferOptions, type TransferOptions } from './options.ts';
import type { Offer, StoredTransfer, TransferDisk, TransferStore } from './ports.ts';
import { createTransferRate } from './rate.ts';
import { createFileReceiver } from './receiving/receive.ts';
import { createFileServer } from './serve.ts';
import { isFinal, isGoingOn, otherEndOf } from './states.ts';
import { createTelling } from './tell.ts';
import { createTransferBook, type Change, type TransferBook, type TransferEvent } from './transfer-book.ts';

export type { TransferEvent } from './transfer-book.ts';

type AnswerRefusal = Refusal<'unknown-transfer' | 'transfer-over' | 'folder-unusable' | 'transfer-not-kept'>;

export type TransferResult<Refused> = { readonly ok: true; readonly transfer: StoredTransfer } | Refused;

export interface TransfersArea {
  /** The latest offer first. */
  list(): readonly StoredTransfer[];
  get(transferId: MessageId): StoredTransfer | undefined;
  /** Reads the files once and offers them. Settles once the offer is persisted. */
  send(peerId: PeerId, paths: readonly string[]): Promise<TransferResult<OfferRefusal>>;
  /** @param directory absent means the one of the setting */
  accept(transferId: MessageId, directory?: string): Promise<TransferResult<AnswerRefusal>>;
  decline(transferId: MessageId): Promise<TransferResult<AnswerRefusal>>;
  /** Either end may, until it is final. */
  cancel(transferId: MessageId): Promise<TransferResult<AnswerRefusal>>;
  subscribe(listener: (event: TransferEvent) => void): Unsubscribe;
}

export interface Transfers {
  readonly area: TransfersArea;
  /** For messaging: the files that a message of ours offers. */
  offerOf(messageId: MessageId): Offer | undefined;
  /** For messaging: persists an offer that came, in the transaction of its message. */
  keepOffer(message: StoredMessage, offer: Offer): void;
  /** Begins to fetch and to serve. @returns its end */
  start(): () => Promise<void>;
}

export interface TransfersDeps {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly store: TransferStore;
  readonly persist: StoreWriter['persist'];
  readonly ownPeerId: PeerId;
  readonly messages: Pick<MessagesArea, 'send' | 'newId' | 'cancel' | 'subscribe'>;
  readonly sessions: TransferSessions;
  readonly online: {
    has(peerId: PeerId): boolean;
    onAppear(listener: (peerId: PeerId) => void): Unsubscribe;
  };
  readonly contacts: {
    isVerified(peerId: PeerId): boolean;
    isBlocked(peerId: PeerId): boolean;
    /** Whether the user wrote to that peer or verified it. */
    isFamiliar(peerId: PeerId): boolean;
    /** The user decided something about that peer. */
    subscribe(listener: (peerId: PeerId) => void): Unsubscribe;
  };
  readonly getSetting: GetSetting;
  readonly onListenerError: (error: unknown) => void;
}

const mebibyte = 1_048_576;
/** Timers far ahead are not exact, so expiry is checked this often at least. */
const maxExpiryWaitMs = 3_600_000;

export function createTransfers(deps: TransfersDeps, options: TransferOptions = defaultTransferOptions): Transfers {
  const { clock, disk, messages, sessions, online, contacts, getSetting } = deps;
  const book: TransferBook = createTransferBook(
    {
      ...{ ...deps, isFamiliar: contacts.isFamiliar, onFinal: tidy },
      onUntold: (transfer) => telling.changed(transfer),
      onForgotten(transferId) {
        telling.forgotten(transferId);
        void disk.removeDescription(transferId);
      },
    },
    options,
  );
  const telling = createTelling({ book, sessions, isHere: online.has, change: end });
  const rates = { in: createTransferRate(clock, getSetting), out: createTransferRate(clock, getSetting) };
  const server = createFileServer({ clock, disk, book, rate: rates.out }, options);
  const receiver = createFileReceiver(
    { ...{ clock, disk, book, sessions, rate: rates.in }, isHere: online.has, isBlocked: contacts.isBlocked },
    options,
  );
  const offering = createOffering({ ...deps, book, isBlocked: contacts.isBlocked }, options);
  let cancelExpiry: Unsubscribe | undefined;

  const area: TransfersArea = {
    list: book.list,
    get: book.get,
    send: offering.send,
    accept,
    decline: (transferId) => answer(transferId, 'declined'),
    async cancel(transferId) {
      const transfer = book.get(transferId);
      if (!transfer) return refuse('unknown-transfer');
      if (isFinal(transfer)) return refuse('transfer-over');
      // If it has not left, the peer never hears of it.
      if (book.isOwn(transfer)) await messages.cancel(transferId);
      return changed(transferId, await end(transferId, { state: 'cancelled' }));
    },
    subscribe: book.subscribe,
  };

  return {
    area,
    offerOf(messageId) {
      const transfer = book.get(messageId);
      return transfer && book.isOwn(transfer) ? transfer.offer : undefined;
    },
    keepOffer: book.keep,
    start,
  };

  function start(): () => Promise<void> {
    const undo = [
      messages.subscribe((event) => {
        if (event.type !== 'message' && event.type !== 'written') return;
        const transfer = event.message.offer && book.committed(event.message);
        if (!transfer) return;
        if (event.type === 'message') void decideAlone(transfer);
        watchExpiry();
      }),
      contacts.subscribe((peerId) => void (contacts.isBlocked(peerId) || receiver.heard(peerId))),
      online.onAppear((peerId) => {
        telling.tell(peerId);
        receiver.heard(peerId);
      }),
      followSessions({ sessions, server, receiver, telling, mayServe }),
    ];
    watchExpiry();
    void offering.removeLeftovers();
    receiver.review();
    return async () => {
      for (const stop of undo) stop();
      cancelExpiry?.();
      offering.close();
      server.close();
      await receiver.close();
      book.close();
    };
  }

  function mayServe(peerId: PeerId, transferId: MessageId): boolean {
    const transfer = book.get(transferId);
    return transfer !== undefined && book.isOwn(transfer) && otherEndOf(transfer) === peerId && isGoingOn(transfer);
  }

  async function accept(transferId: MessageId, given?: string): Promise<TransferResult<AnswerRefusal>> {
    const refused = refusalOf(transferId);
    if (refused) return refused;
    const directory = given ?? (getSetting('filesDirectory') || disk.defaultDirectory);
    const checked = await disk.checkDirectory(directory);
    if (!checked.ok) return refuse('folder-unusable', { directory, reason: selectorOf(checked.code) });
    const result = await answer(transferId, 'accepted', checked.directory);
    receiver.review();
    return result;
  }

  async function answer(
    transferId: MessageId,
    state: 'accepted' | 'declined',
    directory = '',
  ): Promise<TransferResult<AnswerRefusal>> {
    return refusalOf(transferId) ?? changed(transferId, await book.change(transferId, { state, directory }));
  }

  /** Not while files get their names: those that appeared are not taken away again. */
  async function end(transferId: MessageId, change: Change): Promise<boolean> {
    const resume = await receiver.hold(transferId);
    const isChanged = await book.change(transferId, change);
    resume();
    return isChanged;
  }

  /** Only an offer of another peer that waits can be answered. */
  function refusalOf(transferId: MessageId): AnswerRefusal | undefined {
    const transfer = book.get(transferId);
    if (!transfer || book.isOwn(transfer)) return refuse('unknown-transfer');
    return transfer.state === 'offered' ? undefined : refuse('transfer-over');
  }

  function changed(transferId: MessageId, isChanged: boolean): TransferResult<AnswerRefusal> {
    const transfer = book.get(transferId);
    if (isChanged && transfer) return { ok: true, transfer };
    return refuse(transfer && isFinal(transfer) ? 'transfer-over' : 'transfer-not-kept');
  }

  /** As the user set it (rules FILE-9, FILE-10). A folder that cannot be used leaves it to the user. */
  async function decideAlone({ transferId, from, offer }: StoredTransfer): Promise<void> {
    const mode = getSetting('filesAccept');
    if (mode === 'never') await answer(transferId, 'declined');
    const isSmall = offer.totalBytes <= getSetting('filesAcceptUpToMiB') * mebibyte;
    if (mode === 'verified' && isSmall && contacts.isVerified(from)) await accept(transferId);
  }

  /** Its state is persisted. Nothing of a transfer that ended otherwise stays on the disk, but the files that arrived. */
  function tidy(transfer: StoredTransfer): void {
    if (book.isOwn(transfer)) {
      server.ended(transfer.transferId);
      void disk.removeDescription(transfer.transferId);
    } else if (transfer.state === 'cancelled' || transfer.state === 'failed') void receiver.ended(transfer);
  }

  function watchExpiry(): void {
    cancelExpiry?.();
    const nowMs = clock.wallMs();
    const offered = book.list().filter(({ state }) => state === 'offered');
    for (const { transferId, expiresAtMs } of offered) {
      if (expiresAtMs <= nowMs) void book.change(transferId, { state: 'failed', code: 'expired' });
    }
    const left = offered.map(({ expiresAtMs }) => expiresAtMs - nowMs).filter((waitMs) => waitMs > 0);
    if (left.length > 0) cancelExpiry = clock.setTimer(watchExpiry, Math.min(maxExpiryWaitMs, ...left));
  }
}
