/** Members that lie about files of a room, and peers that are no members. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { createFrameDecoder, encodeFrame, type Frame, type ReceivedFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { jpegWith } from '../fixtures/made-pictures.ts';
import { createSimTcp } from '../fakes/sim-tcp.ts';
import { createSimTransport } from '../fakes/sim-transport.ts';
import { createRoom, settleMs } from './private-rooms-setup.ts';
import { acceptIn, fileOf, offerBytes, offerIn } from './room-files-setup.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { hostOf, isSame, mebibyte, meet, sampleBytes, settle, transfersOf, untilState } from './transfers-setup.ts';

const everyone = conversationOfRoom('everyone');

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'room-liars', hasFiles: true })));
afterEach(() => world.close());

async function meetAll(names: readonly string[]): Promise<readonly SimNode[]> {
  const nodes = await meet(world, names);
  await world.passTime(5_000);
  return nodes;
}

/** Bo and Cy have it, and Ana has left. */
async function withTwoHolders(sizeBytes: number) {
  const [ana, bo, cy, di] = (await meetAll(['ana', 'bo', 'cy', 'di'])) as [SimNode, SimNode, SimNode, SimNode];
  const { bytes, transferId } = await offerBytes(world, 'everyone', ana, sizeBytes);
  await acceptIn(world, [bo, cy], transferId);
  for (const node of [bo, cy]) await untilState(world, node, transferId, 'done');
  return { ana, bo, cy, di, bytes, transferId };
}

describe('a member', () => {
  test('[RFILE-18] whose chunks are wrong is left, and no wrong byte is kept', async () => {
    const { ana, bo, di, bytes, transferId } = await withTwoHolders(12 * mebibyte);
    // As it would look if Bo had other bytes under the same name, size and time.
    world.diskOf(hostOf(world, bo)).write('/downloads/plan.bin', sampleBytes(12 * mebibyte, 'lies'));
    await ana.stop();
    await acceptIn(world, [di], transferId);
    await untilState(world, di, transferId, 'done', 120_000);
    expect(isSame(fileOf(world, di), bytes)).toBe(true);
    expect(world.diskOf(hostOf(world, di)).writtenChunks).toBe(12);
  });

  test('[RFILE-18] that lies makes a transfer wait if nobody else has it, and nothing arrives', async () => {
    const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
    const { transferId } = await offerBytes(world, 'everyone', ana, 3 * mebibyte);
    await acceptIn(world, [bo], transferId);
    await untilState(world, bo, transferId, 'done');
    world.diskOf(hostOf(world, bo)).write('/downloads/plan.bin', sampleBytes(3 * mebibyte, 'lies'));
    await ana.stop();
    await acceptIn(world, [cy], transferId);
    await untilState(world, cy, transferId, 'waiting');
    await world.passTime(600_000);
    expect(cy.hallway.transfers?.get(transferId)).toMatchObject({ state: 'waiting', code: 'offline' });
    expect(world.diskOf(hostOf(world, cy)).writtenChunks).toBe(0);
    expect(world.diskOf(hostOf(world, cy)).paths()).toEqual([]);
  });

  test('[RFILE-23] that says it has the files and has removed them is passed over', async () => {
    const { ana, bo, di, bytes, transferId } = await withTwoHolders(2 * mebibyte);
    world.diskOf(hostOf(world, bo)).remove('/downloads/plan.bin');
    await ana.stop();
    await acceptIn(world, [di], transferId);
    await untilState(world, di, transferId, 'done', 120_000);
    expect(isSame(fileOf(world, di), bytes)).toBe(true);
  });

  test('[RFILE-16] cannot end the offer of another one', async () => {
    const { bo, di, transferId } = await withTwoHolders(mebibyte);
    const withdrawn = bo.hallway.rooms?.list() && transfersOf(bo).cancel(transferId);
    expect((await settle(world, 'bo tries', withdrawn ?? Promise.reject(new Error('no rooms')))).ok).toBe(false);
    await world.passTime(5_000);
    expect(di.hallway.transfers?.get(transferId)?.state).toBe('offered');
  });

  test('[RFILE-17] that is blocked offers nothing, and gets nothing', async () => {
    const [ana, bo, cy] = (await meetAll(['ana', 'bo', 'cy'])) as [SimNode, SimNode, SimNode];
    bo.hallway.contacts?.setBlocked(ana.peerId, true);
    const { transferId } = await offerBytes(world, 'everyone', ana, 1_000);
    await untilState(world, cy, transferId, 'offered');
    expect(bo.hallway.transfers?.list()).toEqual([]);
    world.diskOf(hostOf(world, bo)).write('/home/mine', sampleBytes(1_000, 'mine'));
    const own = await offerIn(world, 'everyone', bo, ['/home/mine']);
    await acceptIn(world, [ana], own.transferId);
    await world.passTime(60_000);
    expect(ana.hallway.transfers?.get(own.transferId)?.state).toBe('waiting');
    expect(world.diskOf(hostOf(world, ana)).writtenChunks).toBe(0);
  });
});

