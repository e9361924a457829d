/** A small icon beside the name for away and busy; available needs none. */
import { CircleMinus, Moon } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import type { Status } from '../../shared/contract/profile.ts';
import styles from './status-mark.module.css';

export const statusWords: Readonly<Record<Status, string>> = {
  available: say('ui.status.available'),
  away: say('ui.status.away'),
  busy: say('ui.status.busy'),
};

export function StatusMark({ status }: { readonly status: Status }): ReactNode {
  if (status === 'available') return null;
  const Icon = status === 'away' ? Moon : CircleMinus;
  return (
    <span className={styles.mark} data-status={status} title={statusWords[status]}>
      <Icon size={13} strokeWidth={2.4} aria-hidden="true" />
      <span className="visually-hidden">{statusWords[status]}</span>
    </span>
  );
}
