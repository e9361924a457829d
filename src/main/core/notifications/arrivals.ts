/** Tells of files of others that have just arrived whole (rule NOTIFY-41). */
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { createLruMap } from '../lib/lru-map.ts';
import type { StoredMessage } from '../messaging/ports.ts';
import type { Clock } from '../ports.ts';
import { isFinal } from '../transfers/states.ts';
import type { TransfersArea } from '../transfers/transfers.ts';

interface Deps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly ownPeerId: PeerId;
  readonly transfers?: Pick<TransfersArea, 'subscribe'> | undefined;
  /** @returns undefined also while the store cannot be read */
  get(messageId: MessageId): StoredMessage | undefined;
  /** With the message of the offer, as if it were written now. */
  onArrived(message: StoredMessage, kind: 'received'): void;
}

/** Transfers that are on their way: more than go on at a time. */
const maxFollowed = 1_000;

export function followArrivals({ clock, ownPeerId, transfers, get, onArrived }: Deps): Unsubscribe | undefined {
  /** A transfer that is done changes again, such as when its small pictures go. */
  const going = createLruMap<MessageId, true>(maxFollowed);
  return transfers?.subscribe(({ transfer }) => {
    const { transferId, from, state, offer } = transfer;
    if (from === ownPeerId) return;
    if (!isFinal(transfer)) return void going.set(transferId, true);
    const wasGoing = going.has(transferId);
    going.delete(transferId);
    const message = wasGoing && state === 'done' ? get(transferId) : undefined;
    if (message) onArrived({ ...message, offer, sentAtMs: clock.wallMs() }, 'received');
  });
}
