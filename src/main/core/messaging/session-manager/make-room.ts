/** Picks the session that makes room for another incoming stream (rule TLS-6). */
import type { Endpoint } from '../../ports.ts';
import type { RunningSession } from '../session/session.ts';
import type { PendingSessions } from './pending-sessions.ts';
import type { SessionTable } from './session-table.ts';

export type IsCandidate = (remote: Endpoint) => boolean;

interface Held {
  readonly pending: Pick<PendingSessions, 'list'>;
  /** The first table with a candidate gives one up. */
  readonly tables: readonly Pick<SessionTable, 'closeUnlisted'>[];
}

/** @returns whether it closed one */
export function closeOneOf({ pending, tables }: Held, isCandidate: IsCandidate): boolean {
  const isIncoming = ({ remote, isOutgoing }: RunningSession): boolean => !isOutgoing && isCandidate(remote);
  const unopened = pending.list().find(isIncoming);
  if (unopened) unopened.close('busy');
  return unopened !== undefined || tables.some((table) => table.closeUnlisted(isIncoming));
}
