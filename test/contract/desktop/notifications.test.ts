import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, test } from 'vitest';
import type { Notification as Banner } from 'electron';
import { createNotificationCenter, type NotificationCenter, type StubPlatform } from '../../electron-stub/notification-center.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { fakePeerId } from '../../fakes/fake-hallway.ts';
import { createFakeNotifications } from '../../fakes/fake-notifications.ts';
import { createEmitter } from '../../../src/shared/lib/emitter.ts';
import { conversationOf, toCursor, type ConversationId, type PeerId } from '../../../src/shared/lib/ids.ts';
import { say } from '../../../src/shared/text/messages/host.ts';
import { refuse } from '../../../src/shared/text/messages/problem-values.ts';
import type { Presenter } from '../../../src/main/core/notifications/notifications.ts';
import type { Notification } from '../../../src/main/core/notifications/notification.ts';
import { presentNotifications } from '../../../src/main/hosts/desktop/calling/notifications.ts';

const platforms: readonly StubPlatform[] = ['linux', 'darwin', 'win32'];
const withAna = conversationOf(fakePeerId(1));
const withBo = conversationOf(fakePeerId(2));

interface FixtureOptions {
  readonly isRefused?: boolean;
  /** That of an earlier run. */
  readonly center?: NotificationCenter;
  readonly ownPeerId?: PeerId;
}

function createPresenterFixture(platform: StubPlatform, options: FixtureOptions = {}) {
  const { isRefused = false, center = createNotificationCenter(platform), ownPeerId = fakePeerId(0) } = options;
  const fake = createFakeNotifications(createEmitter());
  const clock = createFakeClock();
  const opened: unknown[] = [];
  const sent: unknown[] = [];
  const failed: ConversationId[] = [];
  const weak: WeakRef<Banner>[] = [];
  let presenter: Presenter | undefined;
  const undo = presentNotifications(
    {
      create(shown) {
        const banner = center.create(shown);
        weak.push(new WeakRef(banner));
        return banner;
      },
      isSupported: () => true,
      ...(platform === 'win32' && { handleActivation: center.handleActivation }),
      ownPeerId,
      notifications: {
        ...fake.area,
        replyFailed: (conversation) => void failed.push(conversation),
        present: (given) => {
          presenter = given;
          return () => undefined;
        },
      },
      messages: {
        send: (peerId, text) => {
          sent.push({ peerId, text });
          return Promise.resolve(isRefused ? refuse('blocked') : { ok: true, message: undefined as never });
        },
      },
      showWindowAt: (conversation, cursor) => void opened.push({ conversation, cursor }),
      clock,
      log: { write: () => undefined },
    },
    { platform },
  );
  return {
    ...{ center, clock, opened, sent, failed, weak, undo, dismissed: fake.dismissed },
    test: () => presenter?.test(),
    clear: (conversation: ConversationId) => fake.emit({ type: 'notification-cleared', conversation }),
    notify(change: Partial<Notification> = {}) {
      fake.emit({
        type: 'notification',
        notification: {
          ...{ conversation: withAna, kind: 'messages', cursor: toCursor('7'), level: 'text', name: 'Ana', text: 'hello' },
          ...{ count: 1, isNew: true, hasSound: true, canReply: true },
          ...change,
        },
      });
    },
  };
}

describe.each(platforms)('on %s', (platform) => {
  test('[NOTIFY-20] a conversation has one banner, whatever comes', () => {
    const { center, notify } = createPresenterFixture(platform);
    notify();
    notify({ conversation: withBo, name: 'Bo' });
    notify({ count: 3, text: 'and more', isNew: false, hasSound: false });
    const seen = center.seen().map(({ title, body, isSilent }) => ({ title, body, isSilent }));
    expect(seen.toSorted((a, b) => a.title.localeCompare(b.title))).toEqual([
      { title: 'Ana', body: 'and more', isSilent: true },
      { title: 'Bo', body: 'hello', isSilent: false },
    ]);
  });

  test('[NOTIFY-20] a text arrives literally', () => {
    const { center, notify } = createPresenterFixture(platform);
    notify({ text: '<b>&amp; a < b</b>' });
    expect(center.seen()).toMatchObject([{ body: '<b>&amp; a < b</b>' }]);
  });

  test('[NOTIFY-21] a click opens the window at the message, and the banner goes', () => {
    const { center, notify, opened, dismissed, clear } = createPresenterFixture(platform);
    notify();
    center.click('Ana');
    clear(withAna);
    expect({ opened, dismissed, seen: center.seen() }).toEqual({
      opened: [{ conversation: withAna, cursor: '7' }],
      dismissed: [withAna],
      seen: [],
    });
  });

  test('[NOTIFY-20] 10,000 banners leave one reference per conversation, which still takes a click', async () => {
    const { center, notify, opened, weak, undo } = createPresenterFixture(platform);
    for (let count = 1; count <= 10_000; count += 1) {
      notify({ conversation: count % 2 === 0 ? withAna : withBo, name: count % 2 === 0 ? 'Ana' : 'Bo', count });
    }
    const alive = await countAlive(weak);
    center.click('Bo');
    // Until here, the test itself must not let go of what shows them.
    undo();
    expect({ alive, opened: opened.length }).toEqual({ alive: 2, opened: 1 });
  });

  test('all banners go at the end', () => {
    const { center, notify, undo } = createPresenterFixture(platform);
    notify();
    notify({ conversation: withBo, name: 'Bo' });
    undo();
    notify();
    expect(center.seen()).toEqual([]);
  });
});

