/** Transfers of files that are interrupted, refused or cancelled, on virtual time. */
import { afterEach, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld, type SimWorldOptions } from './sim-world.ts';
import {
  accept,
  hostOf,
  isSame,
  mebibyte,
  meet,
  offer,
  sampleBytes,
  settle,
  transfersOf,
  untilAllSee,
  untilState,
} from './transfers-setup.ts';

const path = '/home/film.mkv';
const chunks = 7;
const film = sampleBytes(chunks * mebibyte - 5, 'film');
/** Chunks that may come twice after an interruption. */
const inFlight = 4;
const minuteMs = 60_000;

let world: SimWorld;
afterEach(() => world.close());

async function start(options: Omit<SimWorldOptions, 'seed'> = {}, seed = 'troubles') {
  world = createSimWorld({ seed, hasFiles: true, ...options });
  const nodes = await meet(world);
  const [ana, bo] = [nth(nodes, 0), nth(nodes, 1)];
  const [anasDisk, bosDisk] = [world.diskOf(hostOf(world, ana)), world.diskOf(hostOf(world, bo))];
  anasDisk.write(path, film);
  bosDisk.setDelay(20);
  return { ana, bo, anasDisk, bosDisk };
}

async function startAccepted(options: Omit<SimWorldOptions, 'seed'> = {}, seed?: string) {
  const people = await start(options, seed);
  const { transferId } = await offer(world, people.ana, people.bo, [path]);
  await accept(world, people.bo, transferId);
  return { ...people, transferId };
}

function untilHalf(node: SimNode, transferId: string): Promise<number> {
  const isHalf = (): boolean => (node.hallway.transfers?.get(transferId)?.doneBytes ?? 0) >= film.length / 2;
  return world.waitUntil('half of it arrived', isHalf, minuteMs);
}

async function untilDone(nodes: readonly SimNode[], transferId: string, deadlineMs = 2 * minuteMs): Promise<void> {
  for (const node of nodes) await untilState(world, node, transferId, 'done', deadlineMs);
}

describe('[XFER-8] a transfer goes on by itself, and at most 4 MiB come twice,', () => {
  for (const victim of ['ana', 'bo'] as const) {
    test(`after ${victim === 'ana' ? 'the sender' : 'the receiver'} is killed, at 20 points`, async () => {
      const random = createSeededRandom(`kill ${victim}`);
      for (let point = 0; point < 20; point += 1) {
        const { ana, bo, bosDisk, transferId } = await startAccepted({}, `kill ${victim} ${point}`);
        await world.passTime(random.fraction() * 120);
        const killed = victim === 'ana' ? ana : bo;
        await killed.kill();
        await world.passTime(50);
        const again = (await hostOf(world, killed).start({ name: killed.name })) as SimNode;
        await untilDone(victim === 'ana' ? [again, bo] : [ana, again], transferId);
        expect(isSame(bosDisk.read('/downloads/film.mkv'), film)).toBe(true);
        expect(bosDisk.paths()).toEqual(['/downloads/film.mkv']);
        expect(bosDisk.writtenChunks).toBeLessThanOrEqual(chunks + inFlight);
        await world.close();
      }
    });
  }

  test('after a cable was out', async () => {
    const { ana, bo, bosDisk, transferId } = await startAccepted();
    await untilHalf(bo, transferId);
    await hostOf(world, bo).pullCable('eth0');
    await untilState(world, bo, transferId, 'waiting');
    await untilState(world, ana, transferId, 'waiting');
    await hostOf(world, bo).plugCable('eth0');
    await untilDone([ana, bo], transferId);
    expect(isSame(bosDisk.read('/downloads/film.mkv'), film)).toBe(true);
    expect(bosDisk.writtenChunks).toBeLessThanOrEqual(chunks + inFlight);
  });

  test('after an address changed', async () => {
    const { ana, bo, bosDisk, transferId } = await startAccepted();
    await untilHalf(bo, transferId);
    await hostOf(world, ana).changeAddress('eth0');
    await untilDone([ana, bo], transferId, 5 * minuteMs);
    expect(bosDisk.writtenChunks).toBeLessThanOrEqual(chunks + inFlight);
  });

  test('after either computer slept', async () => {
    const { ana, bo, bosDisk, transferId } = await startAccepted();
    await untilHalf(bo, transferId);
    ana.pause();
    await world.passTime(3 * minuteMs);
    ana.resume();
    await untilDone([ana, bo], transferId, 5 * minuteMs);
    expect(bosDisk.writtenChunks).toBeLessThanOrEqual(chunks + inFlight);
  });

  test('with a twentieth of the packets lost', async () => {
    const { ana, bo, bosDisk, transferId } = await startAccepted({ lossRate: 0.05 });
    await untilDone([ana, bo], transferId, 10 * minuteMs);
    expect(isSame(bosDisk.read('/downloads/film.mkv'), film)).toBe(true);
  });
});

