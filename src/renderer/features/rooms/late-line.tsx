/** Says that messages arrived which belong before others, and leads to the first of them. */
import { History, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { isLater, type ConversationId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext, useTimeZone } from '../../state/context.tsx';
import { selectOpen } from '../../state/message-selectors.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { clockTimeOfMessage } from '../../ui/message-time.ts';
import styles from './line.module.css';

export function LateLine({ conversation }: { readonly conversation: ConversationId }): ReactNode {
  const { store, conversations } = useHallwayContext();
  const open = useHallway(selectOpen);
  useTimeZone();
  const late = open?.conversation === conversation ? open.late : [];
  const sorted = late.toSorted((a, b) => (isLater(a.cursor, b.cursor) ? 1 : -1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [from, to] = [clockTimeOfMessage(first), clockTimeOfMessage(last)];

  function dismiss(): void {
    store.applyMessages({ type: 'late-seen' });
  }

  function jump(): void {
    dismiss();
    if (first !== undefined) conversations.jumpTo(first);
  }

  return (
    <div className={styles.line} data-kind="late" role="status">
      <History className={styles.icon} size={15} aria-hidden="true" />
      <Button kind="link" className={styles.jump} onPress={jump}>
        {say('room.late', { count: late.length, first: from, last: from === to ? 'none' : to })}
      </Button>
      <IconButton size={24} label={say('room.late.close')} onPress={dismiss}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
