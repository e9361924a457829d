/**
 * What fills the window beside the list: the network panel if it is open, else the conversation with the chosen person; else a calm word,
 * or what to check when nobody is here.
 */
import { Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useHallway } from '../state/context.tsx';
import { selectConnection, selectHereCount, selectIsFrozen, selectSelectedId, selectShowsNetwork } from '../state/selectors.ts';
import { selectCanTalk, selectIsKnown } from '../state/message-selectors.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { Conversation } from '../features/conversation/conversation.tsx';
import { PersonPanel } from '../features/contacts/contact-panel.tsx';
import { NetworkPanel } from '../features/network/network-panel.tsx';
import styles from './main-pane.module.css';
import { MissingPerson } from '../features/contacts/not-found-hint.tsx';
import { NobodyHere } from '../features/contacts/empty-state.tsx';
import { PersonDetails } from '../features/contacts/contact-details.tsx';

export function MainPane(): ReactNode {
  const selectedId = useHallway(selectSelectedId);
  const isKnown = useHallway((state) => selectedId !== undefined && selectIsKnown(state, selectedId));
  const canTalk = useHallway(selectCanTalk);
  const showsDetails = useHallway(({ view }) => view.showsDetails);
  const hereCount = useHallway(selectHereCount);
  const connection = useHallway(selectConnection);
  const isFrozen = useHallway(selectIsFrozen);
  const showsNetwork = useHallway(selectShowsNetwork);
  if (showsNetwork) return <NetworkPanel />;
  if (selectedId !== undefined && isKnown) {
    if (!canTalk) return <PersonDetails key={selectedId} peerId={selectedId} />;
    return showsDetails ? (
      <PersonPanel key={selectedId} peerId={selectedId} />
    ) : (
      <Conversation key={selectedId} peerId={selectedId} />
    );
  }
  if (connection === 'connecting') return null;
  if (hereCount === 0) return <NobodyHere />;
  const people = hereCount === 1 ? 'One person' : `${hereCount.toLocaleString()} people`;
  const verb = connection === 'lost' || isFrozen ? (hereCount === 1 ? 'was' : 'were') : hereCount === 1 ? 'is' : 'are';
  return (
    <EmptyPanel icon={Users} title={`${people} ${verb} here`}>
      <p>
        {isFrozen
          ? 'You look offline, so this is the list as it was.'
          : 'Choose somebody and write. Messages go directly to them, encrypted.'}
      </p>
      <ul className={styles.keys} aria-label="Keys">
        <li>
          <kbd className={styles.key}>/</kbd> search
        </li>
        <li>
          <kbd className={styles.key}>↑</kbd>
          <kbd className={styles.key}>↓</kbd> move
        </li>
        <li>
          <kbd className={styles.key}>Ctrl</kbd>
          <kbd className={styles.key}>I</kbd> network
        </li>
        <li>
          <kbd className={styles.key}>Esc</kbd> back
        </li>
      </ul>
      <MissingPerson />
    </EmptyPanel>
  );
}
