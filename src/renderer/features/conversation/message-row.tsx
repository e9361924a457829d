/**
 * One message, on its author's side, with its delivery state and the actions that are still
 * possible.
 */
import { memo } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { Message } from '../../../shared/contract/messages.ts';
import { peerOfConversation } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext, useTicker, useTimeZone } from '../../state/context.tsx';
import { selectAuthor, selectIsOwn, selectTitle } from '../../state/message-selectors.ts';
import { momentOf } from '../../../shared/text/contact-text.ts';
import type { Place } from './grouping.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-row.module.css';
import { Author } from './author.tsx';
import { KeptMark } from './kept-mark.tsx';
import { MessageText } from './message-text.tsx';
import { arrivalOf, clockTimeOfMessage, dayOf, timeOf, writtenEarlier } from '../../ui/message-time.ts';
import { Ban, Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

type DeliveryState = NonNullable<Message['state']>;

const marks: Readonly<Record<DeliveryState, { readonly icon: LucideIcon; readonly name: string; readonly hint: string }>> = {
  queued: { icon: Clock3, name: say('message.queued'), hint: say('message.queued.hint') },
  sent: { icon: Check, name: say('message.sent'), hint: say('message.sent.hint') },
  delivered: { icon: CheckCheck, name: say('message.delivered'), hint: say('message.delivered.hint') },
  read: { icon: CheckCheck, name: say('message.read'), hint: say('message.read') },
  failed: { icon: CircleAlert, name: say('message.failed'), hint: say('message.failed.hint') },
  cancelled: { icon: Ban, name: say('message.cancelled'), hint: say('message.cancelled.hint') },
};

interface MessageRowProps extends Place {
  readonly message: Message;
  readonly isTarget: boolean;
  /** As a whole, with others. */
  readonly isSelected: boolean;
}

export const MessageRow = memo(function MessageRow({ message, isTarget, isSelected, ...place }: MessageRowProps): ReactNode {
  const { state } = message;
  // Only of strangers the name in the message: its author can put any name there.
  const name = useHallway((store) => selectAuthor(store, message));
  const isOwn = useHallway((store) => selectIsOwn(store, message));
  const isOfRoom = peerOfConversation(message.conversation) === undefined;
  useTimeZone();
  const time = clockTimeOfMessage(message);
  return (
    <div className={styles.row} data-cursor={message.cursor} data-selected={isSelected}>
      {place.startsDay && <DayLine timeMs={timeOf(message)} />}
      {place.startsUnread && (
        <div className={styles.unread} role="separator" aria-label={say('conversation.new-messages')}>
          <span>{say('conversation.new')}</span>
        </div>
      )}
      <div
        className={styles.message}
        data-own={isOwn}
        data-state={state}
        data-target={isTarget}
        data-starts-group={place.startsGroup}
        data-ends-group={place.endsGroup}
      >
        {isOfRoom && !isOwn && place.startsGroup && <Author message={message} name={name} />}
        <div className={styles.bubble} title={momentOf(timeOf(message))}>
          {place.startsGroup && (
            <span className={`visually-hidden ${styles.spoken}`}>
              {say('message.from', { name: isOwn ? say('message.you') : name, time })}{' '}
            </span>
          )}
          <MessageText text={message.text} isWhole={isTarget} />
        </div>
        {(place.endsGroup || state !== undefined) && (
          <div className={styles.about}>
            {state === 'queued' && <CancelButton messageId={message.messageId} />}
            {place.endsGroup && <TimeWords message={message} time={time} />}
            {state !== undefined && (isOfRoom ? <KeptMark message={message} /> : <DeliveryMark state={state} />)}
          </div>
        )}
        {state === 'failed' && <FailedLine message={message} />}
        {state === 'cancelled' && <p className={styles.fate}>{say('message.cancelled')}</p>}
      </div>
    </div>
  );
});

function DayLine({ timeMs }: { readonly timeMs: number }): ReactNode {
  const day = useTicker((nowMs) => dayOf(timeMs, nowMs));
  return (
    <div className={styles.day} role="separator" aria-label={day}>
      <span>{day}</span>
    </div>
  );
}

function TimeWords({ message, time }: { readonly message: Message; readonly time: string }): ReactNode {
  if (message.late) return <span>{say('message.sent-earlier', { sent: time, time: arrivalOf(message) })}</span>;
  const earlier = writtenEarlier(message);
  return <span>{earlier === undefined ? time : say('message.sent-earlier', { sent: earlier, time })}</span>;
}

function CancelButton({ messageId }: { readonly messageId: string }): ReactNode {
  const { client } = useHallwayContext();
  return (
    <Button kind="link" className={styles.action} onPress={() => void client.call('cancel', { messageId })}>
      {say('message.cancel')}
      <span className="visually-hidden"> {say('message.cancel.this')}</span>
    </Button>
  );
}

/** The peer rejects for good, so only the user may send it again. */
function FailedLine({ message }: { readonly message: Message }): ReactNode {
  const { client } = useHallwayContext();
  const to = peerOfConversation(message.conversation);
  const name = useHallway((state) => selectTitle(state, message.conversation));
  return (
    <p className={styles.fate} data-failed="true">
      <span>{said('message.failed.text', { name: <bdi>{name}</bdi> })}</span>{' '}
      {to !== undefined && (
        <Button kind="link" className={styles.action} onPress={() => void client.call('send', { to, text: message.text })}>
          {say('message.send-again')}
        </Button>
      )}
    </p>
  );
}

/**
 * The delivery state of our message as a small mark with a name. Marks differ by shape, and "read"
 * also by colour.
 */
function DeliveryMark({ state }: { readonly state: DeliveryState }): ReactNode {
  const { icon: Icon, name, hint } = marks[state];
  return (
    <span className={styles.delivery} data-state={state} role="img" aria-label={name} title={hint}>
      <Icon size={state === 'queued' || state === 'cancelled' ? 13 : 15} strokeWidth={2.2} aria-hidden="true" />
    </span>
  );
}
