/** The beginning of a conversation's draft or of its last message, and its time. */
import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { peerOfConversation, type ConversationId } from '../../../shared/lib/ids.ts';
import { said } from '../../ui/said.tsx';
import { withoutMentionCodes } from '../../../shared/text/mentions.ts';
import { isVisible } from '../../../shared/text/visible-text.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext, useTicker, useTimeZone } from '../../state/context.tsx';
import { selectAuthor, selectIsOwn } from '../../state/message-selectors.ts';
import { selectShown } from '../../state/selectors.ts';
import { useListLook } from './list-look.ts';
import { clipText } from '../../ui/clip-text.ts';
import { rowTimeOf, timeOf } from '../../ui/message-time.ts';
import styles from './row.module.css';

/** Characters of the last message, more than fit in the row. */
const maxShownText = 120;

interface RowTextProps {
  readonly conversation: ConversationId;
  /** Where there is neither a draft nor a message to show. */
  readonly instead: ReactNode;
}

/**
 * The draft, or else the last message. The draft of the open conversation is in its field alone.
 */
export function RowText({ conversation, instead }: RowTextProps): ReactNode {
  const { drafts } = useHallwayContext();
  const { showsSnippets } = useListLook();
  const isShown = useHallway((state) => selectShown(state) === conversation);
  const hasLast = useHallway(({ messages }) => messages.conversations.has(conversation));
  const draft = useSyncExternalStore(drafts.subscribe, () => drafts.startOf(conversation));
  if (!isShown && isVisible(draft)) {
    return (
      <span className={`${styles.snippet} ${styles.draft}`}>
        {showsSnippets ? said('list.draft', { text: <bdi>{clipText(draft, maxShownText)}</bdi> }) : say('list.draft.only')}
      </span>
    );
  }
  return hasLast && showsSnippets ? <LastSaid conversation={conversation} /> : instead;
}

function LastSaid({ conversation }: { readonly conversation: ConversationId }): ReactNode {
  const last = useHallway(({ messages }) => messages.conversations.get(conversation)?.last);
  const isOwn = useHallway((state) => last !== undefined && selectIsOwn(state, last));
  const author = useHallway((state) =>
    last === undefined || isOwn || peerOfConversation(conversation) !== undefined ? undefined : selectAuthor(state, last),
  );
  if (last === undefined) return null;
  const isOfRoom = peerOfConversation(conversation) === undefined;
  const text = <bdi>{clipText(isOfRoom ? withoutMentionCodes(last.text) : last.text, maxShownText)}</bdi>;
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
