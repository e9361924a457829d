/** Joins a room: one of those on this network, or one by its name, which may be new. */
import { Hash, Lock } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxTypedRoomName } from '../../../shared/contract/rooms.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeOverlay, openRoom } from '../../state/route.ts';
import { selectRoom } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { NameDialog } from './name-dialog.tsx';
import { NewPrivateDialog } from './new-private-dialog.tsx';
import styles from './join-dialog.module.css';

export function JoinDialog(): ReactNode {
  const { store } = useHallwayContext();
  const [isPrivate, setIsPrivate] = useState(false);
  const { join, problem, forgetProblem } = useJoin();

  if (isPrivate) return <NewPrivateDialog onClose={() => setIsPrivate(false)} />;
  return (
    <NameDialog
      title={say('rooms.join')}
      label={say('join.name')}
      hint={say('join.hint')}
      maxLength={maxTypedRoomName}
      done={say('join.join')}
      problem={problem}
      onEdit={forgetProblem}
      onSubmit={(name) => void join(name)}
      onClose={() => store.navigate(closeOverlay)}
    >
      <ExistingRooms onJoin={(chosen) => void join(chosen)} />
      <Button kind="plain" className={styles.room} onPress={() => setIsPrivate(true)}>
        <Lock className={styles.sign} size={15} aria-hidden="true" />
        <span className={styles.name}>{say('private.new')}</span>
        <span className={styles.topic}>{say('private.new.hint')}</span>
      </Button>
    </NameDialog>
  );
}

function ExistingRooms({ onJoin }: { onJoin(name: string): void }): ReactNode {
  const roomNames = useHallway(({ core }) => core.roomNames);
  const rooms = useHallway(({ core }) => core.rooms);
  const others = roomNames.filter((name) => rooms.get(name)?.isJoined === false && !rooms.get(name)?.private);
  if (others.length === 0) return <p>{say('join.none')}</p>;
  return (
    <section className={styles.existing} aria-label={say('join.existing')}>
      <h3 className={styles.heading}>{say('join.existing')}</h3>
      <ul className={styles.list}>
        {others.map((name) => (
          <li key={name}>
            <ExistingRoom name={name} onJoin={() => onJoin(name)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExistingRoom({ name, onJoin }: { readonly name: string; onJoin(): void }): ReactNode {
  const room = useHallway((state) => selectRoom(state, name));
  return (
    <Button kind="plain" className={styles.room} onPress={onJoin}>
      <Hash className={styles.sign} size={15} aria-hidden="true" />
      <bdi className={styles.name}>{name}</bdi>
      <bdi className={styles.topic}>{room?.topic}</bdi>
      <span className={styles.count}>{say('rooms.members', { count: room?.members.length ?? 0 })}</span>
    </Button>
  );
}

interface Joining {
  join(name: string): Promise<void>;
  readonly problem: string | undefined;
  forgetProblem(): void;
}

function useJoin(): Joining {
  const { client, store } = useHallwayContext();
  const [problem, setProblem] = useState<string>();

  async function join(name: string): Promise<void> {
    const result = await client.call('joinRoom', { room: name });
    if (!result.ok) return setProblem(result.message);
    store.navigate(closeOverlay);
    store.navigate(openRoom(result.output.name));
  }

  return { join, problem, forgetProblem: () => setProblem(undefined) };
}
