/**
 * Whole nodes that fall silent themselves: cut off, frozen, asleep, or with a wall clock that
 * jumps. No other peer leaves because of it.
 */
import { afterEach, describe, expect, test } from 'vitest';
import {
  areAllOnline,
  countJoins,
  departures,
  expectExactly,
  expiryMs,
  hasHealth,
  leftAtMs,
  pastExpiryMs,
  presenceOf,
  presencesShown,
  violationsOf,
} from '../scenarios/expectations.ts';
import { describeFigure } from '../scenarios/figures.ts';
import { addAttacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld, type SimWorldOptions } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'liveness';
/** Every node notices a crash within this time. */
const crashLimitMs = 5_000;

let world: SimWorld;

afterEach(() => world.close());

/** Starts hosts and waits until all list each other. */
async function settled(count: number, options: Partial<SimWorldOptions> = {}): Promise<readonly SimNode[]> {
  world = createSimWorld({ seed, ...options });
  return startSettled(world, count);
}

describe('all peers fall silent at once', () => {
  test('[DOUBT-1, DOUBT-2] all are suspect and health reports that we look offline; silent peers expire', async () => {
    const nodes = await settled(10);
    const [cutOff, ...others] = nodes as [SimNode, ...SimNode[]];
    const startedMs = world.nowMs();
    await world.block({ from: others.map(({ host }) => host), to: [cutOff.host], traffic: 'all' });
    await world.waitUntil(
      'all are suspect, and health reports it',
      () => others.every((other) => presenceOf(cutOff, other) === 'suspect') && hasHealth(cutOff, 'looks-offline'),
      15_000,
    );
    await world.passTime(27_000 - (world.nowMs() - startedMs));
    expect(departures([cutOff], startedMs)).toEqual([]);
    await world.waitUntil('they expire', () => cutOff.record.peers.size === 0, expiryMs);
    expect(world.nowMs() - startedMs).toBeLessThanOrEqual(pastExpiryMs);
    // With one peer left, hearing our own beacons rules out our own fault.
    const reasons = others.map((other) => presencesShown(cutOff, other, startedMs).at(-1));
    expect(reasons.filter((reason) => reason === 'expired').length).toBeGreaterThanOrEqual(others.length - 1);
    await world.passTime(2_000);
    expect(hasHealth(cutOff, 'looks-offline'), 'the doubt is over').toBe(false);
    expect(departures(others, startedMs)).toEqual([]);
  });

  test('[DOUBT-5] once one is heard again all suspects are probed, and are back within a second', async () => {
    const nodes = await settled(10);
    const [cutOff, ...others] = nodes as [SimNode, ...SimNode[]];
    const startedMs = world.nowMs();
    const heal = await world.block({ from: others.map(({ host }) => host), to: [cutOff.host], traffic: 'all' });
    await world.waitUntil('all are suspects', () => others.every((other) => presenceOf(cutOff, other) === 'suspect'), 15_000);
    await world.passTime(3_000);
    await heal();
    await world.waitUntil('one is heard', () => others.some((other) => presenceOf(cutOff, other) === 'online'), 6_000);
    const heardMs = await world.waitUntil('all are back', () => others.every((o) => presenceOf(cutOff, o) === 'online'), 6_000);
    expect(heardMs).toBeLessThanOrEqual(1_000);
    await world.passTime(2_000);
    expect([departures(nodes, startedMs), hasHealth(cutOff, 'looks-offline')]).toEqual([[], false]);
  });

  test('[DOUBT-2] while our own beacons do not come back all peers stay listed', async () => {
    const nodes = await settled(5);
    const [deaf] = nodes as [SimNode];
    const startedMs = world.nowMs();
    const hear = await deaf.host.deafen();
    await world.passTime(300_000);
    expect(departures([deaf], startedMs)).toEqual([]);
    expect([hasHealth(deaf, 'network-silent'), hasHealth(deaf, 'looks-offline')]).toEqual([true, true]);
    await hear();
    const backMs = await world.waitUntil('all are back', () => areAllOnline(nodes), 70_000);
    console.log(describeFigure('SIM', { name: 'all online again after five deaf minutes', value: backMs, unit: 'ms' }));
    await world.passTime(2_000);
    // The others may have lost it during its repeated restarts.
    expect([departures([deaf], startedMs), deaf.record.health]).toEqual([[], []]);
  });
});

