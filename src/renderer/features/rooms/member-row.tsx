/** A member in the details of a room: opens the conversation with them. */
import type { ReactNode } from 'react';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { closeOverlay, openConversation } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import { PersonLine } from '../contacts/person-line.tsx';
import styles from './room-details.module.css';

export function Member({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const { store } = useHallwayContext();
  return (
    <Button
      kind="plain"
      className={styles.member}
      onPress={() => {
        store.navigate(closeOverlay);
        store.navigate(openConversation(peerId, { takesFocus: true }));
      }}
    >
      <PersonLine peerId={peerId} size="row" />
    </Button>
  );
}
