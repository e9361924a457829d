/**
 * Networks and neighbours that misbehave: the behaviour that must stay correct, and the problems to
 * report.
 */
import { say } from '../../src/shared/text/messages/page.ts';
import { expect } from 'vitest';
import {
  departures,
  expectExactly,
  findDeadlineMs,
  hasHealth,
  healedMs,
  joinedAtMs,
  leftAtMs,
  listsAll,
  missing,
  nth,
  pastExpiryMs,
  promptly,
  startAll,
  untilAllOnline,
  untilAllSeeAll,
  untilHealth,
} from './expectations.ts';
import type { Scenario } from './scenario.ts';
import type { WorldNode } from './world.ts';

const groupPort = 4255;
/** How long another program keeps the port: several attempts to open it fail meanwhile. */
const occupiedMs = 5_000;
/** Attempts become rarer with every failure, so this exceeds the time until the next one. */
const recoverMs = 20_000;
const healthDeadlineMs = 5_000;
const lossRate = 0.2;
const watchedMs = 60_000;

export const portTaken: Scenario = {
  id: 'S-PORT-TAKEN',
  title: '[SOCK-3] a node reports a port in exclusive use by another program, and works once the port is free',
  async run(world) {
    const [host, otherHost] = await world.addHosts(2);
    if (!host || !otherHost) throw new Error('no hosts');
    const other = await otherHost.start();
    const free = await host.occupyPort(groupPort);
    const node = await host.start({ awaitReady: false });
    await untilHealth(world, node, 'port-taken', true, healthDeadlineMs * 4);
    expect(node.record.health.find((entry) => entry.code === 'port-taken')).toMatchObject({
      severity: 'error',
      title: expect.stringContaining(String(groupPort)) as string,
    });
    await world.passTime(occupiedMs);
    expect([node.state, hasHealth(node, 'port-taken'), other.record.peers.size]).toEqual(['running', true, 0]);
    await free();
    const recoveredMs = await world.waitUntil(
      'it works',
      () => node.record.ready !== undefined && listsAll(node, [other]) && listsAll(other, [node]),
      recoverMs,
    );
    await untilHealth(world, node, 'port-taken', false, healthDeadlineMs);
    return [{ name: 'works again', value: recoveredMs, unit: 'ms' }];
  },
};

export const silenceRestarts: Scenario = {
  id: 'S-SILENCE-RESTARTS',
  title: '[DOG-1, DOG-3, SUP-1, SUP-3] a node that hears nothing for 35 s restarts its networking, reports why, and recovers',
  async run(world) {
    const hosts = await world.addHosts(2);
    const nodes = await startAll(hosts);
    await untilAllSeeAll(world, nodes);
    const [deaf, other] = nodes;
    if (!deaf || !other) throw new Error('no nodes');
    const startedMs = world.nowMs();
    const hear = await nth(hosts, 0).deafen();
    const noticedMs = await untilHealth(world, deaf, 'network-silent', true, pastExpiryMs);
    expect(deaf.record.health.find((entry) => entry.code === 'network-silent')).toMatchObject({
      severity: 'error',
      title: say('health.network-silent.title'),
      remedy: say('health.network-silent.remedy'),
    });
    expect((await deaf.diagnostics())['restarts']).toEqual(expect.arrayContaining([expect.anything()]) as unknown);
    await hear();
    const recoveredMs = await untilHealth(world, deaf, 'network-silent', false, recoverMs);
    await untilAllSeeAll(world, nodes);
    // The deaf node was heard all the time.
    expect(departures([other], startedMs)).toEqual([]);
    return [
      { name: 'noticed', value: noticedMs, unit: 'ms', limit: pastExpiryMs },
      { name: 'recovered', value: recoveredMs, unit: 'ms' },
    ];
  },
};

