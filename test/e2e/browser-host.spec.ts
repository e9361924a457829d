/**
 * The browser host's own features: an address that any process on this computer can reach, and a
 * page that outlives the process.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { get, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { linkPortOf } from './app-instance.ts';
import { startCommand } from './command.ts';
import { choose, field, say, texts } from './conversations.ts';
import { expect, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

test.describe('the browser host', () => {
  test.skip(!hosts.includes('browser'), 'the browser host has nothing to do with Electron');

  test('[LINK-6] removes the code from the address bar, and a reload still works', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    await expect(ana.page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    expect(ana.page.url()).not.toContain('code');
    await ana.page.reload();
    await expect(ana.page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    expect(ana.complaints).toEqual([]);
  });

  test('several pages show the same, and closing one does not affect the others', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const second = await ana.page.context().newPage();
    await second.goto((await ana.nextAddress?.()) ?? '');
    await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    await expect(here(second, 'Ben')).toBeVisible();
    await ana.page.close();
    await launch({ name: 'Cem' });
    await expect(here(second, 'Cem')).toBeVisible();
  });

  test('what one page sends is no draft in another any more, and Enter there sends nothing', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const ben = await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    await expect(here(ben.page, 'Ana')).toBeVisible();
    const second = await ana.page.context().newPage();
    await second.goto((await ana.nextAddress?.()) ?? '');
    for (const page of [ana.page, second]) await choose(page, 'Ben');
    await field(ana.page).fill('only once');
    await expect(field(second)).toHaveValue('only once');
    await field(ana.page).press('Enter');
    await expect(field(second)).toHaveValue('');
    await field(second).press('Enter');
    // Messages keep their order, so a second one of the same text would come before this.
    await say(second, 'and then this');
    await choose(ben.page, 'Ana');
    for (const page of [ben.page, ana.page, second]) await expect(texts(page)).toHaveText(['only once', 'and then this']);
    for (const page of [ana.page, second]) await expect(field(page)).toHaveValue('');
    expect([...ana.complaints, ...ben.complaints]).toEqual([]);
  });

  test('[LINK-6] an address opens one page: the next page with it gets nothing, and works with a new one', async ({
    launch,
    browser,
  }) => {
    const ana = await launch({ name: 'Ana' });
    await expect(ana.page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    const context = await browser.newContext();
    const second = await context.newPage();
    await second.goto(ana.address ?? '');
    await expect(second.getByRole('alert')).toContainText('open the latest address that it printed');
    await expect(second.getByText('Ana')).toHaveCount(0);
    // In the same tab only the fragment changes, which does not load the page again.
    await second.goto((await ana.nextAddress?.()) ?? '');
    await expect(second.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    await context.close();
  });

  test('[LINK-6] the address in the arguments of a browser opens no second page', async ({
    browser,
    makeProfile,
    networkArgs,
  }) => {
    test.skip(process.platform !== 'linux', 'only Linux starts a browser by a command that a test can replace');
    const folder = await makeProfile();
    await writeFile(join(folder, 'xdg-open'), '#!/bin/sh\necho "$1" > "$OPENED"\n', { mode: 0o700 });
    const opened = join(folder, 'opened');
    const command = startCommand(['open', '--name', 'Ana', '--profile', join(folder, 'profile'), ...networkArgs], {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      DISPLAY: ':0',
      OPENED: opened,
    });
    try {
      const printed = await command.firstMatch(/http:\/\/\S+#code=\S+/);
      const address = (): Promise<string> => readFile(opened, 'utf8').catch(() => '');
      await expect.poll(address).toMatch(/#code=\S+\n$/);
      const given = (await address()).trim();
      const openIn = async (to: string): Promise<Page> => {
        const page = await (await browser.newContext()).newPage();
        await page.goto(to);
        return page;
      };
      const ownName = (page: Page): Locator => page.getByRole('button', { name: 'Your profile: Ana' });
      const first = await openIn(given);
      await expect(ownName(first)).toBeVisible();
      const second = await openIn(given);
      await expect(second.getByRole('alert')).toContainText('Open Hallway again');
      const third = await openIn(printed);
      await expect(ownName(third)).toBeVisible();
      for (const page of [first, second, third]) await page.context().close();
    } finally {
      await command.kill();
    }
  });

  test('[LINK-4] a page of another site cannot connect', async ({ launch, browser }) => {
    const ana = await launch({ name: 'Ana' });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('http://elsewhere.invalid/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
    );
    await page.goto('http://elsewhere.invalid/');
    const outcome = await page.evaluate(
      (address) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(address);
          socket.addEventListener('open', () => resolve('opened'));
          socket.addEventListener('error', () => resolve('refused'));
        }),
      `ws://127.0.0.1:${linkPortOf(ana.address)}/link`,
    );
    expect(outcome).toBe('refused');
    await context.close();
  });

  test('[LINK-4] a name rebound to this address gets no page', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const { port } = new URL(ana.address ?? '');
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/', headers: { Host: `rebound.example:${port}` } }, resolve).on('error', reject);
    });
    response.resume();
    expect(response.statusCode).toBe(421);
  });

  test('garbage on the port does no harm', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const port = linkPortOf(ana.address);
    for (const path of ['/../../etc/passwd', '/%00', '/%', '//', '/link', `/${'x'.repeat(10_000)}`]) {
      await new Promise<void>((resolve) => {
        const ask = request({ host: '127.0.0.1', port, path, headers: { Upgrade: 'websocket', Connection: 'Upgrade' } });
        ask.on('response', (response) => void response.resume().on('end', resolve));
        ask.on('error', () => resolve());
        ask.end();
      });
    }
    await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    expect(ana.complaints).toEqual([]);
  });

  test('shows a lost link when Hallway ends, and keeps the list', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    expect(await ana.quit()).toBe(0);
    await expect(ana.page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible();
    await expect(here(ana.page, 'Ben')).toBeVisible();
  });

  test('[ID-5] a second instance reports which process uses the profile', async ({ launch, makeProfile, run }) => {
    const profile = await makeProfile();
    await launch({ name: 'Ana', profile });
    const second = run(['open', '--no-browser', '--profile', profile]);
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain('is using the profile');
  });
});
