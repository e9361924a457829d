/**
 * Makes offers (rules FILE-1, FILE-2): reads the files once, persists their description, and sends
 * the message that offers them.
 */
import { maxPaths } from '../../../shared/contract/transfers.ts';
import { conversationOf, type PeerId } from '../../../shared/lib/ids.ts';
import { formatOffer, selectorOf } from '../../../shared/text/format-offer.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { SendResult } from '../messaging/delivery/send.ts';
import type { MessagesArea } from '../messaging/messages.ts';
import type { Clock } from '../ports.ts';
import { encodeDescription } from './description.ts';
import { offeredFiles } from './offered-names.ts';
import type { TransferOptions } from './options.ts';
import type { Described, Offer, StoredTransfer, TransferDisk } from './ports.ts';
import { isFinal } from './states.ts';
import type { TransferBook } from './transfer-book.ts';

export type OfferRefusal = Extract<SendResult, { ok: false }> | Refusal<'files-unusable' | 'too-many-offers'>;

export interface Offering {
  send(
    peerId: PeerId,
    paths: readonly string[],
  ): Promise<{ readonly ok: true; readonly transfer: StoredTransfer } | OfferRefusal>;
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
}

/** Offers whose files are being read, and offers of ours that are not final. */
const maxReading = 4;
const maxOpenOffers = 1_000;

export function createOffering({ clock, disk, book, messages, ownPeerId, isBlocked }: Deps, options: TransferOptions): Offering {
  const closing = new AbortController();
  let reading = 0;

  return {
    async send(peerId, paths) {
      if (peerId === ownPeerId) return refuse('to-self');
      if (isBlocked(peerId)) return refuse('blocked');
      const open = book.list().filter((transfer) => book.isOwn(transfer) && !isFinal(transfer)).length;
      if (reading >= maxReading || open >= maxOpenOffers) return refuse('too-many-offers');
      if (paths.length === 0 || paths.length > maxPaths) return unusable('empty');
      reading += 1;
      try {
        const described = await disk.describe(paths, closing.signal);
        return described.ok ? await offer(peerId, described) : unusable(described.code, described.path);
      } finally {
        reading -= 1;
      }
    },
    async removeLeftovers() {
      for (const transferId of await disk.listDescriptions()) {
        const transfer = book.get(transferId);
        if (!transfer || isFinal(transfer)) await disk.removeDescription(transferId);
      }
    },
    close: () => closing.abort(),
  };

  async function offer(peerId: PeerId, described: Described): ReturnType<Offering['send']> {
    const bytes = encodeDescription(described);
    if (!bytes) return unusable('too-large');
    const transferId = messages.newId();
    const saved = await disk.saveDescription(transferId, bytes);
    if (!saved.ok) return refuse('not-kept');
    const content = offerOf(described, bytes, await disk.sha256(bytes), options);
    const transfer = ownTransfer(transferId, peerId, described, content);
    const text = formatOffer(content);
    const sent = await messages.send(peerId, text, () => book.keepOwn(transfer), { messageId: transferId, offer: content });
    if (sent.ok) return { ok: true, transfer: book.get(transferId) ?? transfer };
    await disk.removeDescription(transferId);
    return sent;
  }

  function ownTransfer(transferId: string, peerId: PeerId, { roots }: Described, content: Offer): StoredTransfer {
    const nowMs = clock.wallMs();
    return {
      ...{ transferId, conversation: conversationOf(peerId), from: ownPeerId, offer: content },
      ...{ state: 'offered', isTold: true, doneBytes: 0, roots, directory: '', paths: roots.map(({ path }) => path) },
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
