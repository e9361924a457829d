/** Transfers of files between nodes, on virtual time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nth } from '../scenarios/expectations.ts';
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
