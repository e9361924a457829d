import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdtemp, mkdir, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { Clock } from '../../../core/ports.ts';
import { openLockSocket, type LockSocket } from './lock-socket.ts';
import type { LockResult } from './lock-result.ts';
import { lockPlaceOf, lockProfile } from './profile-lock.ts';

const holderScript = fileURLToPath(new URL('../../../../../test/fixtures/hold-profile-lock.ts', import.meta.url));

// Real sockets need real time; nothing here waits for it to pass but for the pause between two
// tries.
const clock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

let directory = '';
let children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-lock-')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(children.map(kill));
  children = [];
  await rm(directory, { recursive: true, force: true });
});

interface Claim {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly state: LockResult['state'];
  readonly holderPid?: number;
}

function lock(folder: string, seed: string): Promise<LockResult> {
  return lockProfile(folder, { clock, random: createSeededRandom(seed) });
}

/** Starts a little later, so that it meets the others in the middle of what they do. */
async function lockAfter(turns: number, seed: string): Promise<LockResult> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return lock(directory, seed);
}

async function release(result: LockResult): Promise<void> {
  if (result.state === 'held') await result.release();
}

/** Starts that many processes and lets them all go for the lock at the same moment. */
async function race(count: number): Promise<readonly Claim[]> {
  const startAtMs = Date.now() + 150 * count;
  return Promise.all(Array.from({ length: count }, () => claim(startAtMs)));
}

