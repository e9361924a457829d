/** The title bar of a room: its name, its topic or how many are here, and its details. */
import { ArrowLeft, BellOff, Search, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeSearch, openOverlay, openSearch, showNobody } from '../../state/route.ts';
import { selectMessageSearch } from '../../state/selectors.ts';
import { ConversationMenuButton } from '../contacts/conversation-menu.tsx';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { RoomSign, titleOf } from './room-title.tsx';
import styles from './room-header.module.css';

export function RoomHeader({ room }: { readonly room: Room }): ReactNode {
  const { store } = useHallwayContext();
  const { name, topic, members, isMuted } = room;
  const isFinding = useHallway(selectMessageSearch) !== undefined;
  const showDetails = (): void => store.navigate(openOverlay('room-details'));
  return (
    <header className={styles.head}>
      <IconButton size={34} className={styles.back} label={say('rooms.title')} onPress={() => store.navigate(showNobody)}>
        <ArrowLeft size={18} aria-hidden="true" />
      </IconButton>
      <span className={styles.sign} aria-hidden="true">
        <RoomSign room={room} size={19} />
      </span>
      <div className={styles.texts}>
        <h2 className={styles.name}>
          <bdi className={styles.cut}>{room.private ? titleOf(room) : name}</bdi>
          {isMuted && <BellOff className={styles.muted} size={14} aria-label={say('rooms.muted')} />}
        </h2>
        <p className={styles.topic} title={topic === '' ? undefined : topic}>
          <bdi className={styles.cut}>{topic === '' ? peopleWords(room) : topic}</bdi>
        </p>
      </div>
      <IconButton
        size={34}
        label={say('conversation.search')}
        aria-keyshortcuts="Control+F"
        title={say('conversation.search.title')}
        aria-pressed={isFinding}
        onPress={() => store.navigate(isFinding ? closeSearch : openSearch)}
      >
        <Search size={17} aria-hidden="true" />
      </IconButton>
      <ConversationMenuButton conversation={room.conversation} />
      <Button kind="plain" className={styles.members} title={say('room.details')} onPress={showDetails}>
        <Users size={17} aria-hidden="true" /> {room.private?.people.length ?? members.length + 1}
        <span className="visually-hidden">{say('room.details')}</span>
      </Button>
    </header>
  );
}

function peopleWords({ members, private: closed }: Room): string {
  const count = members.length;
  if (closed) return say('private.header', { count: closed.people.length, here: count + 1 });
  return count === 0 ? say('room.alone') : say('room.others', { count });
}
