/**
 * Faults among hosts that list each other: one direction fails, multicast fails, sleep, a loose
 * plug. Also a remote subnet.
 */
import { expect } from 'vitest';
import {
  countJoins,
  departures,
  expectExactly,
  hasHealth,
  healedMs,
  joinedAtMs,
  leftAtMs,
  listsAll,
  nth,
  pastExpiryMs,
  promptly,
  startAll,
  untilAllOnline,
  untilAllSeeAll,
  untilGone,
} from './expectations.ts';
import type { Scenario } from './scenario.ts';

const oneWayShownMs = 10_000;
const stillSoMs = 30_000;
const withoutMulticastMs = 60_000;
/**
 * Time until two probes delivered a change that was missed when multicast failed: first to one
 * peer, then to another.
 */
const lateNewsMs = 20_000;
const newsMs = 1_000;
/** Time until all first beacons were sent, so that all have heard all by multicast. */
const burstMs = 3_000;
const asleepMs = 60_000;
const flappingMs = 30_000;
/** How long the plug is loose or fixed in turn, in no rhythm with our timers. */
const flapMs = [1_000, 2_300, 1_400, 3_000, 1_900, 1_100, 2_700] as const;
/**
 * Time for a first meeting, introductions and beacons to the introduced addresses. Each starts
 * within a second.
 */
const introducedMs = 15_000;

export const oneWayKnown: Scenario = {
  id: 'S-ONE-WAY-KNOWN',
  title: 'a peer that no longer hears us is one-way within 10 s, and no other peer is affected',
  async run(world) {
    const hosts = await world.addHosts(3);
    const nodes = await startAll(hosts);
    await untilAllOnline(world, nodes, healedMs);
    const [mute, deaf, third] = [nth(nodes, 0), nth(nodes, 1), nth(nodes, 2)];
    const startedMs = world.nowMs();
    const undo = await world.block({ from: [nth(hosts, 0)], to: [nth(hosts, 1)], traffic: 'all' });
    const shown = (): string | undefined => mute.record.peers.get(deaf.peerId)?.presence;
    const shownMs = await world.waitUntil(
      () => `one-way, not ${shown()}`,
      () => shown() === 'one-way',
      3 * oneWayShownMs,
    );
    await world.waitUntil('the deaf node has lost it', () => leftAtMs(deaf, mute, startedMs) !== undefined, pastExpiryMs);
    await world.passTime(stillSoMs);
    // The deaf node loses the one peer that it cannot hear. No other node loses a peer, despite the
    // suspicions.
    expect(departures(nodes, startedMs)).toEqual([`${deaf.name}: ${mute.name} unreachable`]);
    expect(shown()).toBe('one-way');
    const others = [mute, deaf].map((node) => [
      node.record.peers.get(third.peerId)?.presence,
      third.record.peers.get(node.peerId)?.presence,
    ]);
    expect(others).toEqual([
      ['online', 'online'],
      ['online', 'online'],
    ]);
    await undo();
    const healMs = await untilAllOnline(world, nodes, healedMs);
    return [promptly('shown as one-way', shownMs, oneWayShownMs), promptly('online again', healMs, healedMs)];
  },
};

