/**
 * Banners of a page on a real session bus, with a notification daemon of our own: what Chromium asks
 * it to show, that it replaces it, and that the answer opens the conversation.
 */
import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { whyNoDesktopBus } from '../../scripts/system-packages.mjs';
import { startDesktopBus, type DaemonCall } from './desktop-bus.ts';
import { expect, test } from './fixtures.ts';

const obstacle = whyNoDesktopBus();
test.skip(obstacle !== undefined, `a desktop bus ${obstacle ?? ''}`);

/** As in playwright.config.ts. */
const rootOnly = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

test('[NOTIFY-24, NOTIFY-25] a message is a notification of the desktop, which is replaced and opens its conversation', async ({
  run,
  makeProfile,
}) => {
  const desktop = await startDesktopBus();
  const executablePath = findBrowser();
  const context = await chromium.launchPersistentContext(await makeProfile(), {
    headless: false,
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-background-networking', ...rootOnly],
    env: { ...(process.env as Record<string, string>), ...desktop.environment },
  });
  try {
    const host = run(['open', '--no-browser', '--name', 'Ana', '--profile', await makeProfile()]);
    const address = await host.firstMatch(/http:\/\/\S+#code=\S+/);
    await context.grantPermissions(['notifications'], { origin: new URL(address).origin });
    const page = await context.newPage();
    await page.goto(address);
    await expect(page.getByRole('heading', { name: /first one here|Looking/ })).toBeVisible();
    await lookAway(page);

    const profile = await makeProfile();
    const send = async (text: string): Promise<void> => {
      const sending = run(['send', 'Ana', text, '--name', 'Bo', '--profile', profile]);
      expect(await sending.exited, sending.output()).toBe(0);
    };
    const notified = (): readonly DaemonCall[] => desktop.calls().filter(({ call }) => call === 'Notify');
    await send('<b>Lunch</b> & more?');
    await expect.poll(() => notified().length).toBe(1);
    await send('At two');
    await expect.poll(() => notified().length).toBe(2);

    const [first, second] = notified();
    expect({ first, second }).toMatchObject({
      first: { summary: 'Bo', replaces: 0, actions: expect.arrayContaining(['default']) },
      second: { summary: 'Bo', replaces: first?.id, id: first?.id },
    });
    expect(first?.body).toContain('&lt;b&gt;Lunch&lt;/b&gt; &amp; more?');
    expect(second?.body).toContain('2 new messages');

    desktop.act(first?.id ?? 0, 'default');
    await expect(page.getByText('At two').last()).toBeVisible();
    await expect(page.getByText('<b>Lunch</b> & more?').last()).toBeVisible();
    await expect.poll(() => desktop.calls().some(({ call }) => call === 'CloseNotification')).toBe(true);
  } finally {
    await context.close();
    desktop.close();
  }
});

/** Playwright makes every page believe that it has the focus. */
async function lookAway(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const other = await page.context().newPage();
  await other.bringToFront();
  await expect.poll(() => page.evaluate(() => document.hasFocus())).toBe(false);
}
