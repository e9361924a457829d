/**
 * Shows banners with the browser's own notifications, where no host shows them (rule NOTIFY-24). The
 * core sends only those that this page has to show.
 */
import type { PageBanner } from '../../../shared/contract/notifications.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { CallResult, RpcClient } from '../../../shared/rpc/rpc.ts';
import { say } from '../../../shared/text/messages/page.ts';
import type { Conversations } from '../../state/conversations.ts';

/** Browsers let a page ask for permission only while they handle one of these. */
const presses = ['click', 'keydown'] as const;

export interface PageBanners {
  /** Shows a banner that says that it works; asks for permission first. */
  test(): Promise<CallResult<object>>;
  close(): void;
}

interface Deps {
  readonly client: Pick<RpcClient, 'call' | 'on'>;
  readonly conversations: Pick<Conversations, 'jumpTo'>;
  /** With its `Notification`, unless the browser has none. */
  readonly window: Pick<Window, 'addEventListener' | 'removeEventListener' | 'focus'> & {
    readonly Notification?: typeof Notification;
  };
}

export function createPageBanners({ client, conversations, window }: Deps): PageBanners {
  const { Notification: Banner } = window;
  const shown = new Map<ConversationId, Notification>();
  let isWaiting = false;

  function show({ conversation, cursor, title, body, hasSound }: PageBanner): void {
    if (Banner === undefined || Banner.permission === 'denied') return;
    // The first message that arrived unseen is the reason to ask.
    if (Banner.permission === 'default') return askAtNextPress();
    const banner = new Banner(title, { body, tag: conversation, silent: !hasSound });
    banner.onclick = () => {
      window.focus();
      conversations.jumpTo({ conversation, cursor });
      void client.call('dismissNotification', { conversation });
      withdraw(conversation);
    };
    shown.set(conversation, banner);
  }

  function askAtNextPress(): void {
    if (isWaiting) return;
    isWaiting = true;
    for (const press of presses) window.addEventListener(press, ask, { capture: true });
  }

  function ask(): void {
    stopWaiting();
    void Banner?.requestPermission();
  }

  function stopWaiting(): void {
    isWaiting = false;
    for (const press of presses) window.removeEventListener(press, ask, { capture: true });
  }

  function withdraw(conversation: ConversationId): void {
    shown.get(conversation)?.close();
    shown.delete(conversation);
  }

  const undo: Unsubscribe[] = [
    client.on('notification', show),
    client.on('notificationCleared', ({ conversation }) => withdraw(conversation)),
    stopWaiting,
  ];

  return {
    async test() {
      const tested = await client.call('testNotification', {});
      if (!tested.ok || tested.output.shownBy === 'host') return tested;
      if (Banner === undefined) return refusal('not-supported');
      const permission = Banner.permission === 'default' ? await Banner.requestPermission() : Banner.permission;
      if (permission !== 'granted') return refusal('permission-denied');
      const banner = new Banner(say('notification.app'), { body: say('notification.test'), tag: 'test' });
      return new Promise((resolve) => {
        banner.onshow = () => resolve(tested);
        banner.onerror = () => resolve(refusal('not-supported'));
      });
    },
    close() {
      for (const stop of undo.splice(0)) stop();
      for (const conversation of [...shown.keys()]) withdraw(conversation);
    },
  };
}

const refusals = {
  'permission-denied': 'notification.permission-denied',
  'not-supported': 'notification.not-supported',
} as const;

function refusal(code: keyof typeof refusals): CallResult<object> {
  return { ok: false, code, message: say(refusals[code]) };
}
