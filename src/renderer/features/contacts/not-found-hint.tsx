/** The way to the form that adds somebody by address, where people miss somebody. */
import type { ReactNode } from 'react';
import { useHallwayContext } from '../../state/context.tsx';
import styles from './not-found-hint.module.css';

export function MissingPerson(): ReactNode {
  const { store } = useHallwayContext();
  return (
    <p className={styles.missing}>
      Somebody is missing?{' '}
      <button type="button" className={styles.add} onClick={() => store.showNetwork('at-address')}>
        Add by address
      </button>{' '}
      or{' '}
      <button type="button" className={styles.add} onClick={() => store.showNetwork('open')}>
        look at the network
      </button>
    </p>
  );
}
