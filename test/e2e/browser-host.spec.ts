/**
 * The browser host's own features: an address that any process on this computer can reach, and a
 * page that outlives the process.
 */
import { get, request, type IncomingMessage } from 'node:http';
import { expect, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

test.describe('the browser host', () => {
  test.skip(!hosts.includes('browser'), 'the browser host has nothing to do with Electron');

  test('removes the token from the address bar, and a reload still works', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    await expect(ana.page.getByRole('button', { name: 'Your name: Ana' })).toBeVisible();
    expect(ana.page.url()).not.toContain('token');
    await ana.page.reload();
    await expect(ana.page.getByRole('button', { name: 'Your name: Ana' })).toBeVisible();
    expect(ana.complaints).toEqual([]);
  });

  test('several pages show the same, and closing one does not affect the others', async ({ launch }) => {
    const ana = await launch({ name: 'Ana' });
    const second = await ana.page.context().newPage();
    await second.goto(ana.address ?? '');
    await launch({ name: 'Ben' });
    await expect(here(ana.page, 'Ben')).toBeVisible();
    await expect(here(second, 'Ben')).toBeVisible();
    await ana.page.close();
    await launch({ name: 'Cem' });
    await expect(here(second, 'Cem')).toBeVisible();
  });

  test('[LINK-4] a page with a wrong token gets nothing, and accepts the right one', async ({ launch, browser }) => {
    const ana = await launch({ name: 'Ana' });
    const context = await browser.newContext();
    const unknownPeer = await context.newPage();
    const errors: string[] = [];
    unknownPeer.on('websocket', (socket) => socket.on('socketerror', (error) => errors.push(error)));
    await unknownPeer.goto((ana.address ?? '').replace(/token=.*/, 'token=guessed'));
    await expect.poll(() => errors.join()).toContain('403');
    await expect(unknownPeer.getByText('open the address that Hallway printed')).toBeVisible();
    await expect(unknownPeer.getByText('Ana')).toHaveCount(0);
    // In the same tab only the fragment changes, which does not load the page again.
    await unknownPeer.goto(ana.address ?? '');
    await expect(unknownPeer.getByRole('button', { name: 'Your name: Ana' })).toBeVisible();
    await context.close();
  });

  test('[LINK-4] a page of another site cannot connect, even with the token', async ({ launch, browser }) => {
    const ana = await launch({ name: 'Ana' });
    const { host, hash } = new URL(ana.address ?? '');
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
      `ws://${host}/link?${hash.slice(1)}`,
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
    const { port } = new URL(ana.address ?? '');
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
