/** The transfers of a node, with a writer of their own. */
import { createStoreWriter } from '../messaging/delivery/store-writer.ts';
import type { MessageStore, StoreProblem } from '../messaging/ports.ts';
import type { TransferStore } from './ports.ts';
import { createTransfers, type Transfers, type TransfersDeps } from './transfers.ts';

interface Deps extends Omit<TransfersDeps, 'store' | 'persist'> {
  readonly store: Pick<MessageStore, 'batch'> & { readonly transfers: TransferStore };
  /** For the health. */
  readonly onStoreProblem: (code: StoreProblem | undefined) => void;
}

export function createTransfersArea({ store, onStoreProblem, ...deps }: Deps): Transfers {
  const writer = createStoreWriter({ clock: deps.clock, store, onProblem: onStoreProblem });
  const transfers = createTransfers({ ...deps, store: store.transfers, persist: writer.persist });
  return {
    ...transfers,
    start() {
      const stop = transfers.start();
      return async () => {
        await stop();
        writer.flush();
      };
    },
  };
}
