/** Shows the states of transfers in a terminal chat, each once (rule FILE-23). */
import type { TransferState } from '../../../../shared/contract/transfers.ts';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../../core/lib/lru-map.ts';
import type { StoredTransfer } from '../../../core/transfers/ports.ts';
import type { ChatContacts } from './chat-contacts.ts';
import { transferLine } from './chat-file-commands.ts';
import type { ChatScreen } from './chat-screen.ts';

interface Deps {
  readonly contacts: ChatContacts;
  readonly screen: ChatScreen;
}

/** Transfers whose state is remembered. */
const maxTransfers = 200;

/** @returns tells of a transfer that changed. The message of an offer has told of it. */
export function createTransferNotices({ contacts, screen }: Deps): (transfer: StoredTransfer) => void {
  const toldStates = createLruMap<MessageId, TransferState>(maxTransfers);
  return (transfer) => {
    const { transferId, state } = transfer;
    const line = toldStates.get(transferId) === state ? undefined : transferLine(transfer);
    toldStates.set(transferId, state);
    if (line !== undefined && !contacts.isBlocked(transfer.from)) screen.say(line);
  };
}
