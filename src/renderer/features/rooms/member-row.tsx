/** A member in the details of a room: opens the conversation with them. */
import type { ReactNode } from 'react';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectName } from '../../state/message-selectors.ts';
import { closeOverlay, openConversation } from '../../state/route.ts';
import { selectHere, selectIsFrozen } from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import styles from './room-details.module.css';

export function Member({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const { store } = useHallwayContext();
  const name = useHallway((state) => selectName(state, peerId));
  const here = useHallway((state) => selectHere(state, peerId));
  const isFrozen = useHallway(selectIsFrozen);
  return (
    <Button
      kind="plain"
      className={styles.member}
      onPress={() => {
        store.navigate(closeOverlay);
        store.navigate(openConversation(peerId, { takesFocus: true }));
      }}
    >
      <Avatar peerId={peerId} name={name} size="row">
        {here && <PresenceDot presence={here.presence} status={here.status} isFrozen={isFrozen} />}
      </Avatar>
      <bdi className={styles.name}>{name}</bdi>
      <bdi className={styles.host}>{here?.host}</bdi>
    </Button>
  );
}
