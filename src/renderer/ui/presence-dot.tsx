/**
 * Whether a contact is reachable, as a mark that differs by shape as well as by colour: full, half, or an open ring; grey and empty while
 * nobody can know. Says it in words to a screen reader.
 */
import type { ReactNode } from 'react';
import type { Presence } from '../../shared/contract/presence.ts';
import styles from './presence-dot.module.css';

export const presenceWords: Readonly<Record<Presence, string>> = {
  online: 'Online',
  suspect: 'Checking',
  'one-way': 'One-way',
};

interface PresenceDotProps {
  readonly presence: Presence;
  /** What it says is old: our own network is in doubt. */
  readonly isFrozen?: boolean;
  readonly large?: boolean;
}

export function PresenceDot({ presence, isFrozen = false, large = false }: PresenceDotProps): ReactNode {
  return (
    <span className={styles.dot} data-presence={isFrozen ? 'frozen' : presence} data-large={large}>
      <span className="visually-hidden">{isFrozen ? 'Was here' : presenceWords[presence]}</span>
    </span>
  );
}
