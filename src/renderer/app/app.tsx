/** The window: contacts on the left, the selected contact on the right, problems above both. */
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import styles from './app.module.css';
import { ConnectionBanner, HealthBanner } from '../features/health/banners.tsx';
import { NetworkStrip } from '../features/health/network-strip.tsx';
import { MainPane } from './main-pane.tsx';
import { ContactsPane } from '../features/contacts/contacts-pane.tsx';
import { RoomList } from '../features/rooms/room-list.tsx';
import { followFocus } from './focus-home.ts';
import { useShortcuts } from './shortcuts.ts';
import { ProfileHeader } from '../features/profile/profile-header.tsx';
import { useHallway } from '../state/context.tsx';
import { selectConnection, selectIsAlone, selectRoute } from '../state/selectors.ts';
import { useEffect } from 'react';
import { selectAllUnread } from '../state/message-selectors.ts';

export function App(): ReactNode {
  const connection = useHallway(selectConnection);
  const isAlone = useHallway(selectIsAlone);
  const { page } = useHallway(selectRoute);
  const searchInput = useShortcuts();
  useUnreadTitle();
  useEffect(() => followFocus(document), []);

  return (
    <div className={styles.window} data-connection={connection}>
      <div className={styles.banners}>
        <ConnectionBanner />
        <HealthBanner />
      </div>
      {/* A narrow window shows only one of the two panes; the style sheet picks it by this
         attribute. */}
      <div className={styles.panes} data-shows={page !== 'empty' ? 'main' : isAlone ? 'both' : 'list'}>
        <aside className={styles.side} aria-label={say('window.side')}>
          <ProfileHeader />
          <ContactsPane searchInput={searchInput} rooms={<RoomList />} />
          <NetworkStrip />
        </aside>
        <main className={styles.main}>
          <MainPane />
        </main>
      </div>
    </div>
  );
}

/** Shows the number of unread messages in the window title. */
function useUnreadTitle(): void {
  const unread = useHallway(selectAllUnread);
  useEffect(() => {
    document.title = unread === 0 ? say('window.title') : say('window.title-unread', { count: unread });
  }, [unread]);
}
