/**
 * Messages of authors whose clock is ahead, one row for each author. They are not part of the
 * history yet, so they stand below it.
 */
import { ClockAlert } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { formatDuration } from '../../../shared/text/format.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectName } from '../../state/message-selectors.ts';
import { Button } from '../../ui/button.tsx';
import { said } from '../../ui/said.tsx';
import styles from './line.module.css';

type Ahead = Room['ahead'][number];

export function AheadLines({ room }: { readonly room: Room }): ReactNode {
  if (room.ahead.length === 0) return null;
  return (
    <div className={styles.ahead}>
      {room.ahead.map((ahead) => (
        <AheadLine key={ahead.from} room={room} ahead={ahead} />
      ))}
    </div>
  );
}

function AheadLine({ room, ahead }: { readonly room: Room; readonly ahead: Ahead }): ReactNode {
  const { client } = useHallwayContext();
  const { from, count, aheadMs } = ahead;
  const name = useHallway((state) => selectName(state, from));
  const [shown, setShown] = useState<readonly Message[]>();
  const isShown = shown !== undefined;

  async function show(): Promise<void> {
    const result = await client.call('messagesAhead', { conversation: room.conversation });
    if (result.ok) setShown(result.output.messages.filter((message) => message.from === from));
  }

  return (
    <>
      <div className={styles.line}>
        <ClockAlert className={styles.icon} size={15} aria-hidden="true" />
        <p className={styles.text}>
          {said('room.ahead', {
            count,
            name: <bdi>{name}</bdi>,
            aheadMs: <span className={styles.whole}>{formatDuration(aheadMs)}</span>,
          })}
        </p>
        <Button
          kind="link"
          className={styles.action}
          aria-expanded={isShown}
          onPress={() => (isShown ? setShown(undefined) : void show())}
        >
          {isShown ? say('room.ahead.hide') : say('room.ahead.show')}
        </Button>
      </div>
      {shown?.map((message) => (
        <p key={message.cursor} className={styles.message} dir="auto">
          {message.text}
        </p>
      ))}
    </>
  );
}
