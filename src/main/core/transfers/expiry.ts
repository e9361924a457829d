/** Ends offers whose life is over (rules FILE-4, RFILE-14). */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';
import { isFinal, isInRoom } from './states.ts';
import type { TransferBook } from './transfer-book.ts';

export interface Expiry {
  /** Looks at all offers, and again when the next one ends. */
  review(): void;
  close(): void;
}

/** Timers far ahead are not exact, so expiry is checked this often at least. */
const maxWaitMs = 3_600_000;

export function createExpiry(clock: Clock, book: Pick<TransferBook, 'list' | 'isOwn' | 'change'>): Expiry {
  let cancel: Unsubscribe | undefined;

  return { review, close: () => cancel?.() };

  function review(): void {
    cancel?.();
    const nowMs = clock.wallMs();

    const offered = book.list().filter((one) => one.state === 'offered' || (book.isOwn(one) && isInRoom(one) && !isFinal(one)));
    for (const { transferId, expiresAtMs, haveIt = [] } of offered) {
      if (expiresAtMs > nowMs) continue;
      // In a room it stays with those who have it, and here, for members that find it later.
      void book.change(transferId, haveIt.length > 0 ? { state: 'done' } : { state: 'failed', code: 'expired' });
    }
    const left = offered.map(({ expiresAtMs }) => expiresAtMs - nowMs).filter((waitMs) => waitMs > 0);
    if (left.length > 0) cancel = clock.setTimer(review, Math.min(maxWaitMs, ...left));
  }
}
