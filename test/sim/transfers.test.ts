/** Transfers of files between nodes, on virtual time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { accept, hostOf, isSame, mebibyte, meet, offer, sampleBytes, transfersOf, untilState } from './transfers-setup.ts';

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'transfers', hasFiles: true })));
afterEach(() => world.close());

describe('a transfer', () => {
  test('[FILE-1, FILE-3, XFER-5] brings files and folders whole, small ones too, and both ends say done', async () => {
    const [ana, bo] = await meetPair();
    const [disk, target] = [world.diskOf(hostOf(world, ana)), world.diskOf(hostOf(world, bo))];
    const big = sampleBytes(3 * mebibyte + 17, 'big');
    disk.write('/home/big.bin', big);
    for (let index = 0; index < 50; index += 1) disk.write(`/home/many/deep/${index}.txt`, sampleBytes(index * 100, `${index}`));
    const { transferId } = await offer(world, ana, bo, ['/home/big.bin', '/home/many']);
    await accept(world, bo, transferId);
    const arrived = await untilState(world, bo, transferId, 'done');
    await untilState(world, ana, transferId, 'done');

    expect(arrived).toMatchObject({ paths: ['/downloads/big.bin', '/downloads/many'], doneBytes: arrived.offer.totalBytes });
    expect(isSame(target.read('/downloads/big.bin'), big)).toBe(true);
    expect(target.paths()).toHaveLength(51);
    expect(target.read('/downloads/many/deep/49.txt')).toEqual(disk.read('/home/many/deep/49.txt'));
    await world.passTime(1_000);
    expect([disk.leftovers(), target.leftovers()]).toEqual([[], []]);
  });

  test('[FILE-1] is a message with a text, and its ID is the ID of the message', async () => {
    const [ana, bo] = await meetPair();
    world.diskOf(hostOf(world, ana)).write('/home/report.pdf', sampleBytes(2_100_000, 'report'));
    const { transferId } = await offer(world, ana, bo, ['/home/report.pdf']);
    await untilState(world, bo, transferId, 'offered');
    const [message] = await bo.history(ana.peerId, 1);
    expect(message).toMatchObject({ messageId: transferId, text: '📎 report.pdf, 2.1 MB' });
  });

  test('[FILE-2] of empty files needs no chunk', async () => {
    const [ana, bo] = await meetPair();
    world.diskOf(hostOf(world, ana)).write('/home/empty', new Uint8Array(0));
    const { transferId } = await offer(world, ana, bo, ['/home/empty']);
    await accept(world, bo, transferId);
    await untilState(world, bo, transferId, 'done');
    expect(world.diskOf(hostOf(world, bo)).read('/downloads/empty')).toEqual(new Uint8Array(0));
  });
});

test('[FILE-9, FILE-10] the settings accept small offers of verified people, decline all, or ask', async () => {
  const [ana, bo] = await meetPair();
  const disk = world.diskOf(hostOf(world, ana));
  disk.write('/home/small', sampleBytes(1_000, 'small'));
  disk.write('/home/large', sampleBytes(2 * mebibyte, 'large'));
  bo.hallway.contacts?.setVerified(ana.peerId, true);
  await bo.hallway.settings.set('filesAcceptUpToMiB', 1);
  const states: unknown[] = [];
  for (const [mode, path] of [
    ['ask', 'small'],
    ['verified', 'small'],
    ['verified', 'large'],
    ['never', 'small'],
  ] as const) {
    await bo.hallway.settings.set('filesAccept', mode);
    const { transferId } = await offer(world, ana, bo, [`/home/${path}`]);
    await world.passTime(5_000);
    states.push(bo.hallway.transfers?.get(transferId)?.state);
  }
  expect(states).toEqual(['offered', 'done', 'offered', 'declined']);
  expect((await untilState(world, ana, nth(transfersOf(ana).list(), 0).transferId, 'declined')).state).toBe('declined');
});

async function meetPair() {
  const nodes = await meet(world);
  return [nth(nodes, 0), nth(nodes, 1)] as const;
}

test('[XFER-74] no message waits behind more than a piece of a file, in either direction', async () => {
  const [ana, bo] = await meetPair();
  world.diskOf(hostOf(world, ana)).write('/home/film.mkv', sampleBytes(40 * mebibyte, 'film'));
  const { transferId } = await offer(world, ana, bo, ['/home/film.mkv']);
  const idleMs = await slowestMs(ana, bo, () => false);
  const sizes: number[] = [];
  const mixed: string[] = [];
  world.onFrame(({ frame, sizeBytes }) => {
    if (frame.type === 'piece') sizes.push(sizeBytes);
    else if (sizeBytes > 100_000) mixed.push(frame.type);
  });
  await accept(world, bo, transferId);
  await untilState(world, bo, transferId, 'running');
  const isOver = (): boolean => bo.hallway.transfers?.get(transferId)?.state === 'done';
  const meanwhileMs = await slowestMs(ana, bo, isOver);
  const arrived = bo.hallway.transfers?.get(transferId)?.doneBytes ?? 0;
  expect({
    mixed,
    hasPieces: sizes.length > 40,
    largest: Math.max(...sizes) <= 131_072 + 64,
    hasMoved: arrived > mebibyte,
  }).toEqual({
    ...{ mixed: [], hasPieces: true, largest: true, hasMoved: true },
  });
  expect(meanwhileMs).toBeLessThan(20);
  expect(meanwhileMs).toBeLessThan(idleMs + 10);
});

/** The longest way of a message in either direction, of 50 or until the end. */
async function slowestMs(ana: SimNode, bo: SimNode, isOver: () => boolean): Promise<number> {
  let slowest = 0;
  for (let number = 0; number < 50 && !isOver(); number += 1) {
    for (const [from, to] of [
      [ana, bo],
      [bo, ana],
    ] as const) {
      const text = `${from.name} ${number} ${world.nowMs()}`;
      const startedMs = world.nowMs();
      let arrivedMs: number | undefined;
      const stop = to.hallway.subscribe((event) => {
        if (event.type === 'message' && event.message.text === text) arrivedMs = world.nowMs();
      });
      void from.hallway.messages?.send(to.peerId, text);
      await world.waitUntil(`"${text}" arrived`, () => arrivedMs !== undefined, 5_000);
      stop();
      slowest = Math.max(slowest, (arrivedMs ?? Infinity) - startedMs);
    }
  }
  return slowest;
}
