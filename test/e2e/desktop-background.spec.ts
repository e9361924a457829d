/** Life in the background: a closed window, the tray, a start without a window, links. */
import type { Page } from '@playwright/test';
import type { AppInstance } from './app-instance.ts';
import { choose, conversation, mark, say, texts } from './conversations.ts';
import { expect, test } from './fixtures.ts';
import { desktopHosts } from './hosts.ts';

const keepsRunning = 'Hallway keeps running, so people can reach you. Quit from the tray icon.';

test.describe('Hallway in the background on the Electron stub', () => {
  test.skip(!desktopHosts.includes('electron-stub'), 'real Electron lets nobody play the desktop');
  test.use({ host: 'electron-stub' });

  test('[DESK-10] [DESK-15] a closed window leaves Hallway running, and comes back where it was', async ({ launch }) => {
    const ana = await launch({ name: 'Ana', hasTray: true, isWayland: true });
    const ben = await launch({ name: 'Ben' });
    await choose(ana.page, 'Ben');
    await say(ana.page, 'Hello Ben');
    await expect(mark(ana.page, 'Hello Ben', 'Delivered')).toBeVisible();
    const openMegabytes = await megabytesOf(ana);
    ana.electronStub?.closeWindow();
    await expect.poll(() => ana.electronStub?.windows()).toHaveLength(0);
    const closedMegabytes = await megabytesOf(ana);
    await choose(ben.page, 'Ana');
    await say(ben.page, 'Are you there?');
    await expect(mark(ben.page, 'Are you there?', 'Delivered')).toBeVisible();
    await expect.poll(() => recorded(ana, 'tray.setToolTip').at(-1)).toBe('Hallway: 1 unread message');
    ana.electronStub?.clickTray('Busy');
    const anaInList = ben.page.getByRole('listbox', { name: 'People' }).getByRole('option').filter({ hasText: 'Ana' });
    await expect(anaInList).toContainText('Busy');

    ana.electronStub?.clickTray('Open Hallway (1 unread)');
    await expect.poll(() => ana.electronStub?.windows()).toHaveLength(1);
    const reopened = pageOf(ana);
    await expect(conversation(reopened, 'Ben')).toBeVisible();
    await expect(texts(reopened)).toHaveText(['Hello Ben', 'Are you there?']);
    console.log(`RSS of the main process: ${openMegabytes} MB with the window, ${closedMegabytes} MB without`);
    ana.electronStub?.clickTray('Quit Hallway');
    expect(await ana.electronStub?.exited).toBe(0);
  });

  test('[DESK-12] the notice comes once per profile, and two starts make one window', async ({ launch, makeProfile }) => {
    const profile = await makeProfile();
    const notices: unknown[] = [];
    for (let start = 0; start < 5; start += 1) {
      const ana = await launch({ name: 'Ana', profile, hasTray: true, isWayland: true });
      await expectPainted(ana.page);
      ana.electronStub?.closeWindow();
      await expect.poll(() => ana.electronStub?.windows()).toHaveLength(0);
      if (start === 0) {
        await expect.poll(() => recorded(ana, 'notification.show')).toHaveLength(1);
        // A second start ends itself, and shows the window of the first.
        await expect(launch({ name: 'Ana', profile })).rejects.toThrow(/ended with 0 before it opened a window/);
        await expect.poll(() => ana.electronStub?.windows()).toHaveLength(1);
        await expectPainted(pageOf(ana));
      }
      await ana.quit();
      notices.push(...recorded(ana, 'notification.show'));
    }
    const actions = ['Keep running', 'Quit Hallway'].map((text) => ({ type: 'button', text }));
    expect(notices).toEqual([{ title: 'Hallway', body: keepsRunning, silent: true, actions }]);
  });

  test('[DESK-14] [DESK-20] [DESK-22] [DESK-31] [DESK-32] links and menus lead to their places', async ({
    launch,
    makeProfile,
  }) => {
    const profile = await makeProfile();
    const ben = await launch({ name: 'Ben' });
    const benId = await peerIdOf(ben);
    // Cold: the link opens the window although the start is hidden.
    const ana = await launch({ name: 'Ana', profile, hasTray: true, args: ['--hidden', `hallway://chat/${benId}`] });
    await expect(conversation(ana.page, 'Ben')).toBeVisible();
    // Warm, among other arguments of a second start.
    const link = `hallway://add?a=192.0.2.7:50296&k=${benId}`;
    await expect(launch({ name: 'Ana', profile, args: ['--x', link, '--y'] })).rejects.toThrow(/ended with 0/);
    await expect(ana.page.getByRole('textbox', { name: 'Their address' })).toHaveValue('192.0.2.7:50296');
    ana.electronStub?.openUrl(`hallway://chat/${benId}`);
    await expect(conversation(ana.page, 'Ben')).toBeVisible();
    ana.electronStub?.chooseMenu('Network');
    await expect(ana.page.getByRole('textbox', { name: 'Their address' })).toHaveValue('');
    ana.electronStub?.chooseMenu('About Hallway');
    await ana.page.getByRole('button', { name: 'Show the licenses' }).click();
    await ana.page.getByText(/^react \d/).click();
    await expect(ana.page.getByText('Copyright (c) Meta Platforms').filter({ visible: true })).toBeVisible();
    expect(ana.electronStub?.windows()).toHaveLength(1);
  });
});

async function peerIdOf({ page }: AppInstance): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const undo = window.hallway?.onMessage((message) => {
          const { id, output } = message as {
            readonly id?: number;
            readonly output?: { readonly self: { readonly peerId: string } };
          };
          if (id !== 1_000_000 || output === undefined) return;
          undo?.();
          resolve(output.self.peerId);
        });
        window.hallway?.send({ type: 'call', id: 1_000_000, name: 'snapshot', input: {} });
      }),
  );
}

async function expectPainted(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
}

/** Of the process with the core. Chromium's own processes exist on real Electron only. */
async function megabytesOf({ electronStub }: AppInstance): Promise<number> {
  return Math.round(Number(await electronStub?.ask({ what: 'memory' })) / 1024 / 1024);
}

function recorded({ electronStub }: AppInstance, wanted: string): unknown[] {
  return electronStub?.records.filter(({ what }) => what === wanted).map(({ value }) => value) ?? [];
}

function pageOf({ electronStub, page }: AppInstance): Page {
  return electronStub?.windows().at(-1) ?? page;
}
