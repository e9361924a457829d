/** The author above a message of a room: a small avatar in their colour, and their name. */
import type { ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import { readableCodeOf } from '../../../shared/text/contact-text.ts';
import { useHallway } from '../../state/context.tsx';
import { selectIsMet } from '../../state/message-selectors.ts';
import { selectNamesake } from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { NameMark } from '../../ui/name-mark.tsx';
import styles from './author.module.css';

interface AuthorProps {
  readonly message: Message;
  readonly name: string;
}

/** For the eye: screen readers get the name with the time. */
export function Author({ message, name }: AuthorProps): ReactNode {
  const { from } = message;
  const likeness = useHallway((state) => selectNamesake(state, from));
  const isMet = useHallway((state) => selectIsMet(state, from));
  return (
    <div className={styles.author} aria-hidden="true">
      <Avatar peerId={from} name={name} size="line" />
      <bdi className={styles.name}>{name}</bdi>
      {likeness !== undefined && <NameMark likeness={likeness} />}
      {/* A stranger's name is a claim. */}
      {(likeness !== undefined || !isMet) && <span className={styles.code}>{readableCodeOf(from)}</span>}
    </div>
  );
}
