/**
 * Whole nodes when a peer or the network falls silent: which peers leave, how soon, and which never
 * do.
 */
import { afterEach, describe, expect, test } from 'vitest';
import {
  areAllOnline,
  departures,
  expectExactly,
  hasHealth,
  leftAtMs,
  nth,
  pastExpiryMs,
  presenceOf,
  presencesShown,
  runningNodes,
  untilAllSeeAll,
  untilGone,
  violationsOf,
} from '../scenarios/expectations.ts';
import { describeFigure, percentile, spreadFigures } from '../scenarios/figures.ts';
import { addAttacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import type { WorldNode } from '../scenarios/world.ts';
import { createSimWorld, type SimWorld, type SimWorldOptions } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'liveness';
const isLong = process.env['HALLWAY_LONG'] === '1';
/** Every node notices a crash within this time. */
const crashLimitMs = 5_000;
/** A peer that does not hear us is one-way within this time. */
const oneWayLimitMs = 10_000;

let world: SimWorld;

afterEach(() => world.close());

/** Starts hosts and waits until all list each other. */
async function settled(count: number, options: Partial<SimWorldOptions> = {}): Promise<readonly SimNode[]> {
  world = createSimWorld({ seed, ...options });
  return startSettled(world, count);
}

describe('a crash', () => {
  test.each([3, 10, 50])(
    `[BUDDY-1, BUDDY-2, PROBE-1, PROBE-5] of one of %i nodes is noticed by all others within ${crashLimitMs} ms, at any moment`,
    async (count) => {
      const nodes = await settled(count);
      const samplesMs: number[] = [];
      const victims = nodes.slice(0, count === 3 ? 1 : 5);
      let remaining = nodes;
      for (const victim of victims) {
        remaining = remaining.filter((node) => node !== victim);
        const startedMs = world.nowMs();
        await victim.kill();
        await world.waitUntil(
          `all notice that ${victim.name} crashed`,
          () => remaining.every((node) => leftAtMs(node, victim, startedMs) !== undefined),
          pastExpiryMs,
        );
        samplesMs.push(...remaining.map((node) => (leftAtMs(node, victim, startedMs) ?? Infinity) - startedMs));
        expect(new Set(remaining.map((node) => presencesShown(node, victim, startedMs).at(-1)))).toEqual(
          new Set(['unreachable']),
        );
        // A different phase of the intervals in each round.
        await world.passTime(3_700);
      }
      for (const figure of spreadFigures(`crash noticed, ${count} nodes`, samplesMs, crashLimitMs))
        console.log(describeFigure('SIM', figure));
      expect(Math.max(...samplesMs)).toBeLessThanOrEqual(crashLimitMs);
      expectExactly(remaining);
    },
  );

  test('[DOUBT-1] of the only other node is noticed too, since we hear our own beacons', async () => {
    const [ana, bo] = (await settled(2)) as [SimNode, SimNode];
    const startedMs = world.nowMs();
    await bo.kill();
    await world.waitUntil('it is noticed', () => ana.record.peers.size === 0, pastExpiryMs);
    expect(world.nowMs() - startedMs).toBeLessThanOrEqual(crashLimitMs);
    expect([presencesShown(ana, bo, startedMs).at(-1), hasHealth(ana, 'looks-offline')]).toEqual(['unreachable', false]);
  });

  test.each([
    { count: 20, dying: 3, rounds: 12, which: 'neighbours in the ring' },
    { count: 20, dying: 5, rounds: 8, which: 'neighbours in the ring' },
    { count: 50, dying: 12, rounds: isLong ? 4 : 2, which: 'neighbours in the ring' },
    { count: 20, dying: 5, rounds: 8, which: 'chosen at random' },
    { count: 50, dying: 12, rounds: isLong ? 4 : 2, which: 'chosen at random' },
  ] as const)(
    `[BUDDY-2, BUDDY-5, PROBE-5] of $dying of $count nodes at once, $which, is noticed by all others within ${crashLimitMs} ms`,
    async ({ count, dying, rounds, which }) => {
      await settled(count);
      const samplesMs: number[] = [];
      const untilAllKnowMs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const running = runningNodes(world);
        const victims = which === 'chosen at random' ? chosenAtRandom(running, dying, round) : inRing(running, dying, round);
        const others = running.filter((node) => !victims.includes(node));
        const startedMs = world.nowMs();
        await Promise.all(victims.map((victim) => victim.kill()));
        const lostMs = await untilGone(world, others, victims, startedMs);
        samplesMs.push(...lostMs);
        untilAllKnowMs.push(Math.max(...lostMs));
        expect(departures(others, startedMs)).toHaveLength(others.length * victims.length);
        await Promise.all(victims.map(({ host }) => host.start()));
        await untilAllSeeAll(world, runningNodes(world));
        // A different phase of the intervals in each round.
        await world.passTime(13_700);
      }
      const figures = [
        ...spreadFigures(`${dying} of ${count}, ${which}: noticed`, samplesMs, crashLimitMs),
        ...spreadFigures(`${dying} of ${count}, ${which}: known to all`, untilAllKnowMs),
      ];
      for (const figure of figures) console.log(describeFigure('SIM', figure));
      expect(percentile(untilAllKnowMs, 0.95)).toBeLessThanOrEqual(crashLimitMs);
      expectExactly(runningNodes(world));
    },
  );
});