describe('a stall', () => {
  test.each([3, 20])(
    '[DOUBT-3] of 60 s among %i nodes removes no peer, and the node returns once, within seconds',
    async (count) => {
      const nodes = await settled(count);
      const [frozen, ...others] = nodes as [SimNode, ...SimNode[]];
      const startedMs = world.nowMs();
      frozen.pause();
      await world.passTime(60_000);
      expect(others.every((other) => leftAtMs(other, frozen, startedMs) !== undefined)).toBe(true);
      const resumedMs = world.nowMs();
      frozen.resume();
      const backMs = await world.waitUntil('all are online', () => areAllOnline(nodes), 20_000);
      console.log(describeFigure('SIM', { name: `back after a freeze, ${count} nodes`, value: backMs, unit: 'ms' }));
      expect(backMs).toBeLessThanOrEqual(10_000);
      await world.passTime(pastExpiryMs);
      expect(departures([frozen], startedMs)).toEqual([]);
      expect(departures(others, resumedMs)).toEqual([]);
      expectExactly(nodes);
      expect([others.map((other) => countJoins(other, frozen)), violationsOf(world.nodes)]).toEqual([others.map(() => 2), []]);
      const { stalls, restarts } = frozen.hallway.diagnostics.read();
      expect([stalls.length, restarts, frozen.record.health]).toEqual([1, [], []]);
    },
  );

  test('[DOUBT-3] does not delay noticing a peer that crashed meanwhile', async () => {
    const nodes = await settled(5);
    const [frozen, dead, ...others] = nodes as [SimNode, SimNode, ...SimNode[]];
    frozen.pause();
    await world.passTime(5_000);
    await dead.kill();
    await world.passTime(55_000);
    const resumedMs = world.nowMs();
    frozen.resume();
    await world.waitUntil('the dead one is gone', () => !frozen.record.peers.has(dead.peerId), pastExpiryMs);
    console.log(describeFigure('SIM', { name: 'a ghost after a freeze', value: world.nowMs() - resumedMs, unit: 'ms' }));
    expect(world.nowMs() - resumedMs).toBeLessThanOrEqual(crashLimitMs);
    await world.waitUntil('the others are online', () => areAllOnline([frozen, ...others]), 20_000);
    expect(departures([frozen], 0)).toHaveLength(1);
  });

  test("[DOUBT-3] of 3 s during a probe does not count as the peer's silence", async () => {
    const nodes = await settled(4);
    const [frozen, other] = nodes as [SimNode, SimNode];
    const heal = await world.block({ from: [other.host], to: [frozen.host], traffic: 'all' });
    await world.waitUntil('it is being asked', () => presenceOf(frozen, other) === 'suspect', 15_000);
    frozen.pause();
    await heal();
    await world.passTime(3_000);
    frozen.resume();
    await world.passTime(pastExpiryMs);
    // For the others, three seconds are enough to lose the node.
    expect([departures([frozen], 0), areAllOnline(nodes)]).toEqual([[], true]);
  });
});

