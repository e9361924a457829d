/** The frame of every row of the list: an option that opens its conversation. */
import type { ReactNode } from 'react';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import type { ListSection } from '../../state/list-items.ts';
import { useHallway } from '../../state/context.tsx';
import { selectShown } from '../../state/selectors.ts';
import { useListLook, useRowPlace } from './list-look.ts';
import styles from './row.module.css';

export interface RowProps {
  readonly conversation: ConversationId;
  readonly section: ListSection;
  onSelect(conversation: ConversationId): void;
}

interface FrameProps extends RowProps {
  readonly isHere: boolean;
  readonly isUnread: boolean;
  readonly title: string;
  readonly children: ReactNode;
}

export function Row({ conversation, section, onSelect, isHere, isUnread, title, children }: FrameProps): ReactNode {
  const isSelected = useHallway((state) => selectShown(state) === conversation);
  const { density } = useListLook();
  const { position, rowCount } = useRowPlace();
  return (
    <div
      id={rowIdOf(conversation)}
      className={styles.row}
      role="option"
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={rowCount}
      data-section={section}
      data-density={density}
      data-here={isHere}
      data-unread={isUnread}
      data-conversation={conversation}
      title={title}
      onClick={() => onSelect(conversation)}
    >
      {children}
    </div>
  );
}

/** The row's element ID, by which the list names its active option. */
export function rowIdOf(conversation: ConversationId): string {
  const parts = partsOf(conversation);
  return parts.type === 'room' ? `room-${parts.name}` : `contact-${parts.peerId}`;
}
