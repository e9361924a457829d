/**
 * Hallway beyond the reach of multicast: the user adds a peer by address, and Hallway remembers and
 * explains it. On every host.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

/** An unanswered call takes 3 s. */
const callMs = 6_000;

for (const host of hosts) {
  test.describe(`the network on ${host}`, () => {
    test.use({ host });

    test('[CALL-2] a peer out of reach of multicast is added by address, and returns after a restart', async ({
      launch,
      makeProfile,
    }) => {
      const profile = await makeProfile();
      const ana = await launch({ name: 'Ana', profile });
      const ben = await launch({ name: 'Ben', isApart: true });
      const address = await ownAddress(ben.page);

      await ana.page.getByRole('button', { name: 'Add them by address' }).click();
      await expect(ana.page.getByLabel('Their address')).toBeFocused();
      await ana.page.keyboard.type(address);
      await ana.page.keyboard.press('Enter');
      await expect(here(ana.page, 'Ben')).toBeVisible({ timeout: callMs });
      await expect(here(ben.page, 'Ana')).toBeVisible({ timeout: callMs });
      await expect(remembered(ana.page)).toHaveText([`${address}Ben`]);
      await expectUnicastOnly(ana.page, 'Ben');
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);

      expect(await ana.quit()).toBe(0);
      const again = await launch({ name: 'Ana', profile });
      await expect(here(again.page, 'Ben')).toBeVisible({ timeout: callMs });
      await openByKeys(again.page);
      await expect(remembered(again.page)).toHaveText([`${address}Ben`]);
    });

    test('[CALL-2] an address without an answer is reported, and can be removed', async ({ launch }) => {
      const { page, complaints } = await launch({ name: 'Ana' });
      await openByKeys(page);
      await page.getByLabel('Their address').fill('not an address');
      await page.keyboard.press('Enter');
      await expect(page.getByText("isn't an address")).toBeVisible();
      await page.getByLabel('Their address').fill('127.0.0.1:1999');
      await page.keyboard.press('Enter');
      await expect(page.getByText('Connecting…')).toBeVisible();
      await expect(page.getByText('No one answered at 127.0.0.1:1999')).toBeVisible({ timeout: callMs });
      await expect(remembered(page)).toHaveText(['127.0.0.1:1999no answer yet']);
      await page.getByRole('button', { name: 'Forget 127.0.0.1:1999' }).click();
      await expect(remembered(page)).toHaveCount(0);
      expect(complaints).toEqual([]);
    });

    test('the panel says that everything looks right, keeps counting, and copies its report', async ({ launch }) => {
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await ana.page.keyboard.press('Control+i');
      await expect(ana.page.getByText('Everything looks right')).toBeVisible();
      await expect(ana.page.getByText('One person is reachable both ways')).toBeVisible();

      const sent = ana.page.getByRole('table').locator('[data-label="Sent"]');
      const before = Number(await sent.textContent());
      // The next beacon is at most 6 s away, and the doctor is polled every 2 s.
      await expect.poll(async () => Number(await sent.textContent()), { timeout: 15_000 }).toBeGreaterThan(before);

      await ana.page.getByRole('button', { name: 'Copy report' }).click();
      await expect(ana.page.getByRole('button', { name: 'Copied' })).toBeVisible();
      // Pasted, because reading the clipboard needs a permission.
      await ana.page.getByRole('button', { name: 'Close network' }).click();
      await ana.page.getByRole('searchbox').focus();
      await ana.page.keyboard.press('Control+v');
      await expect(ana.page.getByRole('searchbox')).toHaveValue(/Hallway network report.*Ben on/);
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });
  });
}

/** Reads the address that a user would pass on, and closes the panel. */
async function ownAddress(page: Page): Promise<string> {
  await openByKeys(page);
  const address = await page.getByText(/^127\.0\.0\.1:\d+$/).textContent();
  await page.keyboard.press('Escape');
  return address ?? '';
}

async function openByKeys(page: Page): Promise<void> {
  // A page that has not loaded yet gets no keys.
  await expect(page.getByRole('button', { name: 'Your profile' })).toBeVisible();
  await page.keyboard.press('Control+i');
}

function remembered(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('list', { name: 'Saved addresses' }).getByRole('listitem');
}

async function expectUnicastOnly(page: Page, name: string): Promise<void> {
  const note = page.getByRole('region', { name: 'Not reached the usual way' }).getByRole('button', { name });
  await expect(note).toContainText('Reached directly');
  await note.click();
  await page.getByRole('button', { name: 'Details' }).click();
  await expect(page.getByRole('article', { name: `About ${name}` })).toContainText('Directly');
  await openByKeys(page);
  await expect(note).toBeVisible();
}
