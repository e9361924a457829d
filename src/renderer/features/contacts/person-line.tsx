/**
 * A person in a list to choose from: avatar with status, name, and computer or that they are away.
 */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectName } from '../../state/message-selectors.ts';
import { selectHere, selectIsFrozen } from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import styles from './person-line.module.css';

interface PersonLineProps {
  readonly peerId: PeerId;
  readonly size: 'line' | 'row';
}

export function PersonLine({ peerId, size }: PersonLineProps): ReactNode {
  const name = useHallway((state) => selectName(state, peerId));
  const here = useHallway((state) => selectHere(state, peerId));
  const isFrozen = useHallway(selectIsFrozen);
  return (
    <>
      <Avatar peerId={peerId} name={name} size={size} faded={here === undefined}>
        {here && <PresenceDot presence={here.presence} status={here.status} isFrozen={isFrozen} />}
      </Avatar>
      <bdi className={styles.name}>{name}</bdi>
      <span className={styles.host}>{here ? <bdi>{here.host}</bdi> : say('private.not-here')}</span>
    </>
  );
}
