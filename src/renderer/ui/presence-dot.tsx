/**
 * A contact's presence as a dot that differs by shape and colour: full, half, or an open ring. It
 * is grey and empty while the presence is unknown. Screen readers get it as text.
 */
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import type { Presence } from '../../shared/contract/presence.ts';
import styles from './presence-dot.module.css';

export const presenceWords: Readonly<Record<Presence, string>> = {
  online: say('ui.presence.online'),
  suspect: say('ui.presence.suspect'),
  'one-way': say('ui.presence.one-way'),
};

interface PresenceDotProps {
  readonly presence: Presence;
  /** The presence is old, because our own network is in doubt. */
  readonly isFrozen?: boolean;
  readonly large?: boolean;
}

export function PresenceDot({ presence, isFrozen = false, large = false }: PresenceDotProps): ReactNode {
  return (
    <span className={styles.dot} data-presence={isFrozen ? 'frozen' : presence} data-large={large}>
      <span className="visually-hidden">{isFrozen ? say('ui.presence.frozen') : presenceWords[presence]}</span>
    </span>
  );
}
