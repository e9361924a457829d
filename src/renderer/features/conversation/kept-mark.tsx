/** How many members that are here have our message to a room. */
import { Check, CheckCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';
import styles from './message-row.module.css';

export function KeptMark({ message }: { readonly message: Message }): ReactNode {
  const { state } = message;
  const Icon = state === 'delivered' ? CheckCheck : Check;
  return (
    <>
      <span>· {words(message)}</span>
      <span className={styles.delivery} data-state={state} aria-hidden="true">
        <Icon size={15} strokeWidth={2.2} />
      </span>
    </>
  );
}

/** Nobody counts a message any more that all members had, nor one from before a restart. */
function words({ state, keptBy }: Message): string {
  if (state === 'delivered') return say('room.kept-by-all');
  if (keptBy === undefined) return say('message.sent');
  return keptBy.of === 0 ? say('room.kept-by-nobody') : say('room.kept-by', { count: keptBy.count, of: keptBy.of });
}
