import { describe, expect, test } from 'vitest';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { ana, bo, createNotificationsFixture, ownPeerId, room, withAna } from '../../../../test/fixtures/notifications.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { bannerIntervalMs, maxBanners, soundIntervalMs, summaryDelayMs } from './banners.ts';
import { countIntervalMs } from './unread-badge.ts';

describe('banners', () => {
  test('[NOTIFY-14] 50 messages in one second are two updates of one banner', async () => {
    const { clock, receive, shown } = createNotificationsFixture();
    for (let count = 0; count < 50; count += 1) {
      receive();
      await clock.advance(20);
    }
    await clock.advance(bannerIntervalMs);
    expect(shown().map(({ count, isNew, text }) => ({ count, isNew, text }))).toEqual([
      { count: 1, isNew: true, text: 'line 1' },
      { count: 50, isNew: false, text: undefined },
    ]);
  });

  test('[NOTIFY-15] a banner is cleared when its messages are read in any window', async () => {
    const { clock, receive, read, shown, cleared, area } = createNotificationsFixture();
    receive();
    receive({ conversation: conversationOf(bo), from: bo });
    await clock.advance(countIntervalMs);
    read(withAna);
    await clock.advance(countIntervalMs);
    expect({ shown: shown().length, cleared: cleared(), left: area.list().map(({ conversation }) => conversation) }).toEqual({
      shown: 2,
      cleared: [withAna],
      left: [conversationOf(bo)],
    });
  });

  test('[NOTIFY-15] our answer clears the banner, and so does the user', () => {
    const { receive, direct, message, cleared, area } = createNotificationsFixture();
    receive();
    direct.emit({ type: 'written', message: message({ from: ownPeerId }) });
    receive({ conversation: conversationOf(bo), from: bo });
    area.dismiss(conversationOf(bo));
    expect(cleared()).toEqual([withAna, conversationOf(bo)]);
  });

  test('[NOTIFY-15] all banners are cleared at the end, and no timer is left', async () => {
    const { clock, receive, hear, close, cleared } = createNotificationsFixture();
    receive();
    receive();
    hear('hello @noor', { sentAtMs: 0 });
    close();
    await clock.advance(summaryDelayMs);
    expect([cleared(), clock.pendingTimers()]).toEqual([[withAna], 0]);
  });

  test('messages that are read before their update do not bring the banner back', async () => {
    const { clock, receive, read, shown } = createNotificationsFixture();
    receive();
    await clock.advance(bannerIntervalMs / 4);
    receive();
    read(withAna);
    await clock.advance(10 * bannerIntervalMs);
    expect(shown()).toHaveLength(1);
  });

  test('[NOTIFY-14] a conversation that goes on rings again only after a while', async () => {
    const { clock, receive, shown } = createNotificationsFixture();
    for (let count = 0; count < 4; count += 1) {
      receive();
      await clock.advance(soundIntervalMs / 2);
    }
    expect(shown().map(({ hasSound }) => hasSound)).toEqual([true, false, true, false]);
  });

  test('[NOTIFY-14] beyond the limit, the oldest banner makes room', () => {
    const { receive, cleared, area } = createNotificationsFixture();
    for (let number = 1; number <= maxBanners + 3; number += 1) {
      receive({ conversation: conversationOf(fakePeerId(number)), from: fakePeerId(number) });
    }
    expect([area.list().length, cleared()]).toEqual([maxBanners, [1, 2, 3].map((number) => conversationOf(fakePeerId(number)))]);
  });
});

describe('the parts of a banner', () => {
  test('[NOTIFY-13] each level shows its parts alone', () => {
    const parts = (['text', 'sender', 'none'] as const).map((notificationContent) => {
      const { receive, shown } = createNotificationsFixture({ notificationContent });
      receive({ text: ' See\nyou \u202eat two ' });
      const [{ name, text, canReply } = {}] = shown();
      return { name, text, canReply };
    });
    expect(parts).toEqual([
      { name: 'Ana', text: 'See you at two', canReply: true },
      { name: 'Ana', text: undefined, canReply: true },
      { name: undefined, text: undefined, canReply: false },
    ]);
  });

  test('[NOTIFY-13] nothing is quoted of a person who uses the name of a verified one', () => {
    const { receive, marks, shown } = createNotificationsFixture();
    marks.earlier.set(ana, true);
    marks.earlier.set(bo, false);
    receive();
    receive({ conversation: conversationOf(bo), from: bo, text: 'hello' });
    expect(shown().map(({ text, canReply }) => ({ text, canReply }))).toEqual([
      { text: undefined, canReply: false },
      { text: 'hello', canReply: true },
    ]);
  });

  test('[NOTIFY-17] a message of ours that is refused becomes a banner with the name of its receiver', () => {
    const { direct, shown, area, setStatus } = createNotificationsFixture();
    direct.emit({ type: 'delivery', messageId: 'id', conversation: withAna, state: 'failed' });
    setStatus('busy');
    area.replyFailed(withAna);
    expect(shown()).toMatchObject([{ kind: 'failed', name: 'Ana', conversation: withAna, count: 0 }]);
  });
});

