/**
 * The details of a private room: its title and topic, its members, and what admins may change. All
 * members are listed, here or not.
 */
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxTitleBytes, type PrivateRoom } from '../../../shared/contract/private-rooms.ts';
import { maxTopicLength, type Room } from '../../../shared/contract/rooms.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectName } from '../../state/message-selectors.ts';
import { selectSelf } from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { LabelledText } from './labelled-text.tsx';
import { useMute } from '../contacts/use-mute.ts';
import { RoomFrame } from './room-frame.tsx';
import { Member } from './member-row.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { titleOf } from './room-title.tsx';
import styles from './room-details.module.css';

interface PrivateDetailsProps {
  readonly room: Room;
  readonly closed: PrivateRoom;
  readonly isBeside: boolean;
  onClose(): void;
}

export function PrivateDetails({ room, closed, isBeside, onClose }: PrivateDetailsProps): ReactNode {
  const { client } = useHallwayContext();
  const self = useHallway(selectSelf);
  const [problem, setProblem] = useState<string>();
  const [isAdding, setIsAdding] = useState(false);
  const { name, topic } = room;
  const { isMuted, mute, unmute } = useMute(room.conversation);
  const isAdmin = self !== undefined && closed.admins.includes(self.peerId);

  async function run(call: Promise<CallResult<unknown>>, onDone?: () => void): Promise<void> {
    const result = await call;
    setProblem(result.ok ? undefined : result.message);
    if (result.ok) onDone?.();
  }

  const isAsking = isAdding && <AddPeople room={room} closed={closed} onClose={() => setIsAdding(false)} />;
  if (isAsking && !isBeside) return isAsking;
  return (
    <>
      {isAsking}
      <RoomFrame
        isBeside={isBeside}
        title={<bdi>{titleOf(room)}</bdi>}
        onClose={onClose}
        actions={
          <Button
            kind="danger"
            title={say('private.leave.text')}
            onPress={() => void run(client.call('leaveRoom', { room: name }), onClose)}
          >
            {say('room.leave')}
          </Button>
        }
      >
        {isAdmin && (
          <LabelledText
            label={say('private.title')}
            value={closed.title}
            maxLength={maxTitleBytes}
            onSave={(title) => client.call('renameRoom', { room: name, title })}
          />
        )}
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
          <Switch label={say('room.mute')} isOn={isMuted} onSwitch={(muted) => void run(muted ? mute() : unmute())} />
        </div>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <MemberList closed={closed} room={name} run={run} onAdd={isAdmin ? () => setIsAdding(true) : undefined} />
      </RoomFrame>
    </>
  );
}

interface MemberListProps {
  readonly closed: PrivateRoom;
  readonly room: string;
  run(call: Promise<CallResult<unknown>>): Promise<void>;
  /** Absent if the user is no admin. */
  readonly onAdd: (() => void) | undefined;
}

function MemberList({ closed, room, run, onAdd }: MemberListProps): ReactNode {
  return (
    <section aria-label={say('private.members', { count: closed.people.length })}>
      <div className={styles.choice}>
        <h3 className={styles.heading}>{say('private.members', { count: closed.people.length })}</h3>
        {onAdd && (
          <Button kind="pill" onPress={onAdd}>
            {say('private.add')}
          </Button>
        )}
      </div>
      <ul className={styles.members}>
        {closed.people.map((peerId) => (
          <li key={peerId} className={styles.entry}>
            <PrivateMember closed={closed} peerId={peerId} run={run} room={room} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PrivateMemberProps {
  readonly closed: PrivateRoom;
  readonly peerId: PeerId;
  readonly room: string;
  run(call: Promise<CallResult<unknown>>): Promise<void>;
}

function PrivateMember({ closed, peerId, room, run }: PrivateMemberProps): ReactNode {
  const { client } = useHallwayContext();
  const self = useHallway(selectSelf);
  const name = useHallway((state) => selectName(state, peerId));
  const { admins, creator } = closed;
  const isAdmin = admins.includes(peerId);
  const isCreator = self?.peerId === creator;
  const mayRemove = self !== undefined && admins.includes(self.peerId) && (!isAdmin || isCreator);
  if (self?.peerId === peerId) {
    return (
      <span className={styles.member}>
        <Avatar peerId={peerId} name={self.name} size="row" />
        <bdi className={styles.name}>{say('room.you', { name: self.name })}</bdi>
        {isAdmin && <span className={styles.host}>{say('private.admin')}</span>}
      </span>
    );
  }
  return (
    <>
      <Member peerId={peerId} />
      {isAdmin && <span className={styles.mark}>{say('private.admin')}</span>}
      {isCreator && !isAdmin && (
        <Button kind="link" className={styles.mark} onPress={() => void run(client.call('makeRoomAdmin', { room, peerId }))}>
          {say('private.make-admin')}
        </Button>
      )}
      {mayRemove && (
        <IconButton
          size={32}
          label={say('private.remove', { name })}
          title={say('private.remove.text')}
          onPress={() => void run(client.call('removeFromRoom', { room, people: [peerId] }))}
        >
          <UserMinus size={16} aria-hidden="true" />
        </IconButton>
      )}
    </>
  );
}

function AddPeople({ room, closed, onClose }: Omit<PrivateDetailsProps, 'isBeside'>): ReactNode {
  const { client } = useHallwayContext();
  const [picked, setPicked] = useState<ReadonlySet<PeerId>>(new Set());
  const [problem, setProblem] = useState<string>();

  async function add(): Promise<void> {
    const result = await client.call('addToRoom', { room: room.name, people: [...picked] });
    if (result.ok) onClose();
    else setProblem(result.message);
  }

  return (
    <Dialog
      title={<bdi>{titleOf(room)}</bdi>}
      closeLabel={say('join.cancel')}
      onClose={onClose}
      actions={
        <Button kind="main" disabled={picked.size === 0} onPress={() => void add()}>
          {say('private.add-these')}
        </Button>
      }
    >
      <p>{problem ?? say('private.add.text')}</p>
      <PeoplePicker picked={picked} without={closed.people} onPick={setPicked} />
    </Dialog>
  );
}
