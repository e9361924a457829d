/**
 * The notices about a closed window, with the notifications of the Electron stub and a fake clock.
 */
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notification as Banner } from 'electron';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNotices } from '../../../src/main/hosts/desktop/notices.ts';
import { createToldOnce, type ToldOnce } from '../../../src/main/hosts/desktop/told-once.ts';
import { createNotificationCenter, type StubPlatform } from '../../electron-stub/notification-center.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hallway-notices-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

interface FixtureOptions {
  readonly platform?: StubPlatform;
  readonly isSupported?: boolean;
  /** The system takes the banner, and never says what became of it. */
  readonly isMute?: boolean;
  readonly hasPage?: boolean;
}

function createFixture({ platform = 'linux', isSupported = true, isMute = false, hasPage = true }: FixtureOptions = {}) {
  const center = createNotificationCenter(platform);
  const clock = createFakeClock();
  const done: string[] = [];
  const running: Promise<void>[] = [];
  const stored = createToldOnce(folder);
  const toldOnce: ToldOnce = {
    once(notice, tell) {
      const told = stored.once(notice, tell);
      running.push(told);
      return told;
    },
  };
  const mute = Object.assign(new EventEmitter(), { show: () => undefined, close: () => void done.push('withdrawn') });
  const notices = createNotices({
    clock,
    toldOnce,
    create: (options) => (isMute ? (mute as unknown as Banner) : center.create(options)),
    isSupported: () => isSupported,
    showWindow: () => void done.push('window'),
    tellInPage(notice) {
      done.push(`page: ${notice}`);
      return hasPage ? Promise.resolve() : new Promise(() => undefined);
    },
    quit: () => void done.push('quit'),
  });
  return { center, clock, done, notices, told: () => Promise.all(running) };
}

test.each(['linux', 'darwin', 'win32'] as const)(
  '[DESK-50] on %s the notice has buttons, and a click opens the window',
  async (platform) => {
    const { center, done, notices, told } = createFixture({ platform });
    notices.keepsRunning();
    await told();
    center.click('Hallway');
    expect(done).toEqual(['window']);
  },
);

test.each([
  ['Keep running', []],
  ['Quit Hallway', ['quit']],
] as const)('[DESK-50] the button "%s"', async (label, expected) => {
  const { center, done, notices, told } = createFixture();
  notices.keepsRunning();
  await told();
  center.press('Hallway', label);
  expect({ done, seen: center.seen() }).toEqual({ done: expected, seen: [] });
});

test('[DESK-51] where the system has no notifications, the page has the notice, once', async () => {
  const { done, notices, told } = createFixture({ isSupported: false });
  notices.keepsRunning();
  notices.keepsRunning();
  await told();
  const later = createFixture({ isSupported: false });
  later.notices.keepsRunning();
  await later.told();
  expect({ done, later: later.done }).toEqual({ done: ['page: kept-running'], later: [] });
});

test('[DESK-51] where the system refuses the notification, too', async () => {
  const { center, done, notices, told } = createFixture({ platform: 'darwin' });
  center.fail('Notifications are not allowed for this application');
  notices.keepsRunning();
  await told();
  expect(done).toEqual(['page: kept-running']);
});

test('[DESK-51] a notice that no page had before the end comes again in the next run', async () => {
  const first = createFixture({ isSupported: false, hasPage: false });
  first.notices.keepsRunning();
  await expect.poll(() => first.done).toHaveLength(1);
  const second = createFixture();
  second.notices.keepsRunning();
  await second.told();
  expect(second.center.seen()).toHaveLength(1);
});

test('[DESK-12] a system that does not answer holds up quitting for a second at most', async () => {
  const { clock, done, notices } = createFixture({ isMute: true });
  const quit = notices.hasQuit().then(() => done.push('quit'));
  await expect.poll(() => clock.pendingTimers()).toBe(1);
  await clock.advance(1_000);
  await quit;
  expect(done).toEqual(['withdrawn', 'quit']);
});
