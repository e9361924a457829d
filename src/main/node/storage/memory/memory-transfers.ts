/** The TransferStore in memory: passes the contract suite of the one on disk. */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { StoredTransfer, TransferStore } from '../../../core/transfers/ports.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export function createMemoryTransfers({ write, read, change, put }: MemoryTransactions): { readonly transfers: TransferStore } {
  const transfers = new Map<MessageId, StoredTransfer>();

  return {
    transfers: {
      list: () => read(() => [...transfers.values()]),
      put: (transfer) => write(() => put(transfers, transfer.transferId, transfer)),
      remove: (transferId) =>
        write(() => {
          const before = transfers.get(transferId);
          change(
            () => void transfers.delete(transferId),
            () => void (before && transfers.set(transferId, before)),
          );
        }),
    },
  };
}
