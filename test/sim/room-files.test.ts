/** Files offered in rooms, on virtual time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { nth } from '../scenarios/expectations.ts';
import { createRoom, settleMs } from './private-rooms-setup.ts';
import { acceptIn, fileOf, keptBy, offerBytes, offerIn, untilAll } from './room-files-setup.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import type { SimNode } from './sim-node.ts';
import { hostOf, isSame, mebibyte, meet, sampleBytes, settle, transfersOf, untilState } from './transfers-setup.ts';

const everyone = conversationOfRoom('everyone');

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'room-files', hasFiles: true })));
afterEach(() => world.close());

async function meetAll(names: readonly string[]): Promise<readonly SimNode[]> {
  const nodes = await meet(world, names);
  await world.passTime(5_000);
  return nodes;
}

describe('an offer in a room', () => {
  test('[RFILE-1, RFILE-12] is a message, each member decides alone, and the author sees who has it', async () => {
    const nodes = await meetAll(['ana', 'bo', 'cy', 'di']);
    const [ana, bo, cy, di] = nodes as [SimNode, SimNode, SimNode, SimNode];
    const { bytes, transferId } = await offerBytes(world, 'everyone', ana, 3 * mebibyte + 17);
    await untilAll(world, [bo, cy, di], transferId, 'offered');
    expect(cy.hallway.rooms?.history(everyone, { limit: 1 })[0]).toMatchObject({
      messageId: transferId,
      text: '📎 plan.bin, 3.1 MB',
    });
    await settle(world, 'cy declines', transfersOf(cy).decline(transferId));
    await acceptIn(world, [bo], transferId);
    await untilState(world, bo, transferId, 'done');
    await world.passTime(5_000);

    expect(isSame(fileOf(world, bo), bytes)).toBe(true);
    expect(keptBy(ana, transferId)).toEqual({ count: 1, of: 3 });
    expect([ana, cy, di].map(({ hallway }) => hallway.transfers?.get(transferId)?.state)).toEqual([
      'running',
      'declined',
      'offered',
    ]);
    expect(fileOf(world, cy)).toBeUndefined();
  });

  test('[RFILE-8] who was away gets it from a member, once the author has left', async () => {
    const [ana, bo] = (await meetAll(['ana', 'bo'])) as [SimNode, SimNode];
    const { bytes, transferId } = await offerBytes(world, 'everyone', ana, 2 * mebibyte);
    await acceptIn(world, [bo], transferId);
    await untilState(world, bo, transferId, 'done');
    await ana.stop();
    const cy = (await (await world.addHost()).start({ name: 'cy' })) as SimNode;
    await world.passTime(30_000);
    await acceptIn(world, [cy], transferId);
    await untilState(world, cy, transferId, 'done');
    expect(isSame(fileOf(world, cy), bytes)).toBe(true);
  });

  test('[RFILE-10] a fetch goes on with another member when the one that it comes from leaves', async () => {
    const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
    const { bytes, transferId } = await offerBytes(world, 'everyone', ana, 24 * mebibyte);
    await acceptIn(world, [bo], transferId);
    await untilState(world, bo, transferId, 'done');
    await cy.hallway.settings.set('filesBytesPerSecond', 4 * mebibyte);
    await acceptIn(world, [cy], transferId);
    await world.waitUntil('some is here', () => (cy.hallway.transfers?.get(transferId)?.doneBytes ?? 0) > 6 * mebibyte, 60_000);
    await ana.kill();
    await untilState(world, cy, transferId, 'done', 120_000);
    expect(isSame(fileOf(world, cy), bytes)).toBe(true);
    // Two members, each with at most four chunks on their way.
    expect(world.diskOf(hostOf(world, cy)).writtenChunks).toBeLessThanOrEqual(28);
  });

  test('[RFILE-9] several members give parts of it at once', async () => {
    const nodes = await meetAll(['ana', 'bo', 'cy', 'di']);
    const [ana, bo, cy, di] = nodes as [SimNode, SimNode, SimNode, SimNode];
    const { bytes, transferId } = await offerBytes(world, 'everyone', ana, 16 * mebibyte);
    await acceptIn(world, [bo, cy], transferId);
    await untilAll(world, [bo, cy], transferId, 'done');
    for (const node of [ana, bo, cy]) await node.hallway.settings.set('filesBytesPerSecond', mebibyte);
    await acceptIn(world, [di], transferId);
    const startedMs = world.nowMs();
    await untilState(world, di, transferId, 'done');
    expect(isSame(fileOf(world, di), bytes)).toBe(true);
    // One of them alone needs 16 s.
    expect(world.nowMs() - startedMs).toBeLessThan(10_000);
  });

  test('[RFILE-16] that its author ends can be fetched from nobody, and who has the files keeps them', async () => {
    const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
    const { transferId } = await offerBytes(world, 'everyone', ana, mebibyte);
    await acceptIn(world, [bo], transferId);
    await untilState(world, bo, transferId, 'done');
    await settle(world, 'ana withdraws', transfersOf(ana).cancel(transferId));
    await untilState(world, cy, transferId, 'cancelled');
    expect((await settle(world, 'cy tries', transfersOf(cy).accept(transferId))).ok).toBe(false);
    expect(bo.hallway.transfers?.get(transferId)).toMatchObject({ state: 'done', isHeld: false });
    expect(fileOf(world, bo)).toBeDefined();
  });

  test('[RFILE-16] that ended while a member was away ends there once it is back', async () => {
    const [ana, bo] = (await meetAll(['ana', 'bo'])) as [SimNode, SimNode];
    const { transferId } = await offerBytes(world, 'everyone', ana, mebibyte);
    await settle(world, 'ana withdraws', transfersOf(ana).cancel(transferId));
    const cy = (await (await world.addHost()).start({ name: 'cy' })) as SimNode;
    await world.passTime(30_000);
    await untilState(world, cy, transferId, 'cancelled');
    await untilState(world, bo, transferId, 'cancelled');
    expect(cy.hallway.transfers?.list()).toHaveLength(1);
  });

  test('[RFILE-15] survives a restart of its author', async () => {
    const [ana, bo] = (await meetAll(['ana', 'bo'])) as [SimNode, SimNode];
    const { bytes, transferId } = await offerBytes(world, 'everyone', ana, 2 * mebibyte);
    const host = hostOf(world, ana);
    await ana.stop();
    const again = (await host.start({ name: 'ana' })) as SimNode;
    await world.passTime(20_000);
    expect(again.hallway.transfers?.get(transferId)?.state).toBe('offered');
    await acceptIn(world, [bo], transferId);
    await untilState(world, bo, transferId, 'done');
    expect(isSame(fileOf(world, bo), bytes)).toBe(true);
    await world.passTime(5_000);
    expect(keptBy(again, transferId)).toEqual({ count: 1, of: 1 });
  });

  test('[RFILE-14] ends after its life: without a taker it fails, and with one it stays fetchable', async () => {
    const [ana, bo] = (await meetAll(['ana', 'bo'])) as [SimNode, SimNode];
    const first = await offerBytes(world, 'everyone', ana, 1_000);
    await acceptIn(world, [bo], first.transferId);
    await untilState(world, bo, first.transferId, 'done');
    world.diskOf(hostOf(world, ana)).write('/home/other', sampleBytes(10, 'other'));
    const second = await offerIn(world, 'everyone', ana, ['/home/other']);
    world.clock.jumpWall(7 * 86_400_000);
    await world.passTime(3_600_000);
    const states = [first, second].map(({ transferId }) => ana.hallway.transfers?.get(transferId));
    expect(states).toMatchObject([{ state: 'done' }, { state: 'failed', code: 'expired' }]);
    expect(bo.hallway.transfers?.get(second.transferId)).toMatchObject({ state: 'failed', code: 'expired' });
  });
});

test('[RFILE-20] files of a private room go to its members alone', async () => {
  const nodes = await meetAll(['ana', 'bo', 'cy']);
  const [ana, bo, cy] = nodes as [SimNode, SimNode, SimNode];
  const room = await createRoom(world, 'plans', [ana, bo]);
  await world.passTime(settleMs);
  const { bytes, transferId } = await offerBytes(world, room, ana, mebibyte + 1);
  await acceptIn(world, [bo], transferId);
  await untilState(world, bo, transferId, 'done');
  expect(isSame(fileOf(world, bo), bytes)).toBe(true);
  await world.passTime(60_000);
  expect(cy.hallway.transfers?.list()).toEqual([]);
});

test('[RFILE-11] a fetch is no faster than the setting, from however many members', async () => {
  const nodes = await meetAll(['ana', 'bo', 'cy']);
  const [ana, bo, cy] = nodes as [SimNode, SimNode, SimNode];
  const { transferId } = await offerBytes(world, 'everyone', ana, 24 * mebibyte);
  await acceptIn(world, [bo], transferId);
  await untilState(world, bo, transferId, 'done');
  await cy.hallway.settings.set('filesBytesPerSecond', 2 * mebibyte);
  await acceptIn(world, [cy], transferId);
  await world.passTime(5_000);
  const done = cy.hallway.transfers?.get(transferId)?.doneBytes ?? 0;
  expect(done).toBeGreaterThan(4 * mebibyte);
  expect(done).toBeLessThanOrEqual(13 * mebibyte);
});

test('[RFILE-17] a thousand offers of one member take only their own places', async () => {
  const nodes = await meetAll(['ana', 'bo', 'cy']);
  const [ana, bo, cy] = nodes as [SimNode, SimNode, SimNode];
  const disk = world.diskOf(hostOf(world, ana));
  disk.write('/home/tiny', sampleBytes(10, 'tiny'));
  for (let index = 0; index < 120; index += 1) await offerIn(world, 'everyone', ana, ['/home/tiny']);
  await world.passTime(10_000);
  expect(bo.hallway.rooms?.history(everyone, { limit: 500 })).toHaveLength(120);
  expect(bo.hallway.transfers?.list()).toHaveLength(20);
  world.diskOf(hostOf(world, cy)).write('/home/one', sampleBytes(10, 'one'));
  const sent = await settle(world, 'cy offers', transfersOf(cy).send(bo.peerId, ['/home/one']));
  expect(sent.ok && (await untilState(world, bo, sent.transfer.transferId, 'offered')).from).toBe(cy.peerId);
});

test('[RFILE-8, RFILE-13] fifty members have it, though the author leaves once two have it', { timeout: 300_000 }, async () => {
  const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
  const nodes = await meetAll(names);
  const ana = nth(nodes, 0);
  const { bytes, transferId } = await offerBytes(world, 'everyone', ana, 300_000);
  const early = nodes.slice(1, 3);
  await acceptIn(world, early, transferId);
  await untilAll(world, early, transferId, 'done');
  await ana.stop();
  const late = nodes.slice(3);
  await acceptIn(world, late, transferId);
  await untilAll(world, late, transferId, 'done', 600_000);
  expect(late.filter((node) => !isSame(fileOf(world, node), bytes))).toEqual([]);
});
