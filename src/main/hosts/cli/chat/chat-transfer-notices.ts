/** Shows the states of transfers in a terminal chat, each once (rule FILE-23). */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../../core/lib/lru-map.ts';
import { otherEndOf } from '../../../core/transfers/states.ts';
import type { ShownTransfer } from '../../../core/transfers/transfers.ts';
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
export function createTransferNotices({ contacts, screen }: Deps): (transfer: ShownTransfer) => void {
  const toldStates = createLruMap<MessageId, string>(maxTransfers);
  return (transfer) => {
    const { transferId, state, keptBy } = transfer;
    const peerId = otherEndOf(transfer);
    // Of an offer in a room also how many members have it.
    const told = `${state} ${keptBy?.count ?? ''}`;
    const line =
      toldStates.get(transferId) === told
        ? undefined
        : transferLine(transfer, { name: contacts.nameOf(peerId), isHere: contacts.isHere(peerId) });
    toldStates.set(transferId, told);
    if (line !== undefined && !contacts.isBlocked(transfer.from)) screen.say(line);
  };
}
