/**
 * Private rooms under attack: peers that know the ID of a room, were members once, forge lists, or
 * send many invitations. Each opens a session and sends any frame it likes.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFrameDecoder, encodeFrame, type Frame, type ReceivedFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { privateRoomIdOf } from '../../src/main/core/rooms/private/private-id.ts';
import { signChange, type ChangeContent, type SignedChange } from '../../src/main/core/rooms/private/member-change.ts';
import { signBlock, previousOf } from '../../src/main/core/rooms/wire/encode-block.ts';
import { createHashes } from '../../src/main/node/crypto/hash.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSimTcp } from '../fakes/sim-tcp.ts';
import { createSimTransport } from '../fakes/sim-transport.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import { createRoom, listOf, privateOf, sayIn, settleMs, textsOf } from './private-rooms-setup.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

const hash = createHashes();
const hello: Frame = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: ['rooms-1'] };
const digest = new Uint8Array(8).fill(255);
/** Frames that are no answers. */
const quiet: readonly string[] = ['hello', 'ping', 'pong'];

let world: SimWorld;
let wire: Attacker;
let nodes: readonly SimNode[];

beforeEach(async () => {
  world = createSimWorld({ seed: 'private rooms under attack' });
  nodes = await startSettled(world, 4);
  wire = await addAttacker(world);
  await world.passTime(10_000);
});
afterEach(() => world.close());

interface Rogue {
  readonly peerId: string;
  /** What the node answered since the last call, but for pings. */
  say(...frames: readonly Frame[]): Promise<readonly ReceivedFrame[]>;
}

/** A session with a node, under the key of that name; of a node's own key it is that node's program, changed. */
async function openSession(node: SimNode, name: string): Promise<Rogue> {
  const { simHost } = await world.addHost();
  const { clock } = world;
  const random = createSeededRandom(name);
  const { peerId } = world.signatures.identity(name);
  const tcp = await createSimTcp({ clock, random: random.fork('tcp'), host: simHost });
  const transport = createSimTransport({ clock, random: random.fork('keys'), tcp, peerId });
  const beacon = wire.recorded(node.host, 'beacon').at(-1)?.datagram;
  const port = beacon?.kind === 'beacon' ? beacon.announcement.tcpPort : 0;
  const address = node.host.addressesOf('eth0')[0] ?? '';
  const options = { expectedPeerId: node.peerId, deadlineMs: 1_000, signal: new AbortController().signal };
  const connecting = transport.connect({ family: 'ipv4', address, port }, options);
  await world.passTime(100);
  const result = await connecting;
  if (!result.ok) throw new Error(`no stream: ${result.end}`);
  const { stream } = result;
  const decoder = createFrameDecoder();
  const heard: ReceivedFrame[] = [];
  stream.onData((bytes) => heard.push(...decoder.push(bytes).frames));
  const say: Rogue['say'] = async (...frames) => {
    for (const frame of frames) stream.write(encodeFrame(frame));
    await world.passTime(5_000);
    return heard.splice(0).filter(({ type }) => !quiet.includes(type));
  };
  await say(hello);
  return { peerId, say };
}

/** Everything that a peer can ask for in a room, and a block that it says. */
function questions(room: string, name: string): readonly Frame[] {
  const identity = world.signatures.identity(name);
  const ms = world.clock.wallMs();
  const content = {
    ...{ epoch: ms, first: 1, room, clock: { ms, count: 0 }, previous: previousOf(undefined), type: 'text' as const },
    ...{ references: [], authorName: name, texts: ['let me in'] },
  };
  const block = signBlock(content, { identity, hash }).bytes;
  return [
    { type: 'heads', room, isAnswer: false, isLast: true, digest, heads: [] },
    { type: 'want', room, id: 1, wanted: { kind: 'newest', limit: 100 } },
    { type: 'privateState', room, isAsk: true, version: 1, hashes: [], digest, tops: [] },
    { type: 'privateBlocks', room, blocks: [block] },
    { type: 'privateLeft', room },
  ];
}

/** Without the room, so that answers about two rooms compare. */
function shapeOf(frames: readonly ReceivedFrame[], room: string): string {
  return JSON.stringify(frames).replaceAll(room, 'ROOM');
}

test('[ROOM-179] an outsider that knows the ID gets the answers for a room that does not exist', async () => {
  const [ana, bo, , outsider] = nodes as [SimNode, SimNode, SimNode, SimNode];
  const room = await createRoom(world, 'Plans', [ana, bo]);
  await sayIn(world, room, ana, 'for two alone');
  const id = room.slice(1);
  const missing = 'f'.repeat(16);
  // A fresh key, and one that is listed here.
  for (const name of ['mallory', `${outsider.host.name}/default`]) {
    const rogue = await openSession(ana, name);
    const about = await rogue.say(...questions(id, name));
    const nothing = await rogue.say(...questions(missing, name));
    expect(about.length).toBeGreaterThan(0);
    expect(shapeOf(about, id)).toBe(shapeOf(nothing, missing));
    expect(shapeOf(about, id)).not.toMatch(/Plans|for two/u);
  }
  await world.passTime(120_000);
  expect([ana, bo].map((node) => textsOf(node, room))).toEqual([['for two alone'], ['for two alone']]);
  expect(privateOf(ana, room)?.people).toEqual([ana.peerId, bo.peerId]);
});

