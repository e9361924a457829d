import { afterEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeHallway, fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../../test/fakes/memory-link.ts';
import { serveUi } from '../../../main/hosts/ui-server/serve-ui.ts';
import type { Notification as CoreNotification } from '../../../main/core/notifications/notification.ts';
import { conversationOf, toCursor } from '../../../shared/lib/ids.ts';
import { createRpcClient } from '../../../shared/rpc/rpc.ts';
import { createPageBanners } from './page-banners.ts';

const withAna = conversationOf(fakePeerId(1));

/** The notifications of a browser, with what the user sees and was asked. */
function createBrowserNotifications(permission: NotificationPermission, answer: NotificationPermission = 'granted') {
  const open = new Map<string, { title: string; options: NotificationOptions; object: BrowserBanner }>();
  let asked = 0;
  class BrowserBanner {
    static permission = permission;
    static requestPermission(): Promise<NotificationPermission> {
      asked += 1;
      BrowserBanner.permission = answer;
      return Promise.resolve(answer);
    }
    onclick: (() => void) | undefined;
    onshow: (() => void) | undefined;
    readonly #tag: string;
    constructor(title: string, options: NotificationOptions) {
      this.#tag = options.tag ?? '';
      open.set(this.#tag, { title, options, object: this });
      queueMicrotask(() => this.onshow?.());
    }
    close(): void {
      open.delete(this.#tag);
    }
  }
  return {
    Notification: BrowserBanner as unknown as typeof Notification,
    asked: () => asked,
    seen: () => [...open.values()].map(({ title, options: { body } }) => ({ title, body })),
    click: () => [...open.values()][0]?.object.onclick?.(),
  };
}

let cleanUp: (() => void) | undefined;
afterEach(() => cleanUp?.());

async function createPageFixture(notifications: Partial<ReturnType<typeof createBrowserNotifications>> = {}) {
  const clock = createFakeClock();
  const hallway = createFakeHallway();
  const link = createMemoryLink();
  const stop = serveUi(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const jumps: unknown[] = [];
  let focused = 0;
  const banners = createPageBanners({
    client,
    conversations: { jumpTo: ({ conversation, cursor }) => void jumps.push({ conversation, cursor }) },
    window: {
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
      focus: () => void (focused += 1),
      ...(notifications.Notification && { Notification: notifications.Notification }),
    },
  });
  cleanUp = () => {
    banners.close();
    stop();
  };
  await client.call('snapshot', {});
  return {
    ...{ hallway, banners, jumps, focused: () => focused, settle: () => clock.advance(0) },
    async notify(change: Partial<CoreNotification> = {}) {
      const parts = { conversation: withAna, cursor: toCursor('7'), name: 'Ana', text: 'hello', count: 1 };
      const flags = { kind: 'messages', level: 'text', isNew: true, hasSound: true, canReply: true } as const;
      hallway.inBanners.emit({ type: 'notification', notification: { ...parts, ...flags, ...change } });
      await clock.advance(0);
    },
  };
}

describe('permission', () => {
  test('[NOTIFY-24] is asked only at the first press after a message that arrived unseen', async () => {
    const browser = createBrowserNotifications('default');
    const { notify } = await createPageFixture(browser);
    document.body.click();
    const before = browser.asked();
    await notify();
    const arrived = browser.asked();
    document.body.click();
    document.body.click();
    await notify();
    expect({ before, arrived, after: browser.asked(), seen: browser.seen() }).toEqual({
      before: 0,
      arrived: 0,
      after: 1,
      seen: [{ title: 'Ana', body: 'hello' }],
    });
  });

  test('[NOTIFY-24] that was denied is not asked for again', async () => {
    const browser = createBrowserNotifications('denied');
    const { notify } = await createPageFixture(browser);
    await notify();
    document.body.click();
    expect([browser.asked(), browser.seen()]).toEqual([0, []]);
  });

  test('a browser without notifications shows none', async () => {
    const { notify, banners } = await createPageFixture();
    await notify();
    expect(await banners.test()).toMatchObject({ ok: false, code: 'not-supported' });
  });
});

describe('a banner', () => {
  test('[NOTIFY-24] is replaced by its tag, and closed when its messages are read', async () => {
    const browser = createBrowserNotifications('granted');
    const { hallway, notify, settle } = await createPageFixture(browser);
    await notify();
    await notify({ text: 'more' });
    const replaced = browser.seen();
    hallway.inBanners.emit({ type: 'notification-cleared', conversation: withAna });
    await settle();
    expect([replaced, browser.seen()]).toEqual([[{ title: 'Ana', body: 'more' }], []]);
  });

  test('[NOTIFY-24] opens its conversation at the message', async () => {
    const browser = createBrowserNotifications('granted');
    const { hallway, notify, jumps, focused, settle } = await createPageFixture(browser);
    await notify();
    browser.click();
    await settle();
    expect({ jumps, focused: focused(), dismissed: hallway.inBanners.dismissed, seen: browser.seen() }).toEqual({
      jumps: [{ conversation: withAna, cursor: '7' }],
      focused: 1,
      dismissed: [withAna],
      seen: [],
    });
  });
});

describe('a test', () => {
  test.each([
    ['granted', 'granted', { ok: true }],
    ['default', 'granted', { ok: true }],
    ['default', 'denied', { ok: false, code: 'permission-denied' }],
    ['denied', 'granted', { ok: false, code: 'permission-denied' }],
  ] as const)('[NOTIFY-19] with permission %s, and then %s', async (permission, answer, result) => {
    const browser = createBrowserNotifications(permission, answer);
    const { banners } = await createPageFixture(browser);
    expect(await banners.test()).toMatchObject(result);
  });

  test('[NOTIFY-19] passes on why the core shows none', async () => {
    const { hallway, banners } = await createPageFixture(createBrowserNotifications('granted'));
    hallway.inBanners.answerTest({ ok: false, code: 'do-not-disturb', values: {} });
    expect(await banners.test()).toMatchObject({ ok: false, code: 'do-not-disturb' });
  });
});
