/** The window: contacts on the left, the selected contact on the right, problems above both. */
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import styles from './app.module.css';
import { ConnectionBanner, HealthBanner } from '../features/health/banners.tsx';
import { HostNotice } from '../features/health/host-notice.tsx';
import { NetworkButton, NetworkStrip } from '../features/health/network-strip.tsx';
import { Pane } from './pane.tsx';
import { MainPane } from './main-pane.tsx';
import { ListPane } from '../features/list/list-pane.tsx';
import { JoinButton } from '../features/rooms/join-button.tsx';
import { followFocus } from './focus-home.ts';
import { useShortcuts } from './shortcuts.ts';
import { Palette } from '../features/palette/palette.tsx';
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
      <div className={styles.banners} data-landmark="banners">
        <ConnectionBanner />
        <HostNotice />
        <HealthBanner />
      </div>
      {/* A narrow window shows only one of the two panes; the style sheet picks it by this
         attribute. */}
      <main className={styles.panes} data-shows={page !== 'empty' ? 'main' : isAlone ? 'both' : 'list'}>
        <h1 className="visually-hidden">{say('window.title')}</h1>
        <nav className={styles.side} aria-label={say('window.side')} data-landmark="list">
          <Pane name="side">
            <ProfileHeader tools={<NetworkButton />} />
            <ListPane searchInput={searchInput} join={<JoinButton />} />
            <NetworkStrip />
          </Pane>
        </nav>
        <div className={styles.main} data-pane="main">
          <Pane name="main">
            <MainPane />
          </Pane>
        </div>
      </main>
      <Palette />
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
