/** The deb: its contents, and its life on a Debian system. */
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDeb } from '../../scripts/packaging/deb.mjs';
import type { LinuxTree } from '../../scripts/packaging/linux-tree.mjs';
import { call, hasProgram } from '../../scripts/packaging/tree.mjs';
import { runInOtherRoot, whyNoOtherRoot, type OtherRoot } from './other-root.ts';
import { createWorkshop } from './packages.ts';

const workshop = createWorkshop();
let tree: LinuxTree;
let deb: string;
let newer: string;

beforeAll(async () => {
  tree = await workshop.makeTree();
  deb = makeDeb(tree, { scratch: workshop.newFolder('deb'), release: workshop.release });
  const newerTree = await workshop.makeTree({ release: '99.0.0' });
  newer = makeDeb(newerTree, { scratch: workshop.newFolder('deb'), release: workshop.release });
});
afterAll(() => workshop.remove());

/** Installs without the libraries of a desktop, which a stand-in does not load. */
const install = 'dpkg --force-depends --force-unsafe-io --no-triggers --install';

function inOtherRoot(commands: string): OtherRoot {
  const workplace = workshop.newFolder('root');
  mkdirSync(workplace);
  return runInOtherRoot(workplace, workshop.release, commands);
}

test('[PACK-1, PACK-3] what the deb says about itself', () => {
  const fields = ['Package', 'Version', 'Architecture', 'Depends'];
  const told = Object.fromEntries(fields.map((field) => [field, call('dpkg-deb', ['--field', deb, field]).trim()]));
  const description = call('dpkg-deb', ['--field', deb, 'Description']);
  expect(told).toMatchObject({ Package: 'hallway', Architecture: process.arch === 'x64' ? 'amd64' : process.arch });
  expect(told['Depends']).toContain('libgtk-3-0');
  expect({
    version: told['Version']?.endsWith('~standin'),
    title: description.startsWith('STAND-IN'),
    sentence: description.includes('opens no window'),
  }).toEqual({ version: tree.isStandIn, title: tree.isStandIn, sentence: tree.isStandIn });
});

test('[PACK-1] everything in the deb belongs to root, and nothing is writable for others or has special rights', () => {
  const lines = call('dpkg-deb', ['--contents', deb]).trim().split('\n');
  const strange = lines.filter((line) => !/^(?:drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root\/root /u.test(line));
  expect(lines.length).toBeGreaterThan(30);
  expect(strange).toEqual([]);
});

test('[PACK-2] the same sources give the same deb, whatever the umask and the time', async () => {
  const umask = process.umask(0o077);
  try {
    const release = workshop.newFolder('again');
    mkdirSync(release);
    const again = makeDeb(await workshop.makeTree(), { scratch: workshop.newFolder('deb'), release });
    expect(basename(again)).toBe(basename(deb));
    expect(readFileSync(again).equals(readFileSync(deb))).toBe(true);
  } finally {
    process.umask(umask);
  }
});

test.skipIf(!hasProgram('lintian'))('[PACK-11] lintian finds no error and gives no warning', () => {
  expect(call('lintian', ['--fail-on', 'error,warning', '--allow-root', deb])).toBe('');
});

const obstacle = whyNoOtherRoot();

test.skipIf(obstacle !== undefined)('[PACK-10] it installs, answers without a display, and purging leaves nothing', () => {
  const { output, status, left } = inOtherRoot(`
    unset DISPLAY WAYLAND_DISPLAY HOME
    dpkg --force-depends --force-unsafe-io --install /packages/${basename(deb)} >/dev/null 2>&1
    echo "version $(hallway-desktop --version)"
    hallway-desktop --help
    test -x /usr/lib/hallway/hallway-desktop
    mkdir -p /home/ana/.local/share/hallway
    echo mine > /home/ana/.local/share/hallway/messages.db
    dpkg --purge hallway >/dev/null
    echo "kept $(cat /home/ana/.local/share/hallway/messages.db)"
    ! dpkg --status hallway 2>/dev/null
  `);
  expect({ status, left }, output).toEqual({ status: 0, left: [] });
  expect(output).toContain(`version ${tree.version}\n`);
  expect(output).toContain('Usage: hallway-desktop');
  expect(output).toContain('kept mine\n');
});

test.skipIf(obstacle !== undefined)('[PACK-12] the sandbox gets what the system allows, and removal takes it back', () => {
  const { output, status, left } = inOtherRoot(`
    mkdir -p /etc/apparmor.d
    echo "begin $(ls /etc/apparmor.d | wc -l)"
    printf '#!/bin/sh\\nexit 1\\n' > /usr/local/sbin/unshare
    printf '#!/bin/sh\\nexit 0\\n' > /usr/local/sbin/apparmor_parser
    chmod 755 /usr/local/sbin/unshare /usr/local/sbin/apparmor_parser
    ${install} /packages/${basename(deb)} >/dev/null 2>&1
    echo "without namespaces $(stat -c %a /usr/lib/hallway/chrome-sandbox)"
    cmp /etc/apparmor.d/hallway-desktop /usr/share/hallway/apparmor-profile
    printf '#!/bin/sh\\nexit 0\\n' > /usr/local/sbin/unshare
    ${install} /packages/${basename(newer)} >/dev/null 2>&1
    echo "with namespaces $(stat -c %a /usr/lib/hallway/chrome-sandbox)"
    echo "after the upgrade $(stat -c %a /etc/apparmor.d/hallway-desktop)"
    dpkg --remove hallway >/dev/null
    echo "end $(ls /etc/apparmor.d | wc -l)"
    rm /usr/local/sbin/unshare /usr/local/sbin/apparmor_parser
  `);
  expect({ status, left }, output).toEqual({ status: 0, left: [] });
  const lines = output.split('\n');
  expect(lines).toContain('without namespaces 4755');
  expect(lines).toContain('with namespaces 755');
  expect(lines).toContain('after the upgrade 644');
  const count = (word: string): string | undefined => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length);
  expect(count('begin')).toBe(count('end'));
});

