/** The way to the form that adds somebody by address, where people miss somebody. */
import type { ReactNode } from 'react';
import { useHallwayContext } from '../../state/context.tsx';
import { showNetwork } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import styles from './not-found-hint.module.css';

export function NotFoundHint(): ReactNode {
  const { store } = useHallwayContext();
  return (
    <p className={styles.hint}>
      Somebody is missing?{' '}
      <Button kind="link" onPress={() => store.navigate(showNetwork({ atAddress: true }))}>
        Add by address
      </Button>{' '}
      or{' '}
      <Button kind="link" onPress={() => store.navigate(showNetwork())}>
        look at the network
      </Button>
    </p>
  );
}
