/**
 * Messages between whole nodes on virtual time: peers come, go, restart, block and impersonate one
 * another.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HallwayEvent } from '../../src/main/core/hallway.ts';
import type { ContactsArea } from '../../src/main/core/contacts/contacts.ts';
import type { MessagesArea } from '../../src/main/core/messaging/messages.ts';
import { StoreError } from '../../src/main/core/messaging/ports.ts';
import type { HistoryStore } from '../../src/main/core/rooms/ports.ts';
import { nth } from '../scenarios/expectations.ts';
import { createMemoryStore } from '../../src/main/node/storage/memory/memory-store.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSimTcp } from '../fakes/sim-tcp.ts';
import { createSimNode, type SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { behindAll } from '../fakes/cursors.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';

/** Time for presence, a TCP handshake, hellos, a frame and its answer, with slack. */
const deliveryMs = 2_000;
/** As in session/options.ts. */
const idleMs = 120_000;

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'talk' })));
afterEach(() => world.close());

interface Participant {
  readonly node: SimNode;
  readonly messages: MessagesArea;
  readonly contacts: ContactsArea;
  readonly events: HallwayEvent[];
}

function follow(node: SimNode): Participant {
  const { messages, contacts } = node.hallway;
  if (!messages || !contacts) throw new Error('it has no messages');
  const events: HallwayEvent[] = [];
  node.hallway.subscribe((event) => events.push(event));
  return { node, messages, contacts, events };
}

/** The latest node on the host with that index. */
function latest(index: number): Participant {
  const host = nth(world.hosts, index);
  const node = world.nodes.findLast((each) => each.host === host);
  if (!node) throw new Error(`nothing runs on ${host.name}`);
  return follow(node);
}

async function meet(...names: readonly string[]): Promise<readonly Participant[]> {
  for (const name of names) await (await world.addHost()).start({ name });
  const participants = names.map((_, index) => latest(index));
  await world.waitUntil(
    'all see each other',
    () => participants.every(({ node }) => node.hallway.presence.peers().length === names.length - 1),
    10_000,
  );
  return participants;
}

async function restart(index: number, name: string): Promise<Participant> {
  const host = nth(world.hosts, index);
  const before = world.nodes.findLast((each) => each.host === host);
  if (before?.state === 'running') await before.kill();
  await host.start({ name });
  return latest(index);
}

async function send(from: Participant, to: Participant, text: string): Promise<string> {
  const sending = from.node.send(to.node.peerId, text);
  await world.passTime(1);
  return sending;
}

function states({ events }: Participant, messageId: string): readonly string[] {
  return events.flatMap((event) => (event.type === 'delivery' && event.messageId === messageId ? [event.state] : []));
}

function received({ events }: Participant): readonly string[] {
  return events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
}

async function read(reader: Participant, author: Participant): Promise<void> {
  void reader.messages.markRead(conversationOf(author.node.peerId), behindAll);
  await world.passTime(deliveryMs);
}

test('[DELIVER-5] a message between two online peers is queued, sent, delivered and read', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  const messageId = await send(ana, bo, 'hello');
  await world.passTime(deliveryMs);
  await read(bo, ana);
  expect([states(ana, messageId), received(bo)]).toEqual([['queued', 'sent', 'delivered', 'read'], ['hello']]);
  expect(bo.messages.history(conversationOf(ana.node.peerId), { limit: 9 })).toMatchObject([{ text: 'hello', fromName: 'Ana' }]);
});

test('[TLS-7, SESS-4, SESS-7] diagnostics count sessions by how they ended', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  await send(ana, bo, 'hello');
  await world.passTime(deliveryMs);
  const whileOpen = bo.node.diagnostics();
  await world.passTime(idleMs + 10_000);
  const { counters } = await bo.node.diagnostics();
  expect((await whileOpen).counters).toMatchObject({ sessions: { open: 1, unopened: 0, opened: 1 }, sessionsEnded: {} });
  expect(counters).toMatchObject({ sessions: { open: 0, opened: 1 }, sessionsRefused: {}, sessionsEnded: { 'us idle': 1 } });
});