async function claim(startAtMs: number): Promise<Claim> {
  const args = ['--no-warnings', '--experimental-strip-types', holderScript, directory, String(startAtMs)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as Omit<Claim, 'child'>) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

type Squat = readonly [what: string, squat: (path: string, target: string) => Promise<void>];

/**
 * Obstacles that another user can put at a name in the temporary folder. Only root can act for
 * another user.
 */
const squats: readonly Squat[] = [
  ['a link to a folder', (path, target) => symlink(target, path)],
  ['a folder that others may write to', (path, target) => rename(target, path)],
  ...(process.getuid?.() === 0 ? [anothersFolder()] : []),
];

function anothersFolder(): Squat {
  return [
    'a folder of another user',
    async (path, target) => {
      await rename(target, path);
      await chmod(path, 0o700);
      await chown(path, 40_002, 40_002);
    },
  ];
}

describe('one process per profile', () => {
  it('[ID-5] gives the profile to one, tells the second who has it, and to the next after release', async () => {
    const first = await lock(directory, 'first');
    const second = await lock(directory, 'second');
    await release(first);
    const third = await lock(directory, 'third');
    const left = await lock(directory, 'fourth');
    await release(third);

    expect([first.state, second, third.state, left.state]).toEqual([
      'held',
      {
        state: 'in-use',
        holder: { pid: process.pid, startedAtMs: expect.any(Number) },
        socketPath: expect.stringContaining(join(directory, 'hallway.sock.')),
      },
      'held',
      'in-use',
    ]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('makes the socket for its owner only', async () => {
    const held = await lock(directory, 'owner');
    const names = await readdir(directory);
    const socket = names.find((name) => name !== 'hallway.sock') ?? '';
    const { mode } = await lstat(join(directory, socket));
    await release(held);

    expect(mode & 0o777).toBe(0o600);
  });

  it(
    '[ID-5] exactly one of several processes started at once gets it, also after the last one was killed',
    { timeout: 60_000 },
    async () => {
      for (let round = 0; round < 3; round += 1) {
        const claims = await race(6);
        const winners = claims.filter(({ state }) => state === 'held');
        const winner = winners[0];

        expect(winners).toHaveLength(1);
        expect(claims.filter((claimed) => claimed !== winner).map(({ state, holderPid }) => ({ state, holderPid }))).toEqual(
          Array.from({ length: 5 }, () => ({ state: 'in-use', holderPid: winner?.pid })),
        );
        await Promise.all(children.map(kill));
      }
      const after = await lock(directory, 'after');
      await release(after);
      expect(after.state).toBe('held');
    },
  );

  it('[ID-5] exactly one of many inherits a dead profile, whatever was left half done', async () => {
    for (let round = 0; round < 30; round += 1) {
      // A holder that died, an heir that died before it took over, and the heir of that one.
      const dead = 'dead-000';
      await symlink(`hallway.sock.${dead}`, join(directory, 'hallway.sock'));
      if (round % 3 > 0) await symlink('hallway.sock.heir-001', join(directory, `hallway.sock.${dead}.heir`));
      if (round % 3 > 1) await symlink('hallway.sock.heir-002', join(directory, 'hallway.sock.heir-001.heir'));

      const results = await Promise.all(Array.from({ length: 12 }, (_, index) => lockAfter(index, `${round}/${index}`)));
      const left = await readdir(directory);
      await Promise.all(results.map(release));

      expect(results.map(({ state }) => state).sort()).toEqual(['held', ...Array.from({ length: 11 }, () => 'in-use')].sort());
      expect(left).toHaveLength(2);
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['a plain file', (path: string) => writeFile(path, 'something else')],
    ['a link to elsewhere', (path: string) => symlink('/nowhere/at/all', path)],
    ['a folder with something in it', (path: string) => mkdir(join(path, 'inside'), { recursive: true })],
  ])('gets the profile though %s is in the way', async (_, putInTheWay) => {
    await putInTheWay(join(directory, 'hallway.sock'));
    const first = await lock(directory, 'first');
    const second = await lock(directory, 'second');
    await release(first);

    expect([first.state, second.state]).toEqual(['held', 'in-use']);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const deep = join(directory, 'a'.repeat(60), 'b'.repeat(60));
    await mkdir(deep, { recursive: true });
    // The place to fall back to, short enough wherever the system keeps what is temporary.
    vi.stubEnv('TMPDIR', directory);
    vi.stubEnv('XDG_RUNTIME_DIR', '');
    const first = await lock(deep, 'first');
    const second = await lock(deep, 'second');
    await release(first);
    const third = await lock(deep, 'third');
    await release(third);

    expect([first.state, second.state, third.state]).toEqual(['held', 'in-use', 'held']);
    expect(await readdir(deep)).toEqual([]);
  });

  it.each(squats)('[ID-5] no one keeps a profile from starting with %s at the name of its temporary folder', async (_, squat) => {
    const deep = join(directory, 'a'.repeat(60), 'b'.repeat(60));
    await mkdir(deep, { recursive: true });
    const temporary = join(directory, 'tmp');
    await mkdir(temporary);
    vi.stubEnv('TMPDIR', temporary);
    vi.stubEnv('XDG_RUNTIME_DIR', '');
    await release(await lock(deep, 'to learn the name'));
    const [name = ''] = await readdir(temporary);
    await rm(join(temporary, name), { recursive: true });
    const target = join(directory, 'squatter');
    await mkdir(target);
    await chmod(target, 0o777);
    const greeter = await greetFrom(target);
    await squat(join(temporary, name), target);

    const first = await lock(deep, 'first');
    const second = await lock(deep, 'second');
    await release(first);
    await greeter.close();
    expect([first.state, second.state]).toEqual(['held', 'in-use']);
  });

  it('[ID-5] uses the private folder that the system keeps for the user, before the one that all share', async () => {
    const deep = join(directory, 'a'.repeat(60), 'b'.repeat(60));
    const [runtime, temporary] = [join(directory, 'run'), join(directory, 'tmp')];
    await mkdir(deep, { recursive: true });
    await mkdir(runtime, { mode: 0o700 });
    await mkdir(temporary);
    vi.stubEnv('TMPDIR', temporary);
    vi.stubEnv('XDG_RUNTIME_DIR', runtime);
    const held = await lock(deep, 'first');
    const used = [await readdir(runtime), await readdir(temporary)].map((names) => names.length);
    await release(held);
    await chmod(runtime, 0o777);
    const again = await lock(deep, 'second');
    const afterwards = [await readdir(runtime), await readdir(temporary)].map((names) => names.length);
    await release(again);

    expect({ states: [held.state, again.state], used, afterwards }).toEqual({
      states: ['held', 'held'],
      used: [1, 0],
      afterwards: [1, 1],
    });
  });
});

describe('where a system keeps its locks', () => {
  it.each(['linux', 'darwin', 'freebsd'] as const)('is a folder on %s', (platform) => {
    expect(lockPlaceOf(platform)).toEqual({ kind: 'links' });
  });

  it('[CTRL-10] is the namespace of pipes on Windows', () => {
    const place = lockPlaceOf('win32');
    expect(place.kind === 'pipe' && place.pathOf('hallway-0123')).toBe('\\\\.\\pipe\\hallway-0123');
  });
});

/** A socket in that folder, as a process makes it that has the profile. */
async function greetFrom(folder: string): Promise<LockSocket> {
  const socket = await openLockSocket(join(folder, 'hallway.sock.squatter'), { pid: 1, startedAtMs: 0 });
  await symlink('hallway.sock.squatter', join(folder, 'hallway.sock'));
  return socket;
}
