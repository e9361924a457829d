/** The messages found, with the matches marked. */
import type { ReactElement, ReactNode } from 'react';
import { memo } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { Message } from '../../../shared/contract/messages.ts';
import { peerOfConversation } from '../../../shared/lib/ids.ts';
import { useHallway, useTimeZone } from '../../state/context.tsx';
import { selectAuthor, selectIsOwn, selectTitle } from '../../state/message-selectors.ts';
import styles from './find-panel.module.css';
import { snippetOf } from './highlight.ts';
import { shortMoment } from '../../ui/message-time.ts';
import { maxResults } from './use-find-results.ts';
import type { FindResults } from './use-find-results.ts';

/** A message ID is unique per author. */
export function resultIdOf({ from, messageId }: Message): string {
  return `found-${from}-${messageId}`;
}

interface FindResultListProps {
  readonly results: FindResults;
  readonly sought: string;
  /** The conversation's name, if the results come from several. */
  readonly showsName: boolean;
  readonly active: Message | undefined;
  onChoose(message: Message): void;
}

export function FindResultList({ results, sought, showsName, active, onChoose }: FindResultListProps): ReactNode {
  const { messages, text } = results;
  return (
    <div className={styles.results}>
      <p className={styles.count} role="status">
        {countWords(results, sought.trim())}
      </p>
      <div className={styles.list} id="found-messages" role="listbox" aria-label={say('find.found')}>
        {messages.map((message) => (
          <Result
            key={resultIdOf(message)}
            message={message}
            text={text}
            showsName={showsName}
            isActive={message === active}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  );
}

function countWords({ messages, text, failure }: FindResults, sought: string): string {
  if (failure !== undefined) return failure;
  if (sought === '') return say('find.type');
  if (text === '' || (text !== sought && messages.length === 0)) return say('find.searching');
  if (messages.length === 0) return say('find.nothing');
  if (messages.length === maxResults) return say('find.best', { count: maxResults });
  return say('find.count', { count: messages.length });
}

interface ResultProps {
  readonly message: Message;
  readonly text: string;
  readonly showsName: boolean;
  readonly isActive: boolean;
  onChoose(message: Message): void;
}

const Result = memo(function Result({ message, text, showsName, isActive, onChoose }: ResultProps): ReactNode {
  useTimeZone();
  const isOwn = useHallway((state) => selectIsOwn(state, message));
  const title = useHallway((state) => selectTitle(state, message.conversation));
  const author = useHallway((state) => (isOwn ? say('message.you') : selectAuthor(state, message)));
  return (
    <div
      id={resultIdOf(message)}
      className={styles.result}
      role="option"
      aria-selected={isActive}
      ref={isActive ? keepInView : undefined}
      onClick={() => onChoose(message)}
    >
      <span className={styles.head}>
        {showsName ? authorAndPlace(message, isOwn, author, title) : nameWord(author)}
        <span className={styles.when}>{shortMoment(message)}</span>
      </span>
      <span className={styles.snippet} dir="auto">
        {snippetOf(message.text, text).map((part, index) =>
          part.isMatch ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
        )}
      </span>
    </div>
  );
});

function authorAndPlace({ conversation }: Message, isOwn: boolean, author: string, title: string): ReactNode {
  const isInRoom = peerOfConversation(conversation) === undefined;
  if (isInRoom) return said('find.in-room', { name: nameWord(author), room: nameWord(title) });
  return isOwn ? said('find.you-to', { you: nameWord(author), name: nameWord(title) }) : nameWord(author);
}

function nameWord(name: string): ReactElement {
  return <bdi className={styles.name}>{name}</bdi>;
}

function keepInView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
