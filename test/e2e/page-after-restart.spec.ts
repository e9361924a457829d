/** A page that outlives its Hallway: it finds the next one, and gives nothing to anything else. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { squat } from '../attackers/squat-link.ts';
import { linkPortOf, type AppInstance } from './app-instance.ts';
import { choose, field, message, say, texts } from './conversations.ts';
import { expect, test as base } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

/** A page that lost its host tries again within 10 s. */
const foundWithin = { timeout: 15_000 };

interface Talk {
  readonly profile: string;
  readonly ana: AppInstance;
  readonly ben: AppInstance;
  readonly linkPort: number;
  /** Starts Ana's Hallway again, without another page. @returns its next address */
  restart(): Promise<string>;
  /** What it printed and logged since. */
  output(): string;
}

const test = base.extend<{ talk: Talk }>({
  talk: async ({ launch, makeProfile, run }, use) => {
    const profile = await makeProfile();
    const [ana, ben] = [await launch({ name: 'Ana', profile }), await launch({ name: 'Ben' })];
    await expect(here(ana.page, 'Ben')).toBeVisible();
    await choose(ana.page, 'Ben');
    let output = (): string => '';
    await use({
      profile,
      ana,
      ben,
      linkPort: linkPortOf(ana.address),
      async restart() {
        const command = run(['open', '--no-browser', '--name', 'Ana', '--profile', profile]);
        output = command.output;
        return command.firstMatch(/http:\/\/\S+#code=\S+/);
      },
      output: () => output(),
    });
  },
});

test.describe('a page after a restart', () => {
  test.skip(!hosts.includes('browser'), 'a page of the desktop app ends with it');

  test('[LINK-34, DRAFT-1, DRAFT-6] finds the Hallway that was killed, with its place and its text', async ({ talk }) => {
    const { ana, ben, restart } = talk;
    for (let number = 1; number <= 30; number += 1) await say(ana.page, `message ${number} of thirty`);
    await expect(message(ana.page, 'message 30 of thirty')).toBeVisible();
    await message(ana.page, 'message 12 of thirty').scrollIntoViewIfNeeded();
    // The list knows then that it is not at its end.
    await expect(ana.page.getByRole('button', { name: 'Jump to latest' })).toBeVisible();
    await field(ana.page).fill('half a');
    await ana.kill();
    await expect(ana.page.getByRole('status').filter({ hasText: 'this page goes on by itself' })).toBeVisible();
    await field(ana.page).pressSequentially(' thought');
    await restart();
    await expect(ana.page.getByText('Reconnecting')).toBeHidden(foundWithin);
    await expect(field(ana.page)).toHaveValue('half a thought');
    await expect(message(ana.page, 'message 12 of thirty')).toBeInViewport();
    await expect(here(ana.page, 'Ben')).toBeVisible();
    await field(ana.page).press('Enter');
    await say(ana.page, 'and the next');
    await choose(ben.page, 'Ana');
    await ben.page.getByRole('button', { name: '32 new messages' }).click(foundWithin);
    await expect(texts(ben.page).last()).toHaveText('and the next');
    await expect(texts(ben.page).filter({ hasText: 'half a thought' })).toHaveCount(1);
    await expect(field(ana.page)).toHaveValue('');
    expect(ben.complaints).toEqual([]);
  });

  test('[LINK-7, LINK-34] gives nothing to a program on the port of the link, and finds Hallway after it', async ({ talk }) => {
    const { profile, ana, linkPort, restart } = talk;
    await say(ana.page, 'for Ben alone');
    await field(ana.page).fill('a secret thought');
    await expect(texts(ana.page)).toHaveText(['for Ben alone']);
    await ana.kill();
    const squatter = await squat(linkPort);
    const banner = ana.page.getByRole('alert').filter({ hasText: 'Another program answers in place of Hallway' });
    await expect(banner).toBeVisible(foundWithin);
    await field(ana.page).press('End');
    await field(ana.page).pressSequentially(', and more');
    await field(ana.page).press('Enter');
    await expect.poll(() => squatter.messages.length, { timeout: 40_000 }).toBeGreaterThanOrEqual(6);
    const secrets = await secretsOf(ana.page, profile, ['for Ben alone', 'secret', 'more', 'Ben', 'Ana']);
    await squatter.close();
    const found = {
      leaked: secrets.filter((secret) => squatter.heard().includes(secret)),
      types: new Set(squatter.messages.map((heard) => Object.keys(heard as object).join())),
      secrets: secrets.length >= 7,
    };
    expect(found).toEqual({ leaked: [], types: new Set(['type,key,nonce']), secrets: true });
    await restart();
    await expect(banner).toBeHidden(foundWithin);
    await expect(field(ana.page)).toHaveValue('a secret thought, and more');
    await expect(texts(ana.page)).toHaveText(['for Ben alone']);
  });

  test('[LINK-30] says so when another program keeps the port, and the next address opens a new page', async ({ talk }) => {
    const { ana, linkPort, restart, output } = talk;
    await ana.kill();
    const squatter = await squat(linkPort);
    const address = await restart();
    const newPort = linkPortOf(address);
    await expect(ana.page.getByRole('alert')).toContainText('Open Hallway again', foundWithin);
    const page = await ana.page.context().newPage();
    await page.goto(address);
    await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    await squatter.close();
    expect({ isNew: newPort !== linkPort, isLogged: output().includes('another program has the port of the pages') }).toEqual({
      isNew: true,
      isLogged: true,
    });
  });

  test('[LINK-31, LINK-33] what a program left on the port of the pages never meets the next page', async ({ talk }) => {
    const { ana, restart } = talk;
    const { port, origin } = new URL(ana.address ?? '');
    const context = ana.page.context();
    const token = await ana.page.evaluate(() => Object.values(sessionStorage)[0]?.split('.')[1] ?? '');
    await ana.kill();
    const asked: string[] = [];
    const squatter = await squat(Number(port), (request, response) => {
      asked.push(request.url ?? '');
      const isScript = request.url === '/worker.js';
      const worker = `self.addEventListener('install', () => self.skipWaiting());
        self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
        self.addEventListener('fetch', (event) => event.respondWith(new Response('served by the worker: ' + event.request.url)));`;
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? worker : '<!doctype html><script>navigator.serviceWorker.register("/worker.js")</script>');
    });
    const trap = await context.newPage();
    await trap.goto(origin);
    await expect.poll(() => trap.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
    // Without a program on the port, the worker answers in its place.
    await squatter.close();
    await trap.reload();
    await expect(trap.locator('body')).toContainText('served by the worker');

    const address = await restart();
    const page = await context.newPage();
    await page.goto(address);
    await expect(page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    const workers = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    // A page of the worker reads what the tab stored. Hallway takes it from nobody any more.
    const refusal = await trap.evaluate(helloWith, { port: linkPortOf(address), key: 'token', token });
    expect({ isNew: new URL(address).port !== port, workers, refusal, hasToken: token.length }).toEqual({
      isNew: true,
      workers: 0,
      refusal: 4_001,
      hasToken: 43,
    });
  });

  test('[LINK-34] a reload while Hallway is closed fails, and a page that Hallway forgot says "Open Hallway again"', async ({
    talk,
  }) => {
    const { profile, ana, restart } = talk;
    const second = await ana.page.context().newPage();
    await second.goto((await ana.nextAddress?.()) ?? '');
    await expect(second.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
    await ana.kill();
    // The page is gone with its host: the browser says so in its own words.
    await expect(second.reload()).rejects.toThrow('ERR_CONNECTION_REFUSED');
    const path = join(profile, 'page-link.json');
    const content = JSON.parse(await readFile(path, 'utf8')) as object;
    await rm(path);
    await writeFile(path, JSON.stringify({ ...content, pages: [] }), { mode: 0o600 });
    await restart();
    await expect(ana.page.getByRole('alert')).toContainText('Open Hallway again', foundWithin);
  });

  test('[DRAFT-3, DRAFT-4, DRAFT-5] two tabs share a draft over a restart, and send it once', async ({ talk }) => {
    const { ana, ben, restart } = talk;
    const second = await ana.page.context().newPage();
    await second.goto((await ana.nextAddress?.()) ?? '');
    await choose(second, 'Ben');
    await field(ana.page).fill('only once');
    await expect(field(second)).toHaveValue('only once');
    await ana.kill();
    await restart();
    for (const page of [ana.page, second]) await expect(page.getByText('Reconnecting')).toBeHidden(foundWithin);
    for (const page of [ana.page, second]) await expect(field(page)).toHaveValue('only once');
    await Promise.all([field(ana.page).press('Enter'), field(second).press('Enter')]);
    for (const page of [ana.page, second]) await expect(field(page)).toHaveValue('');
    await say(second, 'and then this');
    await choose(ben.page, 'Ana');
    for (const page of [ben.page, ana.page, second]) {
      await expect(texts(page)).toHaveText(['only once', 'and then this'], foundWithin);
    }
  });
});

/** Runs in a page. @returns the code with which the host ends its link */
function helloWith({ port, key }: { readonly port: number; readonly key: string; readonly token: string }): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/link`);
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', key, nonce: 'n'.repeat(43) })));
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
}

/** Texts that must not get around: of the page, of its messages, and all keys of both ends. */
async function secretsOf(page: Page, profile: string, typed: readonly string[]): Promise<readonly string[]> {
  const tokens = await page.evaluate(() => Object.values(sessionStorage));
  const { pages } = JSON.parse(await readFile(join(profile, 'page-link.json'), 'utf8')) as { pages: { secret: string }[] };
  return [...typed, ...tokens.map((token) => token.split('.').at(-1) ?? ''), ...pages.map(({ secret }) => secret)];
}
