/** Whole nodes from start to stop: beacons, ports, restarts, suspects and departed peers. */
import { afterEach, expect, test } from 'vitest';
import { departures, hasHealth, listsAll, nth, pastExpiryMs, untilAllSeeAll } from '../scenarios/expectations.ts';
import { assertNothingLeft } from '../fakes/leak-check.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { addAttacker, type Attacker, type Recorded } from './attacker.ts';
import type { SimWorldHost } from './sim-host.ts';
import { createSimNode, type SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld, type SimWorldOptions } from './sim-world.ts';

const groupPort = 4_255;
/** Bursts and handshakes are over after this time. */
const settledMs = 10_000;
/** Adapters are polled every 2 s: a change is applied within twice this. */
const followMs = 4_000;

let world: SimWorld;
/** Records datagrams on the wire. */
let wire: Attacker;

afterEach(() => world.close());

async function makeWorld(options: Partial<SimWorldOptions> = {}): Promise<void> {
  world = createSimWorld({ seed: 'presence', ...options });
  wire = await addAttacker(world);
}

async function start(host?: SimWorldHost): Promise<SimNode> {
  return (await (host ?? (await world.addHost())).start()) as SimNode;
}

/** Starts a node without messages, so that no simulated TCP outlives it. */
function startWithoutMessages(host: SimWorldHost): SimNode {
  const identity = world.signatures.identity(host.name);
  const { clock, signatures, waitUntil } = world;
  const random = createSeededRandom(host.name);
  return createSimNode(
    { clock, random, identity, signatures, simHost: host.simHost, host, isDeaf: host.isDeaf, waitUntil },
    { name: host.name, incarnation: clock.wallMs() },
  );
}

/** The times of its beacons over IPv4. */
function beaconTimes({ host }: SimNode, sinceMs = 0): readonly number[] {
  return beacons(host, sinceMs).map(({ atMs }) => atMs);
}

function beacons(host: { readonly name: string }, sinceMs: number): readonly Recorded[] {
  return wire.recorded(host, 'beacon').filter(({ atMs, source }) => atMs >= sinceMs && !source.startsWith('['));
}

/**
 * True if the delay is in the last quarter. Jitter keeps nodes that failed together from retrying
 * together.
 */
function isNearly(delayMs: number, longestMs: number): boolean {
  return delayMs >= 0.75 * longestMs && delayMs <= longestMs;
}

function gapsOf(times: readonly number[]): readonly number[] {
  return times.slice(1).map((atMs, index) => atMs - nth(times, index));
}

test('[CAD-2] a node alone sends a beacon every 4 to 6 s, each time after a different interval', async () => {
  await makeWorld();
  const node = await start();
  await world.passTime(settledMs);
  const sinceMs = world.nowMs();
  await world.passTime(300_000);
  const gaps = gapsOf(beaconTimes(node, sinceMs));
  expect({ count: gaps.length > 45, least: Math.min(...gaps) >= 4_000, most: Math.max(...gaps) <= 6_000 }).toEqual({
    count: true,
    least: true,
    most: true,
  });
  expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(gaps.length / 2);
});

