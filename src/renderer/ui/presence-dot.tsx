/**
 * A person's status as a dot that differs by shape and colour: a disc, a moon, or a disc with a bar.
 * Reachability shows only where it is abnormal: an open ring if they can't receive, a pulse while
 * they are checked, a grey ring while the list is old. Screen readers get it as text.
 */
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import type { Presence } from '../../shared/contract/presence.ts';
import type { Status } from '../../shared/contract/profile.ts';
import { statusWords } from './status-mark.tsx';
import styles from './presence-dot.module.css';

export const presenceWords: Readonly<Record<Presence, string>> = {
  online: say('ui.presence.online'),
  suspect: say('ui.presence.suspect'),
  'one-way': say('ui.presence.one-way'),
};

interface PresenceDotProps {
  readonly presence: Presence;
  readonly status: Status;
  /** Of the status; absent means the usual ones. */
  readonly statusText?: string;
  /** The presence is old, because our own network is in doubt. */
  readonly isFrozen?: boolean;
  readonly large?: boolean;
}

export function PresenceDot({ presence, status, isFrozen = false, large = false, statusText }: PresenceDotProps): ReactNode {
  const words = dotWords(presence, statusText ?? statusWords[status], isFrozen);
  const look = isFrozen ? 'frozen' : presence === 'one-way' ? 'one-way' : status;
  return (
    <span className={styles.dot} data-look={look} data-presence={isFrozen ? 'frozen' : presence} data-large={large} title={words}>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

function dotWords(presence: Presence, status: string, isFrozen: boolean): string {
  if (isFrozen) return say('ui.presence.frozen');
  if (presence === 'online') return status;
  return say('ui.presence.and-status', { status, presence: presenceWords[presence] });
}
