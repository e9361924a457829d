/** Keyboard, themes and small windows, on every host. */
import { expect, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here } from './people.ts';

for (const host of hosts) {
  test.describe(`the page on ${host}`, () => {
    test.use({ host });

    test('works without a mouse', async ({ launch, run, makeProfile }) => {
      const { page, complaints } = await launch({ name: 'Ana' });
      for (const name of ['Ben', 'Cem', 'Dora']) run(['run', '--json', '--profile', await makeProfile(), '--name', name]);
      await expect(here(page)).toHaveCount(3);

      await page.keyboard.press('/');
      await expect(page.getByRole('searchbox')).toBeFocused();
      await page.keyboard.type('cem');
      await expect(here(page)).toHaveCount(1);
      await page.keyboard.press('Escape');
      await expect(here(page)).toHaveCount(3);

      // The room comes first.
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await expect(here(page, 'Ben')).toHaveAttribute('aria-selected', 'true');
      await page.keyboard.press('ArrowDown');
      await expect(here(page, 'Cem')).toHaveAttribute('aria-selected', 'true');
      const conversation = page.getByRole('region', { name: 'Conversation with Cem' });
      await expect(conversation).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(conversation).toHaveCount(0);

      await page.getByRole('button', { name: 'Your profile' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Your note' }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.type('typed');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('button', { name: 'Your note: typed' })).toBeFocused();
      expect(complaints).toEqual([]);
    });

    test("follows the system's colour scheme", async ({ launch }) => {
      const { page, complaints } = await launch({ name: 'Ana' });
      await page.emulateMedia({ colorScheme: 'light' });
      const brightness = (): Promise<number> => page.evaluate(readBrightness);
      await expect.poll(brightness).toBeGreaterThan(200);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(brightness).toBeLessThan(60);
      expect(complaints).toEqual([]);
    });
  });
}

/** Runs in the page. @returns the mean of the background's red, green and blue, from 0 to 255 */
function readBrightness(): number {
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) throw new Error('no canvas');
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
}
