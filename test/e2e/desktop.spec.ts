/**
 * The desktop application's own features: a window that comes to the front, closes and crashes, and
 * one instance per profile.
 */
import { expect, test } from './fixtures.ts';
import { desktopHosts } from './hosts.ts';
import { here, recentlyHere } from './people.ts';

test.describe('the desktop application on the Electron stub', () => {
  test.skip(!desktopHosts.includes('electron-stub'), 'real Electron lets nobody play the operating system');
  test.use({ host: 'electron-stub' });

  // On real Electron the message is a dialog that waits for a click.
  test('exits with a message if the browser host uses the profile', async ({ launch, makeProfile, run }) => {
    const profile = await makeProfile();
    await run(['open', '--no-browser', '--profile', profile]).firstMatch(/#code=/);
    await expect(launch({ name: 'Ana', profile })).rejects.toThrow(/is using the profile/);
  });

  test('exits with a message on an unknown option', async ({ launch }) => {
    await expect(launch({ name: '' })).rejects.toThrow(/--name needs a value/);
  });

  test('a second start with the same profile brings the first window to the front', async ({ launch, makeProfile }) => {
    const profile = await makeProfile();
    const first = await launch({ name: 'Ana', profile });
    const focused = (): number => first.electronStub?.records.filter(({ what }) => what === 'window.focus').length ?? 0;
    expect(focused()).toBe(0);
    await expect(launch({ name: 'Ana again', profile })).rejects.toThrow(/ended with 0 before it opened a window/);
    await expect.poll(focused).toBe(1);
    expect(first.electronStub?.windows()).toHaveLength(1);
  });

  test('[DESK-11] without a tray, closing the window quits with a goodbye and says so', async ({ launch }) => {
    test.skip(process.platform !== 'linux', 'other systems always have a tray');
    const ana = await launch({ name: 'Ana' });
    const ben = await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    ben.electronStub?.closeWindow();
    await expect(recentlyHere(ana.page, 'Ben')).toContainText('Left');
    expect(await ben.electronStub?.exited).toBe(0);
    const notices = ben.electronStub?.records.filter(({ what }) => what === 'notification.show').map(({ value }) => value);
    expect(notices).toEqual([expect.objectContaining({ body: expect.stringContaining('others no longer see you') })]);
  });

  test('[DOUBT-6] says goodbye before the computer sleeps, and returns when it wakes up', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const ben = await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    ben.electronStub?.power('suspend');
    await expect(recentlyHere(ana.page, 'Ben')).toContainText('Left');
    ben.electronStub?.power('resume');
    await expect(here(ana.page, 'Ben')).toBeVisible();
    await expect(here(ben.page, 'Ana')).toBeVisible();
  });

  test('[BYE-1] says goodbye when the computer shuts down', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const ben = await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    ben.electronStub?.power('shutdown');
    await expect(recentlyHere(ana.page, 'Ben')).toContainText('Left');
    expect(await ben.electronStub?.exited).toBe(0);
  });

  test('reloads a page that crashed', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    const loaded = ana.page.waitForEvent('load');
    ana.electronStub?.reportCrash();
    await loaded;
    await expect(here(ana.page, 'Ben')).toBeVisible();
  });

  test('shows the window only once its page is painted', async ({ launch }) => {
    const { electronStub } = await launch({ name: 'Ana' });
    await expect.poll(() => electronStub?.records.some(({ what }) => what === 'window.show')).toBe(true);
    const order = electronStub?.records
      .map(({ what }) => what)
      .filter((what) => ['new BrowserWindow', 'window.show'].includes(what));
    expect(order).toEqual(['new BrowserWindow', 'window.show']);
  });
});
