/** Somebody in the list of whom presence need not know: an earlier conversation, or a person whom we blocked. */
import { memo } from 'react';
import type { ReactNode } from 'react';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectListedCount, selectShownId } from '../../state/selectors.ts';
import { selectIsBlocked, selectIsOwn } from '../../state/message-selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { LastSeen } from './last-seen.tsx';
import styles from './peer-row.module.css';
import { rowIdOf } from './row-id.ts';
import type { PersonRowProps } from './peer-row.tsx';
import { timeOf } from '../../ui/message-time.ts';
import { UnreadBadge } from './unread-badge.tsx';
import { usePerson } from './use-contact.ts';

export const AbsentRow = memo(function AbsentRow({ peerId, position, onSelect }: PersonRowProps): ReactNode {
  const { name } = usePerson(peerId);
  const last = useHallway(({ talk }) => talk.conversations.get(conversationOf(peerId))?.last);
  const isOwn = useHallway((state) => last !== undefined && selectIsOwn(state, last));
  const isBlocked = useHallway((state) => selectIsBlocked(state, peerId));
  const isSelected = useHallway((state) => selectShownId(state) === peerId);
  const setSize = useHallway(selectListedCount);
  return (
    <div
      id={rowIdOf(peerId)}
      className={styles.row}
      role="option"
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={setSize}
      data-section="departed"
      onClick={() => onSelect(peerId)}
    >
      <Avatar peerId={peerId} name={name} size="row" faded />
      <span className={styles.texts}>
        <span className={styles.line}>
          <bdi className={styles.name}>{name}</bdi>
          {last && <LastSeen className={styles.seen} timeMs={timeOf(last)} />}
        </span>
        <span className={styles.line}>
          <span className={styles.about}>
            {isBlocked ? (
              'Blocked'
            ) : (
              <>
                {isOwn && 'You: '}
                <bdi>{last?.text.slice(0, maxShownText)}</bdi>
              </>
            )}
          </span>
          {!isBlocked && <UnreadBadge peerId={peerId} />}
        </span>
      </span>
    </div>
  );
});

/** Of the last message: more than the row has room for. */
const maxShownText = 120;
