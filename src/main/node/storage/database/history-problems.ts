/**
 * The problems of opening the message database, as codes and values. Each becomes a health entry;
 * docs/AUTOMATION.md lists the codes. The catalogue (shared/text/messages/health.ts) has the
 * sentences. Messaging reports later problems.
 */
import type { Finding } from '../../../../shared/contract/diagnostics.ts';
import { problem } from '../../../../shared/text/messages/problem-values.ts';
import type { Salvage } from './contact-salvage.ts';

export type HistoryProblem = Finding;

/** Messages are in memory, because this Node.js has no SQLite. */
export function historyWithoutSqlite(): HistoryProblem {
  return problem('history-not-kept', 'error', { cause: 'noSqlite' });
}

/** Messages are in memory. @param reason the system's code, or one of ours */
export function historyNotKept(path: string, reason: string): HistoryProblem {
  return problem('history-not-kept', 'error', { cause: 'file', path, reason });
}

export function historyReplaced(asidePath: string, salvage: Salvage): HistoryProblem {
  return problem('history-replaced', 'error', { asidePath, ...contactsIn(salvage) });
}

export function historyFromNewer(asidePath: string, salvage: Salvage): HistoryProblem {
  return problem('history-from-newer', 'warning', { asidePath, ...contactsIn(salvage) });
}

/** @param reason the system's code, or one of ours */
export function historyReadOnly(path: string, reason: string): HistoryProblem {
  return problem('history-read-only', 'error', { path, reason });
}

export function historyInUse(path: string): HistoryProblem {
  return problem('history-in-use', 'error', { path });
}

/** How many contacts of the old file are in the new one. */
function contactsIn({ contacts, isComplete }: Salvage): { readonly contacts: 'all' | 'none' | 'some'; readonly count: number } {
  const count = contacts.length;
  return { contacts: isComplete ? 'all' : count === 0 ? 'none' : 'some', count };
}
