/** Acts on the end of a pull: sets its state in the book, and the next attempt. */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { TransferOptions } from '../options.ts';
import type { StoredTransfer, TransferDisk } from '../ports.ts';
import { isInRoom } from '../states.ts';
import type { TransferBook } from '../transfer-book.ts';
import type { PullOutcome } from './pull.ts';
import type { Retries } from './retries.ts';

export interface Conclusions {
  conclude(transfer: StoredTransfer, outcome: PullOutcome): Promise<void>;
  /** Deletes what did not arrive, and what only the transfer needs. */
  clear(transfer: StoredTransfer): Promise<void>;
}

interface Deps {
  readonly disk: Pick<TransferDisk, 'clearSink' | 'removeDescription'>;
  readonly book: Pick<TransferBook, 'change'>;
  readonly retries: Pick<Retries, 'later'>;
  /** It is about to end otherwise. */
  readonly isHeld: (transferId: MessageId) => boolean;
  /** Nothing is looked for any more. */
  readonly forget: (transferId: MessageId) => void;
}

export function createConclusions(
  { disk, book, retries, isHeld, forget }: Deps,
  { retryMs, reconnectMs }: Pick<TransferOptions, 'retryMs' | 'reconnectMs'>,
): Conclusions {
  return { conclude, clear };

  async function conclude(transfer: StoredTransfer, outcome: PullOutcome): Promise<void> {
    const { transferId, offer } = transfer;
    switch (outcome.type) {
      case 'done': {
        const done = { state: 'done', doneBytes: offer.totalBytes, paths: outcome.paths } as const;
        // If the store refuses, the note that `finish` left answers the next attempt.
        if (!(await book.change(transferId, isInRoom(transfer) ? { ...done, isHeld: true } : done)))
          return retries.later(transferId, retryMs);
        return clearSome(transfer, isInRoom(transfer));
      }
      case 'failed':
        if (await book.change(transferId, { state: 'failed', code: outcome.code })) await clear(transfer);
        return;
      case 'waiting':
        // The other end says when it goes on; the wait keeps it from asking for too much work.
        retries.later(transferId, outcome.code === 'paused' ? reconnectMs : retryMs);
        return void book.change(transferId, { state: 'waiting', code: outcome.code });
      case 'stopped':
        if (!isHeld(transferId)) void book.change(transferId, { state: 'waiting', code: 'offline' });
    }
  }

  function clear(transfer: StoredTransfer): Promise<void> {
    return clearSome(transfer, false);
  }

  /**
   * @param isGiven other members of the room may have the files from here, and need the description
   */
  async function clearSome({ transferId, directory }: StoredTransfer, isGiven: boolean): Promise<void> {
    forget(transferId);
    if (directory !== '') await disk.clearSink({ transferId, directory });
    if (!isGiven) await disk.removeDescription(transferId);
  }
}