test('[DELIVER-9] a read receipt arrives although the session ended when idle', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  const messageId = await send(ana, bo, 'hello');
  await world.passTime(idleMs + 10_000);
  await read(bo, ana);
  expect(states(ana, messageId).at(-1)).toBe('read');
});

test('[DELIVER-9] typing reaches a peer with an open session', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  await send(ana, bo, 'hello');
  await world.passTime(deliveryMs);
  bo.messages.setTyping(ana.node.peerId, true);
  await world.passTime(deliveryMs);
  expect(ana.events.filter(({ type }) => type === 'typing')).toEqual([
    { type: 'typing', peerId: bo.node.peerId, isTyping: true },
  ]);
});

test('[DELIVER-1, DELIVER-3] a message to a departed peer waits, even across restarts of its sender, and arrives once', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  await bo.node.stop();
  await world.passTime(1_000);
  await send(ana, bo, 'first');
  const again = await restart(0, 'Ana');
  await send(again, bo, 'second');
  const returned = await restart(1, 'Bo');
  await world.passTime(deliveryMs + 5_000);
  expect(received(returned)).toEqual(['first', 'second']);
  const kept = again.messages.history(conversationOf(bo.node.peerId), { limit: 9 }).map(({ state }) => state);
  expect(kept).toEqual(['delivered', 'delivered']);
});

test('[DELIVER-6] a message cancelled while the peer was away never arrives', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  await bo.node.stop();
  await world.passTime(1_000);
  const messageId = await send(ana, bo, 'never');
  await send(ana, bo, 'goes');
  const cancelling = ana.messages.cancel(messageId);
  await world.passTime(1);
  const returned = await restart(1, 'Bo');
  await world.passTime(deliveryMs + 5_000);
  expect([await cancelling, received(returned), states(ana, messageId)]).toEqual([true, ['goes'], ['queued', 'cancelled']]);
});

test('[DELIVER-3] messages of two peers that write at once without a session arrive', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  for (let index = 0; index < 20; index += 1) {
    void ana.node.send(bo.node.peerId, `a${index}`);
    void bo.node.send(ana.node.peerId, `b${index}`);
  }
  await world.passTime(deliveryMs);
  expect([received(bo), received(ana)]).toEqual(
    ['a', 'b'].map((letter) => Array.from({ length: 20 }, (_, index) => `${letter}${index}`)),
  );
});

test('[STORE-5, DELIVER-4] a clock set back a day loses, duplicates or reorders no message, even across a restart', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  const dayMs = 86_400_000;
  await send(ana, bo, 'before');
  await world.passTime(deliveryMs);
  world.clock.jumpWall(-dayMs);
  await send(ana, bo, 'after');
  await send(bo, ana, 'answer');
  await world.passTime(deliveryMs);
  const emitted = received(bo);
  const again = await restart(0, 'Ana');
  await send(again, bo, 'after a restart');
  await world.passTime(deliveryMs + 5_000);
  const texts = ({ messages }: Participant, other: Participant): readonly string[] =>
    messages.history(conversationOf(other.node.peerId), { limit: 9 }).map(({ text }) => text);
  const all = ['after a restart', 'answer', 'after', 'before'];
  expect([emitted, texts(again, bo), texts(bo, again), received(bo)]).toEqual([
    ['before', 'after'],
    all,
    all,
    ['before', 'after', 'after a restart'],
  ]);
});

