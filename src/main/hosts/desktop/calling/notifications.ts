/**
 * Shows the core's notifications as banners of the system (rules NOTIFY-20 to NOTIFY-22). Systems
 * differ: macOS and Windows replace a banner by its ID and take replies, Linux does neither. The
 * policy, the badge and the sentences are left to others.
 */
import type { Notification as Banner, NotificationConstructorOptions } from 'electron';
import { peerOfConversation, type ConversationId, type Cursor } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import { describeNotification } from '../../../../shared/text/notification-text.ts';
import type { Notification } from '../../../core/notifications/notification.ts';
import type { NotificationFailure, NotificationsArea } from '../../../core/notifications/notifications.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';

/** Systems answer at once. One that does not shows nothing. */
const testLimitMs = 5_000;
/** Windows: the user turned notifications off (WPN_E_TOAST_NOTIFICATION_DROPPED is another one). */
const turnedOffCodes = ['-2143420143', '803e0111'];

interface Deps {
  /** `new Notification(…)` of Electron. */
  readonly create: (options: NotificationConstructorOptions) => Banner;
  readonly isSupported: () => boolean;
  readonly notifications: NotificationsArea;
  readonly messages: Pick<MessagesArea, 'send'>;
  readonly showWindowAt: (conversation: ConversationId, cursor: Cursor) => void;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly log: Log;
}

/** @returns its undo: closes all banners */
export function presentNotifications(deps: Deps, { platform }: { readonly platform: NodeJS.Platform }): Unsubscribe {
  const { notifications, messages, log } = deps;
  const isLinux = platform === 'linux';
  /** A banner without a reference is collected, and its click is lost. */
  const held = new Map<ConversationId, Banner>();

  function show(notification: Notification): void {
    const { conversation, cursor } = notification;
    // Otherwise both stay: Linux has no ID that replaces.
    if (isLinux) withdraw(conversation);
    const banner = deps.create(optionsOf(notification, isLinux));
    banner.on('click', () => {
      deps.showWindowAt(conversation, cursor);
      notifications.dismiss(conversation);
    });
    banner.on('reply', ({ reply }) => void answer(conversation, reply));
    banner.on('failed', (_event, error) => log.write('warning', 'the system shows no notification', { error }));
    // Elsewhere it is still in the list of the system, where it can be clicked.
    if (isLinux) banner.on('close', () => held.get(conversation) === banner && held.delete(conversation));
    held.set(conversation, banner);
    banner.show();
  }

  function withdraw(conversation: ConversationId): void {
    const banner = held.get(conversation);
    held.delete(conversation);
    banner?.close();
  }

  async function answer(conversation: ConversationId, text: string): Promise<void> {
    const peerId = peerOfConversation(conversation);
    if (peerId === undefined) return;
    const sent = await messages.send(peerId, text);
    if (sent.ok) return;
    log.write('warning', 'a reply from a notification was refused', { code: sent.code });
    notifications.replyFailed(conversation);
  }

  const undo = [
    notifications.subscribe((event) => {
      switch (event.type) {
        case 'notification':
          return deps.isSupported() ? show(event.notification) : undefined;
        case 'notification-cleared':
          return withdraw(event.conversation);
        case 'badge-changed':
          return undefined;
      }
    }),
    notifications.present({ test: () => testBanner(deps) }),
  ];
  return () => {
    for (const stop of undo.splice(0)) stop();
    for (const conversation of [...held.keys()]) withdraw(conversation);
  };
}

function optionsOf(notification: Notification, isLinux: boolean): NotificationConstructorOptions {
  const { conversation, canReply, hasSound } = notification;
  const { title, body } = describeNotification(notification);
  return {
    title,
    // Desktops of Linux may read a body as markup.
    body: isLinux ? escapeMarkup(body) : body,
    silent: !hasSound,
    ...(!isLinux && { id: conversation, hasReply: canReply, replyPlaceholder: say('notification.reply') }),
  };
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function testBanner(deps: Deps): Promise<{ readonly ok: true } | Refusal<NotificationFailure>> {
  if (!deps.isSupported()) return refuse('not-supported');
  return new Promise((resolve) => {
    const banner = deps.create({ title: say('notification.app'), body: say('notification.test') });
    // The timer also keeps the banner alive until the system answers.
    const cancel = deps.clock.setTimer(() => {
      banner.close();
      resolve(refuse('not-supported'));
    }, testLimitMs);
    banner.on('show', () => {
      cancel();
      resolve({ ok: true });
    });
    banner.on('failed', (_event, error) => {
      cancel();
      deps.log.write('warning', 'the system shows no notification', { error });
      resolve(refuse(failureOf(error)));
    });
    banner.show();
  });
}

/** @param error the system's text, which has a code on Windows alone */
function failureOf(error: string): NotificationFailure {
  const text = error.toLowerCase();
  if (turnedOffCodes.some((code) => text.includes(code))) return 'turned-off-in-system';
  return text.includes('permission') || text.includes('not allowed') || text.includes('authoriz')
    ? 'permission-denied'
    : 'not-supported';
}
