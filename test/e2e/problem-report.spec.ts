/** Problem reports and the log: each host saves them, and neither reveals the user's secrets. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { desktopHosts, hosts } from './hosts.ts';
import { here } from './people.ts';

const message = 'meet me at the boathouse';
const answer = 'bring the other key';

for (const host of hosts) {
  test.describe(`a problem report on ${host}`, () => {
    test.use({ host });

    test('[REPORT-2, LOG-1] is a download of the network panel; neither it nor the log contains messages', async ({
      launch,
      makeProfile,
    }) => {
      const profile = await makeProfile();
      const ana = await launch({ name: 'Ana', profile });
      const ben = await launch({ name: 'Ben' });
      await here(ana.page, 'Ben').click();
      await ana.page.keyboard.type(message);
      await ana.page.keyboard.press('Enter');
      await here(ben.page, 'Ana').click();
      await expect(ben.page.getByText(message).last()).toBeVisible();
      await ben.page.keyboard.type(answer);
      await ben.page.keyboard.press('Enter');
      await expect(ana.page.getByText(answer).last()).toBeVisible();

      await ana.page.keyboard.press('Control+i');
      const downloading = ana.page.waitForEvent('download');
      await ana.page.getByRole('button', { name: 'Save a problem report' }).click();
      const download = await downloading;
      const report = await readFile(await download.path(), 'utf8');
      await expect(ana.page.getByText('Saved as a download.')).toBeVisible();

      const logPath = join(profile, 'hallway.log');
      const log = await readFile(logPath, 'utf8');
      const key = (await readFile(join(profile, 'identity.pem'), 'utf8')).split('\n')[1] ?? '';
      expect(download.suggestedFilename()).toMatch(/^hallway-report-[\dTZ-]+\.txt$/);
      expect(report).toMatch(/^Hallway problem report, .*"name": "Ben".*info Hallway started/s);
      for (const secret of [message, answer, key]) expect(report + log, secret).not.toContain(secret);
      expect((await stat(logPath)).mode & 0o777).toBe(0o600);
      expect([...ana.complaints, ...ben.complaints]).toEqual([]);
    });
  });
}

test.describe('a problem report of the desktop application on the Electron stub', () => {
  test.skip(!desktopHosts.includes('electron-stub'), 'real Electron shows its dialogs to people alone');
  test.use({ host: 'electron-stub' });

  test('[REPORT-2] is saved from the Help menu to the place that the user picks', async ({ launch, makeProfile }) => {
    const profile = await makeProfile();
    const { electronStub } = await launch({ name: 'Ana', profile });
    const asked = (what: string): readonly unknown[] =>
      electronStub?.records.filter((record) => record.what === what).map(({ value }) => value) ?? [];
    const path = join(profile, 'my report.txt');
    await writeFile(path, 'an older one', { mode: 0o644 });

    // The user cancels, then picks a file, then an impossible place.
    electronStub?.chooseMenu('Save a Problem Report…');
    await expect.poll(() => asked('dialog.showSaveDialog')).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe('an older one');
    electronStub?.saveTo(path);
    electronStub?.chooseMenu('Save a Problem Report…');
    await expect.poll(() => readFile(path, 'utf8')).toMatch(/^Hallway problem report, /);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    electronStub?.saveTo(join(profile, 'none', 'report.txt'));
    electronStub?.chooseMenu('Save a Problem Report…');
    await expect.poll(() => asked('dialog.showErrorBox')).toHaveLength(1);

    expect(asked('dialog.showSaveDialog')[0]).toMatchObject({
      title: 'Save a problem report',
      defaultPath: expect.stringMatching(/hallway-report-[\dTZ-]+\.txt$/),
    });
    expect(asked('dialog.showErrorBox')).toEqual([
      {
        title: "Couldn't save the problem report",
        content: expect.stringContaining('its folder is missing'),
      },
    ]);
  });
});

test.describe('hallway report', () => {
  test.skip(!hosts.includes('browser'), 'the command has nothing to do with Electron');

  test('[REPORT-2, CTRL-2] queries the running Hallway, creates a new file, and overwrites none', async ({
    launch,
    makeProfile,
    run,
  }) => {
    const profile = await makeProfile();
    await launch({ name: 'Ana', profile });
    const path = join(profile, 'report.txt');
    const report = (...args: readonly string[]): ReturnType<typeof run> => run(['report', ...args, '--profile', profile]);

    const first = report(path);
    expect(await first.exited, first.output()).toBe(0);
    const text = await readFile(path, 'utf8');
    const second = report(path);
    expect(await second.exited).toBe(1);
    const printed = report('-');
    expect(await printed.exited).toBe(0);

    expect(first.output()).toBe(`Wrote ${path}. Only you can read it. Please read it before you send it to anyone.\n`);
    expect(text).toMatch(/^Hallway problem report, .*Hallway: 0\.1\.0.*info Hallway started/s);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(second.output()).toBe(`Couldn't write ${path}: it already exists.\n`);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(printed.output()).toMatch(/^Hallway problem report, /);
  });

  test("[REPORT-1] without a running Hallway, contains the last one's log", async ({ launch, makeProfile, run }) => {
    const profile = await makeProfile();
    const ana = await launch({ name: 'Ana', profile });
    await ana.quit();
    const alone = run(['report', '-', '--for', '0.5', '--profile', profile]);
    expect(await alone.exited, alone.output()).toBe(0);
    expect(alone.output()).toMatch(/^Hallway problem report, .*info Hallway started.*info Hallway stopped/s);
    expect(await readFile(join(profile, 'hallway.log'), 'utf8')).not.toMatch(/started.*started/s);
  });
});