test.skipIf(obstacle !== undefined)('[PACK-12] an AppArmor that does not understand the profile gets none', () => {
  const { output, status } = inOtherRoot(`
    mkdir -p /etc/apparmor.d
    printf '#!/bin/sh\\nexit 1\\n' > /usr/local/sbin/apparmor_parser
    chmod 755 /usr/local/sbin/apparmor_parser
    ${install} /packages/${basename(deb)} >/dev/null 2>&1
    test ! -e /etc/apparmor.d/hallway-desktop
  `);
  expect(status, output).toBe(0);
});

test.skipIf(obstacle !== undefined)('[PACK-15] an upgrade and a rollback leave a running Hallway its files', () => {
  const { output, status } = inOtherRoot(`
    ${install} /packages/${basename(deb)} >/dev/null 2>&1
    sum() { sha256sum < "$1" | cut -c1-64; }
    echo "first $(sum /usr/lib/hallway/resources/app.asar)"
    # Electron keeps its archive open in the same way.
    sleep 60 < /usr/lib/hallway/resources/app.asar &
    running=$!
    ${install} /packages/${basename(newer)} >/dev/null 2>&1
    echo "upgraded $(hallway-desktop --version)"
    kill -0 $running
    echo "still $(sum /proc/$running/fd/0)"
    ${install} /packages/${basename(deb)} >/dev/null 2>&1
    echo "rolled back $(hallway-desktop --version)"
    echo "again $(sum /usr/lib/hallway/resources/app.asar)"
    kill $running
  `);
  expect(status, output).toBe(0);
  const value = (word: string): string | undefined => new RegExp(`^${word} (.*)$`, 'mu').exec(output)?.[1];
  expect({ upgraded: value('upgraded'), back: value('rolled back') }).toEqual({
    upgraded: `99.0.0${tree.isStandIn ? '~standin' : ''}`,
    back: tree.version,
  });
  expect([value('still'), value('again')]).toEqual([value('first'), value('first')]);
  expect(value('first')).toMatch(/^[0-9a-f]{64}$/u);
});

test('[PACK-10] the man page is in the package and has its version', () => {
  const page = call('sh', ['-c', `gzip -dc '${join(tree.folder, 'usr/share/man/man1/hallway-desktop.1.gz')}'`]);
  expect(page).toContain(`"Hallway ${tree.version}"`);
});
