/**
 * A room: header, messages with their authors, what stands below them, and the composer. The
 * messages and the composer are those of a conversation.
 */
import { ArrowLeft, Hash, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeOverlay, showNobody } from '../../state/route.ts';
import { selectConnection, selectIsFrozen, selectMessageSearch, selectOverlay, selectRoom } from '../../state/selectors.ts';
import { said } from '../../ui/said.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { Composer } from '../conversation/composer.tsx';
import { Messages, NewMessages } from '../conversation/conversation.tsx';
import beside from '../contacts/details-panel.module.css';
import { useDetails } from '../contacts/use-details.ts';
import { DropZone } from '../files/drop-zone.tsx';
import { useSendFiles } from '../files/use-send-files.ts';
import { FindPanel } from '../search/find-panel.tsx';
import { AheadLines } from './ahead-lines.tsx';
import { LateLine } from './late-line.tsx';
import { NoticeLine } from './notice-line.tsx';
import { OpenNote } from './open-note.tsx';
import { RoomDetails } from './room-details.tsx';
import { RoomHeader } from './room-header.tsx';
import { PrivateNotJoined } from './private-not-joined.tsx';
import { titleOf } from './room-title.tsx';
import styles from './room-page.module.css';

export function RoomPage({ name }: { readonly name: string }): ReactNode {
  const { store } = useHallwayContext();
  const room = useHallway((state) => selectRoom(state, name));
  const overlay = useHallway(selectOverlay);
  const showsResults = useHallway(selectMessageSearch)?.showsContext === false;
  const { fits: detailsFit, isOpen: hasDetails } = useDetails();
  const isConnecting = useHallway(selectConnection) === 'connecting';
  if (isConnecting) return null;
  if (room?.private && !room.isJoined) return <PrivateNotJoined room={room} />;
  if (room?.isJoined !== true) return <NotJoined name={name} />;
  const { conversation } = room;
  const title = titleOf(room);
  return (
    <div className={beside.beside} data-details={hasDetails}>
      <section className={styles.room} aria-label={say('room.name', { room: title })}>
        <RoomHeader room={room} />
        <FindPanel conversation={conversation} name={title} />
        {!showsResults && <Talk room={room} title={title} />}
        <NewMessages conversation={conversation} />
        {overlay === 'room-details' && !detailsFit && <RoomDetails room={room} onClose={() => store.navigate(closeOverlay)} />}
      </section>
      {hasDetails && <RoomDetails room={room} isBeside onClose={() => undefined} />}
    </div>
  );
}

/** The messages of the room, with the field for new ones and the way to send files. */
function Talk({ room, title }: { readonly room: Room; readonly title: string }): ReactNode {
  const { conversation } = room;
  const sending = useSendFiles(conversation);
  return (
    <DropZone name={title} sending={sending}>
      <OpenNote room={room} />
      <Messages conversation={conversation} name={title} empty={<NothingSaid title={title} />} />
      <LateLine conversation={conversation} />
      <AheadLines room={room} />
      <NoticeLine conversation={conversation} />
      <Composer conversation={conversation} name={title} hint={<Hint room={room} />} sending={sending} />
    </DropZone>
  );
}

function NothingSaid({ title }: { readonly title: string }): ReactNode {
  return (
    <div className={styles.blank}>
      <p className={styles.nothing}>
        <Users className={styles.icon} size={18} aria-hidden="true" />
        <span>{said('room.empty', { room: <bdi>{title}</bdi> })}</span>
      </p>
    </div>
  );
}

/** A room of others, or one that the user left. */
function NotJoined({ name }: { readonly name: string }): ReactNode {
  const { client, store } = useHallwayContext();
  const room = useHallway((state) => selectRoom(state, name));
  const [problem, setProblem] = useState<string>();

  async function join(): Promise<void> {
    const result = await client.call('joinRoom', { room: name });
    setProblem(result.ok ? undefined : result.message);
  }

  return (
    <section className={styles.room} aria-label={say('room.name', { room: `#${name}` })}>
      <Button kind="back" className={styles.back} onPress={() => store.navigate(showNobody)}>
        <ArrowLeft size={15} aria-hidden="true" /> {say('rooms.title')}
      </Button>
      <EmptyPanel icon={Hash} title={name}>
        {room !== undefined && room.topic !== '' && <p>{room.topic}</p>}
        <p>{say('room.members-there', { count: room?.members.length ?? 0 })}</p>
        <p>{said('room.not-joined', { room: <bdi>#{name}</bdi> })}</p>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <Button kind="main" className={styles.join} onPress={() => void join()}>
          {said('room.join-this', { room: <bdi>#{name}</bdi> })}
        </Button>
      </EmptyPanel>
    </section>
  );
}

/** Tells that nobody can get a message now. */
function Hint({ room }: { readonly room: Room }): ReactNode {
  const isFrozen = useHallway(selectIsFrozen);
  const isConnected = useHallway(selectConnection) === 'open';
  if (!isConnected) return <p>{say('compose.not-connected')}</p>;
  if (isFrozen) return <p>{say('compose.offline')}</p>;
  if (room.members.length > 0) return null;
  return <p>{said('room.nobody-hint', { room: <bdi>{titleOf(room)}</bdi> })}</p>;
}
