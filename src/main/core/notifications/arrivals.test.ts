import { expect, test } from 'vitest';
import { createNotificationsFixture, ownPeerId, withAna } from '../../../../test/fixtures/notifications.ts';
import { fakeOffer } from '../../../../test/fakes/fake-transfers.ts';
import { ana } from '../../../../test/fixtures/notifications.ts';
import { bannerIntervalMs } from './banners.ts';
import { countIntervalMs } from './unread-badge.ts';

const page = {};
const { offer } = fakeOffer(ana, 1);

test('[NOTIFY-40] an offer says how many files it brings, in place of its text', () => {
  const { receive, shown } = createNotificationsFixture();
  receive({ offer: { ...offer, fileCount: 3 } });
  expect(shown()).toMatchObject([{ kind: 'messages', files: { name: 'report.pdf', fileCount: 3, totalBytes: 2_100_000 } }]);
  expect(shown()[0]?.text).toBeUndefined();
});

test('[NOTIFY-40] what may be seen of files is what may be seen of a text', () => {
  const parts = (['text', 'sender', 'none'] as const).map((notificationContent) => {
    const { receive, shown } = createNotificationsFixture({ notificationContent });
    receive({ offer });
    return [shown()[0]?.name, shown()[0]?.files?.name];
  });
  expect(parts).toEqual([
    ['Ana', 'report.pdf'],
    ['Ana', undefined],
    [undefined, undefined],
  ]);
});

test('[NOTIFY-41] files that arrive are told once, while no window has the focus', async () => {
  const { transfer, shown, clock } = createNotificationsFixture();
  transfer({ state: 'running' });
  transfer({ state: 'done' });
  transfer({ state: 'done' });
  await clock.advance(10 * bannerIntervalMs);
  expect(shown()).toMatchObject([{ kind: 'received', count: 0, files: { name: 'report.pdf' } }]);
});

test.each([
  [
    'the window has the focus',
    (fixture: ReturnType<typeof createNotificationsFixture>) =>
      fixture.area.setAttention(page, { isFocused: true, conversation: null }),
  ],
  ['the conversation is muted', (fixture: ReturnType<typeof createNotificationsFixture>) => fixture.mute(withAna)],
  ['the user is busy', (fixture: ReturnType<typeof createNotificationsFixture>) => fixture.setStatus('busy')],
  ['the person is blocked', (fixture: ReturnType<typeof createNotificationsFixture>) => void fixture.marks.blocked.add(ana)],
])('[NOTIFY-41] files that arrive cause nothing while %s', async (_when, prepare) => {
  const fixture = createNotificationsFixture();
  prepare(fixture);
  fixture.transfer({ state: 'running' });
  fixture.transfer({ state: 'done' });
  await fixture.clock.advance(10 * bannerIntervalMs);
  expect(fixture.shown()).toEqual([]);
});

test('[NOTIFY-41] our own files cause nothing when they have arrived there', async () => {
  const { transfer, shown, clock } = createNotificationsFixture();
  transfer({ from: ownPeerId, state: 'running' });
  transfer({ from: ownPeerId, state: 'done' });
  await clock.advance(bannerIntervalMs);
  expect(shown()).toEqual([]);
});

test('[NOTIFY-42] the banner stays when messages are read elsewhere, and goes when the conversation is in view', async () => {
  const { transfer, read, area, cleared, clock } = createNotificationsFixture();
  transfer({ state: 'running' });
  transfer({ state: 'done' });
  read(withAna);
  await clock.advance(countIntervalMs);
  expect(cleared()).toEqual([]);
  area.setAttention(page, { isFocused: true, conversation: withAna });
  expect(cleared()).toEqual([withAna]);
});
