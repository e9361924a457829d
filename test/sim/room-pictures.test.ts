/** Small pictures of offers in rooms, on virtual time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { givenPictures } from '../../src/main/core/transfers/rooms/preview-giving.ts';
import type { ShownTransfer } from '../../src/main/core/transfers/transfers.ts';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { jpegWith } from '../fixtures/made-pictures.ts';
import { nth } from '../scenarios/expectations.ts';
import { createRoom, settleMs } from './private-rooms-setup.ts';
import { offerIn } from './room-files-setup.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { hostOf, meet, settle, transfersOf, untilState } from './transfers-setup.ts';

const bytes = new Uint8Array(jpegWith());
const lake = [{ file: 0, bytes, description: 'A lake' }];
let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'room-pictures', hasFiles: true })));
afterEach(() => world.close());

async function meetAll(names: readonly string[]): Promise<readonly SimNode[]> {
  const nodes = await meet(world, names);
  await world.passTime(5_000);
  return nodes;
}

const know = (nodes: readonly SimNode[], author: SimNode): void => {
  for (const { hallway } of nodes) hallway.contacts?.setVerified(author.peerId, true);
};

async function offerPicture(from: SimNode, room = 'everyone'): Promise<string> {
  world.diskOf(hostOf(world, from)).write('/home/lake.jpg', bytes);
  const previews = [{ name: 'lake.jpg', bytes, description: 'A lake' }];
  const { transferId } = await offerIn(world, room, from, ['/home/lake.jpg'], previews);
  return transferId;
}

const shownAt = ({ hallway }: SimNode, transferId: string): ShownTransfer | undefined => hallway.transfers?.get(transferId);
const previewsAt = (node: SimNode, transferId: string) => shownAt(node, transferId)?.offer.previews;
const haveIt = (nodes: readonly SimNode[], transferId: string): number =>
  nodes.filter((node) => previewsAt(node, transferId) !== undefined).length;

async function untilHave(nodes: readonly SimNode[], transferId: string, deadlineMs = 30_000): Promise<void> {
  const describe = (): string => `${haveIt(nodes, transferId)} of ${nodes.length} have the picture`;
  await world.waitUntil(describe, () => haveIt(nodes, transferId) === nodes.length, deadlineMs);
}

async function startAgain(node: SimNode): Promise<SimNode> {
  return (await hostOf(world, node).start({ name: node.name })) as SimNode;
}

test('[RFILE-41, RFILE-43] members that know the author get the picture, and others once they ask, and keep it', async () => {
  const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
  know([bo], ana);
  const transferId = await offerPicture(ana);
  await untilHave([bo], transferId);
  await world.passTime(30_000);
  expect([previewsAt(bo, transferId), previewsAt(cy, transferId), shownAt(cy, transferId)?.missingPreviews]).toEqual([
    lake,
    undefined,
    'hidden',
  ]);
  transfersOf(cy).fetchPreviews(transferId);
  await untilHave([cy], transferId);
  await cy.kill();
  await world.passTime(30_000);
  expect(previewsAt(await startAgain(cy), transferId)).toEqual(lake);
});

test('[RFILE-43] in a private room all members get it', async () => {
  const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
  const room = await createRoom(world, 'plans', [ana, bo]);
  await world.passTime(settleMs);
  const transferId = await offerPicture(ana, room);
  await untilHave([bo], transferId);
  expect([previewsAt(bo, transferId), shownAt(cy, transferId)]).toEqual([lake, undefined]);
});

test('[RFILE-42] a member that was away gets it from another one, though the author left', async () => {
  const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
  know([bo, cy], ana);
  await cy.stop();
  const transferId = await offerPicture(ana);
  await untilHave([bo], transferId);
  await ana.stop();
  const again = await startAgain(cy);
  await untilHave([again], transferId, 60_000);
  expect(previewsAt(again, transferId)).toEqual(lake);
});

test('[RFILE-42] it comes once a member that has it is back', async () => {
  const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
  know([bo], ana);
  const transferId = await offerPicture(ana);
  await untilHave([bo], transferId);
  await ana.stop();
  await bo.stop();
  transfersOf(cy).fetchPreviews(transferId);
  await world.passTime(1_200_000);
  expect(shownAt(cy, transferId)?.missingPreviews).toBe('coming');
  await startAgain(bo);
  await untilHave([cy], transferId, 60_000);
});

test('[RFILE-41] a member that sends other pictures shows nothing to anybody, and another one is asked', async () => {
  const [ana, bo, cy, di] = (await meetAll(['ana', 'bo', 'cy', 'di'])) as [SimNode, SimNode, SimNode, SimNode];
  know([bo, cy], ana);
  const transferId = await offerPicture(ana);
  await untilHave([bo, cy], transferId);
  // As it would be if Bo had other pictures for the same offer.
  previewsAt(bo, transferId)?.[0]?.bytes.fill(7, 20);
  await ana.stop();
  await cy.stop();
  transfersOf(di).fetchPreviews(transferId);
  await world.passTime(600_000);
  expect([previewsAt(di, transferId), shownAt(di, transferId)?.missingPreviews]).toEqual([undefined, 'coming']);
  await startAgain(cy);
  await untilHave([di], transferId, 60_000);
  expect(previewsAt(di, transferId)).toEqual(lake);
});

test('[RFILE-44] a blocked member gets nothing from who blocked it', async () => {
  const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
  ana.hallway.contacts?.setBlocked(bo.peerId, true);
  const transferId = await offerPicture(ana);
  await untilState(world, bo, transferId, 'offered');
  transfersOf(bo).fetchPreviews(transferId);
  await world.passTime(300_000);
  expect(shownAt(bo, transferId)).toMatchObject({ missingPreviews: 'coming' });
  transfersOf(cy).fetchPreviews(transferId);
  await untilHave([cy], transferId);
});

test('[RFILE-44, RFILE-16] nobody gives those of an offer that was withdrawn', async () => {
  const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
  know([bo], ana);
  const transferId = await offerPicture(ana);
  await untilHave([bo], transferId);
  await settle(world, 'ana withdraws', transfersOf(ana).cancel(transferId));
  await untilState(world, cy, transferId, 'cancelled');
  transfersOf(cy).fetchPreviews(transferId);
  await world.passTime(120_000);
  expect([previewsAt(cy, transferId), shownAt(cy, transferId)?.missingPreviews]).toEqual([undefined, undefined]);
});

test('[IMG-9] they go with the message of their offer, and do not come again', async () => {
  const [ana, bo] = (await meetAll(['ana', 'bo'])) as [SimNode, SimNode];
  know([bo], ana);
  const transferId = await offerPicture(ana);
  await untilHave([bo], transferId);
  await world.passTime(3_700_000);
  expect(previewsAt(bo, transferId)).toEqual(lake);
  await settle(world, 'the room is cleared', Promise.resolve(bo.hallway.rooms?.clear(conversationOfRoom('everyone'))));
  await world.passTime(120_000);
  expect([previewsAt(bo, transferId), shownAt(bo, transferId)?.missingPreviews]).toEqual([undefined, undefined]);
  expect(previewsAt(ana, transferId)).toEqual(lake);
});

test('[RFILE-45] fifty members ask at once, and the author gives no faster than its limit', { timeout: 300_000 }, async () => {
  const nodes = await meetAll(Array.from({ length: 51 }, (_, index) => `p${index}`));
  const [ana, others] = [nth(nodes, 0), nodes.slice(1)];
  know(others, ana);
  const transferId = await offerPicture(ana);
  const counts: number[] = [];
  for (let second = 1; second <= 20; second += 1) {
    await world.passTime(1_000);
    counts.push(haveIt(others, transferId) - givenPictures.burst - second * givenPictures.perSecond);
  }
  expect(counts.filter((beyond) => beyond > 0)).toEqual([]);
  expect(haveIt(others, transferId)).toBe(50);
});
