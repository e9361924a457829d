/** The application's name for operating systems, in all places that have it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appId } from '../../../src/main/hosts/desktop/app-id.ts';
import { linkScheme } from '../../../src/main/hosts/desktop/links/parse-deep-link.ts';

const root = join(import.meta.dirname, '../../..');
const linux = join(root, 'build/linux');

function read(...path: readonly string[]): string {
  return readFileSync(join(root, ...path), 'utf8');
}

test('[DESK-30] all places have the one name', () => {
  const desktopFile = read('build/linux', `${appId}.desktop`);
  const metainfo = read('build/linux', `${appId}.metainfo.xml`);
  const { desktopName } = JSON.parse(read('package.json')) as { readonly desktopName: string };
  const builder = JSON.parse(read('build', 'electron-builder.json')) as { readonly appId: string };
  expect({
    appId,
    builder: builder.appId,
    desktopName,
    windowClass: /^StartupWMClass=(.*)$/mu.exec(desktopFile)?.[1],
    icon: /^Icon=(.*)$/mu.exec(desktopFile)?.[1],
    component: /<id>(.*)<\/id>/u.exec(metainfo)?.[1],
    launchable: /<launchable type="desktop-id">(.*)<\/launchable>/u.exec(metainfo)?.[1],
  }).toEqual({
    appId: 'app.hallway.Hallway',
    builder: appId,
    desktopName: `${appId}.desktop`,
    windowClass: appId,
    icon: appId,
    component: appId,
    launchable: `${appId}.desktop`,
  });
});

test('[DESK-30] the code takes the name from one place, and every other file of packages is known here', () => {
  const source = join(root, 'src');
  const places = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/u.test(name) && !name.includes('.test.'))
    .filter((name) => readFileSync(join(source, name), 'utf8').includes('app.hallway'));
  // macOS names the managed preferences of an application by it, and the node may not import a
  // host.
  const preferences = join('main', 'node', 'system', 'policy', 'managed-preferences.ts');
  expect(places.toSorted()).toEqual([join('main', 'hosts', 'desktop', 'app-id.ts'), preferences]);
  const named = readdirSync(linux).filter((name) => name.startsWith('app.'));
  expect(named.toSorted()).toEqual([`${appId}.desktop`, `${appId}.metainfo.xml`]);
});

test('[DESK-20] the desktop file offers the scheme of our links', () => {
  expect(read('build/linux', `${appId}.desktop`)).toContain(`\nMimeType=x-scheme-handler/${linkScheme};\n`);
});