export const multicastBlocked: Scenario = {
  id: 'S-MULTICAST-BLOCKED',
  title: 'multicast fails among all nodes and unicast does not: no peer leaves, and changes still arrive',
  async run(world) {
    const nodes = await startAll(await world.addHosts(4));
    await untilAllOnline(world, nodes, healedMs);
    const [speaker, ...others] = nodes;
    if (!speaker) throw new Error('no nodes');
    await world.passTime(burstMs);
    const shown = (note: string): boolean => others.every((node) => node.record.peers.get(speaker.peerId)?.note === note);
    const startedMs = world.nowMs();
    const undo = await world.block({ traffic: 'multicast' });
    await speaker.changeProfile({ note: 'just when it failed' });
    const lateMs = await world.waitUntil('the late news arrive', () => shown('just when it failed'), 2 * lateNewsMs);
    await world.passTime(Math.max(0, withoutMulticastMs - lateMs));
    await speaker.changeProfile({ status: 'away', note: 'long after' });
    const earlyMs = await world.waitUntil('the news arrive', () => shown('long after'), 2 * lateNewsMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    await speaker.stop();
    const goneMs = await untilGone(world, others, [speaker], startedMs);
    expect(departures(others, startedMs).filter((departure) => !departure.endsWith(' goodbye'))).toEqual([]);
    expect(goneMs).toHaveLength(others.length);
    await undo();
    return [
      promptly('news told when multicast failed', lateMs, lateNewsMs),
      promptly('news told a minute later', earlyMs, newsMs),
    ];
  },
};

export const asleep: Scenario = {
  id: 'S-ASLEEP',
  title: 'a host frozen for 60 s comes back without duplicates, and makes no present peer leave',
  async run(world) {
    const hosts = await world.addHosts(5);
    const nodes = await startAll(hosts.slice(0, 4));
    await untilAllOnline(world, nodes, healedMs);
    const [sleeper, leaver, crashed, stayer] = [nth(nodes, 0), nth(nodes, 1), nth(nodes, 2), nth(nodes, 3)];
    const startedMs = world.nowMs();
    sleeper.pause();
    await world.passTime(asleepMs / 3);
    await leaver.stop();
    await crashed.kill();
    const newcomer = await nth(hosts, 4).start();
    await untilGone(world, [stayer], [sleeper, leaver, crashed], startedMs);
    await world.passTime(Math.max(0, startedMs + asleepMs - world.nowMs()));
    const resumedMs = world.nowMs();
    sleeper.resume();
    const here = [sleeper, stayer, newcomer];
    await untilAllOnline(world, here, healedMs);
    const rightMs = await world.waitUntil(
      'it lists exactly those who are here',
      () => sleeper.record.peers.size === here.length - 1 && listsAll(sleeper, here),
      healedMs,
    );
    for (const node of here)
      expectExactlyHere(
        node.record.peers.keys(),
        here.filter((other) => other !== node).map((other) => other.peerId),
      );
    expect(departures([sleeper], startedMs).filter((departure) => departure.includes(`: ${stayer.name} `))).toEqual([]);
    expect([countJoins(sleeper, stayer), countJoins(sleeper, newcomer), countJoins(stayer, newcomer)]).toEqual([1, 1, 1]);
    return [
      { name: 'found again by others', value: (joinedAtMs(stayer, sleeper, resumedMs) ?? Number.NaN) - resumedMs, unit: 'ms' },
      promptly('right about everybody', rightMs, healedMs),
    ];
  },
};

function expectExactlyHere(listed: Iterable<string>, expected: readonly string[]): void {
  expect([...listed].toSorted()).toEqual(expected.toSorted());
}

export const flapping: Scenario = {
  id: 'S-FLAPPING',
  title: 'an adapter that comes and goes for 30 s: its host and the others lose no other peer, and all recover',
  async run(world) {
    const hosts = await world.addHosts(4);
    const nodes = await startAll(hosts);
    await untilAllOnline(world, nodes, healedMs);
    const [flapper, ...others] = nodes;
    const host = nth(hosts, 0);
    if (!flapper) throw new Error('no nodes');
    const startedMs = world.nowMs();
    let isUp = true;
    for (let index = 0; world.nowMs() - startedMs < flappingMs || !isUp; index++) {
      isUp = !isUp;
      await (isUp ? host.enableInterface('eth0') : host.disableInterface('eth0'));
      await world.passTime(nth(flapMs, index % flapMs.length));
    }
    const rightMs = await untilAllOnline(world, nodes, healedMs);
    expectExactly(nodes);
    await world.waitUntil('it has a network', () => !hasHealth(flapper, 'no-network'), healedMs);
    const settledMs = world.nowMs();
    await world.passTime(pastExpiryMs);
    expect(departures([flapper], startedMs)).toEqual([]);
    expect(departures(others, startedMs).filter((departure) => !departure.includes(`: ${flapper.name} `))).toEqual([]);
    expect(departures(nodes, settledMs)).toEqual([]);
    return [promptly('all online after it', rightMs, healedMs)];
  },
};

export const connectByAddress: Scenario = {
  id: 'S-CONNECT',
  title: 'one manual address connects two subnets without multicast between them, and their lists stay correct',
  async run(world) {
    const near = await world.addHosts(3);
    const far = await world.addHosts(3, { interfaces: [{ name: 'eth0', segment: 'far' }] });
    await world.route('lan', 'far');
    const nodes = await startAll([...near, ...far]);
    const [nearNodes, farNodes] = [nodes.slice(0, 3), nodes.slice(3)];
    await untilAllSeeAll(world, nearNodes);
    await untilAllSeeAll(world, farNodes);
    expect(nearNodes.some((node) => listsAll(node, farNodes.slice(0, 1)))).toBe(false);
    const [caller, called] = [nth(nearNodes, 0), nth(farNodes, 0)];
    const startedMs = world.nowMs();
    await caller.connect(`${nth(nth(far, 0).addressesOf('eth0'), 0)}:${called.record.ready?.event.unicastPort ?? 0}`);
    expect(caller.record.peers.get(called.peerId)?.presence).toBe('online');
    await untilAllOnline(world, nodes, introducedMs);
    const allMs = world.nowMs() - startedMs;
    await world.passTime(pastExpiryMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    const [leaver, ...others] = [nth(farNodes, 2), ...nearNodes, nth(farNodes, 0), nth(farNodes, 1)];
    const leftMs = world.nowMs();
    await leaver.stop();
    const goneMs = await untilGone(world, others, [leaver], leftMs);
    expect(departures(others, startedMs).every((departure) => departure.endsWith(' goodbye'))).toBe(true);
    return [
      promptly('both subnets see all', allMs, introducedMs),
      promptly('a leave is seen by all', Math.max(...goneMs), newsMs),
    ];
  },
};
