/**
 * Whole nodes and their sessions: which address is dialled, which duplicate stays, and how they
 * end.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { healedMs, nth, untilAllOnline, untilAllSeeAll } from '../scenarios/expectations.ts';
import type { HostOptions } from '../scenarios/world.ts';
import { createBreakableStore } from '../fakes/breakable-store.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSimTcp, type SimTcp } from '../fakes/sim-tcp.ts';
import type { SimWorldHost } from './sim-host.ts';
import { createSimNode, type SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

/** Time for presence, a TCP handshake, hellos, a frame and its answer, with slack. */
const deliveryMs = 2_000;
/**
 * As in the options of sessions: how long an address is tried alone, and how long a session may be
 * silent.
 */
const nextAddressMs = 250;
const silenceMs = 15_000 + 10_000;

type Dial = SimTcp['connect'];

let world: SimWorld;
const ownNodes: SimNode[] = [];
beforeEach(() => void (world = createSimWorld({ seed: 'sessions' })));
afterEach(async () => {
  for (const node of ownNodes.splice(0)) if (node.state === 'running') await node.kill();
  await world.close();
});

async function startTwo(options?: HostOptions): Promise<readonly [SimNode, SimNode]> {
  const hosts = [await world.addHost(), await world.addHost(options)] as const;
  const nodes = [(await hosts[0].start()) as SimNode, (await hosts[1].start()) as SimNode] as const;
  await untilAllSeeAll(world, nodes);
  return nodes;
}

/** Starts a node whose simulated TCP the test changes. */
async function startWith(host: SimWorldHost, change: (tcp: SimTcp) => SimTcp): Promise<SimNode> {
  const { clock, signatures, waitUntil } = world;
  const random = createSeededRandom(host.name);
  const tcp = change(await createSimTcp({ clock, random: random.fork('tcp'), host: host.simHost }));
  const node = createSimNode(
    {
      clock,
      random,
      identity: signatures.identity(host.name),
      signatures,
      simHost: host.simHost,
      host,
      messaging: { tcp, store: createBreakableStore({ clock }) },
      isDeaf: host.isDeaf,
      waitUntil,
    },
    { name: host.name, incarnation: clock.wallMs() },
  );
  ownNodes.push(node);
  await world.waitUntil(`${host.name} is ready`, () => node.record.ready !== undefined, 10_000);
  return node;
}

async function send(from: SimNode, to: SimNode, text: string): Promise<string> {
  const sending = from.send(to.peerId, text);
  await world.passTime(1);
  return sending;
}

async function texts(of: SimNode, to: SimNode): Promise<readonly string[]> {
  const messages = await of.history(to.peerId, 10_000);
  return messages.map(({ text }) => text);
}

function sessionsOf({ hallway }: SimNode): Readonly<Record<string, unknown>> {
  const { sessions, sessionsEnded } = hallway.diagnostics.read().counters;
  return { ...(sessions as object), ended: sessionsEnded };
}

test('[SESS-7] a session with a silent peer ends after 25 s', async () => {
  const [ana, bo] = await startTwo();
  await send(ana, bo, 'hello');
  await world.passTime(deliveryMs);
  bo.pause();
  await world.passTime(silenceMs - deliveryMs - 2_000);
  expect(sessionsOf(ana)).toMatchObject({ open: 1, ended: {} });
  await world.passTime(4_000);
  expect(sessionsOf(ana)).toMatchObject({ open: 0, ended: { 'us deadline': 1 } });
});

test('[SESS-10] if the last address fails, the other one is dialled a moment later', async () => {
  const [ana, bo] = await startTwo({ interfaces: [{ name: 'eth0' }, { name: 'eth1' }] });
  await world.passTime(deliveryMs);
  const latest = nth(ana.hallway.presence.peers(), 0).addresses[0] ?? '';
  const dead = bo.host.addressesOf('eth0').some((address) => latest.includes(address)) ? 'eth0' : 'eth1';
  await bo.host.pullCable(dead);
  const sentMs = world.nowMs();
  await send(ana, bo, 'by the other way');
  await world.waitUntil('it is there', () => bo.record.messages.length === 1, deliveryMs);
  expect(world.nowMs() - sentMs).toBeGreaterThanOrEqual(nextAddressMs);
  expect(world.nowMs() - sentMs).toBeLessThan(2 * nextAddressMs);
});

