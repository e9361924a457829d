/** The button that lets Hallway through the firewall. */
import { expect, test } from 'vitest';
import { diagnosticsHandlers } from '../../../src/main/hosts/ui-server/handlers/diagnostics.ts';
import { createFakeHallway } from '../../fakes/fake-hallway.ts';
import { createFirewallFix } from '../../../src/main/hosts/desktop/fix-firewall.ts';

const program = String.raw`C:\Program Files\Ana's tools\Hallway.exe`;

function createFixture(platform: NodeJS.Platform, path = program, outcome = true) {
  const done: unknown[] = [];
  const fix = createFirewallFix({
    platform,
    program: path,
    shell: {
      openExternal(url) {
        done.push(url);
        return Promise.resolve();
      },
    },
    run(name, args) {
      done.push([name, ...args]);
      return Promise.resolve(outcome);
    },
  });
  return { fix, done };
}

test('[DESK-36] on Windows it asks for rights, and allows this program in private and domain networks', async () => {
  const { fix, done } = createFixture('win32');
  const [netsh, quoted] = ['netsh advfirewall firewall', String.raw`"C:\Program Files\Ana''s tools\Hallway.exe"`];
  expect({ isDone: await fix?.(), done }).toEqual({
    isDone: true,
    done: [
      [
        'powershell.exe',
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        `exit (Start-Process -FilePath cmd.exe -Verb RunAs -WindowStyle Hidden -Wait -PassThru -ArgumentList '/d /s /c "${netsh} delete rule name=all dir=in program=${quoted} & ${netsh} add rule name="Hallway" dir=in action=allow program=${quoted} protocol=any profile=private,domain"').ExitCode`,
      ],
    ],
  });
});

test('[DESK-36] a user who refuses the rights gets a failure', async () => {
  expect(await createFixture('win32', program, false).fix?.()).toBe(false);
});

test('[DESK-36] on macOS it opens the settings', async () => {
  const { fix, done } = createFixture('darwin');
  await fix?.();
  expect(done).toEqual(['x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork']);
});

test.each([
  ['linux', program],
  ['win32', String.raw`C:\100%\Hallway.exe`],
  ['win32', String.raw`C:\a" & calc & "\Hallway.exe`],
] as const)('[DESK-36] on %s as %s there is no button', (platform, path) => {
  const { fix, done } = createFixture(platform, path);
  expect({ fix, done }).toEqual({ fix: undefined, done: [] });
});

test('[DESK-36] the page learns whether there is a button, and a press asks the system', async () => {
  const { fix, done } = createFixture('win32');
  const hallway = createFakeHallway();
  const [withFix, without] = [diagnosticsHandlers(hallway, fix), diagnosticsHandlers(hallway)];
  const seen = [await withFix.firewallHelp({}), await without.firewallHelp({})].map(
    (answer) => answer.ok && answer.output.canFix,
  );
  expect({ seen, before: done.length, refused: await without.fixFirewall({}) }).toMatchObject({
    seen: [true, false],
    before: 0,
    refused: { code: 'not-available' },
  });
  await withFix.fixFirewall({});
  expect(done).toHaveLength(1);
});