describe('rooms', () => {
  test('[NOTIFY-10] a mention shows a banner, another line does not', () => {
    const { hear, shown } = createNotificationsFixture({ keywords: ['deploy'] });
    hear('hello');
    hear('@NOOR look', { from: bo, fromName: 'Bo' });
    expect(shown()).toMatchObject([{ room: 'everyone', name: 'Bo', text: '@NOOR look', canReply: false }]);
  });

  test('[NOTIFY-10] a word that the user watches for counts at once after a change', async () => {
    const { clock, hear, settings, shown } = createNotificationsFixture();
    hear('Deploy now');
    await settings.set('keywords', ['deploy']);
    hear('Deploy later');
    await clock.advance(0);
    expect(shown().map(({ text }) => text)).toEqual(['Deploy later']);
  });

  test('[NOTIFY-12] 1,000 lines of history with mentions are summed up in one banner', async () => {
    const { clock, hear, shown } = createNotificationsFixture();
    const sentAtMs = clock.wallMs() - 60 * 60_000;
    for (let count = 0; count < 1_000; count += 1) {
      hear('@noor', { sentAtMs });
      if (count % 100 === 0) await clock.advance(summaryDelayMs / 10);
    }
    await clock.advance(summaryDelayMs);
    hear('@noor', { sentAtMs });
    await clock.advance(summaryDelayMs);
    expect(shown().map(({ count, isNew, text }) => ({ isNew, text, isMany: count > 500 }))).toEqual([
      { isNew: true, text: undefined, isMany: true },
    ]);
  });

  test('[NOTIFY-12] a fresh mention does not wait for the history', async () => {
    const { clock, hear, shown } = createNotificationsFixture();
    hear('@noor', { late: true });
    hear('@noor now');
    await clock.advance(0);
    expect(shown()).toMatchObject([{ count: 2, isNew: true }]);
  });
});

describe('the badge', () => {
  test('[NOTIFY-16] counts unread messages of all conversations but muted ones, whatever the policy says', async () => {
    const { clock, receive, hear, inRooms, setStatus, shown, area } = createNotificationsFixture();
    setStatus('busy');
    receive();
    hear('not a mention');
    await clock.advance(countIntervalMs);
    const before = area.badge();
    inRooms.emit({
      type: 'room-changed',
      room: {
        name: 'everyone',
        conversation: room,
        isJoined: true,
        members: [],
        topic: '',
        isMuted: true,
        isOpen: true,
        ahead: [],
      },
    });
    await clock.advance(countIntervalMs);
    expect({ before, muted: area.badge(), shown: shown() }).toEqual({ before: 2, muted: 1, shown: [] });
  });

  test('[NOTIFY-16] is told once for messages that come together, and 0 while it is off', async () => {
    const { clock, receive, settings, badges } = createNotificationsFixture();
    for (let count = 0; count < 1_000; count += 1) receive();
    await clock.advance(countIntervalMs);
    await settings.set('showBadge', false);
    receive();
    await clock.advance(countIntervalMs);
    await settings.set('showBadge', true);
    expect(badges()).toEqual([1_000, 0, 0, 1_001]);
  });
});

describe('pages', () => {
  test('[NOTIFY-3] a page that is gone looks at nothing', () => {
    const { area, receive, shown } = createNotificationsFixture();
    const page = {};
    area.setAttention(page, { isFocused: true, conversation: withAna });
    receive();
    area.setAttention(page, undefined);
    receive();
    expect(shown()).toHaveLength(1);
  });

  test('[NOTIFY-18] the page that had the focus last shows banners, unless a host does', () => {
    const { area } = createNotificationsFixture();
    const [first, second] = [{}, {}];
    area.setAttention(first, { isFocused: true, conversation: null });
    area.setAttention(second, { isFocused: true, conversation: null });
    area.setAttention(first, { isFocused: false, conversation: null });
    const presenters = [area.isPresenter(first), area.isPresenter(second)];
    const stop = area.present({ test: () => Promise.resolve({ ok: true }) });
    const besideHost = area.isPresenter(second);
    stop();
    expect([presenters, besideHost, area.isPresenter(second)]).toEqual([[false, true], false, true]);
  });

  test('[NOTIFY-19] a test says by whom it is shown, or why not', async () => {
    const { area, setStatus } = createNotificationsFixture();
    const byPage = await area.test();
    area.present({ test: () => Promise.resolve({ ok: false, code: 'turned-off-in-system', values: {} }) });
    const byHost = await area.test();
    setStatus('busy');
    expect([byPage, byHost, await area.test()]).toMatchObject([
      { ok: true, shownBy: 'page' },
      { ok: false, code: 'turned-off-in-system' },
      { ok: false, code: 'do-not-disturb' },
    ]);
  });
});

test('[NOTIFY-2][NOTIFY-16] a muted person calls nobody and is not on the badge, and a banner of theirs goes', async () => {
  const { clock, receive, mute, shown, cleared, badges } = createNotificationsFixture();
  receive();
  await clock.advance(countIntervalMs);
  mute(withAna);
  receive();
  await clock.advance(10 * bannerIntervalMs);
  expect({ shown: shown().length, cleared: cleared(), badges: badges() }).toEqual({
    shown: 1,
    cleared: [withAna],
    badges: [1, 0],
  });
});