describe('one direction is blocked', () => {
  test.each([2, 3, 10])(
    `[PROBE-6, PROBE-5] between two of %i peers: the node that still hears shows it within ${oneWayLimitMs} ms`,
    async (count) => {
      const nodes = await settled(count);
      const samplesMs: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const mute = nth(nodes, round % count);
        const hears = nth(nodes, (round + 1) % count);
        const startedMs = world.nowMs();
        // Datagrams of `mute` do not reach `hears`. So `mute` hears a peer that does not hear it.
        const heal = await world.block({ from: [mute.host], to: [hears.host], traffic: 'all' });
        await world.waitUntil('it is one-way', () => presenceOf(mute, hears) === 'one-way', pastExpiryMs);
        samplesMs.push(world.nowMs() - startedMs);
        await world.waitUntil('the other side lists it no more', () => presenceOf(hears, mute) === undefined, pastExpiryMs);
        const bystanders = nodes.filter((node) => node !== mute && node !== hears);
        expect(departures([mute, ...bystanders], startedMs)).toEqual([]);
        expect(bystanders.every((node) => presenceOf(node, mute) === 'online')).toBe(true);
        await heal();
        const healedMs = await world.waitUntil('both are online', () => areAllOnline(nodes), 20_000);
        expect(healedMs).toBeLessThanOrEqual(oneWayLimitMs);
        await world.passTime(1_300);
      }
      for (const figure of spreadFigures(`one-way shown, ${count} nodes`, samplesMs, oneWayLimitMs))
        console.log(describeFigure('SIM', figure));
      expect(Math.max(...samplesMs)).toBeLessThanOrEqual(oneWayLimitMs);
      expect(violationsOf(world.nodes)).toEqual([]);
    },
  );

  test(`[HS-4] from the start: the hearing node shows one-way within ${oneWayLimitMs} ms, and online after the repair`, async () => {
    world = createSimWorld({ seed });
    const [muteHost, otherHost] = await world.addHosts(3);
    const heal = await world.block({ from: [nth(world.hosts, 0)], to: [nth(world.hosts, 1)], traffic: 'all' });
    const nodes = (await Promise.all(world.hosts.map((host) => host.start()))) as SimNode[];
    const [mute, hears] = nodes as [SimNode, SimNode];
    expect([mute.host, hears.host]).toEqual([muteHost, otherHost]);
    const foundMs = await world.waitUntil('it is one-way', () => presenceOf(mute, hears) === 'one-way', pastExpiryMs);
    expect(foundMs).toBeLessThanOrEqual(oneWayLimitMs);
    expect(hears.record.peers.has(mute.peerId)).toBe(false);
    await heal();
    expect(await world.waitUntil('both are online', () => areAllOnline(nodes), 20_000)).toBeLessThanOrEqual(oneWayLimitMs);
  });
});

