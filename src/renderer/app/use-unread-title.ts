/** The number of unread messages in the title of the window, where a tab or a task bar shows it. */
import { useEffect } from 'react';
import { useHallway } from '../state/context.tsx';
import { selectAllUnread } from '../state/message-selectors.ts';

export function useUnreadTitle(): void {
  const unread = useHallway(selectAllUnread);
  useEffect(() => {
    document.title = unread === 0 ? 'Hallway' : `(${unread}) Hallway`;
  }, [unread]);
}
