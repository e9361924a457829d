import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createIdentity, identityFromPem } from '../../crypto/identity.ts';
import { openProfile, type OpenProfileResult, type Profile } from './profile-folder.ts';

const keys = { create: createIdentity, read: identityFromPem };
const random = createSeededRandom('profile-folder');

let parent = '';
let directory = '';
let clock: FakeClock = createFakeClock();
let opened: Profile[] = [];

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'hallway-profile-')));
  directory = join(parent, 'profile');
  clock = createFakeClock();
});
afterEach(async () => {
  await Promise.all(opened.map((profile) => profile.release()));
  opened = [];
  await rm(parent, { recursive: true, force: true });
});

async function open(folder = directory): Promise<Profile> {
  const result = await openAny(folder);
  if (!result.ok) throw new Error(result.code);
  return result.profile;
}

async function openAny(folder = directory): Promise<OpenProfileResult> {
  const result = await openProfile(folder, { clock, random, keys });
  if (result.ok) opened.push(result.profile);
  return result;
}

async function reopen(profile: Profile): Promise<Profile> {
  await profile.release();
  return open();
}

function problemCodes({ problems }: Profile): readonly string[] {
  return problems.map(({ code }) => code);
}

/** Files in the folder, without the lock. */
async function files(): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => !name.startsWith('hallway.sock')).sort();
}

describe('identity', () => {
  it('[ID-1] is made at the first start, for its owner only, and is the same ever after', async () => {
    const first = await open();
    const modes = [(await stat(directory)).mode & 0o777, (await stat(join(directory, 'identity.pem'))).mode & 0o777];
    const second = await reopen(first);

    expect(second.identity.peerId).toBe(first.identity.peerId);
    expect(modes).toEqual([0o700, 0o600]);
    expect(problemCodes(second)).toEqual([]);
    expect(await files()).toEqual(['identity.pem', 'incarnation']);
  });

  it('[ID-1] is made private again if its permissions were loosened', async () => {
    const first = await open();
    await chmod(join(directory, 'identity.pem'), 0o644);
    await reopen(first);
    expect((await stat(join(directory, 'identity.pem'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['garbage', (path: string) => writeFile(path, 'garbage')],
    ['nothing', (path: string) => writeFile(path, '')],
    ['bytes that are no text', (path: string) => writeFile(path, Uint8Array.of(0xff, 0xfe, 0x80))],
    ['a folder', (path: string) => mkdir(path)],
    ['a device that never ends', (path: string) => symlink('/dev/zero', path)],
  ])('is replaced when the file holds %s, which is kept, and the person is told', async (_, damage) => {
    const path = join(directory, 'identity.pem');
    const first = await open();
    await rm(path);
    await damage(path);
    const second = await reopen(first);
    const kept = 'identity.pem.unreadable-2026-01-01T00-00-00.000Z';

    expect(second.identity.peerId).not.toBe(first.identity.peerId);
    expect(second.problems).toMatchObject([
      { code: 'identity-replaced', severity: 'error', values: { asidePath: expect.stringContaining(kept) } },
    ]);
    expect(await files()).toEqual(['identity.pem', kept, 'incarnation']);
    expect((await reopen(second)).identity.peerId).toBe(second.identity.peerId);
  });

  it('keeps every file that it ever moved aside', async () => {
    await mkdir(directory);
    await writeFile(join(directory, 'identity.pem'), 'first');
    const first = await open();
    await writeFile(join(directory, 'identity.pem'), 'second');
    await reopen(first);

    const kept = (await files()).filter((name) => name.includes('.unreadable-'));
    const texts = await Promise.all(kept.map((name) => readFile(join(directory, name), 'utf8')));
    expect(texts.sort()).toEqual(['first', 'second']);
  });

  it('is temporary where none can be kept, and the person is told', async () => {
    // A folder in the way of every file that would be written: unlike a missing permission, it
    // stops root too.
    for (const name of ['identity.pem.new', 'incarnation.new']) await mkdir(join(directory, name, 'inside'), { recursive: true });
    const profile = await open();

    expect(profile.identity.peerId).toMatch(/^[a-z2-7]{52}$/);
    expect(profile.problems).toMatchObject([
      { code: 'identity-temporary', severity: 'error' },
      { code: 'profile-not-writable', severity: 'warning' },
    ]);
  });
});

it('[PROF-1] settings are saved before the profile is released, even if nobody waited', async () => {
  const first = await open();
  void first.settings.save({ note: 'one' });
  void first.settings.save({ note: 'two' });
  expect((await reopen(first)).settings.chosen).toEqual({ note: 'two' });
});

describe('incarnation', () => {
  it('[ID-4] rises at every start, also when the clock was set back', async () => {
    const first = await open();
    const second = await reopen(first);
    await clock.advance(60_000);
    const third = await reopen(second);
    clock.jumpWall(-1_000_000_000);
    const fourth = await reopen(third);

    const startMs = Date.UTC(2026, 0, 1);
    expect([first, second, third, fourth].map(({ incarnation }) => incarnation - startMs)).toEqual([0, 1, 60_000, 60_001]);
  });

  it.each(['garbage', '-5', '1e300', '281474976710655', '99999999999999999999', ''])(
    '[ID-4] is the time of the start when the file holds %j',
    async (text) => {
      await mkdir(directory);
      await writeFile(join(directory, 'incarnation'), text);
      expect((await open()).incarnation).toBe(Date.UTC(2026, 0, 1));
    },
  );
});

describe('one process per profile', () => {
  it('[ID-5] names the process that has it, whatever the folder is called by', async () => {
    await open();
    await symlink(directory, join(parent, 'other-name'));
    const second = await openAny(join(parent, 'other-name'));

    expect(second).toEqual({
      ok: false,
      code: 'profile-in-use',
      values: {
        holder: 'known',
        directory: join(parent, 'other-name'),
        pid: process.pid,
        since: '2026-01-01T00:00:00.000Z',
      },
    });
  });

  it('refuses a profile that is a file, or lies in one', async () => {
    await writeFile(directory, '');
    const results = [await openAny(), await openAny(join(directory, 'inside'))];
    expect(results).toMatchObject([
      { ok: false, code: 'profile-unusable', values: { reason: 'notFolder' } },
      { ok: false, code: 'profile-unusable', values: { reason: 'insideFile' } },
    ]);
  });
});
