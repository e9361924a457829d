/** What became of one of our messages, as a small mark with a name: they differ by shape, and "read" by colour besides. */
import { Ban, Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import styles from './delivery-mark.module.css';

type DeliveryState = NonNullable<Message['state']>;

const marks: Readonly<Record<DeliveryState, { readonly icon: LucideIcon; readonly name: string; readonly hint: string }>> = {
  queued: { icon: Clock3, name: 'Queued', hint: 'Queued: it is kept here, and goes out when they can be reached' },
  sent: { icon: Check, name: 'Sent', hint: 'Sent: it left this computer, and is sent again until theirs has it' },
  delivered: { icon: CheckCheck, name: 'Delivered', hint: 'Delivered: it is kept on their computer' },
  read: { icon: CheckCheck, name: 'Read', hint: 'Read' },
  failed: { icon: CircleAlert, name: 'Failed', hint: 'Failed: their computer will not take it' },
  cancelled: { icon: Ban, name: 'Cancelled', hint: 'Cancelled: it never left this computer' },
};

export function DeliveryMark({ state }: { readonly state: DeliveryState }): ReactNode {
  const { icon: Icon, name, hint } = marks[state];
  return (
    <span className={styles.mark} data-state={state} role="img" aria-label={name} title={hint}>
      <Icon size={state === 'queued' || state === 'cancelled' ? 13 : 15} strokeWidth={2.2} aria-hidden="true" />
    </span>
  );
}
