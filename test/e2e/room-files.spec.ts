/**
 * A file that is dropped in a room, fetched by two people over real sockets and real disks, by one
 * of them after its author quit. And a picture that is pasted there.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { pathsProperty } from '../electron-stub/page-script.ts';
import type { AppInstance } from './app-instance.ts';
import { expect as expectSoon, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { expectNoViolations } from './no-violations.ts';
import { paste, takePhoto } from './photos.ts';
import { room, roomRow } from './rooms.ts';

const expect = expectSoon.configure({ timeout: 30_000 });
/** Several chunks, and not a whole number of them. */
const fileBytes = 5 * 1_048_576 + 123;

function card(page: Page, name = 'plan.pdf'): Locator {
  return page.getByRole('log').getByRole('group', { name });
}

/** Drops a file as a file manager does. */
async function drop(page: Page, path: string): Promise<void> {
  await page.evaluate(([property, name, at]) => Object.assign(window, { [property]: { [name]: at } }), [
    pathsProperty,
    'plan.pdf',
    path,
  ] as const);
  const box = await room(page, 'everyone').boundingBox();
  if (box === null) throw new Error('nothing to drop on');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data });
}

for (const host of hosts) {
  test.describe(`files in rooms on ${host}`, () => {
    test.use({ host });
    test.setTimeout(150_000);

    test('[RFILE-8, RFILE-12, RFILE-30] a dropped file is fetched from its author, and from a member once the author quit', async ({
      launch,
      makeProfile,
    }) => {
      const outbox = mkdtempSync(join(tmpdir(), 'hallway-outbox-'));
      const bytes = randomBytes(fileBytes);
      writeFileSync(join(outbox, 'plan.pdf'), bytes);
      const inboxes = ['Ben', 'Cem'].map(() => mkdtempSync(join(tmpdir(), 'hallway-inbox-'))) as [string, string];
      const ana = await launch({ name: 'Ana' });
      const receivers: AppInstance[] = [];
      for (const [index, name] of ['Ben', 'Cem'].entries()) {
        const profile = await makeProfile();
        writeFileSync(join(profile, 'settings.json'), JSON.stringify({ filesDirectory: inboxes[index] }));
        receivers.push(await launch({ name, profile }));
      }
      const [ben, cem] = receivers as [AppInstance, AppInstance];
      for (const { page } of [ana, ben, cem]) {
        await expect(roomRow(page, 'everyone')).toContainText('3 people');
        await roomRow(page, 'everyone').click();
      }

      await drop(ana.page, join(outbox, 'plan.pdf'));
      await expect(card(ana.page)).toContainText('0 of 2 have fetched it');
      await expect(card(cem.page)).toContainText('Ana offers this to everyone here');
      await card(ben.page).getByRole('button', { name: 'Accept' }).click();
      await expect(card(ben.page)).toContainText('Received');
      await expect(card(ana.page)).toContainText('1 of 2 have fetched it');
      expect(readFileSync(join(inboxes[0], 'plan.pdf')).equals(bytes)).toBe(true);

      await ana.quit();
      await card(cem.page).getByRole('button', { name: 'Accept' }).click();
      await expect(card(cem.page)).toContainText('Received');
      expect(readFileSync(join(inboxes[1], 'plan.pdf')).equals(bytes)).toBe(true);
      expect([...ben.complaints, ...cem.complaints]).toEqual([]);
    });

    test('[RFILE-42, RFILE-43, IMG-11, IMG-14, IMG-20] a picture is described, and shown by its author and then by a member', async ({
      launch,
      makeProfile,
    }) => {
      const inbox = mkdtempSync(join(tmpdir(), 'hallway-inbox-'));
      const profile = await makeProfile();
      writeFileSync(join(profile, 'settings.json'), JSON.stringify({ filesDirectory: inbox }));
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben', profile });
      const cem = await launch({ name: 'Cem' });
      for (const { page } of [ana, ben, cem]) {
        await expect(roomRow(page, 'everyone')).toContainText('3 people');
        await roomRow(page, 'everyone').click();
      }
      const photo = await takePhoto(ana.page, 200);
      await paste(ana.page, [{ name: 'lake.jpg', bytes: photo }]);
      await expect(ana.page.getByRole('textbox', { name: 'Description of lake.jpg' })).toBeFocused();
      await ana.page.keyboard.type('A lake at dusk');
      await ana.page.keyboard.press('Enter');
      const smallAt = ({ page }: AppInstance): Locator => card(page, 'lake.jpg').getByRole('img', { name: 'A lake at dusk' });
      await expect(smallAt(ana)).toBeVisible();

      const show = ({ page }: AppInstance): Locator => card(page, 'lake.jpg').getByRole('button', { name: 'Show small picture' });
      await show(ben).click();
      await expect(smallAt(ben)).toBeVisible();
      expect(await smallAt(ben).evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([
        320, 213,
      ]);
      await expectNoViolations(ben.page, '[role=log]');
      await card(ben.page, 'lake.jpg').getByRole('button', { name: 'Accept' }).click();
      await expect(card(ben.page, 'lake.jpg')).toContainText('Received');
      await card(ben.page, 'lake.jpg').getByRole('button', { name: 'Open picture: A lake at dusk' }).click();
      const image = ben.page.getByRole('dialog', { name: 'lake.jpg' }).getByRole('img');
      await expect.poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(1200);
      await ben.page.keyboard.press('Escape');

      await ana.quit();
      await expect(roomRow(cem.page, 'everyone')).toContainText('2 people');
      await expectNoViolations(cem.page, '[role=log]');
      await show(cem).click();
      await expect(smallAt(cem)).toBeVisible();
      expect([...ben.complaints, ...cem.complaints]).toEqual([]);
    });

    test('[RFILE-16, RFILE-30] an offer that its author withdraws can no longer be accepted', async ({ launch }) => {
      const outbox = mkdtempSync(join(tmpdir(), 'hallway-outbox-'));
      writeFileSync(join(outbox, 'plan.pdf'), 'a plan');
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      for (const { page } of [ana, ben]) {
        await expect(roomRow(page, 'everyone')).toContainText('2 people');
        await roomRow(page, 'everyone').click();
      }
      await drop(ana.page, join(outbox, 'plan.pdf'));
      await expect(card(ben.page).getByRole('button', { name: 'Accept' })).toBeVisible();
      await card(ana.page).getByRole('button', { name: 'Withdraw' }).click();
      await expect(card(ana.page)).toContainText('You withdrew this');
      await expect(card(ben.page)).toContainText('Ana withdrew this');
      await expect(card(ben.page).getByRole('button', { name: 'Accept' })).toBeHidden();
    });
  });
}
