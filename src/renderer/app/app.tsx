/** The window: people on the left, the chosen person on the right, what is wrong above both. */
import type { ReactNode } from 'react';
import styles from './app.module.css';
import { ConnectionBanner } from '../features/health/connection-banner.tsx';
import { HealthBanner } from '../features/health/health-banner.tsx';
import { NetworkStrip } from '../features/health/network-strip.tsx';
import { MainPane } from './main-pane.tsx';
import { useNetworkShortcut } from './use-network-shortcut.ts';
import { PeoplePane } from '../features/contacts/contacts-pane.tsx';
import { useSearchShortcut } from './use-search-shortcut.ts';
import { ProfileHeader } from '../features/profile/profile-header.tsx';
import { useHallway } from '../state/context.tsx';
import { useUnreadTitle } from './use-unread-title.ts';
import { selectConnection, selectIsAlone, selectSelectedId, selectShowsNetwork } from '../state/selectors.ts';

export function App(): ReactNode {
  const connection = useHallway(selectConnection);
  const isAlone = useHallway(selectIsAlone);
  const hasSelection = useHallway(selectSelectedId) !== undefined;
  const showsNetwork = useHallway(selectShowsNetwork);
  const search = useSearchShortcut();
  useNetworkShortcut();
  useUnreadTitle();

  return (
    <div className={styles.window} data-connection={connection}>
      <div className={styles.banners}>
        <ConnectionBanner />
        <HealthBanner />
      </div>
      {/* On a narrow window only one of the two panes is shown: the style sheet decides by this. */}
      <div className={styles.panes} data-shows={hasSelection || showsNetwork ? 'main' : isAlone ? 'both' : 'people'}>
        <aside className={styles.people} aria-label="Me and the people here">
          <ProfileHeader />
          <PeoplePane searchInput={search} />
          <NetworkStrip />
        </aside>
        <main className={styles.main}>
          <MainPane />
        </main>
      </div>
    </div>
  );
}
