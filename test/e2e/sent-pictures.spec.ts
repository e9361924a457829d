/**
 * Pictures from one page to another, over real sockets and from one real disk to another: pasted
 * with a description, received without their place, seen in the viewer. And transfers that are
 * paused.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { camera, placeBytes } from '../fixtures/made-pictures.ts';
import { pathsProperty } from '../electron-stub/page-script.ts';
import type { AppInstance } from './app-instance.ts';
import { choose, field } from './conversations.ts';
import { expect as expectSoon, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { expectNoViolations } from './no-violations.ts';
import { here } from './people.ts';
import { paste, takePhoto } from './photos.ts';

const expect = expectSoon.configure({ timeout: 20_000 });
/** A folder for pictures of the screen, for people who want to look at them. */
const shots = process.env['HALLWAY_SHOTS'];

function card(page: Page, name: string): Locator {
  return page.getByRole('log').getByRole('group', { name });
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
}

for (const host of hosts) {
  test.describe(`sent pictures on ${host}`, () => {
    test.use({ host });
    test.setTimeout(180_000);

    interface Pair {
      readonly ana: AppInstance;
      readonly ben: AppInstance;
      readonly inbox: string;
    }

    /** Ben wrote to Ana, so her pictures are shown to him. */
    async function meet(
      launch: (options: { name: string; profile?: string }) => Promise<AppInstance>,
      makeProfile: () => Promise<string>,
      settings: object = {},
    ): Promise<Pair> {
      const inbox = mkdtempSync(join(tmpdir(), 'hallway-inbox-'));
      const profile = await makeProfile();
      writeFileSync(join(profile, 'settings.json'), JSON.stringify({ filesDirectory: inbox, ...settings }));
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben', profile });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await expect(here(ben.page, 'Ana')).toBeVisible();
      await choose(ana.page, 'Ben');
      await choose(ben.page, 'Ana');
      await field(ben.page).fill('Send me the photos');
      await field(ben.page).press('Enter');
      await expect(ana.page.getByRole('log').getByText('Send me the photos')).toBeVisible();
      return { ana, ben, inbox };
    }

    test('[IMG-1, IMG-10, IMG-11, IMG-14, IMG-20, IMG-21, IMG-23, IMG-24] a pasted picture is described, received and seen', async ({
      launch,
      makeProfile,
    }) => {
      const { ana, ben, inbox } = await meet(launch, makeProfile);
      const photo = await takePhoto(ana.page, 200);
      expect(photo.includes(placeBytes(false))).toBe(true);

      await paste(ana.page, [{ name: 'lake.jpg', bytes: photo }]);
      const tray = ana.page.getByRole('region', { name: 'Files to send' });
      await expect(tray.getByRole('img')).toHaveCount(0);
      await expect(tray.getByRole('textbox', { name: 'Description of lake.jpg' })).toBeFocused();
      await ana.page.keyboard.type('A lake at dusk, with hills behind it');
      await shoot(ana.page, `${host}-tray`);
      await ana.page.keyboard.press('Enter');
      await expect(tray).toBeHidden();

      const offered = card(ben.page, 'lake.jpg');
      const small = offered.getByRole('img', { name: 'A lake at dusk, with hills behind it' });
      await expect(small).toBeVisible();
      expect(await small.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([320, 213]);
      await expect(offered.getByRole('button', { name: /^Open picture/ })).toHaveCount(0);
      expect(readdirSync(inbox)).toEqual([]);
      await shoot(ben.page, `${host}-offer`);
      await expectNoViolations(ben.page, '[role=log]');
      await shoot(ben.page, `${host}-offer-dark`);

      await offered.getByRole('button', { name: 'Accept' }).click();
      await expect(offered).toContainText('Received');
      const arrived = readFileSync(join(inbox, 'lake.jpg'));
      expect([arrived.length, arrived.includes(placeBytes(false)), arrived.includes(camera)]).toEqual([
        photo.length,
        false,
        true,
      ]);

      await paste(ana.page, [
        { name: 'dawn.jpg', bytes: await takePhoto(ana.page, 20) },
        { name: 'wood.jpg', bytes: await takePhoto(ana.page, 110) },
      ]);
      await tray.getByRole('button', { name: 'Send 2 files' }).click();
      const second = card(ben.page, 'dawn.jpg and 1 other file');
      await second.getByRole('button', { name: 'Accept' }).click();
      await expect(second).toContainText('Received');
      await shoot(ben.page, `${host}-received`);

      const opener = offered.getByRole('button', { name: 'Open picture: A lake at dusk, with hills behind it' });
      await opener.click();
      const viewer = ben.page.getByRole('dialog', { name: 'lake.jpg' });
      const image = viewer.getByRole('img');
      await expect.poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(1200);
      await expectNoViolations(ben.page, 'dialog');
      await shoot(ben.page, `${host}-viewer`);
      await ben.page.keyboard.press('+');
      await ben.page.mouse.move(400, 300);
      await ben.page.mouse.wheel(0, -100);
      await expect(viewer.locator('output')).toHaveText('156%');
      await ben.page.mouse.down();
      await ben.page.mouse.move(450, 320);
      await ben.page.mouse.up();
      await expect(image).toHaveCSS('transform', 'matrix(1.5625, 0, 0, 1.5625, 50, 20)');
      await ben.page.keyboard.press('0');
      await expect(viewer.locator('output')).toHaveText('100%');
      const names: (string | null)[] = [];
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) {
        await ben.page.keyboard.press(key);
        names.push(await ben.page.getByRole('dialog').getByRole('heading').textContent());
      }
      expect(names).toEqual(['dawn.jpg', 'wood.jpg', 'wood.jpg', 'dawn.jpg']);
      await ben.page.keyboard.press('Escape');
      await expect(ben.page.getByRole('dialog')).toHaveCount(0);
      await expect(opener).toBeFocused();
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('[CHOSEN-20, CHOSEN-21] a file that arrived is saved elsewhere', async ({ launch, makeProfile }) => {
      const { ana, ben, inbox } = await meet(launch, makeProfile);
      const photo = await takePhoto(ana.page, 200);
      await paste(ana.page, [{ name: 'lake.jpg', bytes: photo }]);
      await ana.page.getByRole('button', { name: 'Send 1 file' }).click();
      const offered = card(ben.page, 'lake.jpg');
      await offered.getByRole('button', { name: 'Accept' }).click();
      await expect(offered).toContainText('Received');
      const arrived = readFileSync(join(inbox, 'lake.jpg'));
      const save = offered.getByRole('button', { name: 'Save as lake.jpg' });
      if (ben.electronStub === undefined) {
        const [download] = await Promise.all([ben.page.waitForEvent('download'), save.click()]);
        expect(download.suggestedFilename()).toBe('lake.jpg');
        expect(readFileSync(await download.path()).equals(arrived)).toBe(true);
        return;
      }
      const target = join(inbox, 'copy.jpg');
      ben.electronStub.saveTo(target);
      await save.click();
      await expect.poll(() => readdirSync(inbox).toSorted()).toEqual(['copy.jpg', 'lake.jpg']);
      await offered.getByRole('button', { name: 'Open folder lake.jpg' }).click();
      const shown = () =>
        ben.electronStub?.records.filter(({ what }) => what === 'shell.showItemInFolder').map(({ value }) => value);
      await expect.poll(shown).toEqual([join(inbox, 'lake.jpg')]);
    });

    test('[CHOSEN-22, FILE-60, FILE-61] a transfer is paused and goes on, at either end', async ({ launch, makeProfile }) => {
      const { ana, ben, inbox } = await meet(launch, makeProfile, { filesBytesPerSecond: 400_000 });
      const path = join(mkdtempSync(join(tmpdir(), 'hallway-outbox-')), 'film.bin');
      const bytes = randomBytes(9_000_000);
      writeFileSync(path, bytes);
      await ana.page.evaluate(([property, at]) => Object.assign(window, { [property]: { 'film.bin': at } }), [
        pathsProperty,
        path,
      ] as const);
      await ana.page.locator('input[type=file]').setInputFiles([path]);
      const [sent, received] = [card(ana.page, 'film.bin'), card(ben.page, 'film.bin')];
      await received.getByRole('button', { name: 'Accept' }).click();
      await expect(received).toContainText('of 9.0 MB ·');
      await received.getByRole('button', { name: 'Pause' }).click();
      await expect(received).toContainText('You paused this.');
      await expect(sent).toContainText('Ben paused this.');
      await shoot(ben.page, `${host}-paused`);
      await received.getByRole('button', { name: 'Resume' }).click();
      await expect(received).toContainText('of 9.0 MB ·');
      await sent.getByRole('button', { name: 'Pause' }).click();
      await expect(received).toContainText('Ana paused this.');
      await expectNoViolations(ben.page, '[role=log]');
      await sent.getByRole('button', { name: 'Resume' }).click();
      await expect(received).toContainText('Received', { timeout: 90_000 });
      expect(readFileSync(join(inbox, 'film.bin')).equals(bytes)).toBe(true);
    });
  });
}
