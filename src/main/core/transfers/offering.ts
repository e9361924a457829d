/**
 * Makes offers (rules FILE-1, FILE-2): reads the files once, persists their description, and sends
 * the message that offers them.
 */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import { maxPaths, maxPreviews, type NamedPreview } from '../../../shared/contract/transfers.ts';
import { conversationOf, type ConversationId, type MessageId, type PeerId } from '../../../shared/lib/ids.ts';
import { formatOffer, selectorOf } from '../../../shared/text/format-offer.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { SendResult } from '../messaging/delivery/send.ts';
import type { MessagesArea } from '../messaging/messages.ts';
import { encodePreviewBytes } from '../messaging/wire/preview-bytes.ts';
import type { Clock } from '../ports.ts';
import type { OfferedFiles, RoomFiles, SaidOffer } from './room-files.ts';
import { encodeDescription } from './description.ts';
import { offeredFiles } from './offered-names.ts';
import type { TransferOptions } from './options.ts';
import type { Described, Offer, SourceFiles, StoredTransfer, TransferDisk } from './ports.ts';
import { previewsFor } from './previews/previews.ts';
import { isFinal, isHolder, isInRoom } from './states.ts';
import type { TransferBook } from './transfer-book.ts';

export type OfferRefusal = Extract<SendResult, { ok: false }> | Refusal<'files-unusable' | 'too-many-offers'>;

export type RoomOfferRefusal = Extract<SaidOffer, { ok: false }> | Refusal<'files-unusable' | 'too-many-offers' | 'not-kept'>;

export interface Offering {
  send(
    peerId: PeerId,
    paths: readonly string[],
    previews?: readonly NamedPreview[],
  ): Promise<{ readonly ok: true; readonly transfer: StoredTransfer } | OfferRefusal>;
  /** Likewise to the members of a room. */
  sendToRoom(
    room: string,
    paths: readonly string[],
    previews?: readonly NamedPreview[],
  ): Promise<{ readonly ok: true; readonly transfer: StoredTransfer } | RoomOfferRefusal>;
  /** Descriptions of transfers that nobody remembers. */
  removeLeftovers(): Promise<void>;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly book: TransferBook;
  readonly messages: Pick<MessagesArea, 'send' | 'newId'>;
  readonly ownPeerId: PeerId;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly getSetting: GetSetting;
  /** Absent: this node has no rooms. */
  readonly rooms?: Pick<RoomFiles, 'say'> | undefined;
  /** Ends an offer of ours in a room. */
  readonly endOffer: (transferId: MessageId) => Promise<unknown>;
}

/** Offers whose files are being read, and offers of ours that are not final. */
const maxReading = 4;
const maxOpenOffers = 1_000;