test('[ROOM-180] a removed member that keeps asking gets nothing more', async () => {
  const [ana, bo, cy] = nodes as [SimNode, SimNode, SimNode];
  const room = await createRoom(world, 'Plans', [ana, bo, cy]);
  await cy.kill();
  await world.passTime(60_000);
  void ana.hallway.rooms?.remove(room, [cy.peerId]);
  await world.passTime(settleMs);
  await sayIn(world, room, bo, 'for two alone');
  void ana.hallway.rooms?.rename(room, 'Secret plans');
  await world.passTime(settleMs);
  const name = `${cy.host.name}/default`;
  const rogue = await openSession(bo, name);
  const answers: ReceivedFrame[] = [];
  for (let round = 0; round < 10; round += 1) answers.push(...(await rogue.say(...questions(room.slice(1), name))));
  const text = answers.map((frame) => Buffer.from(encodeFrame(frame as Frame)).toString('latin1')).join();
  expect(text).not.toMatch(/for two alone|Secret plans/u);
  expect(new Set(answers.map((frame) => (frame as Frame).type))).toEqual(new Set(['end']));
  expect([ana, bo].map((node) => textsOf(node, room))).toEqual([['for two alone'], ['for two alone']]);
});

test('[ROOM-172] forged lists change nothing: by a stranger, a member and a removed admin', async () => {
  const [ana, bo, cy] = nodes as [SimNode, SimNode, SimNode];
  const room = await createRoom(world, 'Plans', [ana, bo, cy]);
  void ana.hallway.rooms?.makeAdmin(room, cy.peerId);
  await world.passTime(settleMs);
  void ana.hallway.rooms?.remove(room, [cy.peerId]);
  await world.passTime(settleMs);
  const before = listOf(bo, room);
  const id = room.slice(1);
  for (const name of ['mallory', `${bo.host.name}/default`, `${cy.host.name}/default`]) {
    const identity = world.signatures.identity(name);
    const rogue = await openSession(ana, name);
    const forged = (content: ChangeContent, version: number): Uint8Array =>
      signChange({ room: id, version, previous: new Uint8Array(32), atMs: 1 }, content, { identity, hash }).bytes;
    const create: ChangeContent = { what: 'create', secret: new Uint8Array(16), title: 'Mine', people: [ana.peerId] };
    await rogue.say(
      { type: 'privateList', room: id, changes: [forged(create, 1)] },
      { type: 'privateList', room: id, changes: [forged({ what: 'title', title: 'Mine' }, 4)] },
      { type: 'privateList', room: id, changes: [Uint8Array.of(1, 2, 3)] },
      { type: 'privateList', room: id, changes: [] },
    );
  }
  await world.passTime(120_000);
  expect([ana, bo].map((node) => listOf(node, room))).toEqual([before, before]);
});

test('[ROOM-176] a flood of invitations fills its share, and nobody joins anything', async () => {
  const [ana, bo] = nodes as [SimNode, SimNode];
  let rooms = 0;
  for (let person = 0; person < 8; person += 1) {
    const name = `flooder ${person}`;
    const identity = world.signatures.identity(name);
    const rogue = await openSession(ana, name);
    const frames = Array.from({ length: 40 }, (): Frame => {
      const secret = new Uint8Array(16);
      new DataView(secret.buffer).setUint32(0, (rooms += 1));
      const room = privateRoomIdOf(secret, identity.publicKey, hash);
      const content: ChangeContent = { what: 'create', secret, title: `Offer ${rooms}`, people: [ana.peerId] };
      const change: SignedChange = signChange({ room, version: 1, previous: new Uint8Array(32), atMs: 1 }, content, {
        identity,
        hash,
      });
      return { type: 'privateList', room, changes: [change.bytes] };
    });
    await rogue.say(...frames);
  }
  const standings = (ana.hallway.rooms?.list() ?? []).flatMap(({ private: closed }) => (closed ? [closed] : []));
  expect(rooms).toBe(320);
  expect(standings).toHaveLength(16);
  expect(new Set(standings.map(({ standing }) => standing))).toEqual(new Set(['invited']));
  const perPerson = Map.groupBy(standings, ({ by }) => by);
  expect([...perPerson.values()].map(({ length }) => length)).toEqual([4, 4, 4, 4]);
  // A person whom Ana wrote to is not among the strangers.
  void ana.hallway.messages?.send(bo.peerId, 'hi');
  await world.passTime(settleMs);
  const creating = bo.hallway.rooms?.createPrivate('Of a friend', [ana.peerId]);
  await world.passTime(settleMs);
  const created = await creating;
  expect(created?.ok && privateOf(ana, created.room.name)).toMatchObject({ standing: 'member', by: bo.peerId });
});
