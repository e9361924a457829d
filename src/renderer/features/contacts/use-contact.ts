/** Who somebody is as far as anything says: here, departed, or only known from conversations. */
import type { Acquaintance } from '../../../shared/contract/contacts.ts';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectDeparted, selectHere } from '../../state/selectors.ts';
import { selectName } from '../../state/message-selectors.ts';

export interface Person {
  readonly peerId: PeerId;
  readonly name: string;
  readonly here: Peer | undefined;
  readonly departed: DepartedPeer | undefined;
  readonly acquaintance: Acquaintance | undefined;
  readonly isVerified: boolean;
  readonly isBlocked: boolean;
}

export function usePerson(peerId: PeerId): Person {
  const here = useHallway((state) => selectHere(state, peerId));
  const departed = useHallway((state) => selectDeparted(state, peerId));
  const acquaintance = useHallway(({ talk }) => talk.acquaintances.get(peerId));
  const name = useHallway((state) => selectName(state, peerId));
  return {
    peerId,
    name,
    here,
    departed,
    acquaintance,
    // What we decided here is known at once; the list follows.
    isVerified: acquaintance?.verified ?? here?.verified ?? departed?.verified ?? false,
    isBlocked: acquaintance?.blocked ?? false,
  };
}
