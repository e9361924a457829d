/** A link to the form that adds a peer by address, where users notice that one is missing. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { useHallwayContext } from '../../state/context.tsx';
import { showNetwork } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import styles from './not-found-hint.module.css';

export function NotFoundHint(): ReactNode {
  const { store } = useHallwayContext();
  return (
    <p className={styles.hint}>
      {said('contacts.missing', {
        add: (
          <Button kind="link" onPress={() => store.navigate(showNetwork({ atAddress: true }))}>
            {say('contacts.missing.add')}
          </Button>
        ),
        check: (
          <Button kind="link" onPress={() => store.navigate(showNetwork())}>
            {say('contacts.missing.check')}
          </Button>
        ),
      })}
    </p>
  );
}
