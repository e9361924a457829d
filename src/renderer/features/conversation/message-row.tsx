/** One message: whose it is by its side, what became of it, and what can be done while that is still open. */
import { memo } from 'react';
import type { ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import { peerOfConversation } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext, useTicker } from '../../state/context.tsx';
import { selectIsOwn, selectName } from '../../state/message-selectors.ts';
import { momentOf } from '../../../shared/text/contact-text.ts';
import { DeliveryMark } from './delivery-mark.tsx';
import type { Place } from './grouping.ts';
import styles from './message-row.module.css';
import { MessageText } from './message-text.tsx';
import { clockTimeOfMessage, dayOf, timeOf, writtenEarlier } from '../../ui/message-time.ts';

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
    <button type="button" className={styles.action} onClick={() => void client.call('cancel', { messageId })}>
      Cancel<span className="visually-hidden"> this message</span>
    </button>
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
        <button type="button" className={styles.action} onClick={() => void client.call('send', { to, text: message.text })}>
          Send again
        </button>
      )}
    </p>
  );
}
