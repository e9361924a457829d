/** How many messages of that person were not read yet. */
import type { ReactNode } from 'react';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectUnread } from '../../state/message-selectors.ts';
import styles from './unread-badge.module.css';

/** More digits would say no more. */
const mostShown = 99;

export function UnreadBadge({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const unread = useHallway((state) => selectUnread(state, peerId));
  if (unread === 0) return null;
  return (
    <span className={styles.badge}>
      {unread > mostShown ? `${mostShown}+` : unread}
      <span className="visually-hidden"> unread</span>
    </span>
  );
}
