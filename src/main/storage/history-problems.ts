/**
 * What can be wrong with the place where messages are kept, in words for its user. Each becomes a health entry; the codes are documented in
 * docs/AUTOMATION.md.
 */
import type { Health } from '../../shared/model.ts';
import type { StoreError } from '../messaging/ports.ts';

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

export function historyReplaced(asidePath: string): HistoryProblem {
  return {
    code: 'history-replaced',
    severity: 'error',
    title: 'Your messages could not be read, so Hallway began a new history',
    remedy: `The old file was kept as ${asidePath}, with all that is in it. If you have a backup of messages.db, put it back while Hallway is closed.`,
  };
}

export function historyFromNewer(asidePath: string): HistoryProblem {
  return {
    code: 'history-from-newer',
    severity: 'warning',
    title: 'Your messages were kept by a newer Hallway, so this one began a new history',
    remedy: `Install the newer version again. The old file was kept as ${asidePath}: rename it to messages.db while Hallway is closed.`,
  };
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

/** What keeping messages met while Hallway runs; gone when it works again. */
export function historyProblem(code: StoreError['code'], path: string): HistoryProblem {
  switch (code) {
    case 'full':
      return {
        code: 'history-full',
        severity: 'error',
        title: 'The disk is full: messages cannot be kept, so none are sent or received',
        remedy: `Free some space where ${path} is. What was kept is safe, and Hallway goes on by itself.`,
      };
    case 'read-only':
      return historyReadOnly(path, 'it is read-only');
    case 'busy':
      return historyInUse(path);
    case 'corrupt':
      return {
        code: 'history-damaged',
        severity: 'error',
        title: 'The file with your messages is damaged',
        remedy: `Start Hallway again: it checks ${path}, moves it aside if it cannot be used, and begins a new one. Check the disk.`,
      };
    case 'failed':
      return {
        code: 'history-failed',
        severity: 'error',
        title: 'Messages cannot be kept, so none are sent or received',
        remedy: `The disk with ${path} reports an error. Check the disk, then start Hallway again.`,
      };
  }
}