export function createOffering(deps: Deps, options: TransferOptions): Offering {
  const { clock, disk, book, messages, ownPeerId, isBlocked, rooms } = deps;
  const closing = new AbortController();
  let reading = 0;

  return {
    async send(peerId, paths, previews = []) {
      if (peerId === ownPeerId) return refuse('to-self');
      if (isBlocked(peerId)) return refuse('blocked');
      return describe(paths, (described) => offer(peerId, described, previews));
    },
    sendToRoom: (room, paths, previews = []) => describe(paths, (described) => offerToRoom(room, described, previews)),
    async removeLeftovers() {
      const saved = new Set(await disk.listDescriptions());
      for (const transfer of book.list()) {
        const isLost = isInRoom(transfer) && book.isOwn(transfer) && !isFinal(transfer) && !saved.has(transfer.transferId);
        // The program ended between the message and its files.
        if (isLost) void book.change(transfer.transferId, { state: 'failed', code: 'vanished' });
      }
      for (const transferId of saved) {
        const transfer = book.get(transferId);
        if (!transfer || (isFinal(transfer) && !isHolder(transfer, book.isOwn(transfer))))
          await disk.removeDescription(transferId);
      }
    },
    close: () => closing.abort(),
  };

  async function describe<Result>(
    paths: readonly string[],
    then: (described: Described & SourceFiles) => Promise<Result>,
  ): Promise<Result | Refusal<'files-unusable' | 'too-many-offers'>> {
    const open = book.list().filter((transfer) => book.isOwn(transfer) && !isFinal(transfer)).length;
    if (reading >= maxReading || open >= maxOpenOffers) return refuse('too-many-offers');
    if (paths.length === 0) return unusable('empty');
    if (paths.length > maxPaths) return unusable('too-many-paths');
    reading += 1;
    try {
      const removesPlace = deps.getSetting('filesRemovePlace');
      const described = await disk.describe(paths, closing.signal, { removesPlace });
      return described.ok ? await then({ ...described, removesPlace }) : unusable(described.code, described.path);
    } finally {
      reading -= 1;
    }
  }

  /**
   * A message of a room has its ID only when it is signed. So the description is saved before, to
   * know that the disk takes it, and again under its ID before the message leaves.
   */
  async function offerToRoom(
    room: string,
    described: Described & SourceFiles,
    given: readonly NamedPreview[],
  ): ReturnType<Offering['sendToRoom']> {
    const bytes = encodeDescription(described);
    if (!bytes) return unusable('too-large');
    const draftId = messages.newId();
    if (!(await disk.saveDescription(draftId, bytes)).ok) return refuse('not-kept');
    const content = await offerWith(described, bytes, given);
    // The block has only the hash of the small pictures, so that it stays short.
    const { previews = [] } = content;
    const signed = previews.length > 0 ? { ...content, previewsId: await disk.sha256(encodePreviewBytes(previews)) } : content;
    let isSaved = false;
    const offered: OfferedFiles = {
      offer: signed,
      keep: ({ messageId, conversation }) => book.keepOwn(ownTransfer(messageId, conversation, described, signed)),
      async kept({ messageId }) {
        isSaved = (await disk.saveDescription(messageId, bytes)).ok;
        await disk.removeDescription(draftId);
      },
    };
    const said = rooms ? await rooms.say(room, formatOffer(content), offered) : refuse('not-joined', { name: room });
    if (!said.ok) {
      await disk.removeDescription(draftId);
      return said;
    }
    const { messageId } = said.message;
    const transfer = book.get(messageId);
    if (isSaved && transfer) return { ok: true, transfer };
    await deps.endOffer(messageId);
    return refuse('not-kept');
  }

  async function offer(
    peerId: PeerId,
    described: Described & SourceFiles,
    given: readonly NamedPreview[],
  ): ReturnType<Offering['send']> {
    const bytes = encodeDescription(described);
    if (!bytes) return unusable('too-large');
    const transferId = messages.newId();
    const saved = await disk.saveDescription(transferId, bytes);
    if (!saved.ok) return refuse('not-kept');
    const content = await offerWith(described, bytes, given);
    const transfer = ownTransfer(transferId, conversationOf(peerId), described, content);
    const text = formatOffer(content);
    const sent = await messages.send(peerId, text, () => book.keepOwn(transfer), { messageId: transferId, offer: content });
    if (sent.ok) return { ok: true, transfer: book.get(transferId) ?? transfer };
    await disk.removeDescription(transferId);
    return sent;
  }

  async function offerWith(described: Described, bytes: Uint8Array, given: readonly NamedPreview[]): Promise<Offer> {
    const named = offerOf(described, bytes, await disk.sha256(bytes), options);
    const previews = previewsFor(named.files, given).slice(0, maxPreviews);
    return previews.length > 0 ? { ...named, previews } : named;
  }

  function ownTransfer(
    transferId: MessageId,
    conversation: ConversationId,
    { roots, removesPlace = false }: SourceFiles,
    content: Offer,
  ): StoredTransfer {
    const nowMs = clock.wallMs();
    return {
      ...{ transferId, conversation, from: ownPeerId, offer: content, roots, removesPlace },
      ...{ state: 'offered', isTold: true, doneBytes: 0, directory: '', paths: roots.map(({ path }) => path) },
      ...{ offeredAtMs: nowMs, expiresAtMs: nowMs + content.lifeMs },
    };
  }
}

function offerOf({ files }: Described, bytes: Uint8Array, contentId: Uint8Array, { offerLifeMs }: TransferOptions): Offer {
  return {
    contentId,
    fileCount: files.length,
    totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    descriptionBytes: bytes.length,
    lifeMs: offerLifeMs,
    files: offeredFiles(files),
  };
}

function unusable(reason: string, path = ''): Refusal<'files-unusable'> {
  return refuse('files-unusable', { reason: selectorOf(reason), path });
}
