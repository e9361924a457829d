/**
 * A private room that the user is not in: an invitation that waits for an answer, or a room that an
 * admin removed the user from, whose messages stay.
 */
import { ArrowLeft, Lock } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { formatList } from '../../../shared/text/format.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectName } from '../../state/message-selectors.ts';
import { showNobody } from '../../state/route.ts';
import { selectSelf } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { said } from '../../ui/said.tsx';
import { Messages } from '../conversation/conversation.tsx';
import { titleOf } from './room-title.tsx';
import line from './line.module.css';
import styles from './room-page.module.css';

/** Members named in an invitation. The others are counted. */
const maxNamed = 8;

export function PrivateNotJoined({ room }: { readonly room: Room }): ReactNode {
  const { store } = useHallwayContext();
  const title = titleOf(room);
  return (
    <section className={styles.room} aria-label={say('room.name', { room: title })}>
      <Button kind="back" className={styles.back} onPress={() => store.navigate(showNobody)}>
        <ArrowLeft size={15} aria-hidden="true" /> {say('rooms.title')}
      </Button>
      {room.private?.standing === 'removed' ? <Removed room={room} /> : <Invitation room={room} />}
    </section>
  );
}

function Invitation({ room }: { readonly room: Room }): ReactNode {
  const { client, store } = useHallwayContext();
  const closed = room.private as NonNullable<Room['private']>;
  const inviter = useHallway((state) => selectName(state, closed.by));
  const { problem, run } = useCall();

  return (
    <EmptyPanel icon={Lock} title={titleOf(room)}>
      <p>{said('private.invited-by', { name: <bdi>{inviter}</bdi> })}</p>
      <People room={room} />
      <p>{say('private.promise')}</p>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div className={styles.answers}>
        <Button kind="main" onPress={() => void run(client.call('joinRoom', { room: room.name }))}>
          {say('private.accept')}
        </Button>
        <Button
          kind="boxed"
          onPress={() => void run(client.call('leaveRoom', { room: room.name }), () => store.navigate(showNobody))}
        >
          {say('private.decline')}
        </Button>
        <Button
          kind="link"
          onPress={() =>
            void run(client.call('setBlocked', { peerId: closed.by, blocked: true }), () =>
              run(client.call('leaveRoom', { room: room.name }), () => store.navigate(showNobody)),
            )
          }
        >
          {said('private.block', { name: <bdi>{inviter}</bdi> })}
        </Button>
      </div>
    </EmptyPanel>
  );
}

function People({ room }: { readonly room: Room }): ReactNode {
  const self = useHallway(selectSelf);
  const others = (room.private?.people ?? []).filter((peerId) => peerId !== self?.peerId);
  const shown = others.slice(0, maxNamed);
  const names = useHallway((state) =>
    formatList([...shown.map((peerId) => selectName(state, peerId)), ...others.slice(maxNamed)], maxNamed),
  );
  return <p>{said('private.with', { names: <bdi>{names}</bdi> })}</p>;
}

/** The messages stay to read. */
function Removed({ room }: { readonly room: Room }): ReactNode {
  const { client, store } = useHallwayContext();
  const by = useHallway((state) => selectName(state, room.private?.by ?? ''));
  const { problem, run } = useCall();
  const title = titleOf(room);
  return (
    <>
      <Messages
        conversation={room.conversation}
        name={title}
        empty={
          <div className={styles.blank}>
            <p className={styles.nothing}>{say('private.nothing')}</p>
          </div>
        }
      />
      <div className={line.line} data-kind="note" role="note">
        <Lock className={line.icon} size={15} aria-hidden="true" />
        <p className={line.text}>{problem ?? said('private.removed-by', { name: <bdi>{by}</bdi>, room: <bdi>{title}</bdi> })}</p>
        <Button
          kind="pill"
          onPress={() => void run(client.call('leaveRoom', { room: room.name }), () => store.navigate(showNobody))}
        >
          {say('private.forget')}
        </Button>
      </div>
    </>
  );
}

function useCall(): {
  readonly problem: string | undefined;
  run(call: Promise<CallResult<unknown>>, onDone?: () => unknown): Promise<void>;
} {
  const [problem, setProblem] = useState<string>();
  return {
    problem,
    async run(call, onDone) {
      const result = await call;
      setProblem(result.ok ? undefined : result.message);
      if (result.ok) onDone?.();
    },
  };
}
