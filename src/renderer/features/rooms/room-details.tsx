/** The details of a room: its topic, its members, and how to mute and leave it. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxTopicLength, type Room } from '../../../shared/contract/rooms.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectSelf } from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { LabelledText } from './labelled-text.tsx';
import { useMute } from '../contacts/use-mute.ts';
import { RoomFrame } from './room-frame.tsx';
import { Member } from './member-row.tsx';
import { NewPrivateDialog } from './new-private-dialog.tsx';
import { PrivateDetails } from './private-details.tsx';
import styles from './room-details.module.css';

interface RoomDetailsProps {
  readonly room: Room;
  /** Beside the room, not above it. */
  readonly isBeside?: boolean;
  onClose(): void;
}

export function RoomDetails({ room, isBeside = false, onClose }: RoomDetailsProps): ReactNode {
  const { client } = useHallwayContext();
  const { name, topic } = room;
  const { isMuted, mute, unmute } = useMute(room.conversation);
  const [problem, setProblem] = useState<string>();
  const [isNew, setIsNew] = useState(false);

  async function leave(): Promise<void> {
    const result = await client.call('leaveRoom', { room: name });
    if (result.ok) onClose();
    else setProblem(result.message);
  }

  async function switchMute(muted: boolean): Promise<void> {
    const result = await (muted ? mute() : unmute());
    setProblem(result.ok ? undefined : result.message);
  }

  if (room.private) return <PrivateDetails room={room} closed={room.private} isBeside={isBeside} onClose={onClose} />;
  const isAsking = isNew && <NewPrivateDialog people={room.members} onClose={() => setIsNew(false)} />;
  if (isAsking && !isBeside) return isAsking;
  return (
    <>
      {isAsking}
      <RoomFrame
        isBeside={isBeside}
        title={<bdi>#{name}</bdi>}
        onClose={onClose}
        actions={
          <Button kind="danger" title={say('room.leave.text', { room: `#${name}` })} onPress={() => void leave()}>
            {say('room.leave')}
          </Button>
        }
      >
        <LabelledText
          label={say('room.topic')}
          value={topic}
          placeholder={say('room.add-topic')}
          maxLength={maxTopicLength}
          mayBeEmpty
          onSave={(text) => client.call('setTopic', { room: name, topic: text })}
        />
        <div className={styles.choice}>
          <span>{say('room.mute')}</span>
          <Switch label={say('room.mute')} isOn={isMuted} onSwitch={(muted) => void switchMute(muted)} />
        </div>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <Members room={room} />
        {room.members.length > 0 && (
          <Button kind="link" className={styles.more} onPress={() => setIsNew(true)}>
            {say('private.new-with')}
          </Button>
        )}
      </RoomFrame>
    </>
  );
}

function Members({ room }: { readonly room: Room }): ReactNode {
  const self = useHallway(selectSelf);
  return (
    <section aria-label={say('room.here', { count: room.members.length + 1 })}>
      <h3 className={styles.heading}>{say('room.here', { count: room.members.length + 1 })}</h3>
      <ul className={styles.members}>
        {self !== undefined && (
          <li className={styles.member}>
            <Avatar peerId={self.peerId} name={self.name} size="row" />
            <bdi className={styles.name}>{say('room.you', { name: self.name })}</bdi>
          </li>
        )}
        {room.members.map((peerId) => (
          <li key={peerId}>
            <Member peerId={peerId} />
          </li>
        ))}
      </ul>
    </section>
  );
}
