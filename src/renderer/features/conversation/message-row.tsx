/** One message: whose it is by its side, what became of it, and what can be done while that is still open. */
import { memo } from 'react';
import type { ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import { peerOfConversation } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext, useTicker } from '../../state/context.tsx';
import { selectIsOwn, selectName } from '../../state/message-selectors.ts';
import { momentOf } from '../../../shared/text/contact-text.ts';
import type { Place } from './grouping.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-row.module.css';
import { MessageText } from './message-text.tsx';
import { clockTimeOfMessage, dayOf, timeOf, writtenEarlier } from '../../ui/message-time.ts';
import { Ban, Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

type DeliveryState = NonNullable<Message['state']>;

const marks: Readonly<Record<DeliveryState, { readonly icon: LucideIcon; readonly name: string; readonly hint: string }>> = {
  queued: { icon: Clock3, name: 'Queued', hint: 'Queued: it is kept here, and goes out when they can be reached' },
  sent: { icon: Check, name: 'Sent', hint: 'Sent: it left this computer, and is sent again until theirs has it' },
  delivered: { icon: CheckCheck, name: 'Delivered', hint: 'Delivered: it is kept on their computer' },
  read: { icon: CheckCheck, name: 'Read', hint: 'Read' },
  failed: { icon: CircleAlert, name: 'Failed', hint: 'Failed: their computer will not take it' },
  cancelled: { icon: Ban, name: 'Cancelled', hint: 'Cancelled: it never left this computer' },
};

interface MessageRowProps extends Place {
  readonly message: Message;
  readonly isTarget: boolean;
}

export const MessageRow = memo(function MessageRow({ message, isTarget, ...place }: MessageRowProps): ReactNode {
  const { state } = message;
  // Not the name that the message brings: its author may put any.
  const name = useHallway((store) => selectName(store, message.from));
  const isOwn = useHallway((store) => selectIsOwn(store, message));
  const time = clockTimeOfMessage(message);
  return (
    <div className={styles.row}>
      {place.startsDay && <DayLine timeMs={timeOf(message)} />}
      {place.startsUnread && (
        <div className={styles.unread} role="separator" aria-label="New messages">
          <span>New</span>
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
        <div className={styles.bubble} title={momentOf(timeOf(message))}>
          {place.startsGroup && (
            <span className={`visually-hidden ${styles.spoken}`}>
              {isOwn ? 'You' : name}, {time}:{' '}
            </span>
          )}
          <MessageText text={message.text} isWhole={isTarget} />
        </div>
        {(place.endsGroup || state !== undefined) && (
          <div className={styles.about}>
            {state === 'queued' && <CancelButton messageId={message.messageId} />}
            {place.endsGroup && <TimeWords message={message} time={time} />}
            {state !== undefined && <DeliveryMark state={state} />}
          </div>
        )}
        {state === 'failed' && <FailedLine message={message} />}
        {state === 'cancelled' && <p className={styles.fate}>Cancelled before it was sent</p>}
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
  const earlier = writtenEarlier(message);
  return (
    <span>
      {earlier !== undefined && <>written {earlier}, came </>}
      {time}
    </span>
  );
}

function CancelButton({ messageId }: { readonly messageId: string }): ReactNode {
  const { client } = useHallwayContext();
  return (
    <Button kind="link" className={styles.action} onPress={() => void client.call('cancel', { messageId })}>
      Cancel<span className="visually-hidden"> this message</span>
    </Button>
  );
}

/** The other side refuses for good: asking it again is up to people. */
function FailedLine({ message }: { readonly message: Message }): ReactNode {
  const { client } = useHallwayContext();
  const to = peerOfConversation(message.conversation);
  return (
    <p className={styles.fate} data-failed="true">
      Not delivered: their Hallway will not take it.{' '}
      {to !== undefined && (
        <Button kind="link" className={styles.action} onPress={() => void client.call('send', { to, text: message.text })}>
          Send again
        </Button>
      )}
    </p>
  );
}

/** What became of one of our messages, as a small mark with a name: they differ by shape, and "read" by colour besides. */
function DeliveryMark({ state }: { readonly state: DeliveryState }): ReactNode {
  const { icon: Icon, name, hint } = marks[state];
  return (
    <span className={styles.delivery} data-state={state} role="img" aria-label={name} title={hint}>
      <Icon size={state === 'queued' || state === 'cancelled' ? 13 : 15} strokeWidth={2.2} aria-hidden="true" />
    </span>
  );
}
