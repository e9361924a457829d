/** The way to the form that adds somebody by address, where people miss somebody. */
import type { ReactNode } from 'react';
import { useHallwayContext } from '../../state/context.tsx';
import { showNetwork } from '../../state/route.ts';
import styles from './not-found-hint.module.css';

export function MissingPerson(): ReactNode {
  const { store } = useHallwayContext();
  return (
    <p className={styles.missing}>
      Somebody is missing?{' '}
      <button type="button" className={styles.add} onClick={() => store.navigate(showNetwork({ atAddress: true }))}>
        Add by address
      </button>{' '}
      or{' '}
      <button type="button" className={styles.add} onClick={() => store.navigate(showNetwork())}>
        look at the network
      </button>
    </p>
  );
}
