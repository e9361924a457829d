/** Stops pulls whose transfers end otherwise: nothing is fetched until that is done. */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { StoredTransfer } from '../ports.ts';
import type { Conclusions } from './conclude.ts';
import type { Pull } from './pull.ts';
import type { Retries } from './retries.ts';

export interface Stopping {
  isHeld(transferId: MessageId): boolean;
  /** @returns a function by which it may go on */
  hold(transferId: MessageId): Promise<() => void>;
  /** Deletes what arrived. */
  ended(transfer: StoredTransfer): Promise<void>;
  /** Likewise, and another offer has its ID, which waits meanwhile. */
  replaced(transfer: StoredTransfer): Promise<void>;
}

interface Deps {
  readonly pulls: ReadonlyMap<MessageId, { readonly pull: Pick<Pull, 'stop' | 'outcome'>; readonly concluded: Promise<void> }>;
  readonly retries: Pick<Retries, 'cancel'>;
  readonly clear: Conclusions['clear'];
  /** Something may go on. */
  readonly onFree: () => void;
}

export function createStopping({ pulls, retries, clear, onFree }: Deps): Stopping {
  const held = new Set<MessageId>();

  return {
    isHeld: (transferId) => held.has(transferId),
    hold,
    ended,
    async replaced(transfer) {
      const resume = await hold(transfer.transferId);
      await ended(transfer);
      resume();
    },
  };

  async function hold(transferId: MessageId): Promise<() => void> {
    held.add(transferId);
    const running = pulls.get(transferId);
    running?.pull.stop();
    await running?.concluded;
    return () => {
      held.delete(transferId);
      onFree();
    };
  }

  async function ended(transfer: StoredTransfer): Promise<void> {
    retries.cancel(transfer.transferId);
    const running = pulls.get(transfer.transferId);
    running?.pull.stop();
    await running?.pull.outcome;
    await clear(transfer);
  }
}