test('[RFILE-20, RFILE-13, RFILE-44] to who is no member an offer does not exist, and answers that nobody asked for change nothing', async () => {
  const [ana, bo] = (await meetAll(['ana', 'bo'])) as [SimNode, SimNode];
  const room = await createRoom(world, 'plans', [ana, bo]);
  await world.passTime(settleMs);
  world.diskOf(hostOf(world, ana)).write('/home/lake.jpg', sampleBytes(mebibyte, 'lake'));
  const previews = [{ name: 'lake.jpg', bytes: new Uint8Array(jpegWith()), description: '' }];
  const { transferId, offer } = await offerIn(world, room, ana, ['/home/lake.jpg'], previews);
  expect(offer.previews).toHaveLength(1);
  const outsider = await addOutsider(ana);
  const session = await outsider.open();
  await session.say({ type: 'transferAsk', transferId });
  expect(session.received.filter(({ type }) => type === 'transferHolders')).toEqual([
    { type: 'transferHolders', transferId, answer: 'not', holders: [] },
  ]);
  await session.say({ type: 'previewAsk', transferId });
  expect(session.received.filter(({ type }) => type === 'previewAnswer')).toEqual([
    { type: 'previewAnswer', transferId, answer: 'not', bytes: new Uint8Array(0) },
  ]);
  await session.say({ type: 'transferHolders', transferId, answer: 'withdrawn', holders: [] });
  await session.say({ type: 'transferState', states: [{ transferId, state: 'done' }] });
  const data = await outsider.open('pull');
  await data.say({ type: 'pull', transferId, part: 'description', haveBytes: 0, chunks: [0] });
  expect(data.received.filter(({ type }) => type !== 'hello' && type !== 'ping')).toEqual([
    { type: 'noPiece', transferId, code: 'other-refused' },
  ]);
  expect(ana.hallway.transfers?.get(transferId)).toMatchObject({ state: 'offered', keptBy: { count: 0 } });
  expect(ana.hallway.rooms?.history(everyone, { limit: 5 })).toEqual([]);
});

/** A peer that presence does not know: it is in no room. */
async function addOutsider(target: SimNode) {
  const { simHost } = await world.addHost();
  const random = createSeededRandom('outsider');
  const { peerId } = world.signatures.identity('outsider');
  const tcp = await createSimTcp({ clock: world.clock, random: random.fork('tcp'), host: simHost });
  const transport = createSimTransport({ clock: world.clock, random: random.fork('keys'), tcp, peerId });
  return {
    async open(purpose?: 'pull') {
      const [address = ''] = target.host.addressesOf('eth0');
      const endpoint = { family: 'ipv4', address, port: target.record.ready?.event.tcpPort ?? 0 } as const;
      const options = { expectedPeerId: target.peerId, deadlineMs: 1_000, signal: new AbortController().signal };
      const connecting = transport.connect(endpoint, options);
      await world.passTime(100);
      const result = await connecting;
      if (!result.ok) throw new Error(`no stream: ${result.end}`);
      const { stream } = result;
      const received: ReceivedFrame[] = [];
      const decoder = createFrameDecoder();
      stream.onData((bytes) => void received.push(...decoder.push(bytes).frames));
      const say = async (frame: Frame): Promise<void> => {
        stream.write(encodeFrame(frame));
        await world.passTime(1_000);
      };
      const hello = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: ['rooms-1', 'files-1'] } as const;
      await say(purpose === undefined ? hello : { ...hello, purpose });
      return { received, say };
    },
  };
}