test('[TRUST-6] no message passes to or from a blocked contact, and waiting ones arrive after unblocking', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  await send(ana, bo, 'before');
  await world.passTime(deliveryMs);
  expect(bo.contacts.setBlocked(ana.node.peerId, true)).toBe(true);
  // Their session has ended by then.
  await world.passTime(deliveryMs);
  const messageId = await send(ana, bo, 'while blocked');
  const refused = bo.messages.send(ana.node.peerId, 'to the blocked');
  await world.passTime(60_000);
  const meanwhile = { received: received(bo), state: ana.messages.get(messageId)?.state, own: received(ana) };
  expect(await refused).toMatchObject({ ok: false, code: 'blocked' });
  expect(meanwhile).toEqual({ received: ['before'], state: 'sent', own: [] });
  // Ana gets no reason: she sees a listed peer that does not acknowledge.
  expect(ana.events.filter(({ type }) => type === 'store-problem')).toEqual([]);
  bo.contacts.setBlocked(ana.node.peerId, false);
  await world.passTime(idleMs);
  expect(received(bo)).toEqual(['before', 'while blocked']);
});

test('[TRUST-6] a contact stays blocked after a restart', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  bo.contacts.setBlocked(ana.node.peerId, true);
  const again = await restart(1, 'Bo');
  await world.passTime(10_000);
  await send(ana, bo, 'still blocked?');
  await world.passTime(30_000);
  expect(received(again)).toEqual([]);
});

test('[TRUST-2, TRUST-3] an impostor of a verified contact causes a warning and gets none of their messages', async () => {
  const [ana, bo] = (await meet('Ana', 'Bo')) as [Participant, Participant];
  bo.contacts.setVerified(ana.node.peerId, true);
  await ana.node.stop();
  await (await world.addHost()).start({ name: 'Ana' });
  const impostor = latest(2);
  await world.passTime(5_000);
  expect(bo.contacts.earlierHolder(impostor.node.peerId)?.peerId).toBe(ana.node.peerId);
  expect(bo.contacts.resolve('Ana')).toMatchObject({ ok: false, code: 'ambiguous-name' });
  const shown = bo.node.hallway.presence.peers().map(({ peerId, verified }) => [peerId, verified]);
  expect(shown).toEqual([[impostor.node.peerId, false]]);
});

test('[DELIVER-2, DELIVER-8, KEEP-2] a node with a full disk stays online, reports it, and gets all messages later', async () => {
  const host = await world.addHost();
  await host.start({ name: 'Ana' });
  const ana = latest(0);
  const fullHost = await world.addHost();
  const store = createMemoryStore({ clock: world.clock });
  let isFull = true;
  const bo = follow(
    await startOwn(fullHost, 'Bo', {
      ...store,
      batch(act) {
        if (isFull) throw new StoreError('full', 'no space left');
        return store.batch(act);
      },
    }),
  );
  await world.passTime(5_000);
  const messageId = await send(ana, bo, 'does it fit?');
  await world.passTime(30_000);
  const meanwhile = {
    received: received(bo),
    here: ana.node.hallway.presence.peers().length,
    health: bo.node.hallway.health.list().map(({ code }) => code),
  };
  isFull = false;
  await world.passTime(10_000);
  expect(meanwhile).toEqual({ received: [], here: 1, health: ['messages-not-kept'] });
  expect([received(bo), ana.messages.get(messageId)?.state, bo.node.hallway.health.list()]).toEqual([
    ['does it fit?'],
    'delivered',
    [],
  ]);
  await bo.node.kill();
});

async function startOwn(host: SimWorld['hosts'][number], name: string, store: HistoryStore): Promise<SimNode> {
  const random = createSeededRandom(name);
  const node = createSimNode(
    {
      clock: world.clock,
      random,
      identity: world.signatures.identity(name),
      signatures: world.signatures,
      simHost: host.simHost,
      host,
      messaging: { tcp: await createSimTcp({ clock: world.clock, random, host: host.simHost }), store },
      isDeaf: () => false,
      waitUntil: world.waitUntil,
    },
    { name, incarnation: world.clock.wallMs() },
  );
  await world.waitUntil(`${name} is ready`, () => node.record.ready !== undefined, 10_000);
  return node;
}
