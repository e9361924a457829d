import { expect, it } from 'vitest';
import { defaultProfileDirectory } from './default-profile-directory.ts';

it.each([
  ['linux', '/home/ana', {}, '/home/ana/.local/share/hallway'],
  ['linux', '/home/ana', { XDG_DATA_HOME: '/data' }, '/data/hallway'],
  ['linux', '/home/ana', { XDG_DATA_HOME: 'relative' }, '/home/ana/.local/share/hallway'],
  ['linux', '/home/ana', { XDG_DATA_HOME: '' }, '/home/ana/.local/share/hallway'],
  ['darwin', '/Users/ana', { XDG_DATA_HOME: '/data' }, '/Users/ana/Library/Application Support/Hallway'],
  ['win32', 'C:\\Users\\ana', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Hallway'],
  ['win32', 'C:\\Users\\ana', {}, 'C:\\Users\\ana\\AppData\\Roaming\\Hallway'],
  ['linux', undefined, { XDG_DATA_HOME: '/data' }, '/data/hallway'],
  ['linux', undefined, {}, undefined],
  ['darwin', undefined, {}, undefined],
  ['win32', undefined, { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Hallway'],
  ['win32', undefined, {}, undefined],
] as const)('on %s with home %s and %j it is %s', (platform, homeDirectory, variables, expected) => {
  expect(defaultProfileDirectory({ platform, homeDirectory, variables })).toBe(expected);
});
