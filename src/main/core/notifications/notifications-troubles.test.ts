/** Notifications when reading fails, when parts are absent, and when somebody looks already. */
import { describe, expect, test } from 'vitest';
import { ana, bo, createNotificationsFixture, room, withAna } from '../../../../test/fixtures/notifications.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { StoreError } from '../messaging/ports.ts';
import { bannerIntervalMs, summaryDelayMs } from './banners.ts';
import { countIntervalMs } from './unread-badge.ts';

describe('while the store cannot be read', () => {
  test('[NOTIFY-16] the badge stays as it was, and counts again later', async () => {
    const { clock, receive, read, failReads, area } = createNotificationsFixture();
    receive();
    await clock.advance(countIntervalMs);
    failReads(new StoreError('busy', 'another process'));
    receive();
    await clock.advance(countIntervalMs);
    const meanwhile = [area.badge(), area.list().length];
    failReads(undefined);
    read(conversationOf(bo));
    await clock.advance(countIntervalMs);
    expect([meanwhile, area.badge()]).toEqual([[1, 1], 2]);
  });

  test('[NOTIFY-17] a message of ours that is refused brings no banner without its text, and later ones do', () => {
    const { direct, shown, area, failReads } = createNotificationsFixture();
    const fail = (): void => direct.emit({ type: 'delivery', messageId: 'id', conversation: withAna, state: 'failed' });
    failReads(new StoreError('corrupt', 'damaged'));
    fail();
    area.replyFailed(withAna);
    const meanwhile = shown().length;
    failReads(undefined);
    fail();
    expect([meanwhile, shown().length]).toEqual([0, 1]);
  });

  test('a mistake of ours is not taken for that', () => {
    const { area, failReads } = createNotificationsFixture();
    failReads(new TypeError('a mistake'));
    expect(() => area.replyFailed(withAna)).toThrow('a mistake');
  });
});

test('[NOTIFY-17] a refused message shows no banner to who looks at it, and one to who looks elsewhere', () => {
  const { direct, shown, area } = createNotificationsFixture();
  const fail = (): void => direct.emit({ type: 'delivery', messageId: 'id', conversation: withAna, state: 'failed' });
  const page = {};
  area.setAttention(page, { isFocused: true, conversation: withAna });
  fail();
  const inView = shown().length;
  area.setAttention(page, { isFocused: true, conversation: conversationOf(bo) });
  fail();
  area.setAttention(page, { isFocused: false, conversation: withAna });
  area.dismiss(withAna);
  fail();
  expect([inView, shown().map(({ kind }) => kind)]).toEqual([0, ['failed', 'failed']]);
});

test('[NOTIFY-12] history that is read before it is summed up shows no banner', async () => {
  const { clock, hear, read, shown } = createNotificationsFixture();
  hear('@noor', { late: true });
  await clock.advance(summaryDelayMs / 2);
  read(room);
  await clock.advance(2 * summaryDelayMs);
  expect(shown()).toEqual([]);
});

test('[NOTIFY-2] a person who is heard again keeps the banner, and is on the badge again', async () => {
  const { clock, receive, mute, unmute, cleared, area } = createNotificationsFixture();
  mute(withAna);
  receive();
  receive({ conversation: conversationOf(bo), from: bo });
  await clock.advance(countIntervalMs);
  const before = area.badge();
  unmute(withAna);
  receive();
  unmute(conversationOf(bo));
  await clock.advance(countIntervalMs);
  expect({ before, after: area.badge(), cleared: cleared(), list: area.list().length }).toEqual({
    ...{ before: 1, after: 3 },
    ...{ cleared: [], list: 2 },
  });
});

test('[NOTIFY-18] a host that shows banners is not put out by the end of the one before it', async () => {
  const { area } = createNotificationsFixture();
  const page = {};
  area.setAttention(page, { isFocused: true, conversation: null });
  const shows = { test: () => Promise.resolve({ ok: true } as const) };
  const stopFirst = area.present(shows);
  const stopSecond = area.present({ ...shows });
  stopFirst();
  const besideSecond = { isPage: area.isPresenter(page), test: await area.test() };
  stopSecond();
  expect([besideSecond, area.isPresenter(page)]).toEqual([{ isPage: false, test: { ok: true, shownBy: 'host' } }, true]);
});

test('[NOTIFY-16] a node without rooms shows banners and counts direct messages', async () => {
  const { clock, receive, read, area, shown } = createNotificationsFixture({}, { hasRooms: false });
  receive({ from: ana, text: 'hello' });
  await clock.advance(bannerIntervalMs);
  const before = area.badge();
  read(withAna);
  await clock.advance(countIntervalMs);
  expect([before, area.badge(), shown().map(({ text }) => text), area.list()]).toEqual([1, 0, ['hello'], []]);
});
