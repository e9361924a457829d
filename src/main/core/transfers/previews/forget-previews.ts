/** Small pictures go with the message of their offer (rule IMG-9). */
import type { ConversationId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { MessagesArea } from '../../messaging/messages.ts';
import { StoreError } from '../../messaging/ports.ts';
import type { Clock } from '../../ports.ts';
import type { RoomFiles } from '../room-files.ts';
import { hasPreviews } from './previews.ts';
import type { TransferBook } from '../transfer-book.ts';

interface Deps {
  readonly book: Pick<TransferBook, 'list' | 'dropPreviews'>;
  readonly messages: Pick<MessagesArea, 'get' | 'subscribe'>;
  /** Absent: this node has no rooms. */
  readonly rooms: Pick<RoomFiles, 'followConversations'> | undefined;
  readonly clock: Pick<Clock, 'setTimer'>;
}

/** Messages that are deleted by their age tell nobody, so this is looked at from time to time. */
const reviewMs = 3_600_000;

/** @returns its end */
export function forgetPreviews({ book, messages, rooms, clock }: Deps): Unsubscribe {
  let cancel: Unsubscribe | undefined;
  review();
  const stop = messages.subscribe((event) => {
    if (event.type === 'conversation-changed') forget(event.conversation);
  });
  const stopRooms = rooms?.followConversations(forget);
  return () => {
    stop();
    stopRooms?.();
    cancel?.();
  };

  function review(): void {
    forget();
    cancel = clock.setTimer(review, reviewMs);
  }

  function forget(conversation?: ConversationId): void {
    try {
      for (const transfer of book.list()) {
        const isMeant = conversation === undefined || transfer.conversation === conversation;
        // In a room they may not be here yet.
        const mayHave = hasPreviews(transfer) || transfer.offer.previewsId !== undefined;
        if (isMeant && mayHave && messages.get(transfer.transferId) === undefined) book.dropPreviews(transfer.transferId);
      }
    } catch (error) {
      // The store reports that it cannot be read.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}
