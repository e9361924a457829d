/**
 * Two people in a conversation, from their point of view: the same on every host, over real sockets
 * and a real disk.
 */
import type { AppInstance } from './app-instance.ts';
import { choose, conversation, field, leave, mark, message, say, texts } from './conversations.ts';
import { expect as expectSoon, test } from './fixtures.ts';
import { hosts } from './hosts.ts';
import { here, recentlyHere } from './people.ts';
import { joinRoom, roomRow } from './rooms.ts';

/** Everything here takes less than a second, and many on a busy machine. Never a minimum. */
const busyMachineMs = 20_000;
/** The presence rules allow 35 s for a killed peer. */
const lossLimitMs = 40_000;

const expect = expectSoon.configure({ timeout: busyMachineMs });

for (const host of hosts) {
  test.describe(`talk on ${host}`, () => {
    test.use({ host });
    test.setTimeout(120_000);

    test('two people who meet exchange messages, and see each delivery state', async ({ launch }) => {
      const ana = await launch({ name: 'Ana' });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await choose(ana.page, 'Ben');
      await say(ana.page, 'Good morning!');
      await expect(mark(ana.page, 'Good morning!', 'Delivered')).toBeVisible();
      await expect(here(ben.page, 'Ana')).toContainText('1 unread');
      await expect(ben.page).toHaveTitle('(1) Hallway');

      await choose(ben.page, 'Ana');
      await expect(texts(ben.page)).toHaveText(['Good morning!']);
      await expect(mark(ana.page, 'Good morning!', 'Read')).toBeVisible();
      await expect(ben.page).toHaveTitle('Hallway');

      await field(ben.page).pressSequentially('Good');
      await expect(conversation(ana.page, 'Ben').getByText('Ben is typing…')).toBeVisible();
      await say(ben.page, 'Good to see you');
      await expect(texts(ana.page)).toHaveText(['Good morning!', 'Good to see you']);
      await expect(conversation(ana.page, 'Ben').getByText('Ben is typing…')).toBeHidden();
      await expect(mark(ben.page, 'Good to see you', 'Read')).toBeVisible();

      ben.pause();
      await say(ana.page, 'Are you there?');
      await expect(mark(ana.page, 'Are you there?', 'Sent')).toBeVisible();
      ben.goOn();
      await expect(mark(ana.page, 'Are you there?', 'Read')).toBeVisible();
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('messages to a lost peer wait, over crashes of both, and arrive once and in order', async ({ launch, makeProfile }) => {
      const profiles = { ana: await makeProfile(), ben: await makeProfile() };
      const firstAna = await launch({ name: 'Ana', profile: profiles.ana });
      const firstBen = await launch({ name: 'Ben', profile: profiles.ben });
      await expect(here(firstAna.page, 'Ben')).toBeVisible();
      await choose(firstAna.page, 'Ben');
      await say(firstAna.page, 'before');
      await expect(mark(firstAna.page, 'before', 'Delivered')).toBeVisible();

      await firstBen.kill();
      await expect(recentlyHere(firstAna.page, 'Ben')).toBeVisible({ timeout: lossLimitMs });
      await expect(conversation(firstAna.page, 'Ben')).toContainText("Your message is delivered once you're both here.");
      for (const text of ['first', 'second', 'third']) {
        await say(firstAna.page, text);
        await expect(mark(firstAna.page, text, 'Queued')).toBeVisible();
      }
      await message(firstAna.page, 'second').getByRole('button', { name: 'Cancel this message' }).click();
      await expect(mark(firstAna.page, 'second', 'Cancelled')).toBeVisible();

      await firstAna.kill();
      const ana = await launch({ name: 'Ana', profile: profiles.ana });
      await choose(ana.page, 'Ben');
      await expect(texts(ana.page)).toHaveText(['before', 'first', 'second', 'third']);
      await expect(mark(ana.page, 'first', 'Queued')).toBeVisible();
      await expect(mark(ana.page, 'second', 'Cancelled')).toBeVisible();

      const ben = await launch({ name: 'Ben', profile: profiles.ben });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await expect(mark(ana.page, 'third', 'Delivered')).toBeVisible();
      // One unread message from before the crash, and two that waited.
      await expect(here(ben.page, 'Ana')).toContainText('3 unread');
      await choose(ben.page, 'Ana');
      await expect(texts(ben.page)).toHaveText(['before', 'first', 'third']);
      for (const text of ['before', 'first', 'third']) await expect(mark(ana.page, text, 'Read')).toBeVisible();
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });

    test('[DRAFT-1] messages, unread counts and drafts survive a reload and a restart', async ({ launch, makeProfile }) => {
      const profile = await makeProfile();
      const ana = await launch({ name: 'Ana', profile });
      const ben = await launch({ name: 'Ben' });
      await expect(here(ana.page, 'Ben')).toBeVisible();
      await choose(ana.page, 'Ben');
      await say(ana.page, 'a question');
      await expect(here(ben.page, 'Ana')).toContainText('1 unread');
      await choose(ben.page, 'Ana');
      await leave(ana.page);
      await say(ben.page, 'an answer');
      await expect(here(ana.page, 'Ben')).toContainText('1 unread');
      await field(ben.page).fill('half a thought');
      await field(ben.page).blur();

      await Promise.all([reload(ana), reload(ben)]);
      await expect(here(ana.page, 'Ben')).toContainText('1 unread');
      await choose(ben.page, 'Ana');
      await expect(texts(ben.page)).toHaveText(['a question', 'an answer']);
      await expect(mark(ben.page, 'an answer', 'Delivered')).toBeVisible();
      await expect(field(ben.page)).toHaveValue('half a thought');

      await joinRoom(ana.page, 'plans');
      await field(ana.page).fill('not said yet');
      await field(ana.page).blur();
      await reload(ana);
      await roomRow(ana.page, 'plans').click();
      await expect(field(ana.page)).toHaveValue('not said yet');
      expect(await ana.quit()).toBe(0);
      const again = await launch({ name: 'Ana', profile });
      await expect(here(again.page, 'Ben')).toContainText('1 unread');
      await roomRow(again.page, 'plans').click();
      await expect(field(again.page)).toHaveValue('not said yet');
      await choose(again.page, 'Ben');
      await expect(texts(again.page)).toHaveText(['a question', 'an answer']);
      await expect(mark(again.page, 'a question', 'Read')).toBeVisible();
      await expect(mark(ben.page, 'an answer', 'Read')).toBeVisible();
      await say(again.page, 'and on');
      await expect(texts(ben.page)).toHaveText(['a question', 'an answer', 'and on']);
      expect([...again.complaints, ...ben.complaints]).toEqual([]);
    });
  });
}

/** The page reloads itself, which the desktop must allow as a navigation. */
async function reload({ page }: AppInstance): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.evaluate(() => window.location.reload())]);
}
