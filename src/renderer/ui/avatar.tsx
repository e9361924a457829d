/**
 * A contact's round avatar: initials on a colour derived from the peer ID. Hidden from screen
 * readers, because the name stands beside it.
 */
import type { ReactNode } from 'react';
import type { PeerId } from '../../shared/lib/ids.ts';
import styles from './avatar.module.css';
import { initialsOf, tintOf } from '../../shared/text/contact-text.ts';

interface AvatarProps {
  readonly peerId: PeerId;
  readonly name: string;
  readonly size: 'line' | 'compact' | 'small' | 'row' | 'header' | 'details';
  readonly faded?: boolean;
  /** An element at its lower edge, such as a presence dot. */
  readonly children?: ReactNode;
}

export function Avatar({ peerId, name, size, faded = false, children }: AvatarProps): ReactNode {
  return (
    <span className={styles.frame} data-size={size}>
      <span className={styles.avatar} data-tint={tintOf(peerId)} data-faded={faded} aria-hidden="true">
        {initialsOf(name)}
      </span>
      {children !== undefined && <span className={styles.badge}>{children}</span>}
    </span>
  );
}