test('[XFER-9] a full disk makes it wait, and it goes on once there is space', async () => {
  const { ana, bo, bosDisk, transferId } = await startAccepted();
  bosDisk.setFree(3 * mebibyte);
  const waiting = await untilState(world, bo, transferId, 'waiting');
  bosDisk.setFree(100 * mebibyte);
  await untilDone([ana, bo], transferId);
  expect({ code: waiting.code, written: bosDisk.writtenChunks }).toEqual({ code: 'disk-full', written: chunks });
});

test('[XFER-11] a receiver that cannot dial is dialed by the sender', async () => {
  const { ana, bo, bosDisk } = await start();
  // Only a session that Ana opens works, as behind a firewall of hers.
  const { transferId } = await offer(world, ana, bo, [path]);
  await untilState(world, bo, transferId, 'offered');
  const port = ana.record.ready?.event.tcpPort;
  world.lan.lose(({ receiver, destinationPort }) => receiver === ana.host.name && destinationPort === port);
  await accept(world, bo, transferId);
  await untilDone([ana, bo], transferId, 5 * minuteMs);
  expect(isSame(bosDisk.read('/downloads/film.mkv'), film)).toBe(true);
});

describe('a transfer that ends otherwise', () => {
  for (const who of ['sender', 'receiver'] as const) {
    test(`[FILE-7] leaves nothing on the disk when the ${who} cancels it`, async () => {
      const { ana, bo, anasDisk, bosDisk, transferId } = await startAccepted();
      await untilHalf(bo, transferId);
      const canceller = who === 'sender' ? ana : bo;
      await settle(world, 'it is cancelled', transfersOf(canceller).cancel(transferId));
      for (const node of [ana, bo]) await untilState(world, node, transferId, 'cancelled');
      await world.passTime(2_000);
      expect([anasDisk.leftovers(), bosDisk.leftovers(), bosDisk.paths()]).toEqual([[], [], []]);
    });
  }

  test('[FILE-5] is declined at both ends, also while the sender is away', async () => {
    const { ana, bo } = await start();
    const { transferId } = await offer(world, ana, bo, [path]);
    await untilState(world, bo, transferId, 'offered');
    await ana.kill();
    await settle(world, 'it is declined', transfersOf(bo).decline(transferId));
    await world.passTime(minuteMs);
    const again = (await hostOf(world, ana).start({ name: 'ana' })) as SimNode;
    await untilState(world, again, transferId, 'declined');
    await untilState(world, bo, transferId, 'declined');
  });

  test('[FILE-8] fails at both ends if a file changed since it was offered', async () => {
    const { ana, bo, anasDisk, transferId } = await startAccepted();
    // The rest is not read yet when half of it is here.
    anasDisk.setDelay(20);
    await untilHalf(bo, transferId);
    anasDisk.write(path, film, 2_000);
    const states = [await untilState(world, ana, transferId, 'failed'), await untilState(world, bo, transferId, 'failed')];
    expect(states.map(({ code }) => code)).toEqual(['changed', 'changed']);
  });

  test('[FILE-4] expires after a week without an answer', async () => {
    const { ana, bo } = await start();
    const { transferId } = await offer(world, ana, bo, [path]);
    await untilState(world, bo, transferId, 'offered');
    world.clock.jumpWall(7 * 86_400_000);
    await world.passTime(3_600_000);
    const states = [ana, bo].map((node) => node.hallway.transfers?.get(transferId));
    expect(states.map((transfer) => [transfer?.state, transfer?.code])).toEqual([
      ['failed', 'expired'],
      ['failed', 'expired'],
    ]);
  });
});