export const lossyNetwork: Scenario = {
  id: 'S-LOSS',
  title: `${lossRate * 100} % loss: ten hosts find each other, and no peer leaves within a minute`,
  async run(world) {
    await world.setLoss(lossRate);
    const nodes = await startAll(await world.addHosts(10));
    const foundMs = await untilAllSeeAll(world, nodes, pastExpiryMs);
    const startedMs = world.nowMs();
    await world.passTime(watchedMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    return [{ name: 'all see all, after the last is ready', value: foundMs, unit: 'ms' }];
  },
};

export const partition: Scenario = {
  id: 'S-PARTITION',
  title: 'two halves of a divided network lose each other without a goodbye, and find each other when it heals',
  async run(world) {
    const hosts = await world.addHosts(4);
    const nodes = await startAll(hosts);
    await untilAllSeeAll(world, nodes);
    const halves = [nodes.slice(0, 2), nodes.slice(2)] as const;
    const startedMs = world.nowMs();
    const heal = await world.partition([hosts.slice(0, 2), hosts.slice(2)]);
    const lost = (node: WorldNode, others: readonly WorldNode[]): boolean =>
      others.every((other) => leftAtMs(node, other, startedMs) !== undefined);
    await world.waitUntil(
      'the halves lose each other',
      () => halves[0].every((node) => lost(node, halves[1])) && halves[1].every((node) => lost(node, halves[0])),
      pastExpiryMs,
    );
    for (const half of halves) expectExactly(half);
    expect(departures(nodes, startedMs).filter((departure) => departure.endsWith(' goodbye'))).toEqual([]);
    await heal();
    const foundMs = await untilAllOnline(world, nodes, healedMs);
    return [promptly('both halves right again', foundMs, healedMs)];
  },
};

export const oneWay: Scenario = {
  id: 'S-ONE-WAY',
  title: '[HS-4] a peer that we hear but that does not hear us is one-way, and online once it does',
  async run(world) {
    const hosts = await world.addHosts(2);
    const undo = await world.block({ from: [nth(hosts, 0)], to: [nth(hosts, 1)], traffic: 'all' });
    const [mute, other] = await startAll(hosts);
    if (!mute || !other) throw new Error('no nodes');
    const shown = (): string | undefined => mute.record.peers.get(other.peerId)?.presence;
    await world.waitUntil('the peer that does not hear us is one-way', () => shown() === 'one-way', pastExpiryMs);
    expect(other.record.peers.size).toBe(0);
    await undo();
    await world.waitUntil(
      'both are online',
      () => shown() === 'online' && other.record.peers.get(mute.peerId)?.presence === 'online',
      findDeadlineMs,
    );
    return [];
  },
};

export const freeze: Scenario = {
  id: 'S-FREEZE',
  title: 'a frozen process that the others gave up finds them again when it continues, and they find it',
  async run(world) {
    const nodes = await startAll(await world.addHosts(3));
    await untilAllSeeAll(world, nodes);
    const [frozen, ...others] = nodes;
    if (!frozen) throw new Error('no nodes');
    const startedMs = world.nowMs();
    frozen.pause();
    await world.waitUntil(
      'the others give it up',
      () => others.every((other) => leftAtMs(other, frozen, startedMs) !== undefined),
      pastExpiryMs,
    );
    await world.passTime(healthDeadlineMs);
    const resumedMs = world.nowMs();
    frozen.resume();
    const foundMs = await world.waitUntil(
      () => `all see each other and the frozen one has heard all: ${missing(nodes)}`,
      () =>
        others.every((other) => (joinedAtMs(other, frozen, resumedMs) ?? 0) > 0) && nodes.every((node) => listsAll(node, nodes)),
      findDeadlineMs,
    );
    expectExactly(nodes);
    return [
      { name: 'found again', value: foundMs, unit: 'ms' },
      // The frozen node was at fault, so each of these departures is false.
      { name: 'peers that it gave up meanwhile', value: departures([frozen], startedMs).length, unit: 'count' },
    ];
  },
};
