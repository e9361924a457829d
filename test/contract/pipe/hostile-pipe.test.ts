/** Programs of other users at a profile's pipe: they take its names, or connect to it. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/main/core/ports.ts';
import { createIdentity, identityFromPem } from '../../../src/main/node/crypto/identity.ts';
import { defaultAdmissionOptions } from '../../../src/main/node/storage/pipe/pipe-admission.ts';
import { proveToServer } from '../../../src/main/node/storage/pipe/pipe-handshake.ts';
import type { LockResult } from '../../../src/main/node/storage/profile/lock-result.ts';
import { openProfile } from '../../../src/main/node/storage/profile/profile-folder.ts';
import { lockProfile } from '../../../src/main/node/storage/profile/profile-lock.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { clock, openRaw, pipePlace, pipesOf, random, squat, type Pipe, type RawClient, type Squatter } from './pipe-world.ts';

/** The nonce and the proof of the server: all that a client without a proof may get. */
const challengeSizeBytes = 64;
const nonceSizeBytes = 32;

let directory = '';
let held: LockResult[] = [];
let squatters: Squatter[] = [];
let clients: RawClient[] = [];
let wrongProofs = 0;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-pipe-')));
  wrongProofs = 0;
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  for (const squatter of squatters) await squatter.close();
  for (const result of held) if (result.state === 'held') await result.release();
  [held, squatters, clients] = [[], [], []];
  await rm(directory, { recursive: true, force: true });
});

async function lock(ownClock: Clock = clock): Promise<LockResult> {
  const result = await lockProfile(directory, { clock: ownClock, random }, pipePlace(directory));
  held.push(result);
  return result;
}

/** Has the profile, and tells each client that proved itself. */
async function hold(ownClock?: Clock): Promise<void> {
  const result = await lock(ownClock);
  if (result.state !== 'held') throw new Error(result.state);
  result.serveControl(1, {
    accept: (connection) => void connection.end('served'),
    onWrongProof: () => (wrongProofs += 1),
  });
}

async function take(path: string, serve: (client: Socket) => void): Promise<Squatter> {
  const squatter = await squat(path, serve);
  squatters.push(squatter);
  return squatter;
}

function raw(path: string): RawClient {
  const client = openRaw(path);
  clients.push(client);
  return client;
}

/** @returns what an honest client sent and got, up to the greeting */
async function recordHonest({ path, key }: Pipe): Promise<{ readonly sent: Buffer; readonly got: Buffer }> {
  const socket = connect(path);
  const sent: Buffer[] = [];
  const write = socket.write.bind(socket);
  socket.write = (bytes: Uint8Array) => (sent.push(Buffer.from(bytes)), write(bytes));
  const got: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => got.push(bytes));
  if (!(await proveToServer(socket, key, { random }))) throw new Error('the honest client failed');
  socket.destroy();
  return { sent: Buffer.concat(sent), got: Buffer.concat(got).subarray(0, challengeSizeBytes) };
}

async function proves({ path, key }: Pipe): Promise<boolean> {
  const { socket } = raw(path);
  return proveToServer(socket, key, { random });
}

describe('a program that has a name of the profile', () => {
  it('[ID-6, CTRL-8] and answers wrongly is passed over, hears a nonce and nothing else', async () => {
    const [first, second] = await pipesOf(directory);
    const squatter = await take(first.path, (client) => client.write(random.bytes(4_096)));
    const states = [(await lock()).state, await lock()];

    expect(states).toEqual([
      'held',
      { state: 'in-use', holder: expect.objectContaining({ pid: process.pid }), socketPath: second.path, pipeKey: second.key },
    ]);
    // Each try asks before it takes a pipe; the first asks the others again afterwards.
    expect(await squatter.heardBytes()).toEqual([nonceSizeBytes, nonceSizeBytes, nonceSizeBytes]);
  });

  it('[ID-6] and is silent is passed over; if the process that had the profile lives, it is in use', async () => {
    const [first] = await pipesOf(directory);
    await take(first.path, () => undefined);
    await writeFile(join(directory, 'pipe-holder'), `${process.ppid}\n`);
    const whileAlive = await lock();
    // Higher than any process ID of Linux, macOS or Windows in practice.
    await writeFile(join(directory, 'pipe-holder'), '2147483646\n');
    const afterCrash = await lock();

    expect([whileAlive, afterCrash.state]).toEqual([{ state: 'in-use' }, 'held']);
  });

  it('[ID-6] if all names are taken, the profile opens without a lock and says so', async () => {
    for (const { path } of await pipesOf(directory)) await take(path, (client) => client.end('no'));
    const keys = { create: createIdentity, read: identityFromPem };
    const result = await openProfile(directory, { clock, random, keys, lockPlace: pipePlace(directory) });
    if (result.ok) await result.profile.release();

    expect(result).toMatchObject({ ok: true, profile: { problems: [{ code: 'profile-not-locked' }] } });
  });

  it('[CTRL-8] and relays to the pipe that is ours fails, because a proof names its pipe', async () => {
    const [first, second] = await pipesOf(directory);
    const relay = await take(first.path, (client) => {
      const { socket } = raw(second.path);
      client.on('data', (bytes) => socket.write(bytes));
      socket.on('data', (bytes) => client.write(bytes));
    });
    // The pipe of the second name does not exist yet, so the relay answers nothing to the lock.
    await hold();
    const relayed = raw(first.path);
    const isProved = await proveToServer(relayed.socket, first.key, { random });
    relayed.socket.destroy();
    const heardBytes = (await relay.heardBytes()).at(-1);

    expect({ isProved, gotBytes: relayed.received().length, heardBytes, isDirect: await proves(second) }).toEqual({
      isProved: false,
      gotBytes: challengeSizeBytes,
      heardBytes: nonceSizeBytes,
      isDirect: true,
    });
  });

  it('[CTRL-8] and repeats what our pipe once said proves nothing', async () => {
    const [first] = await pipesOf(directory);
    await hold();
    const { got } = await recordHonest(first);
    const path = pipePlace(directory).pathOf('replayed');
    const replayer = await take(path, (client) => client.write(got));

    const client = raw(path);
    const isProved = await proveToServer(client.socket, first.key, { random });
    client.socket.destroy();

    expect({ isProved, heardBytes: await replayer.heardBytes() }).toEqual({ isProved: false, heardBytes: [nonceSizeBytes] });
  });
});

