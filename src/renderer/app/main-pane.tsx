/**
 * Fills the window beside the list. It shows the network panel if that is open, else the selected
 * conversation. Without either it shows a hint, or what to check when no peer is here.
 */
import { Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import { said } from '../ui/said.tsx';
import { useHallway } from '../state/context.tsx';
import { selectConnection, selectHereCount, selectIsFrozen, selectRoute } from '../state/selectors.ts';
import { selectCanMessage, selectIsKnown } from '../state/message-selectors.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { Conversation } from '../features/conversation/conversation.tsx';
import { ContactPanel } from '../features/contacts/contact-panel.tsx';
import { useDetailsMoveBeside } from '../features/contacts/use-details.ts';
import { RoomPage } from '../features/rooms/room-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { NetworkPanel } from '../features/network/network-panel.tsx';
import styles from './main-pane.module.css';
import { describeShortcuts } from './shortcuts.ts';
import { NotFoundHint } from '../features/contacts/not-found-hint.tsx';
import { Welcome } from '../features/welcome/welcome.tsx';
import { useLooking } from './use-looking.ts';
import { ContactDetails } from '../features/contacts/contact-details.tsx';

const isMac = navigator.userAgent.includes('Mac');

export function MainPane(): ReactNode {
  const route = useHallway(selectRoute);
  const isKnown = useHallway((state) => 'peerId' in route && selectIsKnown(state, route.peerId));
  const canMessage = useHallway(selectCanMessage);
  const isLooking = useLooking();
  const detailsFit = useDetailsMoveBeside();
  switch (route.page) {
    case 'network':
      return <NetworkPanel />;
    case 'settings':
      return <SettingsPage section={route.section} shortcuts={describeShortcuts(isMac)} />;
    case 'room':
      return <RoomPage key={route.name} name={route.name} />;
    case 'contact':
    case 'conversation': {
      if (!isKnown) return <NobodyChosen isLooking={isLooking} />;
      const { page, peerId } = route;
      if (!canMessage) return <ContactDetails key={peerId} peerId={peerId} />;
      if (page === 'contact' && !detailsFit) return <ContactPanel key={peerId} peerId={peerId} />;
      return <Conversation key={peerId} peerId={peerId} />;
    }
    case 'empty':
      return <NobodyChosen isLooking={isLooking} />;
  }
}

function NobodyChosen({ isLooking }: { readonly isLooking: boolean }): ReactNode {
  const hereCount = useHallway(selectHereCount);
  const connection = useHallway(selectConnection);
  const isFrozen = useHallway(selectIsFrozen);
  if (connection === 'connecting') return null;
  if (hereCount === 0) return <Welcome isLooking={isLooking} />;
  const isOld = connection === 'lost' || isFrozen;
  const title = isOld ? say('window.people-last-here', { count: hereCount }) : say('window.people-here', { count: hereCount });
  return (
    <EmptyPanel icon={Users} title={title}>
      <p>{isFrozen ? say('window.paused') : say('window.pick')}</p>
      <ul className={styles.keys} aria-label={say('window.keys')}>
        <li>{said('window.key.search', { key: <Keys names={['/']} /> })}</li>
        <li>{said('window.key.palette', { keys: <Keys names={[isMac ? '⌘' : 'Ctrl', 'K']} /> })}</li>
        <li>{said('window.key.move', { keys: <Keys names={['↑', '↓']} /> })}</li>
        <li>{said('window.key.network', { keys: <Keys names={['Ctrl', 'I']} /> })}</li>
        <li>{said('window.key.back', { key: <Keys names={['Esc']} /> })}</li>
      </ul>
      <NotFoundHint />
    </EmptyPanel>
  );
}

function Keys({ names }: { readonly names: readonly string[] }): ReactNode {
  return names.map((name) => (
    <kbd key={name} className={styles.key}>
      {name}
    </kbd>
  ));
}