describe('replies', () => {
  it.each(['darwin', 'win32'] as const)('[NOTIFY-22] on %s are sent to the conversation', async (platform) => {
    const { center, clock, notify, sent, failed } = createPresenterFixture(platform);
    notify();
    center.reply('Ana', 'on my way');
    await clock.advance(0);
    expect({ sent, failed }).toEqual({ sent: [{ peerId: fakePeerId(1), text: 'on my way' }], failed: [] });
  });

  it('[NOTIFY-22] that are refused are told', async () => {
    const { center, clock, notify, failed } = createPresenterFixture('darwin', { isRefused: true });
    notify();
    center.reply('Ana', 'on my way');
    await clock.advance(0);
    expect(failed).toEqual([withAna]);
  });

  it('are not offered on Linux, nor where the banner may not take one', () => {
    const onLinux = createPresenterFixture('linux');
    onLinux.notify();
    const inRoom = createPresenterFixture('darwin');
    inRoom.notify({ canReply: false });
    expect([...onLinux.center.seen(), ...inRoom.center.seen()]).toMatchObject([{ hasReply: false }, { hasReply: false }]);
  });
});

describe('a banner of an earlier run of Hallway on Windows', () => {
  const createLater = (options: FixtureOptions = {}) => {
    const earlier = createPresenterFixture('win32', options);
    earlier.notify();
    earlier.center.restart();
    return { center: earlier.center, start: () => createPresenterFixture('win32', { center: earlier.center, ...options }) };
  };

  it('[NOTIFY-30] opens the window at its message, before and after the start', () => {
    const cold = createLater();
    cold.center.click('Ana');
    const warm = createLater();
    const running = warm.start();
    warm.center.click('Ana');
    const there = [{ conversation: withAna, cursor: '7' }];
    expect([cold.start().opened, running.opened]).toEqual([there, there]);
  });

  it('[NOTIFY-30] sends its reply once', async () => {
    const { center, start } = createLater();
    center.reply('Ana', 'on my way');
    const { clock, sent, notify } = start();
    notify({ cursor: toCursor('8') });
    center.reply('Ana', 'soon');
    await clock.advance(0);
    expect(sent).toEqual(['on my way', 'soon'].map((text) => ({ peerId: fakePeerId(1), text })));
  });

  it('[NOTIFY-30] in another profile sends nothing and says so', async () => {
    const earlier = createPresenterFixture('win32', { ownPeerId: fakePeerId(9) });
    earlier.notify();
    earlier.notify({ conversation: withBo, name: 'Bo' });
    earlier.center.restart();
    const { center, clock, opened, sent } = createPresenterFixture('win32', { center: earlier.center });
    center.click('Ana');
    center.reply('Bo', 'on my way');
    await clock.advance(0);
    const texts = center.seen().map(({ body }) => body);
    expect({ opened, sent, texts }).toEqual({ opened: [], sent: [], texts: [say('notification.other-profile')] });
  });
});

describe('a test', () => {
  it.each([
    [undefined, { ok: true }],
    ['HRESULT: -2143420143', { ok: false, code: 'turned-off-in-system' }],
    ['0x803E0111', { ok: false, code: 'turned-off-in-system' }],
    ['Notifications are not allowed for this application', { ok: false, code: 'permission-denied' }],
    ['no server', { ok: false, code: 'not-supported' }],
  ])('[NOTIFY-19] with the answer %j of the system', async (failure, result) => {
    const { center, test: run } = createPresenterFixture('win32');
    center.fail(failure);
    expect(await run()).toMatchObject(result);
  });
});

/** Collects garbage for real, because a reference that is held is all that this is about. */
async function countAlive(weak: readonly WeakRef<Banner>[]): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let alive = weak.length;
  // A WeakRef lives until its turn of the event loop ends.
  for (let turn = 0; turn < 20 && alive > 2; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    alive = weak.filter((reference) => reference.deref() !== undefined).length;
  }
  return alive;
}