test('[SESS-11] two peers that dial each other at once keep one session, opened by the lower peer ID', async () => {
  const [ana, bo] = await startTwo();
  void ana.send(bo.peerId, 'from ana');
  void bo.send(ana.peerId, 'from bo');
  await world.passTime(deliveryMs);
  const all = ['from ana', 'from bo'];
  expect([(await texts(ana, bo)).toSorted(), (await texts(bo, ana)).toSorted()]).toEqual([all, all]);
  expect([sessionsOf(ana), sessionsOf(bo)]).toMatchObject([{ open: 1 }, { open: 1 }]);
  const lower = ana.peerId < bo.peerId ? ana : bo;
  const higher = lower === ana ? bo : ana;
  // Crossing or not, at most one session was a duplicate, and both ends agree on it.
  expect(sessionsOf(lower)['ended']).toEqual(sessionsOf(higher)['ended']);
});

test('[SESS-5, SESS-12] a blocked peer loses its session without a reason, and nothing comes of another', async () => {
  const [ana, bo] = await startTwo();
  await send(ana, bo, 'before');
  await world.passTime(deliveryMs);
  bo.hallway.contacts?.setBlocked(ana.peerId, true);
  await send(ana, bo, 'after');
  await world.passTime(60_000);
  expect(sessionsOf(bo)).toMatchObject({ open: 0, opened: 1, ended: { 'us blocked': 1 } });
  // No bye carries a reason: Ana sees what looks like a network failure.
  expect(Object.keys(sessionsOf(ana)['ended'] as object).filter((end) => end.startsWith('peer '))).toEqual([]);
  expect([await texts(bo, ana), bo.hallway.presence.peers().length]).toEqual([['before'], 1]);
});

/** A node that calls nobody back. */
async function startUnableToCall(): Promise<SimNode> {
  const refuse: Dial = () => Promise.resolve({ ok: false, end: 'refused' });
  return startWith(await world.addHost(), (tcp) => ({ ...tcp, connect: refuse }));
}

test('[SESS-13] a peer that refuses is dialled less and less often, and at once after a new announcement', async () => {
  const attempts: number[] = [];
  const ana = await startWith(await world.addHost(), (tcp) => ({
    ...tcp,
    connect() {
      attempts.push(world.nowMs());
      return Promise.resolve({ ok: false, end: 'refused' });
    },
  }));
  const bo = await startUnableToCall();
  await untilAllOnline(world, [ana, bo], healedMs);
  await world.passTime(deliveryMs);
  await send(ana, bo, 'hello');
  await world.passTime(38_000);
  // Both families of an address are dialled one after the other.
  const starts = attempts.filter((atMs, index) => index === 0 || atMs - nth(attempts, index - 1) > nextAddressMs);
  const gaps = starts.slice(1).map((atMs, index) => Math.round(atMs - nth(starts, index)));
  // Delivery dials every 5 s; from 8 s on the back-off is longer.
  expect(gaps).toEqual([5_000, 5_000, 5_000, 10_000]);
  const before = attempts.length;
  await bo.changeProfile({ note: 'I am back' });
  await world.passTime(100);
  expect(attempts.length).toBeGreaterThan(before);
});

test('[SESS-15] a node that stops sends a bye in its sessions, and leaves no stream', async () => {
  const kernels: SimTcp[] = [];
  const own = (tcp: SimTcp): SimTcp => {
    kernels.push(tcp);
    return tcp;
  };
  const [ana, bo] = [await startWith(await world.addHost(), own), await startWith(await world.addHost(), own)];
  await untilAllSeeAll(world, [ana, bo]);
  await send(ana, bo, 'hello');
  await world.passTime(deliveryMs);
  expect(kernels.map(({ openConnections }) => openConnections)).toEqual([1, 1]);
  await bo.stop();
  await world.passTime(deliveryMs);
  expect({ ended: sessionsOf(ana)['ended'], open: kernels.map(({ openConnections }) => openConnections) }).toEqual({
    ended: { 'peer leaving': 1 },
    open: [0, 0],
  });
});