test('[FILE-44] one that is cancelled while it ends leaves no file', async () => {
  const { bo, bosDisk, transferId } = await startAccepted();
  await world.waitUntil('all of it arrived', () => bo.hallway.transfers?.get(transferId)?.doneBytes === film.length, minuteMs);
  const during = bo.hallway.transfers?.get(transferId)?.state;
  await settle(world, 'it is cancelled', transfersOf(bo).cancel(transferId));
  await world.passTime(minuteMs);
  expect([during, bo.hallway.transfers?.get(transferId)?.state, bosDisk.paths(), bosDisk.leftovers()]).toEqual([
    ...['running', 'cancelled', [], []],
  ]);
});

test('[FILE-45] one that a block stopped goes on once the user unblocks the peer', async () => {
  const { ana, bo, bosDisk, transferId } = await startAccepted();
  await untilHalf(bo, transferId);
  bo.hallway.contacts?.setBlocked(ana.peerId, true);
  await untilState(world, bo, transferId, 'waiting');
  await world.passTime(5 * minuteMs);
  const blocked = bo.hallway.transfers?.get(transferId)?.state;
  bo.hallway.contacts?.setBlocked(ana.peerId, false);
  await untilState(world, bo, transferId, 'done', 30_000);
  expect([blocked, isSame(bosDisk.read('/downloads/film.mkv'), film)]).toEqual(['waiting', true]);
});

test('[FILE-8] waits while a file is away, and goes on once it is back', async () => {
  const { ana, bo, anasDisk, transferId } = await startAccepted();
  // The rest is not read yet when half of it is here.
  anasDisk.setDelay(20);
  await untilHalf(bo, transferId);
  anasDisk.remove(path);
  const states = [await untilState(world, ana, transferId, 'waiting'), await untilState(world, bo, transferId, 'waiting')];
  await world.passTime(5 * minuteMs);
  anasDisk.write(path, film);
  await untilDone([ana, bo], transferId);
  expect(states.map(({ code }) => code)).toEqual(['vanished', 'vanished']);
});

test('[FILE-1, FILE-6] an offer to somebody who is away arrives later, and so does its cancelling', async () => {
  const { ana, bo } = await start();
  await bo.kill();
  const first = await offer(world, ana, bo, [path]);
  const second = await offer(world, ana, bo, [path]);
  await settle(world, 'one is cancelled', transfersOf(ana).cancel(second.transferId));
  const again = (await hostOf(world, bo).start({ name: 'bo' })) as SimNode;
  await untilAllSee(world, [ana, again]);
  await untilState(world, again, first.transferId, 'offered');
  await world.passTime(5_000);
  expect(
    transfersOf(again)
      .list()
      .filter(({ state }) => state === 'offered'),
  ).toHaveLength(1);
});

test('[XFER-14] many transfers at once go forward alike', async () => {
  const { ana, bo, anasDisk } = await start({ settings: { chosen: { filesBytesPerSecond: 4 * mebibyte } } });
  const ids: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    anasDisk.write(`/home/${index}`, sampleBytes(5 * mebibyte, `${index}`));
    ids.push((await offer(world, ana, bo, [`/home/${index}`])).transferId);
  }
  for (const id of ids) await accept(world, bo, id);
  await world.passTime(2_500);
  const done = ids.map((id) => (bo.hallway.transfers?.get(id)?.doneBytes ?? 0) / mebibyte);
  expect(Math.min(...done)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...done) - Math.min(...done)).toBeLessThanOrEqual(2);
});

test('[FILE-12] a limit of bytes per second holds, and its end applies at once', async () => {
  const { ana, bo } = await start({ settings: { chosen: { filesBytesPerSecond: mebibyte } } });
  const { transferId } = await offer(world, ana, bo, [path]);
  await accept(world, bo, transferId);
  const startedMs = world.nowMs();
  await untilHalf(bo, transferId);
  const tookMs = world.nowMs() - startedMs;
  for (const node of [ana, bo]) await node.hallway.settings.set('filesBytesPerSecond', 0);
  await untilDone([ana, bo], transferId, 5_000);
  // The burst is one chunk at each end.
  expect(tookMs).toBeGreaterThan(2_000);
  expect(tookMs).toBeLessThan(6_000);
});
