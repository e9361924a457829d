/** Networks that appear, vanish, change and return under a running node. */
import { expect } from 'vitest';
import {
  countJoins,
  departures,
  expectExactly,
  findDeadlineMs,
  followMs,
  hasHealth,
  lastSeenMs,
  listsAll,
  pastExpiryMs,
  promptly,
  slowestBeaconMs,
  startAll,
  untilAllSeeAll,
  untilHealth,
  untilHeardAgain,
} from './expectations.ts';
import type { Figure } from './figures.ts';
import type { Scenario } from './scenario.ts';
import type { Host, World, WorldNode } from './world.ts';

const followed = (name: string, value: number): Figure => promptly(name, value, followMs);
/** Longer than the goal, so that a figure that misses it is still measured. */
const patienceMs = 4 * followMs;

/** Starts a host on both segments, between one host on each. */
async function bridgeTwoSegments(
  world: World,
  first: readonly string[],
): Promise<{ hosts: readonly [Host, Host, Host]; nodes: readonly [WorldNode, WorldNode, WorldNode] }> {
  const middle = await world.addHost({ interfaces: first.map((segment, index) => ({ name: `eth${index}`, segment })) });
  const near = await world.addHost();
  const far = await world.addHost({ interfaces: [{ name: 'eth0', segment: 'far' }] });
  const hosts = [middle, near, far] as const;
  const nodes = [await middle.start(), await near.start(), await far.start()] as const;
  return { hosts, nodes };
}

const seeEachOther = (one: WorldNode, other: WorldNode): boolean => listsAll(one, [other]) && listsAll(other, [one]);

export const interfaceAppears: Scenario = {
  id: 'S-INTERFACE-APPEARS',
  title: '[MEM-2] an adapter that is added later is used within 5 s, and its peers are found',
  async run(world) {
    const { hosts, nodes } = await bridgeTwoSegments(world, ['lan']);
    const [middle, near, far] = nodes;
    await untilAllSeeAll(world, [middle, near]);
    const startedMs = world.nowMs();
    await hosts[0].addInterface({ name: 'eth1', segment: 'far' });
    const foundMs = await world.waitUntil('the host on the new segment is found', () => seeEachOther(middle, far), patienceMs);
    expect([listsAll(near, [far]), listsAll(far, [near]), departures(nodes, startedMs)]).toEqual([false, false, []]);
    return [followed('found', foundMs)];
  },
};

export const interfaceVanishes: Scenario = {
  id: 'S-INTERFACE-VANISHES',
  title: 'a removed adapter loses only peers that no other adapter reaches, and is used again when it returns',
  async run(world) {
    const { hosts, nodes } = await bridgeTwoSegments(world, ['lan', 'far']);
    const [middle, near, far] = nodes;
    await world.waitUntil(
      'neighbours see each other',
      () => seeEachOther(middle, near) && seeEachOther(middle, far),
      findDeadlineMs,
    );
    const startedMs = world.nowMs();
    await hosts[0].removeInterface('eth1');
    await world.waitUntil('both ends notice', () => !listsAll(middle, [far]) && !listsAll(far, [middle]), pastExpiryMs);
    expect(departures(nodes, startedMs).toSorted()).toEqual([
      expect.stringMatching(`^${middle.name}: ${far.name} (expired|unreachable)$`),
      expect.stringMatching(`^${far.name}: ${middle.name} (expired|unreachable|goodbye)$`),
    ]);
    await hosts[0].addInterface({ name: 'eth1', segment: 'far' });
    const foundMs = await world.waitUntil('they find each other again', () => seeEachOther(middle, far), patienceMs);
    expect([seeEachOther(middle, near), countJoins(middle, near)]).toEqual([true, 1]);
    return [followed('found again', foundMs)];
  },
};

