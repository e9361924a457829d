/** How a desktop calls its user, and how it tells that nobody is there. */
import type { AppInstance } from './app-instance.ts';
import { choose, conversation, mark, say, texts } from './conversations.ts';
import { expect, test } from './fixtures.ts';
import { desktopHosts } from './hosts.ts';
import { here } from './people.ts';

/** Peers show a change of status within this time, in milliseconds. */
const soonMs = 1_000;

test.describe('notifications on the Electron stub', () => {
  test.skip(!desktopHosts.includes('electron-stub'), 'real Electron lets nobody play the desktop');
  test.use({ host: 'electron-stub' });

  test('[NOTIFY-21] [NOTIFY-23] a click on a banner opens the window at its message, where there was none', async ({
    launch,
  }) => {
    const ana = await launch({ name: 'Ana', hasTray: true, isWayland: true });
    const ben = await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    ana.electronStub?.closeWindow();
    await expect.poll(() => ana.electronStub?.windows()).toHaveLength(0);
    await choose(ben.page, 'Ana');
    await say(ben.page, '<b>Lunch</b> & more?');
    await expect(mark(ben.page, '<b>Lunch</b> & more?', 'Delivered')).toBeVisible();
    await expect.poll(() => banners(ana)).toMatchObject([{ title: 'Ben', body: '&lt;b&gt;Lunch&lt;/b&gt; &amp; more?' }]);
    await expect.poll(() => recorded(ana, 'app.setBadgeCount').at(-1)).toBe(1);

    ana.electronStub?.clickNotification('Ben');
    await expect.poll(() => ana.electronStub?.windows()).toHaveLength(1);
    const page = ana.electronStub?.windows()[0] ?? ana.page;
    await expect(conversation(page, 'Ben')).toBeVisible();
    await expect(texts(page)).toHaveText(['<b>Lunch</b> & more?']);
    await expect.poll(() => recorded(ana, 'app.setBadgeCount').at(-1)).toBe(0);
    await expect.poll(() => recorded(ana, 'notification.close')).not.toHaveLength(0);
  });

  test('[AWAY-2] others see a locked screen within a second, and that it was unlocked', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const ben = await launch({ name: 'Ben' });
    await expect(here(ben.page, 'Ana')).toBeVisible();
    ana.electronStub?.power('lock-screen');
    await expect(here(ben.page, 'Ana')).toContainText('Away', { timeout: soonMs });
    ana.electronStub?.power('unlock-screen');
    await expect(here(ben.page, 'Ana')).not.toContainText('Away', { timeout: soonMs });
  });
});

/** The banners of people, without notices of the program. */
function banners(instance: AppInstance): unknown[] {
  return recorded(instance, 'notification.show').filter((banner) => (banner as { readonly title: string }).title !== 'Hallway');
}

function recorded({ electronStub }: AppInstance, wanted: string): unknown[] {
  return electronStub?.records.filter(({ what }) => what === wanted).map(({ value }) => value) ?? [];
}
