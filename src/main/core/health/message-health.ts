/**
 * Raises health entries for the storage of messages (rules KEEP-2, TRUST-7, TRUST-14). Opening the profile
 * reports a store that cannot be opened (node/storage/database/history-problems.ts).
 */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { HealthBoard } from './health-board.ts';
import type { StoreProblem } from '../messaging/ports.ts';
import type { Messaging } from '../messaging/messaging.ts';

/** @param code undefined: the store works again */
export function showStoreProblem(health: HealthBoard, code: StoreProblem | undefined): void {
  if (code === undefined) health.clear('messages-not-kept');
  else health.raise('messages-not-kept', { reason: code === 'read-only' ? 'readOnly' : code });
}

export function followMessageHealth(messages: Pick<Messaging, 'subscribe'>, health: HealthBoard): Unsubscribe {
  return messages.subscribe((event) => {
    if (event.type === 'store-problem') showStoreProblem(health, event.code);
    if (event.type === 'strangers-wait') {
      if (event.isWaiting) health.raise('strangers-wait');
      else health.clear('strangers-wait');
    }
    if (event.type === 'strangers-flood') {
      if (event.isFlood) health.raise('strangers-flood');
      else health.clear('strangers-flood');
    }
  });
}
