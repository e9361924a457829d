/** Small pictures in offers, on virtual time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { jpegWith } from '../fixtures/made-pictures.ts';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { hostOf, meet, settle, transfersOf, untilState } from './transfers-setup.ts';

const bytes = new Uint8Array(jpegWith());
let world: SimWorld;
let ana: SimNode;
let bo: SimNode;

beforeEach(async () => {
  world = createSimWorld({ seed: 'pictures', hasFiles: true });
  const nodes = await meet(world);
  [ana, bo] = [nth(nodes, 0), nth(nodes, 1)];
  world.diskOf(hostOf(world, ana)).write('/home/lake.jpg', bytes);
});
afterEach(() => world.close());

async function sendPicture(): Promise<string> {
  const previews = [{ name: 'lake.jpg', bytes, description: 'A lake' }];
  const sent = await settle(world, 'it is offered', transfersOf(ana).send(bo.peerId, ['/home/lake.jpg'], previews));
  if (!sent.ok) throw new Error(sent.code);
  const { transferId } = sent.transfer;
  await untilState(world, bo, transferId, 'offered');
  return transferId;
}

const previewsAt = (node: SimNode, transferId: string) => node.hallway.transfers?.get(transferId)?.offer.previews ?? [];

async function restart(node: SimNode): Promise<SimNode> {
  await node.kill();
  await world.passTime(30_000);
  return (await hostOf(world, node).start({ name: node.name })) as SimNode;
}

test('[IMG-7] an offer brings its small pictures, and both ends have them after a restart', async () => {
  bo.hallway.contacts?.setVerified(ana.peerId, true);
  const transferId = await sendPicture();
  const expected = [{ file: 0, bytes, description: 'A lake' }];
  expect(previewsAt(bo, transferId)).toEqual(expected);
  bo = await restart(bo);
  ana = await restart(ana);
  expect([previewsAt(ana, transferId), previewsAt(bo, transferId)]).toEqual([expected, expected]);
});

test('[IMG-8] those of somebody unknown are not kept', async () => {
  const transferId = await sendPicture();
  expect(previewsAt(bo, transferId)).toEqual([]);
  expect(bo.hallway.transfers?.get(transferId)?.offer.files).toEqual([{ name: 'lake.jpg', sizeBytes: bytes.length }]);
});

test('[IMG-9] they go with the message of their offer', async () => {
  bo.hallway.contacts?.setVerified(ana.peerId, true);
  const transferId = await sendPicture();
  await settle(world, 'the conversation is cleared', Promise.resolve(bo.hallway.messages?.clear(conversationOf(ana.peerId))));
  await world.passTime(1_000);
  expect(previewsAt(bo, transferId)).toEqual([]);
  expect(previewsAt(ana, transferId)).toHaveLength(1);
});

test('[CHOSEN-23] the outcome of an offer is there after a restart', async () => {
  const first = await sendPicture();
  const second = await sendPicture();
  await settle(world, 'it is declined', transfersOf(bo).decline(first));
  await settle(world, 'it is accepted', transfersOf(bo).accept(second));
  await untilState(world, ana, second, 'done');
  await untilState(world, ana, first, 'declined');
  ana = await restart(ana);
  bo = await restart(bo);
  const outcomes = [ana, bo].map(({ hallway }) =>
    [first, second].map((transferId) => hallway.transfers?.get(transferId)).map((transfer) => [transfer?.state, transfer?.paths]),
  );
  expect(outcomes).toEqual([
    [
      ['declined', ['/home/lake.jpg']],
      ['done', ['/home/lake.jpg']],
    ],
    [
      ['declined', []],
      ['done', ['/downloads/lake.jpg']],
    ],
  ]);
});
