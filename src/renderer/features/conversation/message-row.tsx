/**
 * One message, on its author's side, with its delivery state and the actions that are still
 * possible.
 */
import { memo, useState } from 'react';
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
import { fitsInside, isLong } from './bubble-fit.ts';
import { keptWords } from './kept-words.ts';
import { OfferCard, useTransfer } from '../files/offer-card.tsx';
import { selectMarks } from './mention-marks.ts';
import { withoutMentionCodes } from '../../../shared/text/mentions.ts';
import { MessageText } from './message-text.tsx';
import { clipText } from '../../ui/clip-text.ts';
import { arrivalOf, clockTimeOfMessage, dayOf, isoOf, timeOf, writtenEarlier } from '../../ui/message-time.ts';
import { Ban, Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** Characters of a text that are part of a message's name; all of it can be read in the message. */
const maxLabel = 500;
/** A screen reader would read a second full stop. */
const endsSentence = /\p{P}$/u;
/** About as wide as so many characters. */
const markLength = 3;
const cancelLength = 8;

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
  /** The one message that Tab reaches; arrows move it. */
  readonly isCurrent: boolean;
}

export const MessageRow = memo(function MessageRow({
  message,
  isTarget,
  isSelected,
  isCurrent,
  ...place
}: MessageRowProps): ReactNode {
  const { state } = message;
  // Only of strangers the name in the message: its author can put any name there.
  const name = useHallway((store) => selectAuthor(store, message));
  const isOwn = useHallway((store) => selectIsOwn(store, message));
  const isOfRoom = peerOfConversation(message.conversation) === undefined;
  const mentions = useHallway((store) => selectMarks(store, message));
  useTimeZone();
  const time = clockTimeOfMessage(message);
  const transfer = useTransfer(message);
  const [isUnfolded, unfold] = useState(isTarget);
  const isFolded = !isUnfolded && isLong(message.text);
  const about = aboutOf(message, place, isOfRoom);
  const isInside = transfer === undefined && about !== undefined && !isFolded && fitsInside(message.text, about);
  const shownAbout = about && <About message={message} about={about} isOfRoom={isOfRoom} isInside={isInside} />;
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
        role="article"
        aria-label={labelOf(message, isOwn ? say('message.you') : name, time)}
        tabIndex={isCurrent ? 0 : undefined}
        data-own={isOwn}
        data-mention={message.mention === true}
        data-state={state}
        data-target={isTarget}
        data-starts-group={place.startsGroup}
        data-ends-group={place.endsGroup}
      >
        {isOfRoom && !isOwn && place.startsGroup && <Author message={message} name={name} />}
        <div className={styles.bubble} title={momentOf(timeOf(message))}>
          {transfer === undefined ? (
            <MessageText
              {...{ text: message.text, marks: mentions, isFolded }}
              onUnfold={() => unfold(true)}
              tailLength={isInside ? about.length : 0}
            />
          ) : (
            <OfferCard transfer={transfer} message={message} />
          )}
          {isInside && shownAbout}
        </div>
        {!isInside && shownAbout}
        {state === 'failed' && <FailedLine message={message} />}
      </div>
    </div>
  );
});

/** As screen readers name the message: author, time, text and state. */
function labelOf(message: Message, name: string, time: string): string {
  const isOfRoom = peerOfConversation(message.conversation) === undefined;
  const text = clipText(isOfRoom ? withoutMentionCodes(message.text) : message.text, maxLabel);
  const { state, mention } = message;
  if (state === undefined && !mention) return say('message.label', { name, time, text });
  const sentence = endsSentence.test(text) ? text : `${text}.`;
  return state === undefined
    ? say('message.label-mention', { name, time, text: sentence })
    : say('message.label-own', { name, time, text: sentence, state: marks[state].name });
}

interface AboutWords {
  /** The time of the message, and that of its arrival or writing where these differ. */
  readonly time: string;
  /** Of a room: how many have it. */
  readonly kept: string | undefined;
  readonly showsMark: boolean;
  /** In characters, marks included. */
  readonly length: number;
}

/** Time and mark, once for messages of a group that share both. */
function aboutOf(message: Message, { showsFate, endsGroup }: Place, isOfRoom: boolean): AboutWords | undefined {
  const { state } = message;
  const isWaiting = state === 'queued' || state === 'cancelled';
  if (!showsFate && !isWaiting) return undefined;
  const time = endsGroup || state !== undefined ? timeWords(message) : '';
  const kept = isOfRoom && state !== undefined ? keptWords(message) : undefined;
  const words = [time, kept, state === 'cancelled' ? say('message.cancelled') : undefined].filter((text) => text !== undefined);
  const length = words.join(' · ').length + (state === undefined ? 0 : markLength) + (state === 'queued' ? cancelLength : 0);
  return { time, kept, showsMark: state !== undefined, length };
}

interface AboutProps {
  readonly message: Message;
  readonly about: AboutWords;
  readonly isOfRoom: boolean;
  /** In the last line of the bubble, else below it. */
  readonly isInside: boolean;
}

function About({ message, about: { time, kept, showsMark }, isOfRoom, isInside }: AboutProps): ReactNode {
  const { state, messageId } = message;
  return (
    <div className={styles.about} data-inside={isInside}>
      {state === 'queued' && <CancelButton messageId={messageId} />}
      {state === 'cancelled' && <span className={styles.word}>{say('message.cancelled')}</span>}
      <time dateTime={isoOf(message)}>{time}</time>
      {kept !== undefined && <span className={styles.word}>{kept}</span>}
      {showsMark && state !== undefined && (
        <DeliveryMark state={isOfRoom && state !== 'delivered' ? 'sent' : state} isSpoken={!isOfRoom} />
      )}
    </div>
  );
}

function DayLine({ timeMs }: { readonly timeMs: number }): ReactNode {
  const day = useTicker((nowMs) => dayOf(timeMs, nowMs));
  return (
    <div className={styles.day}>
      <h3>{day}</h3>
    </div>
  );
}

function timeWords(message: Message): string {
  const time = clockTimeOfMessage(message);
  if (message.late) return say('message.sent-earlier', { sent: time, time: arrivalOf(message) });
  const earlier = writtenEarlier(message);
  return earlier === undefined ? time : say('message.sent-earlier', { sent: earlier, time });
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
 * also by colour. In a room, words beside it say more.
 */
function DeliveryMark({ state, isSpoken }: { readonly state: DeliveryState; readonly isSpoken: boolean }): ReactNode {
  const { icon: Icon, name, hint } = marks[state];
  const icon = <Icon size={state === 'queued' || state === 'cancelled' ? 13 : 15} strokeWidth={2.2} aria-hidden="true" />;
  if (!isSpoken) {
    return (
      <span className={styles.delivery} data-state={state} aria-hidden="true">
        {icon}
      </span>
    );
  }
  return (
    <span className={styles.delivery} data-state={state} role="img" aria-label={name} title={hint}>
      {icon}
    </span>
  );
}