test('[DELIVER-8] of 5,000 messages for a frozen peer 4,096 are in flight, and all arrive in order', async () => {
  const [ana, bo] = await startTwo();
  await send(ana, bo, 'first');
  await world.passTime(deliveryMs);
  bo.pause();
  const traffic = await world.meterTraffic();
  const wanted = Array.from({ length: 5_000 }, (_, number) => `${number} `.padEnd(1_000, 'x'));
  for (const text of wanted) void ana.send(bo.peerId, text);
  await world.passTime(deliveryMs);
  const sentBytes = async (): Promise<number> => (await traffic()).get(ana.host.name)?.bytes ?? 0;
  const inFlight = await sentBytes();
  bo.resume();
  await world.passTime(5 * deliveryMs);
  expect(await texts(bo, ana)).toEqual(['first', ...wanted]);
  const share = inFlight / (await sentBytes());
  expect(Math.abs(share - 4_096 / 5_000)).toBeLessThan(0.02);
});

test.each<[string, Dial]>([
  ['refuses', () => Promise.resolve({ ok: false, end: 'refused' })],
  [
    'answers nothing on',
    (_endpoint, _greeting, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ok: false, end: 'aborted' }))),
  ],
])('[SESS-18] a peer that %s its port is named within 30 s, until a session opens', async (_what, blocked) => {
  let isBlocked = true;
  const ana = await startWith(await world.addHost(), (tcp) => ({
    ...tcp,
    connect: (...call) => (isBlocked ? blocked(...call) : tcp.connect(...call)),
  }));
  const bo = await startUnableToCall();
  await untilAllSeeAll(world, [ana, bo]);
  const entries = (): readonly unknown[] => ana.hallway.health.list().map(({ code, values }) => ({ code, values }));
  await send(ana, bo, 'are you there?');
  await world.passTime(30_000);
  const whileBlocked = entries();
  isBlocked = false;
  await world.passTime(60_000);
  const values = { name: bo.name, port: expect.any(Number), ownPort: expect.any(Number), cause: 'firewall', others: 0 };
  expect({ whileBlocked, after: entries(), arrived: await texts(bo, ana) }).toEqual({
    whileBlocked: [{ code: 'messages-not-delivered', values }],
    after: [],
    arrived: ['are you there?'],
  });
});

test('[SESS-18] one failed attempt is no entry; the entry of a peer that leaves goes', async () => {
  let failures = 1;
  const ana = await startWith(await world.addHost(), (tcp) => ({
    ...tcp,
    connect: (...call) => ((failures -= 1) >= 0 ? Promise.resolve({ ok: false, end: 'refused' }) : tcp.connect(...call)),
  }));
  const [bo, cleo] = [await startUnableToCall(), await startUnableToCall()];
  await untilAllSeeAll(world, [ana, bo, cleo]);
  const codes = (): readonly string[] => ana.hallway.health.list().map(({ code }) => code);
  await send(ana, bo, 'one');
  const seen = new Set<string>();
  for (let second = 0; second < 30; second += 1) {
    await world.passTime(1_000);
    for (const code of codes()) seen.add(code);
  }
  const failed = ana.hallway.diagnostics.read().counters.sessionsFailed;
  failures = Infinity;
  await send(ana, cleo, 'two');
  await world.passTime(30_000);
  const beforeLeaving = codes();
  await cleo.stop();
  await world.passTime(2_000);
  expect({ seen: [...seen], failed, arrived: await texts(bo, ana), beforeLeaving, after: codes() }).toEqual({
    seen: [],
    failed: { refused: 1 },
    arrived: ['one'],
    beforeLeaving: ['messages-not-delivered'],
    after: [],
  });
});
