/**
 * Transfers of files between two peers (docs/spec/files.md): what the core offers to the hosts, and
 * the wiring of its parts. An offer is a message; transfer-book.ts has what became of it. serve.ts
 * sends, receive.ts fetches, and tell.ts keeps both ends informed.
 */
import type { NamedPreview } from '../../../shared/contract/transfers.ts';
import type { GetSetting } from '../../../shared/contract/settings.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { StoreWriter } from '../messaging/delivery/store-writer.ts';
import type { MessagesArea, TransferSessions } from '../messaging/messages.ts';
import type { StoredMessage } from '../messaging/ports.ts';
import type { Clock, Random } from '../ports.ts';
import type { RoomFiles, RoomOffers } from './room-files.ts';
import { createAnswers, type AnswerResult } from './answers.ts';
import { createExpiry } from './expiry.ts';
import { followSessions } from './follow-sessions.ts';
import { createOffering, type OfferRefusal, type RoomOfferRefusal } from './offering.ts';
import { defaultTransferOptions, type TransferOptions } from './options.ts';
import { createPausing, type Pausing, type PauseRefusal } from './pausing.ts';
import { forgetPreviews } from './previews/forget-previews.ts';
import type { Offer, StoredTransfer, TransferDisk, TransferStore } from './ports.ts';
import { createTransferRate } from './rate.ts';
import { createFileReceiver } from './receiving/receive.ts';
import { createRoomTransfers, type RoomTransfers, type ShownTransfer } from './rooms/room-transfers.ts';
import { createFileServer } from './serve.ts';
import { isGoingOn, isHolder, isInRoom, otherEndOf } from './states.ts';
import { createTelling } from './tell.ts';
import { createTransferBook, type Change, type TransferBook } from './transfer-book.ts';

export type { ShownTransfer } from './rooms/room-transfers.ts';

export interface TransferEvent {
  readonly type: 'transfer';
  readonly transfer: ShownTransfer;
}

type AnswerRefusal = Extract<AnswerResult, { readonly ok: false }>;

export type TransferResult<Refused> = { readonly ok: true; readonly transfer: ShownTransfer } | Refused;

export interface TransfersArea {
  /** The latest offer first. */
  list(): readonly ShownTransfer[];
  get(transferId: MessageId): ShownTransfer | undefined;
  /** Reads the files once and offers them. Settles once the offer is persisted. */
  send(peerId: PeerId, paths: readonly string[], previews?: readonly NamedPreview[]): Promise<TransferResult<OfferRefusal>>;
  /** Likewise to all members of a room. @param room in any form that a user types */
  sendToRoom(
    room: string,
    paths: readonly string[],
    previews?: readonly NamedPreview[],
  ): Promise<TransferResult<RoomOfferRefusal>>;
  /** The user asks for the small pictures of an offer in a room. They come later, if at all. */
  fetchPreviews(transferId: MessageId): void;
  /** @param directory absent means the one of the setting */
  accept(transferId: MessageId, directory?: string): Promise<TransferResult<AnswerRefusal>>;
  decline(transferId: MessageId): Promise<TransferResult<AnswerRefusal>>;
  /** Either end may, once it is accepted. What arrived stays. */
  pause(transferId: MessageId): Promise<TransferResult<PauseRefusal>>;
  /** The end that paused it may. */
  resume(transferId: MessageId): Promise<TransferResult<PauseRefusal>>;
  /** Either end may, until it is final. An offer of ours in a room ends for all its members. */
  cancel(transferId: MessageId): Promise<TransferResult<AnswerRefusal>>;
  subscribe(listener: (event: TransferEvent) => void): Unsubscribe;
}

/** `keepOffer` is for messaging too. */
export interface Transfers extends RoomOffers {
  readonly area: TransfersArea;
  /** For messaging: the files that a message of ours offers. */
  offerOf(messageId: MessageId): Offer | undefined;
  /** Begins to fetch and to serve. @returns its end */
  start(): () => Promise<void>;
}

export interface TransfersDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly disk: TransferDisk;
  readonly store: TransferStore;
  readonly persist: StoreWriter['persist'];
  readonly ownPeerId: PeerId;
  readonly messages: Pick<MessagesArea, 'send' | 'newId' | 'cancel' | 'get' | 'subscribe'>;
  readonly sessions: TransferSessions;
  /** Absent: this node has no rooms. */
  readonly rooms?: RoomFiles | undefined;
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

