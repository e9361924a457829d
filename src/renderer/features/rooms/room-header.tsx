/** The title bar of a room: its name, its topic or how many are here, and its details. */
import { ArrowLeft, BellOff, Search, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeSearch, openOverlay, openSearch, showNobody } from '../../state/route.ts';
import { selectIsMuted } from '../../state/message-selectors.ts';
import { selectMessageSearch } from '../../state/selectors.ts';
import { ConversationMenuButton } from '../contacts/conversation-menu.tsx';
import { detailsButton, useDetails } from '../contacts/use-details.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { RoomSign, titleOf } from './room-title.tsx';
import bar from '../contacts/header-bar.module.css';
import styles from './room-header.module.css';

export function RoomHeader({ room }: { readonly room: Room }): ReactNode {
  const { store } = useHallwayContext();
  const { name, topic, members } = room;
  const isMuted = useHallway((state) => selectIsMuted(state, room.conversation));
  const isFinding = useHallway(selectMessageSearch) !== undefined;
  const { fits, isOpen, toggle } = useDetails();
  return (
    <header className={bar.head}>
      <IconButton size={34} className={bar.back} label={say('rooms.title')} onPress={() => store.navigate(showNobody)}>
        <ArrowLeft size={18} aria-hidden="true" />
      </IconButton>
      <span className={styles.sign} aria-hidden="true">
        <RoomSign room={room} size={19} />
      </span>
      <div className={bar.texts}>
        <h2 className={bar.name}>
          <bdi className={bar.cut}>{room.private ? titleOf(room) : name}</bdi>
          {isMuted && <BellOff className={bar.muted} size={14} aria-label={say('list.muted')} />}
        </h2>
        <p className={bar.second} title={topic === '' ? undefined : topic}>
          <bdi className={bar.cut}>{topic === '' ? peopleWords(room) : topic}</bdi>
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
      <Button
        kind="plain"
        className={styles.members}
        {...{ [detailsButton]: true }}
        {...(fits && { 'aria-expanded': isOpen })}
        title={say('room.details')}
        onPress={() => (fits ? toggle() : store.navigate(openOverlay('room-details')))}
      >
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