describe('suspicions', () => {
  test('[BUDDY-2, BUDDY-3] a node that one neighbour no longer hears refutes at once, and stays listed by the others', async () => {
    const nodes = await settled(8);
    const attacker = await addAttacker(world);
    const sorted = nodes.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1));
    const [suspect, buddy] = sorted as [SimNode, SimNode];
    const startedMs = world.nowMs();
    await world.block({ from: [suspect.host], to: [buddy.host], traffic: 'all' });
    const suspicion = (): { readonly atMs: number } | undefined => attacker.recorded(buddy.host, 'suspect')[0];
    await world.waitUntil('it is suspected', () => suspicion() !== undefined, 10_000);
    const saidMs = suspicion()?.atMs ?? NaN;
    await world.passTime(400);
    const beacons = attacker.recorded(suspect.host, 'beacon').filter(({ atMs, multicast }) => multicast && atMs >= saidMs);
    expect(beacons.length).toBeGreaterThanOrEqual(1);
    const addresses = suspect.host.addressesOf('eth0');
    const asks = (node: SimNode): boolean =>
      attacker
        .recorded(node.host, 'ping')
        .some(({ atMs, destination }) => atMs >= saidMs && addresses.some((address) => destination.includes(address)));
    expect(nodes.filter(asks)).toHaveLength(nodes.length - 1);
    await world.passTime(pastExpiryMs);
    const others = nodes.filter((node) => node !== suspect && node !== buddy);
    expect(departures([...others, suspect], startedMs)).toEqual([]);
    expect(others.map((node) => presenceOf(node, suspect))).toEqual(others.map(() => 'online'));
    expect(presenceOf(suspect, buddy)).toBe('one-way');
  });
});

describe('peers that multicast does not reach', () => {
  test('[PROBE-2, PROBE-3, CALL-5] stay listed for minutes, and their changes arrive', async () => {
    const nodes = await settled(4);
    const startedMs = world.nowMs();
    await world.block({ traffic: 'multicast' });
    await world.passTime(180_000);
    expect(departures(nodes, startedMs)).toEqual([]);
    expect(areAllOnline(nodes)).toBe(true);
    const [ana, ...others] = nodes as [SimNode, ...SimNode[]];
    expect(ana.hallway.diagnostics.read().peers.map(({ unicastOnly }) => unicastOnly)).toEqual([true, true, true]);
    await ana.changeProfile({ status: 'busy', note: 'in a meeting' });
    await world.waitUntil(
      'all show it',
      () => others.every((other) => other.record.peers.get(ana.peerId)?.note === 'in a meeting'),
      1_000,
    );
    const stoppedMs = world.nowMs();
    const stopping = ana.stop();
    await world.waitUntil('all know that it left', () => others.every((o) => leftAtMs(o, ana, stoppedMs) !== undefined), 1_000);
    await stopping;
    expect(new Set(departures(others, stoppedMs).map((text) => text.split(' ').at(-1)))).toEqual(new Set(['goodbye']));
  });

  test('[PROBE-3, CALL-5] receive a missed change with their next probe', async () => {
    const nodes = await settled(3);
    await world.block({ traffic: 'multicast' });
    await world.passTime(60_000);
    const [ana, bo] = nodes as [SimNode, SimNode];
    const unblock = await world.block({ from: [ana.host], to: [bo.host], traffic: 'unicast' });
    await ana.changeProfile({ note: 'in a meeting' });
    await world.passTime(300);
    await unblock();
    expect(bo.record.peers.get(ana.peerId)?.note).toBe('');
    await world.waitUntil('the change arrives', () => bo.record.peers.get(ana.peerId)?.note === 'in a meeting', 10_000);
  });
});

describe('a divided network', () => {
  test('[PROBE-5] shows correct lists in both halves within 10 s, and again within 10 s of the repair', async () => {
    const nodes = await settled(10);
    const halves = [nodes.slice(0, 5), nodes.slice(5)] as const;
    const heal = await world.partition(halves.map((half) => half.map(({ host }) => host)));
    const lostMs = await world.waitUntil(
      'the halves are right',
      () => halves.every((half) => half.every((node) => node.record.peers.size === half.length - 1)),
      pastExpiryMs,
    );
    console.log(describeFigure('SIM', { name: 'halves of ten are right', value: lostMs, unit: 'ms', limit: 10_000 }));
    await heal();
    const healedMs = await world.waitUntil('all are online', () => areAllOnline(nodes), pastExpiryMs);
    console.log(describeFigure('SIM', { name: 'ten are whole again', value: healedMs, unit: 'ms', limit: 10_000 }));
    expect(Math.max(lostMs, healedMs)).toBeLessThanOrEqual(10_000);
    expectExactly(nodes);
  });
});

/** A run of nodes that follow each other in the ring of peer IDs, in each round elsewhere. */
function inRing(nodes: readonly WorldNode[], count: number, round: number): readonly WorldNode[] {
  const ring = nodes.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1));
  return Array.from({ length: count }, (_, index) => nth(ring, (round * 7 + index) % ring.length));
}

function chosenAtRandom(nodes: readonly WorldNode[], count: number, round: number): readonly WorldNode[] {
  const random = createSeededRandom(`${seed} ${round}`);
  return nodes
    .map((node) => ({ node, rank: random.fraction() }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ node }) => node);
}
