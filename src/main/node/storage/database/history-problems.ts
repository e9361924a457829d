/**
 * What can be wrong with the place where messages are kept when it is opened, in words for its user. Each becomes a health entry; the codes are
 * documented in docs/AUTOMATION.md. What goes wrong later, messaging says itself.
 */
import type { Health } from '../../../../shared/contract/health.ts';
import type { Salvage } from './contact-salvage.ts';

export type HistoryProblem = Omit<Health, 'sinceMs'>;

/** Messages are kept in memory. */
export function historyNotKept(reason: string, remedy: string): HistoryProblem {
  return {
    code: 'history-not-kept',
    severity: 'error',
    title: `Messages are lost when you close Hallway: ${reason}`,
    remedy,
  };
}

export function historyReplaced(asidePath: string, salvage: Salvage): HistoryProblem {
  return {
    code: 'history-replaced',
    severity: 'error',
    title: `Your messages could not be read, so Hallway began a new history${withoutContacts(salvage)}`,
    remedy: `The old file was kept as ${asidePath}, with all that is in it. ${contactsKept(salvage)} If you have a backup of messages.db, put it back while Hallway is closed.`,
  };
}

export function historyFromNewer(asidePath: string, salvage: Salvage): HistoryProblem {
  return {
    code: 'history-from-newer',
    severity: 'warning',
    title: `Your messages were kept by a newer Hallway, so this one began a new history${withoutContacts(salvage)}`,
    remedy: `Install the newer version again. The old file was kept as ${asidePath}: rename it to messages.db while Hallway is closed. ${contactsKept(salvage)}`,
  };
}

function withoutContacts({ contacts, isComplete }: Salvage): string {
  return contacts.length === 0 && !isComplete ? ', in which nobody is verified or blocked' : '';
}

function contactsKept({ contacts, isComplete }: Salvage): string {
  if (isComplete)
    return 'People whom you met, verified or blocked are still known; messages that waited to be delivered are not sent.';
  if (contacts.length === 0) return 'Verify and block people again; messages that waited to be delivered are not sent.';
  return `Of the people whom you met, verified or blocked, only ${contacts.length} could be read: see whether somebody is missing. Messages that waited to be delivered are not sent.`;
}

export function historyReadOnly(path: string, reason: string): HistoryProblem {
  return {
    code: 'history-read-only',
    severity: 'error',
    title: 'Messages can be read, but no new ones can be kept, sent or received',
    remedy: `${path} cannot be written (${reason}). Make the file and its folder writable, then start Hallway again.`,
  };
}

export function historyInUse(path: string): HistoryProblem {
  return {
    code: 'history-in-use',
    severity: 'error',
    title: 'Messages cannot be read or kept: another program uses the file',
    remedy: `Close the other program that uses ${path}, a backup or a database viewer perhaps, then start Hallway again.`,
  };
}
