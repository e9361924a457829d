/**
 * Presence by avahi, the DNS service discovery of Linux desktops, to compare with. It starts a bus,
 * a daemon, a publisher and a browser of its own; presence.ts gives it namespaces for its files.
 * `presence-avahi.ts NAME`; prints the lines that presence.ts describes.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [name = ''] = process.argv.slice(2);
const type = '_hallway-bench._udp';
const port = '4258';
const startDeadlineMs = 10_000;
const askAgainMs = 20;

const folder = mkdtempSync(join(tmpdir(), 'hallway-bench-avahi-'));
const bus = join(folder, 'bus');
const environment = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}`, LC_ALL: 'C' };
const configuration = join(folder, 'avahi.conf');
writeFileSync(
  configuration,
  `[server]\nhost-name=${name}\nuse-ipv4=yes\nuse-ipv6=no\n[wide-area]\nenable-wide-area=no\n[publish]\n[reflector]\n`,
);

const tell = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const start = (command: string, ...args: readonly string[]) =>
  spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });

start('dbus-daemon', '--session', '--nofork', `--address=unix:path=${bus}`);
await until(() => existsSync(bus));
start('avahi-daemon', '--no-drop-root', '--no-chroot', '--no-rlimits', `--file=${configuration}`);
await until(() => existsSync('/run/avahi-daemon/pid'));
const browse = start('avahi-browse', '--parsable', '--no-db-lookup', type);
createInterface(browse.stdout).on('line', (line) => {
  const [sign, , family, who] = line.split(';');
  if (family !== 'IPv4' || who === name || who === undefined) return;
  if (sign === '+') tell({ up: who });
  if (sign === '-') tell({ down: who });
});
tell({ begun: true });
start('avahi-publish', '--service', name, type, port);

async function until(condition: () => boolean): Promise<void> {
  for (const endMs = performance.now() + startDeadlineMs; !condition(); await sleep(askAgainMs))
    if (performance.now() > endMs) throw new Error(`avahi did not start within ${startDeadlineMs} ms`);
}