export function createTransfers(deps: TransfersDeps, options: TransferOptions = defaultTransferOptions): Transfers {
  const { clock, disk, messages, sessions, online, contacts, getSetting, rooms } = deps;
  const book: TransferBook = createTransferBook(
    {
      ...{ ...deps, isFamiliar: contacts.isFamiliar, onFinal: tidy },
      onUntold: (transfer) => telling.changed(transfer),
      onForgotten(transferId) {
        telling.forgotten(transferId);
        void disk.removeDescription(transferId);
      },
      onReplaced(transfer) {
        telling.forgotten(transfer.transferId);
        void receiver.replaced(transfer);
      },
    },
    options,
  );
  const inRooms: RoomTransfers = createRoomTransfers({
    ...{ ...deps, book, rooms, isHere: online.has, change: end },
    ...{ isBlocked: contacts.isBlocked, isFamiliar: contacts.isFamiliar },
    onNews: () => receiver.review(),
    onMembers: (conversation) => receiver.roomChanged(conversation),
    onMessage: committed,
  });
  const telling = createTelling({ book, sessions, isHere: online.has, change: end, onArrived: inRooms.arrivedAt });
  const rates = { in: createTransferRate(clock, getSetting), out: createTransferRate(clock, getSetting) };
  const server = createFileServer(
    { clock, disk, book, rate: rates.out, serving: inRooms.serving, onUnreadable: inRooms.unreadable },
    options,
  );
  const receiver = createFileReceiver(
    {
      ...{ clock, disk, book, sessions, rate: rates.in, holders: inRooms.holders },
      ...{ isHere: online.has, isBlocked: contacts.isBlocked },
    },
    options,
  );
  const pausing: Pausing = createPausing({ book, server, receiver, sessions });
  const offering = createOffering(
    { ...deps, book, isBlocked: contacts.isBlocked, endOffer: (transferId) => answers.cancel(transferId) },
    options,
  );
  const expiry = createExpiry(clock, book);
  const answers = createAnswers({
    ...{ ...deps, book, rooms, end, isVerified: contacts.isVerified },
    onAccepted: () => receiver.review(),
  });

  const area: TransfersArea = {
    list: () => book.list().map(inRooms.shown),
    get(transferId) {
      const transfer = book.get(transferId);
      return transfer && inRooms.shown(transfer);
    },
    send: async (peerId, paths, previews) => shown(await offering.send(peerId, paths, previews)),
    sendToRoom: async (room, paths, previews) => shown(await offering.sendToRoom(room, paths, previews)),
    fetchPreviews(transferId) {
      const transfer = book.get(transferId);
      if (transfer) inRooms.previews.want(transfer);
    },
    accept: async (transferId, directory) => shown(await answers.accept(transferId, directory)),
    decline: async (transferId) => shown(await answers.decline(transferId)),
    pause: async (transferId) => shown(await pausing.pause(transferId)),
    resume: async (transferId) => shown(await pausing.resume(transferId)),
    cancel: async (transferId) => shown(await answers.cancel(transferId)),
    subscribe: (listener) => book.subscribe(({ type, transfer }) => listener({ type, transfer: inRooms.shown(transfer) })),
  };

  return {
    area,
    offerOf(messageId) {
      const transfer = book.get(messageId);
      return transfer && book.isOwn(transfer) ? transfer.offer : undefined;
    },
    keepOffer: book.keep,
    withdrawn: inRooms.withdrawn,
    start,
  };

  function start(): () => Promise<void> {
    const undo = [
      messages.subscribe((event) => {
        if (event.type === 'message' || event.type === 'written') committed(event.message);
      }),
      forgetPreviews({ book, messages, rooms, clock }),
      inRooms.start(),
      contacts.subscribe((peerId) => {
        if (!contacts.isBlocked(peerId)) receiver.heard(peerId);
        inRooms.previews.look();
      }),
      online.onAppear((peerId) => {
        telling.tell(peerId);
        pausing.heard(peerId);
        receiver.heard(peerId);
        inRooms.previews.heard(peerId);
      }),
      followSessions({ sessions, server, receiver, telling, rooms: inRooms, mayServe, called: pausing.called }),
    ];
    expiry.review();
    inRooms.previews.look();
    void offering.removeLeftovers();
    receiver.review();
    return async () => {
      for (const stop of undo) stop();
      expiry.close();
      offering.close();
      server.close();
      await receiver.close();
      inRooms.holders.close();
      inRooms.previews.close();
      book.close();
    };
  }

  function shown<Refused extends { readonly ok: false }>(
    result: { readonly ok: true; readonly transfer: StoredTransfer } | Refused,
  ): TransferResult<Refused> {
    return result.ok ? { ok: true, transfer: inRooms.shown(result.transfer) } : result;
  }

  function committed(message: StoredMessage): void {
    const transfer = message.offer && book.committed(message);
    if (!transfer) return;
    inRooms.offered(transfer);
    if (!book.isOwn(transfer)) void answers.decideAlone(transfer);
    expiry.review();
  }

  function mayServe(peerId: PeerId, transferId: MessageId): boolean {
    const transfer = book.get(transferId);
    if (transfer && isInRoom(transfer)) return inRooms.serving.serves(peerId, transfer);
    return transfer !== undefined && book.isOwn(transfer) && otherEndOf(transfer) === peerId && isGoingOn(transfer);
  }

  /** Not while files get their names: those that appeared are not taken away again. */
  async function end(transferId: MessageId, change: Change): Promise<boolean> {
    const resume = await receiver.hold(transferId);
    const isChanged = await book.change(transferId, change);
    resume();
    return isChanged;
  }

  /** Its state is persisted. Nothing of a transfer that ended otherwise stays on the disk, but the files that arrived. */
  function tidy(transfer: StoredTransfer): void {
    if (book.isOwn(transfer) && isHolder(transfer, true)) return;
    if (book.isOwn(transfer)) {
      server.ended(transfer.transferId);
      void disk.removeDescription(transfer.transferId);
    } else if (transfer.state === 'cancelled' || transfer.state === 'failed') void receiver.ended(transfer);
  }
}
