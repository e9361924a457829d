/** Two people in a private room, from their point of view, over real sockets and a real disk. */
import type { Locator, Page } from '@playwright/test';
import { say, texts } from './conversations.ts';
import { expect as expectSoon, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';
import { openRoomDetails } from './rooms.ts';

/** Everything here takes a few seconds at most, and many on a busy machine. Never a minimum. */
const expect = expectSoon.configure({ timeout: 30_000 });

for (const host of hosts) {
  test.describe(`private rooms on ${host}`, () => {
    test.use({ host });
    test.setTimeout(150_000);

    test('[ROOM-175, ROOM-180] one creates a room, the other accepts, they talk, and who is removed keeps what was said', async ({
      launch,
    }, info) => {
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page, 'Ben')).toHaveCount(1);

      await createRoom(ana.page, 'Surprise party', 'Ben', async () => look(ana.page, info.outputPath('new.png')));
      await expect(room(ana.page, 'Surprise party')).toContainText('Members only, end-to-end encrypted.');
      await say(ana.page, 'Cake at noon');

      await row(ben.page, 'Surprise party').click();
      await expect(room(ben.page, 'Surprise party')).toContainText('Ana invites you to this private room.');
      await look(ben.page, info.outputPath('invitation.png'));
      await ben.page.getByRole('button', { name: 'Accept' }).click();
      await expect(texts(ben.page)).toHaveText(['Cake at noon']);
      await say(ben.page, 'I bring candles');
      await expect(texts(ana.page)).toHaveText(['Cake at noon', 'I bring candles']);
      await expect(room(ana.page, 'Surprise party').getByRole('log')).toContainText('Everyone here has it');
      await look(ana.page, info.outputPath('room.png'));
      await ana.page.setViewportSize({ width: 360, height: 640 });
      await look(ana.page, info.outputPath('narrow.png'));

      const details = await openRoomDetails(ana.page);
      await look(ana.page, info.outputPath('members.png'));
      await details.getByRole('button', { name: 'Remove Ben' }).click();
      await expect(details).toContainText('Members (1)');
      await details.getByRole('button', { name: 'Close' }).click();
      await expect(room(ben.page, 'Surprise party')).toContainText('Ana removed you from Surprise party.');
      await say(ana.page, 'Ben must not know');
      await expect(texts(ben.page)).toHaveText(['Cake at noon', 'I bring candles']);
      await look(ben.page, info.outputPath('removed.png'));
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });
  });
}

async function createRoom(page: Page, title: string, person: string, meanwhile: () => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'Join a room' }).click();
  await page.getByRole('button', { name: /^New private room/u }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.getByRole('checkbox', { name: new RegExp(person, 'u') }).check();
  await meanwhile();
  await page.getByRole('button', { name: 'Create' }).click();
}

function room(page: Page, title: string): Locator {
  return page.getByRole('region', { name: `Room ${title}` });
}

function row(page: Page, title: string): Locator {
  return page.getByRole('listbox', { name: 'People' }).getByRole('option').filter({ hasText: title });
}

/** For people to look at, in both themes. */
async function look(page: Page, path: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.replace('.png', `-${colorScheme}.png`) });
  }
}
