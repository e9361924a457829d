/**
 * A peer that never beacons, but opens a session, sends any frame it likes, and takes the name of
 * another.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeFrame, type Frame } from '../../src/main/core/messaging/wire/frames.ts';
import { untilAllSeeAll } from '../scenarios/expectations.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSimTcp } from '../fakes/sim-tcp.ts';
import { createSimTransport } from '../fakes/sim-transport.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const deliveryMs = 2_000;
const rogueMessageId = '0192a5b0-1111-7abc-9def-0123456789ab';
const hello: Frame = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] };

let world: SimWorld;
/** Records datagrams on the wire. */
let wire: Attacker;
let ana: SimNode;
let bo: SimNode;

beforeEach(async () => {
  world = createSimWorld({ seed: 'rogue' });
  wire = await addAttacker(world);
  ana = (await (await world.addHost()).start({ name: 'Ana' })) as SimNode;
  bo = (await (await world.addHost()).start({ name: 'Bo' })) as SimNode;
  await untilAllSeeAll(world, [ana, bo]);
  await world.passTime(deliveryMs);
});
afterEach(() => world.close());

/**
 * Opens a session with Ana under a new key.
 * @returns its peer ID, and a function that sends a frame
 */
async function startRogue(): Promise<{ readonly peerId: string; say(frame: Frame): Promise<void> }> {
  const { simHost } = await world.addHost();
  const { clock } = world;
  const random = createSeededRandom('rogue');
  const { peerId } = world.signatures.identity('rogue');
  const tcp = await createSimTcp({ clock, random: random.fork('tcp'), host: simHost });
  const transport = createSimTransport({ clock, random: random.fork('keys'), tcp, peerId });
  const beacon = wire.recorded(ana.host, 'beacon').at(-1)?.datagram;
  const port = beacon?.kind === 'beacon' ? beacon.announcement.tcpPort : 0;
  const connecting = transport.connect(
    { family: 'ipv4', address: ana.host.addressesOf('eth0')[0] ?? '', port },
    { expectedPeerId: ana.peerId, deadlineMs: 1_000, signal: new AbortController().signal },
  );
  await world.passTime(100);
  const result = await connecting;
  if (!result.ok) throw new Error(`no stream: ${result.end}`);
  const say = async (frame: Frame): Promise<void> => {
    result.stream.write(encodeFrame(frame));
    await world.passTime(deliveryMs);
  };
  await say(hello);
  return { peerId, say };
}

test('[DELIVER-7] only the receiver of a message can acknowledge, reject or read it', async () => {
  const warmUp = ana.send(bo.peerId, 'before');
  await world.passTime(deliveryMs);
  await warmUp;
  bo.pause();
  const sending = ana.send(bo.peerId, 'for Bo alone');
  await world.passTime(1);
  const messageId = await sending;
  const rogue = await startRogue();
  const stateOf = async (): Promise<unknown> => (await ana.history(bo.peerId, 9)).at(-1)?.state;
  const states: unknown[] = [await stateOf()];
  for (const frame of [
    { type: 'ack', messageIds: [messageId] },
    { type: 'reject', reason: 'no', messageIds: [messageId] },
    { type: 'read', messageIds: [messageId] },
    { type: 'messages', messages: [{ messageId, sequence: 1, sentAtMs: 1, fromName: 'Bo', text: 'mine now' }] },
  ] satisfies readonly Frame[]) {
    await rogue.say(frame);
    states.push(await stateOf());
  }
  expect(states).toEqual(['sent', 'sent', 'sent', 'sent', 'sent']);
  bo.resume();
  await world.passTime(deliveryMs);
  await rogue.say({ type: 'read', messageIds: [messageId] });
  expect({ state: await stateOf(), own: (await ana.history(bo.peerId, 9)).map(({ text }) => text) }).toEqual({
    state: 'delivered',
    own: ['before', 'for Bo alone'],
  });
  // The message with the stolen ID belongs to the rogue's own conversation.
  expect((await ana.history(rogue.peerId, 9)).map(({ text }) => text)).toEqual(['mine now']);
});

test('[TRUST-1, TRUST-2] a sender that was never listed becomes a contact by its key, with a warning about its name', async () => {
  const contacts = ana.hallway.contacts;
  const rogue = await startRogue();
  await rogue.say({
    type: 'messages',
    messages: [{ messageId: rogueMessageId, sequence: 1, sentAtMs: 1, fromName: 'Bo', text: 'It is me, Bo' }],
  });
  expect(contacts?.get(rogue.peerId)).toMatchObject({ peerId: rogue.peerId, name: 'Bo', verified: false });
  expect(contacts?.get(bo.peerId)).toMatchObject({ peerId: bo.peerId, name: 'Bo' });
  expect(contacts?.earlierHolder(rogue.peerId)?.peerId).toBe(bo.peerId);
  expect(contacts?.earlierHolder(bo.peerId)).toBeUndefined();
  expect(ana.hallway.presence.peers().map(({ peerId }) => peerId)).toEqual([bo.peerId]);
  // The latest name is remembered; a listed peer gets it from its beacons.
  await rogue.say({
    type: 'messages',
    messages: [{ messageId: rogueMessageId.replace('1111', '2222'), sequence: 2, sentAtMs: 2, fromName: 'Mallory', text: 'Oh' }],
  });
  await bo.changeProfile({ name: 'Bo Berg' });
  await world.passTime(deliveryMs);
  expect([rogue, bo].map(({ peerId }) => contacts?.get(peerId)?.name)).toEqual(['Mallory', 'Bo Berg']);
});
