/** A person's status: in words, with the end of a busy one (rule AWAY-12), and as a small icon. */
import { CircleMinus, Moon } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import type { Status } from '../../shared/contract/profile.ts';
import { createLocalFormat } from '../../shared/text/local-format.ts';
import styles from './status-mark.module.css';

export const statusWords: Readonly<Record<Status, string>> = {
  available: say('ui.status.available'),
  away: say('ui.status.away'),
  busy: say('ui.status.busy'),
};

const time = createLocalFormat({ hour: 'numeric', minute: '2-digit' });
const dayAndTime = createLocalFormat({ weekday: 'short', hour: 'numeric', minute: '2-digit' });

interface ShownStatus {
  readonly status: Status;
  readonly busyUntilMs?: number | undefined;
}

/** @param nowMs wall clock; for a peer, the time when it was heard will do */
export function statusText({ status, busyUntilMs }: ShownStatus, nowMs: number): string {
  if (status !== 'busy' || busyUntilMs === undefined || busyUntilMs <= nowMs) return statusWords[status];
  return say('ui.status.busy-until', { time: endText(busyUntilMs, nowMs) });
}

/** A time of today, such as `3:00 PM`, or of another day, such as `Tue 9:00 AM`. */
export function endText(untilMs: number, nowMs: number): string {
  const isToday = new Date(untilMs).toDateString() === new Date(nowMs).toDateString();
  return (isToday ? time : dayAndTime).format(untilMs);
}

/** Beside the name for away and busy; available needs none. */
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
