/**
 * Shows the core's notifications as banners of the system (rules NOTIFY-20 to NOTIFY-22,
 * NOTIFY-30). Systems differ: macOS and Windows replace a banner by its ID and take replies, Linux
 * does neither. Windows keeps banners that outlive us. The policy, the badge and the sentences are
 * left to others.
 */
import type { Notification as Banner, NotificationConstructorOptions } from 'electron';
import { peerOfConversation, type ConversationId, type Cursor, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import { describeNotification } from '../../../../shared/text/notification-text.ts';
import type { Notification } from '../../../core/notifications/notification.ts';
import type { NotificationFailure, NotificationsArea } from '../../../core/notifications/notifications.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import { showSystemBanner } from './system-banner.ts';
import { readActivation, writeToast, type ActivationDetails } from './toast.ts';

/** Windows: the user turned notifications off (WPN_E_TOAST_NOTIFICATION_DROPPED is another one). */
const turnedOffCodes = ['-2143420143', '803e0111'];

/**
 * Conversations whose last response is remembered. Only one that Windows tells again would need it.
 */
const maxResponses = 64;

interface Deps {
  /** `new Notification(…)` of Electron. */
  readonly create: (options: NotificationConstructorOptions) => Banner;
  readonly isSupported: () => boolean;
  /** `Notification.handleActivation` of Electron, which Windows alone has. */
  readonly handleActivation?: (onActivated: (details: ActivationDetails) => void) => void;
  readonly ownPeerId: PeerId;
  readonly notifications: NotificationsArea;
  readonly messages: Pick<MessagesArea, 'send'>;
  readonly showWindowAt: (conversation: ConversationId, cursor: Cursor) => void;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly log: Log;
}

/** @returns its undo: closes all banners */
export function presentNotifications(deps: Deps, { platform }: { readonly platform: NodeJS.Platform }): Unsubscribe {
  const { notifications, log } = deps;
  const isLinux = platform === 'linux';
  /** A banner without a reference is collected, and its click is lost. */
  const held = new Map<ConversationId, Banner>();
  const responses = createResponses(deps);

  function show(notification: Notification): void {
    const { conversation, cursor } = notification;
    // Otherwise both stay: Linux has no ID that replaces.
    if (isLinux) withdraw(conversation);
    const banner = deps.create(optionsOf(notification, { platform, self: deps.ownPeerId }));
    responses.forget(conversation);
    banner.on('click', () => responses.open(conversation, cursor));
    banner.on('reply', ({ reply }) => responses.answer(conversation, cursor, reply));
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

  deps.handleActivation?.(responses.activate);
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

interface Responses {
  open(conversation: ConversationId, cursor: Cursor): void;
  answer(conversation: ConversationId, cursor: Cursor, text: string): void;
  /** Of a banner of this run or an earlier one. */
  activate(details: ActivationDetails): void;
  /** Another banner of the conversation is shown. */
  forget(conversation: ConversationId): void;
}

/**
 * The user's clicks and replies. Windows tells of each by the banner and by its arguments; one
 * counts.
 */
function createResponses(deps: Deps): Responses {
  const { notifications, messages, log, showWindowAt, ownPeerId } = deps;
  /** The message of the last response in each conversation, the oldest first. */
  const taken = new Map<ConversationId, Cursor>();

  function take(conversation: ConversationId, cursor: Cursor): boolean {
    if (taken.get(conversation) === cursor) return false;
    taken.delete(conversation);
    taken.set(conversation, cursor);
    const [oldest] = taken.keys();
    if (taken.size > maxResponses && oldest !== undefined) taken.delete(oldest);
    return true;
  }

  function open(conversation: ConversationId, cursor: Cursor): void {
    if (!take(conversation, cursor)) return;
    showWindowAt(conversation, cursor);
    notifications.dismiss(conversation);
  }

  function answer(conversation: ConversationId, cursor: Cursor, text: string): void {
    const peerId = peerOfConversation(conversation);
    if (peerId !== undefined && take(conversation, cursor)) void send(conversation, peerId, text);
  }

  async function send(conversation: ConversationId, peerId: PeerId, text: string): Promise<void> {
    const sent = await messages.send(peerId, text);
    if (sent.ok) return;
    log.write('warning', 'a reply from a notification was refused', { code: sent.code });
    notifications.replyFailed(conversation);
  }

  return {
    open,
    answer,
    activate(details) {
      const activation = readActivation(details);
      if (activation?.self !== ownPeerId) {
        log.write('warning', 'the system activated a notification that is not of this profile');
        if (activation?.reply !== undefined) void tell(deps, say('notification.other-profile'));
        return;
      }
      const { conversation, cursor, reply } = activation;
      if (reply === undefined) open(conversation, cursor);
      else answer(conversation, cursor, reply);
    },
    forget: (conversation) => void taken.delete(conversation),
  };
}

function optionsOf(
  notification: Notification,
  { platform, self }: { readonly platform: NodeJS.Platform; readonly self: PeerId },
): NotificationConstructorOptions {
  const { conversation, cursor, canReply, hasSound } = notification;
  const { title, body } = describeNotification(notification);
  // Desktops of Linux may read a body as markup.
  if (platform === 'linux') return { title, body: escapeMarkup(body), silent: !hasSound };
  const reply = say('notification.reply');
  const options = { id: conversation, title, body, silent: !hasSound, hasReply: canReply, replyPlaceholder: reply };
  if (platform !== 'win32') return options;
  const target = { conversation, cursor, self };
  return { ...options, toastXml: writeToast({ title, body, isSilent: !hasSound, target, ...(canReply && { reply }) }) };
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function tell({ create, clock }: Deps, body: string): ReturnType<typeof showSystemBanner> {
  return showSystemBanner(create({ title: say('notification.app'), body }), clock);
}

async function testBanner(deps: Deps): Promise<{ readonly ok: true } | Refusal<NotificationFailure>> {
  if (!deps.isSupported()) return refuse('not-supported');
  const result = await tell(deps, say('notification.test'));
  if (result.isShown) return { ok: true };
  if (result.error === undefined) return refuse('not-supported');
  deps.log.write('warning', 'the system shows no notification', { error: result.error });
  return refuse(failureOf(result.error));
}

/** @param error the system's text, which has a code on Windows alone */
function failureOf(error: string): NotificationFailure {
  const text = error.toLowerCase();
  if (turnedOffCodes.some((code) => text.includes(code))) return 'turned-off-in-system';
  return text.includes('permission') || text.includes('not allowed') || text.includes('authoriz')
    ? 'permission-denied'
    : 'not-supported';
}