test('[CAD-2] among many peers the interval never exceeds 15 s', async () => {
  // With this option ten peers count as many.
  await makeWorld({ presence: { populationPerInterval: 0.5 } });
  const nodes = await Promise.all(Array.from({ length: 10 }, () => start()));
  await untilAllSeeAll(world, nodes);
  await world.passTime(2 * settledMs);
  const sinceMs = world.nowMs();
  await world.passTime(300_000);
  const gaps = nodes.flatMap((node) => gapsOf(beaconTimes(node, sinceMs)));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(12_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(15_000);
});

test('[CAD-3] a burst of three beacons follows a start and a change of adapters', async () => {
  await makeWorld();
  const node = await start();
  await world.passTime(2_000);
  const [first = 0, ...others] = beaconTimes(node);
  expect(others.map((atMs) => Math.round(atMs - first))).toEqual([500, 1_500]);
  await world.passTime(settledMs);
  const changedMs = world.nowMs();
  await nth(world.hosts, 1).addInterface({ name: 'eth1', segment: 'other' });
  await world.passTime(followMs + 2_000);
  const onNewAdapter = beacons(node.host, changedMs).filter(({ segment }) => segment === 'other');
  const [begin = 0, ...rest] = onNewAdapter.map(({ atMs }) => atMs);
  expect(begin - changedMs).toBeLessThanOrEqual(followMs);
  expect(rest.map((atMs) => Math.round(atMs - begin)).slice(0, 2)).toEqual([500, 1_500]);
});

test('[CAD-4] a changed note is sent at once, and the next change at least 250 ms later', async () => {
  await makeWorld();
  const node = await start();
  await world.passTime(settledMs);
  const [last = 0] = beaconTimes(node).slice(-1);
  // Between two beacons.
  await world.passTime(Math.max(0, last + 1_000 - world.nowMs()));
  const changedMs = world.nowMs();
  await node.changeProfile({ note: 'one' });
  await world.passTime(100);
  await node.changeProfile({ note: 'two' });
  await world.passTime(1_000);
  const emitted = beacons(node.host, changedMs).map(({ atMs, datagram }) => [
    Math.round(atMs - changedMs),
    datagram.kind === 'beacon' && datagram.announcement.note,
  ]);
  expect(emitted.slice(0, 2)).toEqual([
    [0, 'one'],
    [250, 'two'],
  ]);
});

test('[HS-1] an unknown peer gets a HELLO within milliseconds, at the address and port of its beacon', async () => {
  await makeWorld();
  const node = await start();
  await world.passTime(settledMs);
  const newcomer = await start();
  await world.passTime(1_000);
  const [beacon] = beacons(newcomer.host, 0);
  const [hello] = wire.recorded(node.host, 'hello');
  const { unicastPort } = newcomer.hallway.diagnostics.read();
  expect(hello).toMatchObject({ multicast: false, destination: `${newcomer.host.addressesOf('eth0')[0]}:${unicastPort}` });
  expect(beacon?.source).toBe(hello?.destination);
  // At most 5 ms of random delay, plus the transit.
  expect((hello?.atMs ?? Infinity) - (beacon?.atMs ?? 0)).toBeLessThan(10);
});

test('[PROBE-4] a peer with three unanswered PINGs is suspect, and leaves only after all of them', async () => {
  await makeWorld();
  const nodes = [await start(), await start(), await start()] as const;
  await untilAllSeeAll(world, nodes);
  await world.passTime(settledMs);
  const [watcher, , victim] = nodes;
  const addresses = victim.host.addressesOf('eth0');
  const startedMs = world.nowMs();
  await victim.kill();
  /**
   * Counts the PINGs of the probe. All but the first go to every address (PROBE-1), so the address
   * with the most tells their number.
   */
  const pings = (): number => {
    const asked = wire.recorded(watcher.host, 'ping').filter(({ atMs }) => atMs >= startedMs);
    return Math.max(...addresses.map((address) => asked.filter(({ destination }) => destination.includes(address)).length));
  };
  await world.waitUntil('it is suspect', () => watcher.record.peers.get(victim.peerId)?.presence === 'suspect', pastExpiryMs);
  const atSuspicion = pings();
  await world.waitUntil('it is gone', () => !watcher.record.peers.has(victim.peerId), pastExpiryMs);
  expect({ enough: atSuspicion >= 3, few: atSuspicion <= 5, all: pings() >= 20 }).toEqual({ enough: true, few: true, all: true });
  expect(departures([watcher], startedMs)).toEqual([`${watcher.name}: ${victim.name} unreachable`]);
});

test('[REG-8] a departed peer is remembered with the time it was last heard, until it returns', async () => {
  await makeWorld();
  const [node, other] = [await start(), await start()];
  await untilAllSeeAll(world, [node, other]);
  await world.passTime(settledMs);
  await other.stop();
  await world.passTime(60_000);
  const leftMs = world.clock.wallMs() - 60_000;
  const [departed, ...more] = node.hallway.presence.departed();
  expect({ peerId: departed?.peerId, reason: departed?.reason, more }).toEqual({
    peerId: other.peerId,
    reason: 'goodbye',
    more: [],
  });
  expect(Math.abs((departed?.lastSeenMs ?? 0) - leftMs)).toBeLessThan(1_000);
  await start(other.host as SimWorldHost);
  await world.waitUntil('it is back', () => node.record.peers.has(other.peerId), settledMs);
  expect(node.hallway.presence.departed()).toEqual([]);
});

test('[SOCK-2, SUP-2, SUP-3] one port serves all adapters, and restarts a second apart lose no peer', async () => {
  await makeWorld();
  const host = await world.addHost({ interfaces: [{ name: 'eth0' }, { name: 'eth1', segment: 'other' }] });
  const nodes = [await start(host), await start()] as const;
  await untilAllSeeAll(world, nodes);
  const [node] = nodes;
  const { unicastPort } = node.hallway.diagnostics.read();
  const hear = await host.deafen();
  await world.passTime(120_000);
  const { restarts } = node.hallway.diagnostics.read();
  expect(restarts.length).toBeGreaterThan(1);
  expect(restarts.filter(({ service, cause }) => service !== 'watchdog' || cause === '')).toEqual([]);
  expect(restarts.filter(({ delayMs }) => !isNearly(delayMs, 1_000))).toEqual([]);
  await hear();
  await world.passTime(settledMs);
  const sources = beacons(host, 0).map(({ segment, source }) => `${segment} ${source.split(':').at(-1)}`);
  expect(new Set(sources)).toEqual(new Set([`lan ${unicastPort}`, `other ${unicastPort}`]));
  expect(node.hallway.diagnostics.read().unicastPort).toBe(unicastPort);
  expect({ departures: departures(nodes, 0), listed: listsAll(node, nodes) }).toEqual({ departures: [], listed: true });
});

test('[SUP-2] a restart that keeps failing is retried less and less often, but every minute', async () => {
  await makeWorld();
  const host = await world.addHost();
  const free = await host.occupyPort(groupPort);
  const node = (await host.start({ awaitReady: false })) as SimNode;
  await world.passTime(300_000);
  const delays = node.hallway.diagnostics.read().restarts.map(({ delayMs }) => delayMs);
  const longest = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
  expect(longest.map((longestMs, index) => isNearly(nth(delays, index), longestMs))).toEqual(longest.map(() => true));
  await free();
  await world.waitUntil('it is ready', () => node.record.ready !== undefined, 61_000);
});

test('[SOCK-6] a node reuses its last unicast port if it is free, and else picks another', async () => {
  await makeWorld({ presence: { preferredUnicastPort: 45_000 } });
  const host = await world.addHost();
  const first = await start(host);
  const second = (await host.start({ profile: 'second' })) as SimNode;
  expect(first.hallway.diagnostics.read().unicastPort).toBe(45_000);
  expect(second.hallway.diagnostics.read().unicastPort).not.toBe(45_000);
  await untilAllSeeAll(world, [first, second]);
});

test('[DOG-2] without a network no restart happens, however long that lasts', async () => {
  await makeWorld();
  const host = await world.addHost();
  const node = await start(host);
  await world.passTime(settledMs);
  await host.pullCable('eth0');
  await world.passTime(120_000);
  expect({ restarts: node.hallway.diagnostics.read().restarts, silent: hasHealth(node, 'network-silent') }).toEqual({
    restarts: [],
    silent: false,
  });
  await host.plugCable('eth0');
  await world.passTime(followMs);
  expect({ restarts: node.hallway.diagnostics.read().restarts, health: node.record.health }).toEqual({
    restarts: [],
    health: [],
  });
});

test.each([
  ['before it is ready', 0, false],
  ['while it greets others', 40, false],
  ['when it is settled', settledMs, false],
  ['between two restarts', 5_000, true],
])('[SUP-4] a node that stops %s leaves no socket and no timer', async (_when, afterMs, isPortTaken) => {
  world = createSimWorld({ seed: 'presence' });
  const hosts = [await world.addHost(), await world.addHost()] as const;
  const free = isPortTaken ? await hosts[0].occupyPort(groupPort) : undefined;
  const nodes = hosts.map(startWithoutMessages);
  await world.passTime(afterMs);
  for (const node of nodes) await node.stop();
  await free?.();
  await world.passTime(1_000);
  assertNothingLeft({ clock: world.clock, hosts: world.lan.hosts() });
});
