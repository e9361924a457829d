/** Presence from the user's point of view, the same on every host. */
import { expect, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { edit, expectNote, fill, here, openProfile, recentlyHere } from './people.ts';

/** Others show a change within this time, in milliseconds. */
const soonMs = 1_000;

for (const host of hosts) {
  test.describe(`presence on ${host}`, () => {
    test.use({ host });

    test('two instances find each other, and neither lists itself', async ({ launch }) => {
      const ana = await launch({ name: 'Ana' });
      await expect(ana.page.getByRole('heading', { name: 'Looking for people on this network…' })).toBeVisible();
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page)).toHaveCount(1);
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await expect(here(ben.page)).toHaveCount(1);
      await expect(here(ben.page, 'Ana')).toBeVisible();
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('a peer that quits is shown as left, and returns when it starts again', async ({ launch, makeProfile }) => {
      const profile = await makeProfile();
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben', profile });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      expect(await ben.quit()).toBe(0);
      await expect(recentlyHere(ana.page, 'Ben')).toContainText('Left', { timeout: soonMs });
      await expect(here(ana.page)).toHaveCount(0);

      await launch({ name: 'Ben', profile });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await expect(recentlyHere(ana.page)).toHaveCount(0);
    });

    test('[PROF-1] a new name, status and note reach the other instance at once', async ({ launch }) => {
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ben.page, 'Ana')).toBeVisible();

      await edit(ana.page, 'Your name', 'Ana Lima');
      await expect(here(ben.page, 'Ana Lima')).toBeVisible({ timeout: soonMs });
      await edit(ana.page, 'Your note', 'in room 4');
      await expect(here(ben.page, 'Ana Lima')).toContainText('in room 4', { timeout: soonMs });
      await ana.page.getByRole('combobox', { name: 'Your status' }).selectOption('busy');
      await expect(here(ben.page, 'Ana Lima')).toContainText('Busy', { timeout: soonMs });
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('[PROF-2] a name in use is refused with the reason, and the old one stays', async ({ launch }) => {
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      const profile = await openProfile(ana.page);
      await fill(profile, 'Your name', 'Ben');
      await expect(ana.page.getByRole('alert')).toContainText('Ben');
      await ana.page.getByRole('textbox', { name: 'Your name' }).press('Escape');
      await expect(ana.page.getByRole('button', { name: 'Your profile: Ana' })).toBeVisible();
      await expect(here(ben.page, 'Ana')).toBeVisible();
    });

    test('[LINK-3] a reload shows everything again, and changes keep arriving', async ({ launch }) => {
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await edit(ana.page, 'Your note', 'before the reload');
      await expect(here(ana.page, 'Ben')).toBeVisible();
      // The page reloads itself, which the desktop must allow as a navigation.
      await Promise.all([ana.page.waitForEvent('load'), ana.page.evaluate(() => window.location.reload())]);
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await expectNote(ana.page, 'before the reload');
      await edit(ben.page, 'Your note', 'after the reload');
      await expect(here(ana.page, 'Ben')).toContainText('after the reload', { timeout: soonMs });
      await edit(ana.page, 'Your note', 'still connected');
      await expect(here(ben.page, 'Ana')).toContainText('still connected', { timeout: soonMs });
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('[PROF-1] the profile survives a restart', async ({ launch, makeProfile }) => {
      const profile = await makeProfile();
      const first = await launch({ name: 'Ana', profile });
      await edit(first.page, 'Your note', 'remembered');
      await expectNote(first.page, 'remembered');
      expect(await first.quit()).toBe(0);
      const second = await launch({ name: 'Ana', profile });
      await expectNote(second.page, 'remembered');
    });

    test('a killed peer does not stay listed', async ({ launch }) => {
      // The presence rules allow 35 s after the last beacon.
      test.setTimeout(90_000);
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await ben.kill();
      await expect(recentlyHere(ana.page, 'Ben')).toBeVisible({ timeout: 37_000 });
      await expect(here(ana.page)).toHaveCount(0);
    });
  });
}
