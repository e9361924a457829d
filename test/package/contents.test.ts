/** The contents of the packages, and that other programs of the system understand them. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builderConfig } from '../../scripts/packaging/about.mjs';
import { makeAppImage } from '../../scripts/packaging/app-image.mjs';
import { readFuses, wantedFuses } from '../../scripts/packaging/fuses.mjs';
import { iconIco, iconIcns, iconPng } from '../../scripts/packaging/icons.mjs';
import type { LinuxTree } from '../../scripts/packaging/linux-tree.mjs';
import { makeRpm } from '../../scripts/packaging/rpm.mjs';
import { makeSbom } from '../../scripts/packaging/sbom.mjs';
import { call, hasProgram } from '../../scripts/packaging/tree.mjs';
import { createWorkshop, epoch, modesBelow, root } from './packages.ts';

const workshop = createWorkshop();
let tree: LinuxTree;

beforeAll(async () => {
  tree = await workshop.makeTree();
});
afterAll(() => workshop.remove());

function read(...path: readonly string[]): string {
  return readFileSync(join(root, ...path), 'utf8');
}

function archive(): string {
  return join(tree.folder, 'usr/lib/hallway/resources/app.asar');
}

test('[PACK-1] the files of a Linux package, with their modes', () => {
  const sizes = ['16x16', '24x24', '32x32', '48x48', '64x64', '128x128', '256x256', '512x512'];
  const expected = [
    '755 usr/bin/hallway-desktop',
    '755 usr/lib/hallway/chrome-sandbox',
    '755 usr/lib/hallway/hallway-desktop',
    '644 usr/lib/hallway/resources/app.asar',
    '644 usr/share/applications/app.hallway.Hallway.desktop',
    '644 usr/share/doc/hallway/THIRD-PARTY.md',
    '644 usr/share/doc/hallway/changelog.gz',
    '644 usr/share/doc/hallway/copyright',
    '644 usr/share/hallway/apparmor-profile',
    ...sizes.map((size) => `644 usr/share/icons/hicolor/${size}/apps/app.hallway.Hallway.png`),
    '644 usr/share/icons/hicolor/scalable/apps/app.hallway.Hallway.svg',
    '644 usr/share/man/man1/hallway-desktop.1.gz',
    '644 usr/share/metainfo/app.hallway.Hallway.metainfo.xml',
  ];
  const files = modesBelow(tree.folder);
  expect(expected.filter((file) => !files.includes(file))).toEqual([]);
  // The real runtime has more files, all in its own folder.
  const own = files.filter((file) => !/ usr\/lib\/hallway\//u.test(file) || tree.isStandIn);
  expect(own.filter((file) => !expected.includes(file))).toEqual([]);
});

test('[PACK-4] the archive has the built application and nothing else', () => {
  const files = listPackage(archive(), { isPack: false }).map((name) => name.replace(/^\//u, ''));
  const allowed =
    /^(?:package\.json|LICENSE|out|out\/THIRD-PARTY\.md|out\/(?:main|preload|renderer)|out\/main\/index\.js|out\/main\/chunks(?:\/[\w-]+\.js)?|out\/preload\/index\.cjs|out\/renderer\/(?:index\.html|third-party\.json|assets(?:\/.*)?|[\w-]+\.svg))$/u;
  expect(files.filter((name) => !allowed.test(name))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html']));
});

test('[PACK-4] everything that the entry loads is in the archive', () => {
  const files = listPackage(archive(), { isPack: false });
  const pending = ['/out/main/index.js'];
  const lost: string[] = [];
  for (const file of pending) {
    const text = extractFile(archive(), file.slice(1)).toString('utf8');
    for (const [, name = ''] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+\.js)["']/gu)) {
      const path = join(dirname(file), name);
      if (!files.includes(path)) lost.push(`${file}: ${name}`);
      else if (!pending.includes(path)) pending.push(path);
    }
  }
  expect(pending.length).toBeGreaterThan(1);
  expect(lost).toEqual([]);
  const { main, type } = JSON.parse(extractFile(archive(), 'package.json').toString('utf8')) as Record<string, unknown>;
  expect({ main, type }).toEqual({ main: 'out/main/index.js', type: 'module' });
});

test('[PACK-5] every fuse has the state of the configuration', async () => {
  expect(await readFuses(join(tree.folder, 'usr/lib/hallway/hallway-desktop'))).toEqual(wantedFuses);
  expect(wantedFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('[PACK-6] the bill of materials names every package of the module graphs, with its hash', () => {
  const graph = ['main', 'preload', 'renderer'].flatMap((part) => JSON.parse(read('out', part, 'packages.json')) as string[]);
  const sbom = JSON.parse(makeSbom(epoch)) as {
    readonly bomFormat: string;
    readonly serialNumber: string;
    readonly components: readonly { readonly name: string; readonly purl: string; readonly hashes?: readonly unknown[] }[];
  };
  const bundled = sbom.components.filter(({ name }) => name !== 'electron');
  expect(bundled.map(({ name }) => name).toSorted()).toEqual([...new Set(graph)].toSorted());
  expect(bundled.filter(({ hashes }) => hashes?.length !== 1)).toEqual([]);
  expect(sbom.components.map(({ purl }) => purl)).toContain('pkg:npm/electron@45.4.1');
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
  expect(makeSbom(epoch)).toBe(makeSbom(epoch));
});

test.skipIf(!hasProgram('desktop-file-validate'))('[PACK-7] the desktop entry is valid', () => {
  expect(call('desktop-file-validate', [join(root, 'build/linux/app.hallway.Hallway.desktop')])).toBe('');
});

test.skipIf(!hasProgram('appstreamcli'))('[PACK-7] the component metadata is valid', () => {
  const file = join(root, 'build/linux/app.hallway.Hallway.metainfo.xml');
  expect(call('appstreamcli', ['validate', '--no-net', file])).toContain('Validation was successful');
});

test('[PACK-9] the icons have the sizes that each system wants', () => {
  const png = iconPng(48);
  expect({ signature: png.toString('latin1', 1, 4), width: png.readUInt32BE(16), height: png.readUInt32BE(20) }).toEqual({
    signature: 'PNG',
    width: 48,
    height: 48,
  });
  const ico = iconIco();
  expect({ type: ico.readUInt16LE(2), count: ico.readUInt16LE(4), lastSize: ico[6 + 16 * 7] }).toEqual({
    type: 1,
    count: 8,
    lastSize: 0,
  });
  const lastAt = ico.readUInt32LE(6 + 16 * 7 + 12);
  expect(ico.subarray(lastAt).equals(iconPng(256))).toBe(true);
  const icns = iconIcns();
  expect({ magic: icns.toString('latin1', 0, 4), size: icns.readUInt32BE(4) }).toEqual({ magic: 'icns', size: icns.length });
});

test.skipIf(!hasProgram('rpmbuild'))('[PACK-2, PACK-13] the rpm has the same files, and the same bytes each time', () => {
  const make = (): string => {
    const release = workshop.newFolder('rpms');
    mkdirSync(release);
    return makeRpm(tree, { scratch: workshop.newFolder('rpm'), release });
  };
  const [one, other] = [make(), make()];
  const query = (format: string): readonly string[] =>
    call('rpm', ['-qp', '--nosignature', '--qf', format, one]).trim().split('\n');
  const modes = query('[%{FILEMODES:octal} %{FILEUSERNAME} %{FILENAMES}\\n]').filter((line) => line.startsWith('100'));
  expect(modes.map((line) => line.replace(/^100(\d+) root \//u, '$1 ')).toSorted()).toEqual(
    [...modesBelow(tree.folder)].toSorted(),
  );
  expect(query('%{VERSION}')).toEqual([tree.version]);
  expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
});

test.skipIf(!hasProgram('mksquashfs'))(
  '[PACK-2, PACK-14] the file system of the AppImage has the same files, and the same bytes each time',
  () => {
    const make = (): string => {
      const release = workshop.newFolder('images');
      mkdirSync(release);
      return makeAppImage(tree, { scratch: workshop.newFolder('image'), release });
    };
    const [one, other] = [make(), make()];
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    const target = workshop.newFolder('unpacked');
    call('unsquashfs', ['-quiet', '-no-progress', '-dest', target, one]);
    const files = modesBelow(target);
    expect(modesBelow(tree.folder).filter((file) => !files.includes(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['755 AppRun', '644 app.hallway.Hallway.desktop', '644 app.hallway.Hallway.png']),
    );
    expect(call(join(target, 'AppRun'), ['--version'])).toBe(`${tree.version}\n`);
  },
);

test.skipIf(!hasProgram('mksquashfs'))('[PACK-14] an AppImage without a sandbox says so and does not start', () => {
  const target = workshop.newFolder('refusing');
  const release = workshop.newFolder('image');
  mkdirSync(release);
  call('unsquashfs', [
    '-quiet',
    '-no-progress',
    '-dest',
    target,
    makeAppImage(tree, { scratch: workshop.newFolder('image'), release }),
  ]);
  const run = `unshare() { return 1; }; notify_send() { :; }; set --; . '${join(target, 'AppRun')}'`;
  expect(() => call('sh', ['-c', run], { env: { PATH: '/usr/bin:/bin', APPDIR: target } })).toThrow(
    /ended with 69[^]*deb or rpm/u,
  );
});

test.skipIf(!hasProgram('makensis'))('[PACK-20, PACK-21] our part of the Windows installer compiles without a warning', () => {
  const output = join(workshop.release, 'installer.exe');
  const included = join(root, 'build/windows/installer.nsh');
  call('makensis', [
    '-V2',
    '-WX',
    `-DINCLUDED=${included}`,
    `-DOUTPUT=${output}`,
    join(root, 'test/package/installer-harness.nsi'),
  ]);
  expect(createHash('sha256').update(readFileSync(output)).digest('hex')).toMatch(/^[0-9a-f]{64}$/u);
});

test('[PACK-20, PACK-21] the installer allows the program in private and domain networks, and asks before it deletes data', () => {
  const text = read('build/windows/installer.nsh');
  expect(text.match(/add rule .*/gu)).toEqual([
    `add rule name="Hallway" dir=in action=allow program="\${HALLWAY_PROGRAM}" protocol=any profile=private,domain'`,
  ]);
  const deletions = text.split('\n').flatMap((line, index) => (/RMDir|Delete /u.test(line) ? [index] : []));
  const question = text.split('\n').findIndex((line) => line.includes('MessageBox MB_YESNO'));
  expect(deletions.filter((line) => line < question)).toEqual([]);
  // $APPDATA is the user's own folder for the question and the deletion, on both ways out.
  const steps = /SetShellVarContext \w+|FileExists|MessageBox|RMDir|hallwayKeepData:/gu;
  expect(text.match(steps)).toEqual([
    ...['SetShellVarContext current', 'FileExists', 'MessageBox', 'RMDir', 'hallwayKeepData:', 'SetShellVarContext all'],
  ]);
  expect(text).toContain('MB_DEFBUTTON2');
  expect(text).toContain('/SD IDNO IDNO hallwayKeepData');
  expect(builderConfig).toMatchObject({ nsis: { deleteAppDataOnUninstall: false, perMachine: true } });
});
