/**
 * Below the list: what is put away, and how to read everything at once. Outside the list, because
 * a list of options holds no buttons.
 */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectArchivedCount, selectBlockedCount } from '../../state/list-items.ts';
import { selectAllUnread } from '../../state/message-selectors.ts';
import { Button } from '../../ui/button.tsx';
import styles from './list-bar.module.css';

export function ListBar(): ReactNode {
  const { store, client } = useHallwayContext();
  const archived = useHallway(selectArchivedCount);
  const blocked = useHallway(selectBlockedCount);
  const unread = useHallway(selectAllUnread);
  const { showsArchived, showsBlocked } = useHallway(({ view }) => view);
  const [problem, setProblem] = useState<string>();
  if (archived === 0 && blocked === 0 && unread === 0) return null;

  async function markAllRead(): Promise<void> {
    const result = await client.call('markAllRead', {});
    setProblem(result.ok ? undefined : result.message);
  }

  return (
    <div className={styles.bar}>
      {unread > 0 && (
        <Button kind="plain" className={styles.button} onPress={() => void markAllRead()}>
          {say('list.mark-all-read')}
        </Button>
      )}
      {archived > 0 && (
        <Button
          kind="plain"
          className={styles.button}
          aria-expanded={showsArchived}
          onPress={() => store.showArchived(!showsArchived)}
        >
          {say('list.archived-count', { count: archived })}
        </Button>
      )}
      {blocked > 0 && (
        <Button
          kind="plain"
          className={styles.button}
          aria-expanded={showsBlocked}
          onPress={() => store.showBlocked(!showsBlocked)}
        >
          {say('contacts.blocked-count', { count: blocked })}
        </Button>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
