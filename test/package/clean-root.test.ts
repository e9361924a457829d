/**
 * The deb in a Debian that has nothing but its base, with all libraries that it depends on. It
 * takes minutes and the network, so it runs with HALLWAY_LONG=1.
 */
import { basename } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDeb } from '../../scripts/packaging/deb.mjs';
import { call, copyTo } from '../../scripts/packaging/tree.mjs';
import { whyNoOtherRoot } from './other-root.ts';
import { createWorkshop } from './packages.ts';

const workshop = createWorkshop();
afterAll(() => workshop.remove());

// Without debootstrap the test fails: a nightly run that tests nothing would not be noticed.
const isPossible = Boolean(process.env['HALLWAY_LONG']) && whyNoOtherRoot() === undefined;

test.skipIf(!isPossible)(
  '[PACK-10] the deb in a clean Debian, nightly: it installs with apt, answers, and is purged',
  async () => {
    const deb = makeDeb(await workshop.makeTree(), { scratch: workshop.newFolder('deb'), release: workshop.release });
    const folder = workshop.newFolder('debian');
    call('debootstrap', ['--variant=minbase', 'bookworm', folder]);
    copyTo(deb, `${folder}/${basename(deb)}`);
    const inside = (command: string): string =>
      call('unshare', ['--mount', '--pid', '--fork', 'chroot', folder, 'sh', '-ec', command]);
    inside(`DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /${basename(deb)}`);
    expect(inside('hallway-desktop --version')).toMatch(/^\d+\.\d+\.\d+/u);
    inside('DEBIAN_FRONTEND=noninteractive apt-get purge -y hallway');
    const after = inside('find / -xdev -iname "*hallway*" -not -path "/var/*"');
    expect(after).toBe(`/${basename(deb)}\n`);
  },
);
