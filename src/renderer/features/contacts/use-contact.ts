/** Looks up a contact: online, departed, or known only from conversations. */
import type { Contact } from '../../../shared/contract/contacts.ts';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectDeparted, selectHere } from '../../state/selectors.ts';
import { selectName } from '../../state/message-selectors.ts';

export interface ContactView {
  readonly peerId: PeerId;
  readonly name: string;
  readonly here: Peer | undefined;
  readonly departed: DepartedPeer | undefined;
  readonly record: Contact | undefined;
  readonly isVerified: boolean;
  readonly isBlocked: boolean;
}

export function useContact(peerId: PeerId): ContactView {
  const here = useHallway((state) => selectHere(state, peerId));
  const departed = useHallway((state) => selectDeparted(state, peerId));
  const record = useHallway(({ messages }) => messages.contacts.get(peerId));
  const name = useHallway((state) => selectName(state, peerId));
  return {
    peerId,
    name,
    here,
    departed,
    record,
    // Our own decision is known at once; the list follows.
    isVerified: record?.verified ?? here?.verified ?? departed?.verified ?? false,
    isBlocked: record?.blocked ?? false,
  };
}
