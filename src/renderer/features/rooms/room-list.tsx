/**
 * The rooms above the people: those that the user is in, then those of others on this network. Few,
 * so all are rendered. A node without rooms shows nothing.
 */
import { BellOff, Hash, Plus, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectUnreadIn } from '../../state/message-selectors.ts';
import { openOverlay, openRoom } from '../../state/route.ts';
import { selectIsFrozen, selectOverlay, selectRoom, selectRoomNames, selectRoute } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { JoinDialog } from './join-dialog.tsx';
import styles from './room-list.module.css';

/** A larger number is shown as "99+". */
const mostShown = 99;

export function RoomList(): ReactNode {
  const { store } = useHallwayContext();
  const names = useHallway(selectRoomNames);
  const hasRooms = useHallway(({ core }) => core.roomNames.length > 0);
  const isJoining = useHallway(selectOverlay) === 'join-room';
  if (!hasRooms) return null;
  return (
    <nav className={styles.rooms} aria-label={say('rooms.title')}>
      <div className={styles.head}>
        <h2 className={styles.heading}>{say('rooms.title')}</h2>
        <IconButton
          size={24}
          label={say('rooms.join')}
          title={say('rooms.join')}
          onPress={() => store.navigate(openOverlay('join-room'))}
        >
          <Plus size={15} aria-hidden="true" />
        </IconButton>
      </div>
      <ul className={styles.list}>
        {names.map((name) => (
          <li key={name}>
            <RoomRow name={name} />
          </li>
        ))}
      </ul>
      {isJoining && <JoinDialog />}
    </nav>
  );
}

function RoomRow({ name }: { readonly name: string }): ReactNode {
  const { store } = useHallwayContext();
  const room = useHallway((state) => selectRoom(state, name));
  const route = useHallway(selectRoute);
  const isFrozen = useHallway(selectIsFrozen);
  const unread = useHallway((state) => (room === undefined ? 0 : selectUnreadIn(state, room.conversation)));
  if (room === undefined) return null;
  const { isJoined, isMuted, members } = room;
  const isShown = route.page === 'room' && route.name === name;
  const about = isJoined ? room.topic : say('rooms.not-joined');
  const count = members.length + (isJoined ? 1 : 0);
  return (
    <Button
      kind="plain"
      className={styles.row}
      aria-current={isShown ? 'page' : undefined}
      data-joined={isJoined}
      onPress={() => store.navigate(openRoom(name))}
    >
      <Hash className={styles.sign} size={15} aria-hidden="true" />
      <bdi className={styles.name}>{name}</bdi>
      {about !== '' && <bdi className={styles.about}>{about}</bdi>}
      {isMuted && <BellOff className={styles.muted} size={13} aria-label={say('rooms.muted')} />}
      {!isFrozen && (
        <span className={styles.count} title={say('rooms.members', { count })}>
          <Users size={12} aria-hidden="true" />
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{say('rooms.members', { count })}</span>
        </span>
      )}
      {isJoined && unread > 0 && (
        <span className={styles.badge} data-muted={isMuted}>
          {unread > mostShown ? `${mostShown}+` : unread}
          <span className="visually-hidden"> {say('contacts.unread')}</span>
        </span>
      )}
    </Button>
  );
}
