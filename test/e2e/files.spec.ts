/**
 * Files from one page to another: picked, dropped and pasted, over real sockets, from one real disk
 * to another. On every host; only the browser host copies what is chosen.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { pathsProperty } from '../electron-stub/page-script.ts';
import type { AppInstance } from './app-instance.ts';
import { choose, field } from './conversations.ts';
import { expect as expectSoon, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

const expect = expectSoon.configure({ timeout: 20_000 });

/** Several chunks, and not a whole number of them. */
const largeBytes = 5 * 1_048_576 + 123;

interface Pair {
  readonly ana: AppInstance;
  readonly ben: AppInstance;
  /** Where Ben's files arrive. */
  readonly inbox: string;
  /** Where Ana's are. */
  readonly outbox: string;
}

function card(page: Page, name: string): Locator {
  return page.getByRole('log').getByRole('group', { name });
}

async function pick(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate(([property, entries]) => Object.assign(window, { [property]: Object.fromEntries(entries) }), [
    pathsProperty,
    paths.map((path) => [path.split('/').at(-1) ?? '', path]),
  ] as const);
  await page.locator('input[type=file]').setInputFiles([...paths]);
}

/** Drops files and folders as a file manager does. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const box = await page.getByRole('log').or(field(page)).first().boundingBox();
  if (box === null) throw new Error('nothing to drop on');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: box.x + 40, y: box.y + 20, data });
}

for (const host of hosts) {
  test.describe(`files on ${host}`, () => {
    test.use({ host });
    test.setTimeout(120_000);

    async function meet(
      launch: (options: { name: string; profile?: string }) => Promise<AppInstance>,
      makeProfile: () => Promise<string>,
    ): Promise<Pair> {
      const [inbox, outbox] = ['inbox', 'outbox'].map((name) => mkdtempSync(join(tmpdir(), `hallway-${name}-`))) as [
        string,
        string,
      ];
      const profile = await makeProfile();
      writeFileSync(join(profile, 'settings.json'), JSON.stringify({ filesDirectory: inbox }));
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben', profile });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await expect(here(ben.page, 'Ana')).toBeVisible();
      await choose(ana.page, 'Ben');
      await choose(ben.page, 'Ana');
      return { ana, ben, inbox, outbox };
    }

    test('[CHOSEN-1, CHOSEN-2, CHOSEN-6] a picked file is offered, accepted, and arrives whole', async ({
      launch,
      makeProfile,
    }) => {
      const { ana, ben, inbox, outbox } = await meet(launch, makeProfile);
      const bytes = randomBytes(largeBytes);
      const path = join(outbox, 'report final.pdf');
      writeFileSync(path, bytes);
      await pick(ana.page, [path]);
      await expect(card(ana.page, 'report final.pdf')).toContainText('Waiting for Ben to accept');
      await expect(card(ben.page, 'report final.pdf')).toContainText('5.2 MB');
      expect(readdirSync(inbox)).toEqual([]);
      await card(ben.page, 'report final.pdf').getByRole('button', { name: 'Accept' }).click();
      await expect(card(ben.page, 'report final.pdf')).toContainText('Received');
      await expect(card(ana.page, 'report final.pdf')).toContainText('Delivered');
      expect(readFileSync(join(inbox, 'report final.pdf')).equals(bytes)).toBe(true);
      expect(readdirSync(inbox)).toEqual(['report final.pdf']);
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('[CHOSEN-6] what is declined or cancelled writes nothing', async ({ launch, makeProfile }) => {
      const { ana, ben, inbox, outbox } = await meet(launch, makeProfile);
      for (const name of ['one.txt', 'two.txt']) writeFileSync(join(outbox, name), name);
      await pick(ana.page, [join(outbox, 'one.txt')]);
      await card(ben.page, 'one.txt').getByRole('button', { name: 'Decline' }).click();
      await expect(card(ana.page, 'one.txt')).toContainText('Ben declined');
      await pick(ana.page, [join(outbox, 'two.txt')]);
      await expect(card(ben.page, 'two.txt')).toContainText('Wants to send you this');
      await card(ana.page, 'two.txt').getByRole('button', { name: 'Cancel' }).click();
      await expect(card(ben.page, 'two.txt')).toContainText('Cancelled');
      await expect(card(ben.page, 'two.txt').getByRole('button', { name: 'Accept' })).toBeHidden();
      expect(readdirSync(inbox)).toEqual([]);
    });

    test('[CHOSEN-2, CHOSEN-6] a folder that is dropped arrives with everything in it', async ({ launch, makeProfile }) => {
      const { ana, ben, inbox, outbox } = await meet(launch, makeProfile);
      mkdirSync(join(outbox, 'photos', 'summer'), { recursive: true });
      writeFileSync(join(outbox, 'photos', 'list.txt'), 'a list');
      writeFileSync(join(outbox, 'photos', 'summer', 'sea.txt'), 'the sea');
      await drop(ana.page, [join(outbox, 'photos')]);
      const offered = card(ben.page, 'photos and 1 other file');
      await offered.getByRole('button', { name: 'Accept' }).click();
      await expect(offered).toContainText('Received');
      expect(readFileSync(join(inbox, 'photos', 'list.txt'), 'utf8')).toBe('a list');
      expect(readFileSync(join(inbox, 'photos', 'summer', 'sea.txt'), 'utf8')).toBe('the sea');
      expect(ana.complaints).toEqual([]);
    });

    test('[CHOSEN-2, CHOSEN-6] a picture that is pasted is sent as a file', async ({ launch, makeProfile }) => {
      const { ana, ben, inbox } = await meet(launch, makeProfile);
      const picture = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      );
      await field(ana.page).focus();
      await ana.page.evaluate((base64) => {
        const data = new DataTransfer();
        data.items.add(
          new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'image.png', { type: 'image/png' }),
        );
        document.activeElement?.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        );
      }, picture.toString('base64'));
      await ana.page.getByRole('button', { name: 'Send 1 file' }).click();
      await card(ben.page, 'image.png').getByRole('button', { name: 'Accept' }).click();
      await expect(card(ben.page, 'image.png')).toContainText('Received');
      expect(readFileSync(join(inbox, 'image.png')).equals(picture)).toBe(true);
    });
  });
}
