/** Serves the calls about banners, and sends them to the page that shows them. */
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { notificationCalls } from '../../../../shared/contract/notifications.ts';
import type { Link, Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { describeNotification } from '../../../../shared/text/notification-text.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { notAvailable, refused } from './failures.ts';

/** @param page the link of the page */
export function notificationHandlers(
  { notifications, away }: Pick<Hallway, 'notifications' | 'away'>,
  page: Link,
): HandlersOf<typeof notificationCalls> {
  return {
    setAttention(attention) {
      notifications?.setAttention(page, attention);
      return { ok: true, output: {} };
    },
    reportActivity() {
      away.active();
      return { ok: true, output: {} };
    },
    async testNotification() {
      if (!notifications) return notAvailable;
      const result = await notifications.test();
      return result.ok ? { ok: true, output: { shownBy: result.shownBy } } : refused(result);
    },
    dismissNotification({ conversation }) {
      notifications?.dismiss(conversation);
      return { ok: true, output: {} };
    },
  };
}

/** @returns its undo; the page then looks at nothing any more */
export function forwardNotifications(
  { notifications }: Pick<Hallway, 'notifications'>,
  page: Link,
  emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void,
): Unsubscribe {
  const undo = notifications?.subscribe((event) => {
    switch (event.type) {
      case 'notification': {
        if (!notifications.isPresenter(page)) return undefined;
        const { conversation, cursor, count, hasSound } = event.notification;
        return emit('notification', { conversation, cursor, count, hasSound, ...describeNotification(event.notification) });
      }
      case 'notification-cleared':
        return emit('notificationCleared', { conversation: event.conversation });
      case 'badge-changed':
        return undefined;
    }
  });
  const leave = (): void => notifications?.setAttention(page, undefined);
  const undoClose = page.onClose(leave);
  return () => {
    undo?.();
    undoClose();
    leave();
  };
}