describe('a program that connects to the pipe', () => {
  it('[CTRL-8] with another secret gets no word, and is counted', async () => {
    const [first] = await pipesOf(directory);
    await hold();
    const client = raw(first.path);
    client.socket.write(random.bytes(nonceSizeBytes));
    await expect.poll(() => client.received().length).toBe(challengeSizeBytes);
    client.socket.write(random.bytes(nonceSizeBytes));
    await client.closed;
    const honest = raw(first.path);
    const isProved = await proveToServer(honest.socket, first.key, { random });
    honest.socket.resume();
    await honest.closed;

    expect({ bytes: client.received().length, wrongProofs, isProved }).toEqual({
      bytes: challengeSizeBytes,
      wrongProofs: 1,
      isProved: true,
    });
    expect(honest.received().subarray(challengeSizeBytes).toString()).toMatch(/^\{.*"control":1\}\nserved$/);
  });

  it('[CTRL-8] with a recording of an honest client gets no word', async () => {
    const [first] = await pipesOf(directory);
    await hold();
    const { sent } = await recordHonest(first);
    const client = raw(first.path);
    client.socket.write(sent);
    await client.closed;

    expect({ sent: sent.length, bytes: client.received().length, wrongProofs }).toEqual({
      sent: 64,
      bytes: challengeSizeBytes,
      wrongProofs: 1,
    });
  });

  it('[CTRL-8] with the proof of the server, sent back, gets no word', async () => {
    const [first] = await pipesOf(directory);
    await hold();
    const client = raw(first.path);
    client.socket.write(random.bytes(nonceSizeBytes));
    await expect.poll(() => client.received().length).toBe(challengeSizeBytes);
    client.socket.write(client.received().subarray(nonceSizeBytes));
    await client.closed;

    expect({ bytes: client.received().length, wrongProofs }).toEqual({ bytes: challengeSizeBytes, wrongProofs: 1 });
  });

  it('[CTRL-9] and floods it is closed after the bytes of one proof', async () => {
    const [first] = await pipesOf(directory);
    await hold();
    const client = raw(first.path);
    client.socket.write(random.bytes(4 * 1024 * 1024));
    await client.closed;

    expect({ wrongProofs, isMore: client.received().length > challengeSizeBytes }).toEqual({ wrongProofs: 1, isMore: false });
    expect(await proves(first)).toBe(true);
  });

  it('[CTRL-9] and says nothing, or half of it, is closed at the deadline', async () => {
    const ownClock = createFakeClock();
    const [first] = await pipesOf(directory);
    await hold(ownClock);
    const [silent, slow] = [raw(first.path), raw(first.path)];
    slow.socket.write(random.bytes(nonceSizeBytes));
    await expect.poll(() => slow.received().length).toBe(challengeSizeBytes);
    await expect.poll(() => ownClock.pendingTimers()).toBe(2);
    await ownClock.advance(defaultAdmissionOptions.proofWaitMs - 1);
    const before = [silent, slow].map(({ socket }) => socket.closed);
    await ownClock.advance(1);
    await Promise.all([silent.closed, slow.closed]);

    expect({ before, wrongProofs, bytes: silent.received().length, timers: ownClock.pendingTimers() }).toEqual({
      before: [false, false],
      wrongProofs: 0,
      bytes: 0,
      timers: 0,
    });
  });

  it('[CTRL-9] many times and says nothing makes room, the oldest first, and keeps no command out', async () => {
    const ownClock = createFakeClock();
    const [first] = await pipesOf(directory);
    await hold(ownClock);
    const silent: RawClient[] = [];
    for (let index = 0; index < defaultAdmissionOptions.maxUnproved; index += 1) {
      silent.push(raw(first.path));
      await expect.poll(() => ownClock.pendingTimers()).toBe(index + 1);
    }
    const isProved = await proves(first);
    await silent[0]?.closed;

    expect({ isProved, open: silent.map(({ socket }) => !socket.closed) }).toEqual({
      isProved: true,
      open: [false, ...silent.slice(1).map(() => true)],
    });
  });
});
