/** Profiles of other users, and users without a home: the command runs under their user IDs. Only root can do that. */
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../../src/main/cli.ts', import.meta.url));
/** No account has it. */
const userId = 54_321;

let parent = '';
let profile = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'hallway-owners-'));
  profile = join(parent, 'profile');
  await chmod(parent, 0o755);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

interface Outcome {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

function run(uid: number, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', command, ...args], {
    uid,
    gid: uid,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', ...variables },
    encoding: 'utf8',
  });
  return { status, output: stdout, errors: stderr };
}

async function makeFolder(owner: number, mode: number): Promise<void> {
  await mkdir(profile);
  await chown(profile, owner, owner);
  await chmod(profile, mode);
}

const readReceipts = ['settings', 'get', 'readReceipts'];

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('The tests of profiles and users are skipped: running the command as other users needs root.');

describe.skipIf(!isRoot)('profiles and users (needs root)', () => {
  it('[PROF-4] a user ID without an account and without HOME needs XDG_DATA_HOME or --profile, and is told', async () => {
    const data = join(parent, 'data');
    await mkdir(data);
    await chown(data, userId, userId);
    const without = run(userId, readReceipts);
    const withData = run(userId, readReceipts, { XDG_DATA_HOME: data });
    expect({ status: without.status, lines: without.errors.trim().split('\n').length }).toEqual({ status: 1, lines: 1 });
    expect(without.errors).toContain('--profile');
    expect({ status: withData.status, errors: withData.errors, made: await readdir(data) }).toEqual({
      status: 0,
      errors: '',
      made: ['hallway'],
    });
  });

  it("[PROF-5] what root changes in a user's profile stays the user's", async () => {
    await makeFolder(userId, 0o700);
    const changed = run(0, ['settings', 'set', 'readReceipts', 'false', '--profile', profile]);
    const owners = new Set<number>();
    for (const name of await readdir(profile)) owners.add((await stat(join(profile, name))).uid);
    const read = run(userId, [...readReceipts, '--profile', profile]);
    expect({ changed: changed.status, owners, read: [read.status, read.output.trim(), read.errors] }).toEqual({
      changed: 0,
      owners: new Set([userId]),
      read: [0, 'false', ''],
    });
  });

  it('[PROF-6] files that may not be read now stay as they are, and the user is told of each', async () => {
    await makeFolder(userId, 0o700);
    run(userId, [...readReceipts, '--profile', profile]);
    await writeFile(join(profile, 'settings.json'), '{"readReceipts":false}');
    const names = ['identity.pem', 'settings.json', 'incarnation'];
    for (const name of names) {
      await chown(join(profile, name), 0, 0);
      await chmod(join(profile, name), 0o600);
    }
    const read = async (): Promise<readonly string[]> => Promise.all(names.map((name) => readFile(join(profile, name), 'utf8')));
    const before = { texts: await read(), names: await readdir(profile) };
    const outcome = run(userId, [...readReceipts, '--profile', profile]);
    expect({ texts: await read(), names: await readdir(profile) }).toEqual(before);
    for (const name of ['identity.pem', 'settings.json', 'chown']) expect(outcome.errors).toContain(name);
  });

  it('[PROF-7] a folder of ours that others may use is closed to them at the start', async () => {
    await makeFolder(userId, 0o777);
    const { errors } = run(userId, [...readReceipts, '--profile', profile]);
    expect({ mode: (await stat(profile)).mode & 0o777, errors }).toEqual({ mode: 0o700, errors: '' });
  });

  it("[PROF-7] another user's folder, or one for everybody, is left as it is, and the user is told", async () => {
    await makeFolder(0, 0o777);
    const foreign = run(userId, [...readReceipts, '--profile', profile]);
    const modeOfForeign = (await stat(profile)).mode & 0o777;
    await chown(profile, userId, userId);
    await chmod(profile, 0o1777);
    const sticky = run(userId, [...readReceipts, '--profile', profile]);
    const told = [foreign, sticky].map(({ errors }) => errors.includes(profile) && errors.includes('chmod 700'));
    expect({ told, modes: [modeOfForeign, (await stat(profile)).mode & 0o7777] }).toEqual({
      told: [true, true],
      modes: [0o777, 0o1777],
    });
  });
});
