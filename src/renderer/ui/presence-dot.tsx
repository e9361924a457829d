/**
 * Whether a person is reachable, as a mark that differs by shape as well as by colour: full, half, or an open ring. Says it in words
 * to a screen reader.
 */
import type { ReactNode } from 'react';
import type { Presence } from '../../shared/model.ts';
import styles from './presence-dot.module.css';

export const presenceWords: Readonly<Record<Presence, string>> = {
  online: 'Online',
  suspect: 'Checking',
  'one-way': 'One-way',
};

export function PresenceDot({ presence, large = false }: { readonly presence: Presence; readonly large?: boolean }): ReactNode {
  return (
    <span className={styles.dot} data-presence={presence} data-large={large}>
      <span className="visually-hidden">{presenceWords[presence]}</span>
    </span>
  );
}
