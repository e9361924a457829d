/**
 * Offers in rooms beside the chunks themselves (rules RFILE-1, RFILE-12 to RFILE-16): the members
 * that said that they have the files, the answers to members that look for them, and offers that
 * their author ended.
 */
import { conversationOfRoom, type ConversationId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { KeptBy } from '../../../../shared/contract/messages.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createTokenBuckets } from '../../lib/token-bucket.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import { maxNamedHolders, type HolderAnswer, type HoldersContent } from '../../messaging/wire/room-file-frames.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import type { Clock, Random } from '../../ports.ts';
import type { RoomFiles } from '../room-files.ts';
import type { StoredTransfer, TransferDisk } from '../ports.ts';
import { receivedPreviews } from '../previews/previews.ts';
import { isFinal, isInRoom } from '../states.ts';
import type { Change, TransferBook } from '../transfer-book.ts';
import { createHolders, type Holders } from './holders.ts';
import { createPreviewFetching, type PreviewFetching } from './preview-fetching.ts';
import { createPreviewGiving } from './preview-giving.ts';
import { createRoomServing, type RoomServing } from './serving.ts';

/** As hosts see it. */
export interface ShownTransfer extends StoredTransfer {
  /**
   * Of an offer of ours in a room: how many members have the files, of those who are here or have
   * them.
   */
  readonly keptBy?: KeptBy;
  /**
   * Of an offer in a room whose small pictures are not here. `hidden`: the user has to ask for them
   * · `coming`: once a member that has them is here.
   */
  readonly missingPreviews?: 'hidden' | 'coming';
}

export interface RoomTransfers {
  readonly holders: Holders;
  readonly serving: RoomServing;
  readonly previews: PreviewFetching;
  shown(transfer: StoredTransfer): ShownTransfer;
  /** A member said that it has the files that we offered. */
  arrivedAt(peerId: PeerId, transfer: StoredTransfer): Promise<boolean>;
  /** A member looks for the files of an offer. */
  asked(peerId: PeerId, transferId: MessageId): void;
  answered(peerId: PeerId, content: HoldersContent): void;
  /** A member asks for the small pictures of an offer. */
  askedForPreviews(peerId: PeerId, transferId: MessageId): void;
  /** The author of an offer ended it. */
  withdrawn(author: PeerId, room: string, transferId: MessageId): void;
  /** An offer is new here. Its author may have ended it before it came. */
  offered(transfer: StoredTransfer): void;
  /** A file that was to be given to a member is not as it was. */
  unreadable(transfer: StoredTransfer): void;
  start(): Unsubscribe;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly book: TransferBook;
  readonly sessions: Pick<TransferSessions, 'send' | 'open' | 'data'>;
  /** Absent: this node has no rooms. */
  readonly rooms: RoomFiles | undefined;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** Whether the user wrote to that peer or verified it. */
  readonly isFamiliar: (peerId: PeerId) => boolean;
  readonly disk: Pick<TransferDisk, 'sha256'>;
  /** As the book does it, once nothing of that transfer is under way. */
  readonly change: (transferId: MessageId, change: Change) => Promise<boolean>;
  /** There is somebody else to fetch from. */
  readonly onNews: () => void;
  readonly onMembers: (conversation: ConversationId) => void;
  /** A message in a room is persisted. */
  readonly onMessage: (message: StoredMessage) => void;
}

/** Members of one offer that are counted and named to others. */
const maxHaveIt = 1_024;
/** Offers that ended before they came. */
const maxEarlyEnds = 1_024;
/** Asks of one peer. */
const askRate = { perSecond: 5, burst: 100 };
const maxAskers = 1_024;

export function createRoomTransfers(deps: Deps): RoomTransfers {
  const { clock, random, book, rooms, sessions, isBlocked } = deps;
  const isMember = ({ conversation }: StoredTransfer, peerId: PeerId): boolean => rooms?.isMember(conversation, peerId) ?? false;
  const membersOf = ({ conversation }: StoredTransfer): readonly PeerId[] => rooms?.membersOf(conversation) ?? [];
  const holders = createHolders({
    ...{ clock, random, sessions, isHere: deps.isHere, isBlocked, membersOf, isMember, onNews: deps.onNews },
    isConnected: (peerId) => sessions.data.current(peerId, 'in') !== undefined,
  });
  const serving = createRoomServing({ clock, isMember, isBlocked, isOwn: book.isOwn });
  const previews = createPreviewFetching({ ...deps, membersOf });
  const askedForPreviews = createPreviewGiving({ clock, book, sessions, isMember, isBlocked });
  const earlyEnds = createLruMap<string, true>(maxEarlyEnds);
  const asks = createTokenBuckets(askRate, maxAskers);
  const shownOf = createLruMap<MessageId, number>(maxHaveIt);

  return {
    ...{ holders, serving, previews, shown, arrivedAt, asked, askedForPreviews },
    answered(peerId, content) {
      const transfer = book.get(content.transferId);
      if (!transfer || !isInRoom(transfer) || book.isOwn(transfer)) return;
      if (content.answer === 'withdrawn' && peerId === transfer.from) return endOf(transfer);
      holders.answered(transfer, peerId, content.answer === 'withdrawn' ? { ...content, answer: 'not' } : content);
    },
    withdrawn(author, room, transferId) {
      const transfer = book.get(transferId);
      if (transfer?.from === author && transfer.conversation === conversationOfRoom(room)) endOf(transfer);
      else if (!transfer) earlyEnds.set(`${author} ${transferId}`, true);
    },
    offered(transfer) {
      if (earlyEnds.has(`${transfer.from} ${transfer.transferId}`)) endOf(transfer);
      else previews.offered(transfer);
    },
    unreadable(transfer) {
      if (transfer.state === 'done') void book.change(transfer.transferId, { isHeld: false });
    },
    start: () =>
      rooms?.subscribe({
        onMessage: deps.onMessage,
        onChanged(conversation) {
          deps.onMembers(conversation);
          previews.review();
          for (const transfer of book.list()) if (transfer.conversation === conversation) recount(transfer);
        },
      }) ?? (() => undefined),
  };

  function shown(transfer: StoredTransfer): ShownTransfer {
    if (!isInRoom(transfer)) return transfer;
    if (!book.isOwn(transfer)) return shownPreviews(transfer);
    const haveIt = transfer.haveIt ?? [];
    const of = new Set([...membersOf(transfer), ...haveIt]).size;
    shownOf.set(transfer.transferId, of);
    return { ...transfer, keptBy: { count: haveIt.length, of } };
  }

  /** They are kept as their author signed them, to be given to others. */
  function shownPreviews(transfer: StoredTransfer): ShownTransfer {
    const { offer } = transfer;
    const missingPreviews = previews.missing(transfer);
    if (missingPreviews) return { ...transfer, missingPreviews };
    return offer.previews ? { ...transfer, offer: { ...offer, previews: receivedPreviews(offer.previews) } } : transfer;
  }

  function recount(transfer: StoredTransfer): void {
    const before = shownOf.get(transfer.transferId);
    if (!book.isOwn(transfer) || isFinal(transfer) || before === shown(transfer).keptBy?.of) return;
    book.shownAnew(transfer.transferId);
  }

  async function arrivedAt(peerId: PeerId, transfer: StoredTransfer): Promise<boolean> {
    const haveIt = transfer.haveIt ?? [];
    if (haveIt.includes(peerId) || haveIt.length >= maxHaveIt) return true;
    // It says so again, and may be known as a member by then.
    if (!isMember(transfer, peerId)) return false;
    const { code } = transfer;
    return book.change(transfer.transferId, { haveIt: [...haveIt, peerId], ...(code !== undefined && { code }) });
  }

  /** A peer that is no member learns nothing, not even that the offer exists. */
  function asked(peerId: PeerId, transferId: MessageId): void {
    if (!asks.take(peerId, clock.monotonicMs())) return;
    const transfer = book.get(transferId);
    const isOurs = transfer !== undefined && isInRoom(transfer) && isMember(transfer, peerId) && !isBlocked(peerId);
    const answer = isOurs ? answerOf(peerId, transfer) : 'not';
    const named = isOurs && book.isOwn(transfer) && answer !== 'withdrawn' ? some(transfer.haveIt ?? [], peerId) : [];
    sessions.send(peerId, { type: 'transferHolders', transferId, answer, holders: named });
  }

  function answerOf(peerId: PeerId, transfer: StoredTransfer): HolderAnswer {
    if (book.isOwn(transfer) && transfer.state === 'cancelled') return 'withdrawn';
    if (!serving.serves(peerId, transfer)) return 'not';
    return serving.hasPlaceFor(peerId) ? 'has' : 'busy';
  }

  /** Some that are here, from a random place on. */
  function some(haveIt: readonly PeerId[], except: PeerId): readonly PeerId[] {
    const here = haveIt.filter((peerId) => peerId !== except && deps.isHere(peerId));
    const start = Math.floor(random.fraction() * here.length);
    return [...here.slice(start), ...here.slice(0, start)].slice(0, maxNamedHolders);
  }

  /** Members that have the files keep them, and give them to nobody any more. */
  function endOf(transfer: StoredTransfer): void {
    if (!book.isOwn(transfer)) void end(transfer);
  }

  async function end({ transferId }: StoredTransfer): Promise<void> {
    // Files that get their final names at this moment make it `done` before it can be cancelled.
    await deps.change(transferId, { state: 'cancelled', code: 'withdrawn' });
    if (book.get(transferId)?.state === 'done') await book.change(transferId, { isHeld: false });
  }
}
