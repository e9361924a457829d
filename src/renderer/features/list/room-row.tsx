/** A room's row of the list, among the people. */
import { BellOff, Pin, Users } from 'lucide-react';
import { memo } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway } from '../../state/context.tsx';
import { selectIsMuted, selectMentionsIn, selectUnreadIn } from '../../state/message-selectors.ts';
import { selectIsFrozen, selectRoom } from '../../state/selectors.ts';
import { UnreadBadge } from './unread-badge.tsx';
import { RoomSign, titleOf } from '../rooms/room-title.tsx';
import { LastTime, RowText } from './last-said.tsx';
import { useListLook } from './list-look.ts';
import { Row, type RowProps } from './row.tsx';
import styles from './row.module.css';

const standings = { member: 'private.member', invited: 'private.invited', removed: 'private.removed' } as const;

interface RoomRowProps extends RowProps {
  readonly name: string;
}

export const RoomRow = memo(function RoomRow({ name, ...row }: RoomRowProps): ReactNode {
  const { density } = useListLook();
  const room = useHallway((state) => selectRoom(state, name));
  const isJoined = room?.isJoined === true;
  const isFrozen = useHallway(selectIsFrozen);
  const unread = useHallway((state) => (isJoined ? selectUnreadIn(state, row.conversation) : 0));
  const hasLast = useHallway(({ messages }) => messages.conversations.has(row.conversation));
  const mentions = useHallway((state) => selectMentionsIn(state, row.conversation));
  const isMuted = useHallway((state) => isJoined && selectIsMuted(state, row.conversation));
  const { topic = '', members = [] } = room ?? {};
  const count = members.length + (isJoined ? 1 : 0);
  const hasTime = isJoined && hasLast;
  const about = isJoined ? topic : say(room?.private ? standings[room.private.standing] : 'rooms.not-joined');
  const instead = <bdi className={styles.note}>{about}</bdi>;
  const called = room?.private ? titleOf(room) : name;
  const title = room ? titleOf(room) : `#${name}`;
  const isCounted = !isFrozen && (isJoined || !room?.private);
  return (
    <Row {...row} isHere={isJoined} isUnread={unread > 0 && !isMuted} title={topic === '' ? title : `${title} · ${topic}`}>
      <span className={styles.sign} data-density={density}>
        <RoomSign room={room ?? {}} size={density === 'compact' ? 14 : 18} />
      </span>
      <span className={styles.texts}>
        <span className={styles.line}>
          <bdi className={styles.name}>{called}</bdi>
          {row.section === 'pinned' && <Pin className={styles.pin} size={12} aria-label={say('list.pinned')} />}
          {isMuted && <BellOff className={styles.pin} size={12} aria-label={say('list.muted')} />}
        </span>
        <span className={styles.about}>{isJoined ? <RowText conversation={row.conversation} instead={instead} /> : instead}</span>
      </span>
      {isCounted && (
        <span className={styles.members} title={say('rooms.members', { count })}>
          {/* Where a time stands, there is no room for both. */}
          {!hasTime && <Users size={12} aria-hidden="true" />}
          {!hasTime && <span aria-hidden="true">{count}</span>}
          <span className="visually-hidden">{say('rooms.members', { count })}</span>
        </span>
      )}
      {hasTime && <LastTime conversation={row.conversation} fallbackMs={undefined} />}
      <UnreadBadge count={unread} mentions={mentions} isMuted={isMuted} />
    </Row>
  );
});