export const addressChanges: Scenario = {
  id: 'S-ADDRESS-CHANGES',
  title: 'a host whose addresses change is shown with the new ones within 5 s and never leaves the list',
  async run(world) {
    const hosts = await world.addHosts(3);
    const nodes = await startAll(hosts);
    await untilAllSeeAll(world, nodes);
    const [host] = hosts;
    const [mover, ...others] = nodes;
    if (!host || !mover) throw new Error('no host');
    const startedMs = world.nowMs();
    await host.changeAddress('eth0');
    const fresh = host.addressesOf('eth0');
    const isFresh = (endpoint: string): boolean => fresh.some((address) => endpoint.includes(address));
    const shown = (node: WorldNode): readonly string[] => node.record.peers.get(mover.peerId)?.addresses ?? [];
    const shownMs = await world.waitUntil(
      () => `the others show ${fresh.join(' or ')}: ${others.map((node) => shown(node).join(' ')).join('; ')}`,
      () => others.every((node) => shown(node).some(isFresh)),
      patienceMs,
    );
    // Time until the old addresses expired, and another beacon came.
    await world.passTime(pastExpiryMs + slowestBeaconMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    const listings = await Promise.all(others.map((node) => node.askPeers()));
    const kept = listings.map((listed) => listed.find((peer) => peer.peerId === mover.peerId)?.addresses ?? []);
    expect(kept.flat().filter((endpoint) => !isFresh(endpoint))).toEqual([]);
    expect(kept.every((addresses) => addresses.length > 0)).toBe(true);
    return [followed('shown with the new address', shownMs)];
  },
};

interface Outage {
  readonly id: string;
  readonly what: string;
  readonly lose: (host: Host) => Promise<void>;
  readonly regain: (host: Host) => Promise<void>;
  readonly durationMs: number;
}

/** Long enough to be noticed, too short for a peer to expire. */
const shortOutageMs = 8_000;

function loseAndRegain({ id, what, lose, regain, durationMs }: Outage): Scenario {
  return {
    id: `S-LOSE-AND-REGAIN-NETWORK-${id}`,
    title: `[MEM-4] ${what}: the node reports that it has no network, and is back within 5 s of its return`,
    async run(world) {
      const hosts = await world.addHosts(3);
      const nodes = await startAll(hosts);
      await untilAllSeeAll(world, nodes);
      const [host] = hosts;
      const [loser, other] = nodes;
      if (!host || !loser || !other) throw new Error('no host');
      const startedMs = world.nowMs();
      await lose(host);
      const noticedMs = await untilHealth(world, loser, 'no-network', true, patienceMs);
      await world.passTime(durationMs - noticedMs);
      // The others see a silent peer. The node itself knows that its own network failed.
      if (durationMs < pastExpiryMs) expect(departures([loser], startedMs)).toEqual([]);
      else expect(listsAll(other, [loser])).toBe(false);
      expect(departures(nodes, startedMs).filter((departure) => departure.endsWith(' goodbye'))).toEqual([]);
      const before = [await lastSeenMs(loser, other), await lastSeenMs(other, loser)] as const;
      await regain(host);
      const regainedMs = world.nowMs();
      const [heardMs, wasHeardMs] = await Promise.all([
        untilHeardAgain(world, loser, other, before[0], patienceMs),
        untilHeardAgain(world, other, loser, before[1], patienceMs),
      ]);
      await untilAllSeeAll(world, nodes);
      expect([hasHealth(loser, 'no-network'), departures(nodes, regainedMs)]).toEqual([false, []]);
      expectExactly(nodes);
      return [
        followed('said that there is no network', noticedMs),
        followed('heard others again', heardMs),
        followed('was heard again', wasHeardMs),
      ];
    },
  };
}

export const outages: readonly Scenario[] = [
  {
    id: 'CABLE',
    what: 'a cable that is pulled and plugged in again',
    lose: (host: Host) => host.pullCable('eth0'),
    regain: (host: Host) => host.plugCable('eth0'),
    durationMs: shortOutageMs,
  },
  {
    id: 'LONG',
    what: 'a cable that is pulled until all others lost the host',
    lose: (host: Host) => host.pullCable('eth0'),
    regain: (host: Host) => host.plugCable('eth0'),
    durationMs: pastExpiryMs,
  },
  {
    id: 'LINK',
    what: 'an adapter that is switched off and on',
    lose: (host: Host) => host.disableInterface('eth0'),
    regain: (host: Host) => host.enableInterface('eth0'),
    durationMs: shortOutageMs,
  },
  {
    id: 'ADDRESS',
    what: 'addresses that are taken away and given back',
    lose: (host: Host) => host.removeAddresses('eth0'),
    regain: (host: Host) => host.restoreAddresses('eth0'),
    durationMs: shortOutageMs,
  },
].map(loseAndRegain);

export const adapterRecreated: Scenario = {
  id: 'S-LOSE-AND-REGAIN-NETWORK-ADAPTER',
  title: '[MEM-3] an adapter replaced at once under the same name and addresses is joined again, and no peer leaves',
  async run(world) {
    const hosts = await world.addHosts(3);
    const nodes = await startAll(hosts);
    await untilAllSeeAll(world, nodes);
    const [host] = hosts;
    const [own, other] = nodes;
    if (!host || !own || !other) throw new Error('no host');
    const startedMs = world.nowMs();
    await host.recreateInterface('eth0');
    const before = [await lastSeenMs(own, other), await lastSeenMs(other, own)] as const;
    // No visible fact changes, so the node needs the time to miss its own beacons.
    const [heardMs, wasHeardMs] = await Promise.all([
      untilHeardAgain(world, own, other, before[0], pastExpiryMs),
      untilHeardAgain(world, other, own, before[1], pastExpiryMs),
    ]);
    await world.passTime(pastExpiryMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    return [
      { name: 'heard others again', value: heardMs, unit: 'ms' },
      { name: 'was heard again', value: wasHeardMs, unit: 'ms' },
    ];
  },
};

export const noNetwork: Scenario = {
  id: 'S-NO-NETWORK',
  title: '[MEM-4, HEALTH-1] without a network a node is ready and reports it, and uses a network within 5 s',
  async run(world) {
    const lonely = await world.addHost({ interfaces: [] });
    const other = await (await world.addHost()).start();
    const node = await lonely.start();
    await untilHealth(world, node, 'no-network', true, followMs);
    expect([
      node.record.ready?.event.interfaces,
      node.record.health.every((entry) => entry.title !== '' && entry.remedy !== ''),
    ]).toEqual([[], true]);
    await lonely.addInterface({ name: 'eth0' });
    const foundMs = await world.waitUntil('it finds and is found', () => seeEachOther(node, other), patienceMs);
    await untilHealth(world, node, 'no-network', false, followMs);
    return [followed('found', foundMs)];
  },
};

export const ipv6Only: Scenario = {
  id: 'S-IPV6-ONLY',
  title: 'hosts with IPv6 alone and with both families find each other, and list no unreachable peer',
  async run(world) {
    const six = { interfaces: [{ name: 'eth0', ipv4: false }] };
    const four = { interfaces: [{ name: 'eth0', ipv6: false }] };
    const hosts = [...(await world.addHosts(2, six)), await world.addHost(), await world.addHost(four)];
    const nodes = await startAll(hosts);
    const [sixOne, sixTwo, both, fourOnly] = nodes;
    if (!sixOne || !sixTwo || !both || !fourOnly) throw new Error('no nodes');
    const withSix = [sixOne, sixTwo, both];
    await world.waitUntil(
      'all reachable nodes list each other',
      () => withSix.every((node) => listsAll(node, withSix)) && seeEachOther(both, fourOnly),
      findDeadlineMs,
    );
    const startedMs = world.nowMs();
    await world.passTime(pastExpiryMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expect([sixOne, sixTwo].map((node) => listsAll(node, [fourOnly]))).toEqual([false, false]);
    expect(fourOnly.record.peers.size).toBe(1);
    return [];
  },
};
