/** The number of unread messages at the end of a row, and the sign that some mention the user. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import styles from './unread-badge.module.css';

/** A larger number is shown as "99+". */
const mostShown = 99;

interface UnreadBadgeProps {
  readonly count: number;
  /** Of them, those that mention the user. */
  readonly mentions?: number;
  /** The user wants no notice of it. */
  readonly isMuted?: boolean;
}

export function UnreadBadge({ count, mentions = 0, isMuted = false }: UnreadBadgeProps): ReactNode {
  if (count === 0) return null;
  return (
    <>
      {mentions > 0 && (
        <span className={styles.mention} data-muted={isMuted} role="img" aria-label={say('list.mentions', { count: mentions })}>
          @
        </span>
      )}
      <span className={styles.badge} data-muted={isMuted}>
        {count > mostShown ? `${mostShown}+` : count}
        <span className="visually-hidden"> {say('contacts.unread')}</span>
      </span>
    </>
  );
}
