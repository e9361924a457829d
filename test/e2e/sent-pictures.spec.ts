/**
 * Pictures from one page to another, over real sockets and from one real disk to another: pasted
 * with a description, received without their place, seen in the viewer. And transfers that are
 * paused.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { camera, exifBlock, placeBytes } from '../fixtures/made-pictures.ts';
import { pathsProperty } from '../electron-stub/page-script.ts';
import type { AppInstance } from './app-instance.ts';
import { choose, field } from './conversations.ts';
import { expect as expectSoon, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

const expect = expectSoon.configure({ timeout: 20_000 });
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** A folder for pictures of the screen, for people who want to look at them. */
const shots = process.env['HALLWAY_SHOTS'];

function card(page: Page, name: string): Locator {
  return page.getByRole('log').getByRole('group', { name });
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** A photograph of a camera that knows where it is: a decodable JPEG with EXIF. */
async function takePhoto(page: Page, hue: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (from) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1200, 800];
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const sky = context.createLinearGradient(0, 0, 0, 800);
    sky.addColorStop(0, `hsl(${from} 70% 30%)`);
    sky.addColorStop(1, `hsl(${from + 40} 80% 75%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, 1200, 800);
    context.fillStyle = `hsl(${from + 180} 40% 20%)`;
    for (let x = 0; x < 1200; x += 8) context.fillRect(x, 560 + 60 * Math.sin(x / 90) + 30 * Math.sin(x / 23), 8, 400);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
    const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, hue);
  const plain = Buffer.from(base64, 'base64');
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(false)]);
  // Upright: the sizes below are those of the canvas.
  exif.writeUInt16BE(1, 6 + 30);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)]);
}

async function paste(page: Page, files: readonly { readonly name: string; readonly bytes: Buffer }[]): Promise<void> {
  await field(page).focus();
  await page.evaluate(
    (given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given)
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
}

async function expectNoViolations(page: Page, part: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include(part).withTags(axeTags).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
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
