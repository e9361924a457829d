/** The beginning of a conversation's last message, and its time. */
import type { ReactNode } from 'react';
import { peerOfConversation, type ConversationId } from '../../../shared/lib/ids.ts';
import { said } from '../../ui/said.tsx';
import { useHallway, useTicker, useTimeZone } from '../../state/context.tsx';
import { selectAuthor, selectIsOwn } from '../../state/message-selectors.ts';
import { clipText } from '../../ui/clip-text.ts';
import { rowTimeOf, timeOf } from '../../ui/message-time.ts';
import styles from './row.module.css';

/** Characters of the last message, more than fit in the row. */
const maxShownText = 120;

export function LastSaid({ conversation }: { readonly conversation: ConversationId }): ReactNode {
  const last = useHallway(({ messages }) => messages.conversations.get(conversation)?.last);
  const isOwn = useHallway((state) => last !== undefined && selectIsOwn(state, last));
  const author = useHallway((state) =>
    last === undefined || isOwn || peerOfConversation(conversation) !== undefined ? undefined : selectAuthor(state, last),
  );
  if (last === undefined) return null;
  const text = <bdi>{clipText(last.text, maxShownText)}</bdi>;
  return (
    <span className={styles.snippet}>
      {isOwn && said('contacts.you', { text })}
      {author !== undefined && said('list.said-by', { name: <bdi>{author}</bdi>, text })}
      {!isOwn && author === undefined && text}
    </span>
  );
}

interface LastTimeProps {
  readonly conversation: ConversationId;
  /** For a conversation without a message. */
  readonly fallbackMs: number | undefined;
}

/** For the eye alone: a time that changes would make a screen reader read the row again. */
export function LastTime({ conversation, fallbackMs }: LastTimeProps): ReactNode {
  const last = useHallway(({ messages }) => messages.conversations.get(conversation)?.last);
  useTimeZone();
  const timeMs = last === undefined ? fallbackMs : timeOf(last);
  const text = useTicker((nowMs) => (timeMs === undefined ? '' : rowTimeOf(timeMs, nowMs)));
  if (text === '') return null;
  return (
    <span className={styles.time} aria-hidden="true">
      {text}
    </span>
  );
}