describe('a wall clock that jumps', () => {
  test.each([
    ['forward by an hour', 3_600_000],
    ['back by an hour', -3_600_000],
    ['forward by 6 s', 6_000],
  ])('[DOUBT-4] %s counts as sleep: groups are joined again, a burst is sent, no peer leaves', async (_what, byMs) => {
    const nodes = await settled(3);
    const attacker = await addAttacker(world);
    const startedMs = world.nowMs();
    const [ana] = nodes as [SimNode];
    // A driver reset after sleep: same name, same addresses, but no membership.
    await ana.host.recreateInterface('eth0');
    world.clock.jumpWall(byMs);
    await world.passTime(3_500);
    const moments = attacker
      .recorded(ana.host, 'beacon')
      .filter(({ multicast, destination }) => multicast && destination.startsWith('224.'))
      .map(({ atMs }) => atMs);
    const first = moments[0] ?? NaN;
    expect(moments.map((atMs) => Math.round(atMs - first))).toEqual([0, 500, 1_500]);
    expect(first - startedMs).toBeLessThanOrEqual(1_100);
    const adapters = ana.hallway.diagnostics.read().interfaces.map((adapter) => adapter.ownBeaconHeardMsAgo ?? Infinity);
    expect(Math.max(...adapters)).toBeLessThanOrEqual(3_500);
    expect(ana.hallway.diagnostics.read().clockJumps.map((jump) => jump.byMs)).toEqual([byMs]);
    await world.passTime(pastExpiryMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expect([areAllOnline(nodes), violationsOf(world.nodes)]).toEqual([true, []]);
  });

  test('[DOUBT-4] a correction of a few seconds has no effect', async () => {
    const [ana] = (await settled(2)) as [SimNode];
    const attacker = await addAttacker(world);
    world.clock.jumpWall(4_000);
    await world.passTime(3_500);
    expect(ana.hallway.diagnostics.read().clockJumps).toEqual([]);
    expect(attacker.recorded(ana.host, 'beacon').length).toBeLessThanOrEqual(1);
  });
});

describe('suspend and resume', () => {
  test('[DOUBT-6, BYE-2] a node says goodbye, is silent, and returns within seconds without false departures', async () => {
    const nodes = await settled(5);
    const [sleeper, ...others] = nodes as [SimNode, ...SimNode[]];
    const attacker = await addAttacker(world);
    const startedMs = world.nowMs();
    const suspended = sleeper.hallway.presence.suspend();
    await world.waitUntil('all know', () => others.every((other) => !other.record.peers.has(sleeper.peerId)), 1_000);
    expect(new Set(departures(others, startedMs).map((text) => text.split(' ').at(-1)))).toEqual(new Set(['goodbye']));
    await world.passTime(200);
    await suspended;
    const wireMs = world.nowMs();
    await world.passTime(120_000);
    const said = ['beacon', 'hello', 'hello-ack', 'ping', 'pong', 'suspect', 'goodbye'] as const;
    expect(said.flatMap((kind) => attacker.recorded(sleeper.host, kind)).filter(({ atMs }) => atMs > wireMs)).toEqual([]);
    expect(departures([sleeper], startedMs)).toEqual([]);
    const resumedMs = world.nowMs();
    sleeper.hallway.presence.resume();
    const backMs = await world.waitUntil('all are online', () => areAllOnline(nodes), 20_000);
    console.log(describeFigure('SIM', { name: 'back after suspend and resume', value: backMs, unit: 'ms' }));
    expect(backMs).toBeLessThanOrEqual(crashLimitMs);
    await world.passTime(pastExpiryMs);
    expect([departures([sleeper], startedMs), departures(others, resumedMs), violationsOf(world.nodes)]).toEqual([[], [], []]);
    expectExactly(nodes);
    expect([sleeper.record.health, sleeper.hallway.diagnostics.read().restarts]).toEqual([[], []]);
  });

  test('[DOUBT-6] a node that resumes before its goodbyes are sent stays listed', async () => {
    const nodes = await settled(3);
    const [sleeper, ...others] = nodes as [SimNode, ...SimNode[]];
    const attacker = await addAttacker(world);
    void sleeper.hallway.presence.suspend();
    await world.passTime(20);
    sleeper.hallway.presence.resume();
    const resumedMs = world.nowMs();
    await world.passTime(10_000);
    expect(attacker.recorded(sleeper.host, 'goodbye').filter(({ atMs }) => atMs > resumedMs)).toEqual([]);
    expect([departures(others, resumedMs), areAllOnline(nodes)]).toEqual([[], true]);
  });

  test('[DOUBT-6, BYE-1] a resume or clock jump during the final goodbye does not bring a node back', async () => {
    const nodes = await settled(3);
    const [leaver, ...others] = nodes as [SimNode, ...SimNode[]];
    const attacker = await addAttacker(world);
    const leaving = leaver.stop();
    leaver.hallway.presence.resume();
    world.clock.jumpWall(60_000);
    await leaving;
    await world.passTime(10_000);
    const goodbyeMs = attacker.recorded(leaver.host, 'goodbye')[0]?.atMs ?? NaN;
    const kinds = ['beacon', 'hello', 'hello-ack', 'ping', 'pong'] as const;
    const said = kinds.flatMap((kind) => attacker.recorded(leaver.host, kind)).filter(({ atMs }) => atMs >= goodbyeMs);
    expect([said, others.filter((other) => other.record.peers.has(leaver.peerId))]).toEqual([[], []]);
  });

  test('[DOUBT-6] probes that were not sent remove no peer', async () => {
    const nodes = await settled(4);
    const [sleeper, other] = nodes as [SimNode, SimNode];
    await world.block({ from: [other.host], to: [sleeper.host], traffic: 'all' });
    await world.waitUntil('it is being asked', () => presenceOf(sleeper, other) === 'suspect', 15_000);
    const startedMs = world.nowMs();
    void sleeper.hallway.presence.suspend();
    await world.passTime(60_000);
    expect(departures([sleeper], startedMs)).toEqual([]);
  });
});
