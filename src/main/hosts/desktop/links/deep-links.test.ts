import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { expect, test } from 'vitest';
import { followDeepLinks } from './deep-links.ts';

function createFixture(argv: readonly string[], isPackaged = true) {
  const schemes: string[] = [];
  const opened: unknown[] = [];
  const app = Object.assign(new EventEmitter(), {
    isPackaged,
    setAsDefaultProtocolClient: (scheme: string) => {
      schemes.push(scheme);
      return true;
    },
  });
  const links = followDeepLinks(app as unknown as App, argv);
  const openUrl = (url: string): boolean => app.emit('open-url', { preventDefault: () => undefined }, url);
  return { links, opened, schemes, openUrl, start: () => links.openWith((place) => void opened.push(place)) };
}

const notifications = { page: 'settings', section: 'notifications' };
const about = { page: 'settings', section: 'about' };

test('[DESK-22] a link among the arguments of the first start is opened when the window is there', () => {
  const { opened, start } = createFixture(['hallway', '--x', 'hallway://settings/notifications', '--y=hallway://add']);
  expect({ hasLink: start(), opened }).toEqual({ hasLink: true, opened: [notifications] });
});

test('[DESK-22] a link that macOS announces before the start is finished waits; the latest one counts', () => {
  const { opened, start, openUrl } = createFixture(['hallway']);
  openUrl('hallway://settings/notifications');
  openUrl('hallway://settings/about');
  openUrl('hallway://nonsense');
  expect({ hasLink: start(), opened }).toEqual({ hasLink: true, opened: [about] });
  openUrl('hallway://settings/notifications');
  expect(opened).toEqual([about, notifications]);
});

test('[DESK-22] a second start without a link opens none', () => {
  const { links, opened, start } = createFixture([]);
  expect(start()).toBe(false);
  expect(links.openFrom(['hallway', '--profile', '/tmp/x', 'hallway:'])).toBe(false);
  expect(links.openFrom(['hallway', 'hallway://settings/about', '--allow-file-access'])).toBe(true);
  expect(opened).toEqual([about]);
});

test('[DESK-20] only an installed application takes the links of the system', () => {
  expect([createFixture([]).schemes, createFixture([], false).schemes]).toEqual([['hallway'], []]);
});
