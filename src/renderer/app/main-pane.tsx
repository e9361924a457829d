/**
 * What fills the window beside the list: the network panel if it is open, else the conversation with the chosen contact; else a calm word,
 * or what to check when nobody is here.
 */
import { Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useHallway } from '../state/context.tsx';
import { selectConnection, selectHereCount, selectIsFrozen, selectRoute } from '../state/selectors.ts';
import { selectCanMessage, selectIsKnown } from '../state/message-selectors.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { Conversation } from '../features/conversation/conversation.tsx';
import { ContactPanel } from '../features/contacts/contact-panel.tsx';
import { NetworkPanel } from '../features/network/network-panel.tsx';
import styles from './main-pane.module.css';
import { NotFoundHint } from '../features/contacts/not-found-hint.tsx';
import { EmptyState } from '../features/contacts/empty-state.tsx';
import { ContactDetails } from '../features/contacts/contact-details.tsx';

export function MainPane(): ReactNode {
  const route = useHallway(selectRoute);
  const isKnown = useHallway((state) => 'peerId' in route && selectIsKnown(state, route.peerId));
  const canMessage = useHallway(selectCanMessage);
  switch (route.page) {
    case 'network':
      return <NetworkPanel />;
    case 'contact':
    case 'conversation': {
      if (!isKnown) return <NobodyChosen />;
      const { page, peerId } = route;
      if (!canMessage) return <ContactDetails key={peerId} peerId={peerId} />;
      return page === 'contact' ? <ContactPanel key={peerId} peerId={peerId} /> : <Conversation key={peerId} peerId={peerId} />;
    }
    case 'empty':
      return <NobodyChosen />;
  }
}

function NobodyChosen(): ReactNode {
  const hereCount = useHallway(selectHereCount);
  const connection = useHallway(selectConnection);
  const isFrozen = useHallway(selectIsFrozen);
  if (connection === 'connecting') return null;
  if (hereCount === 0) return <EmptyState />;
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
      <NotFoundHint />
    </EmptyPanel>
  );
}
