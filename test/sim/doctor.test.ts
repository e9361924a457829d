/**
 * The network doctor on faulty networks: datagrams that are lost, refused or come from the wrong
 * place provoke each finding. Findings on plain data are in core/diagnostics.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PortError, type Udp } from '../../src/main/core/ports.ts';
import type { SimHost } from '../fakes/sim-lan.ts';
import type { SimNode } from './sim-node.ts';
import { startOnHost } from './start-on-host.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { findingsOf, found } from './doctor-findings.ts';

let world: SimWorld;
const ownNodes: SimNode[] = [];

beforeEach(() => void (world = createSimWorld({ seed: 'doctor' })));
afterEach(async () => {
  for (const node of ownNodes.splice(0)) await node.kill();
  await world.close();
});

async function startNodes(count: number): Promise<readonly SimNode[]> {
  const hosts = await world.addHosts(count);
  const nodes = await Promise.all(hosts.map(async (host) => (await host.start()) as SimNode));
  await world.passTime(6_000);
  return nodes;
}

async function startOn(simHost: SimHost, given?: Parameters<typeof startOnHost>[2]): Promise<SimNode> {
  const node = await startOnHost(world, simHost, given);
  ownNodes.push(node);
  return node;
}

/** The address that others use as a manual address. */
function addressOf({ hallway }: SimNode): string {
  const { interfaces, unicastPort } = hallway.diagnostics.read();
  return `${interfaces.find(({ family }) => family === 'ipv4')?.address}:${unicastPort}`;
}

async function connect(from: SimNode, to: SimNode): Promise<void> {
  const connecting = from.hallway.network.connect(addressOf(to));
  await world.passTime(3_500);
  expect(await connecting).toEqual({ ok: true, peerId: to.peerId });
}

/** Refuses sends, as a firewall does. */
function refusing(udp: Udp, code: string): Udp {
  return {
    async open(options, handlers) {
      const socket = await udp.open(options, handlers);
      return {
        ...socket,
        send: (_bytes, destination) => {
          world.clock.setTimer(() => handlers.onError(new PortError(code, 'refused'), destination), 0);
        },
      };
    },
  };
}

describe('a sound network', () => {
  test('[DOC-1] gives no finding', async () => {
    expect((await startNodes(3)).map(found)).toEqual([[], [], []]);
  });

  test('[DOC-9] without peers is reported, with our own address', async () => {
    const [node] = await startNodes(1);
    expect(node && found(node)).toEqual(['info nobody-here']);
    expect(node && findingsOf(node)[0]?.values['own']).toBe(node && addressOf(node));
  });
});

describe('our own side', () => {
  test('[DOC-2] a missing adapter is found', async () => {
    const host = await world.addHost({ interfaces: [] });
    const node = (await host.start()) as SimNode;
    await world.passTime(2_000);
    expect(found(node)).toEqual(['error no-network']);
  });

  test('[DOC-2, SOCK-5] an unusable adapter is found until it works; the other one is unaffected', async () => {
    const host = world.lan.addHost('own');
    host.attach(world.lan.addSegment('broken'), { name: 'eth1', ipv4: '10.51.0.1/24' });
    host.attach(world.lan.addSegment('own'), { name: 'eth0', ipv4: '10.50.0.1/24' });
    let isBroken = true;
    const node = await startOn(host, {
      udp: {
        open: (options, handlers) =>
          isBroken && options.address === '10.51.0.1'
            ? Promise.reject(new PortError('EADDRNOTAVAIL', 'refused'))
            : host.udp.open(options, handlers),
      },
    });
    // Shorter than the grace time for an address that is being set up.
    expect(node.hallway.health.list()).toEqual([]);
    await world.passTime(10_000);
    expect({ health: node.hallway.health.list().map(({ code }) => code), found: found(node)[0] }).toEqual({
      health: ['interface-failed'],
      found: 'warning adapter-unusable',
    });
    expect(findingsOf(node)[0]?.values['systemCode']).toBe('EADDRNOTAVAIL');
    const heardOn = (name: string): number =>
      node.hallway.diagnostics.read().interfaces.find((adapter) => adapter.name === name)?.heard ?? 0;
    expect(heardOn('eth0')).toBeGreaterThan(0);
    isBroken = false;
    await world.passTime(6_000);
    expect({ health: node.hallway.health.list(), hears: heardOn('eth1') > 0 }).toEqual({ health: [], hears: true });
  });

  test('[DOC-3] no inbound datagram is found, not even our own beacons', async () => {
    const host = await world.addHost();
    await host.deafen();
    const node = (await host.start()) as SimNode;
    await world.passTime(6_000);
    expect(found(node)).toEqual(['error no-loopback']);
    expect(findingsOf(node)[0]?.values['heard']).toBe('nothing');
    // The watchdog reports the same, and the doctor does not repeat it.
    await world.passTime(36_000);
    expect(found(node)).toEqual(['error no-loopback', 'info restarted']);
  });

  test.each([
    ['EPERM', 'eth0', 'error send-refused'],
    ['EHOSTUNREACH', 'en0', 'error local-network-denied'],
    ['ENETUNREACH', 'eth0', 'error no-route'],
  ])('[DOC-4] all sends are refused: %s', async (code, adapter, expected) => {
    const host = world.lan.addHost('own');
    host.attach(world.lan.addSegment('own'), { name: adapter, ipv4: '10.50.0.1/24' });
    expect(found(await startOn(host, { udp: refusing(host.udp, code) }))).toEqual([expected]);
  });

  test('[DOC-4, DOC-10] a given address without a route is found, until it is forgotten', async () => {
    const [one, other] = await startNodes(2);
    if (!one || !other) throw new Error('two nodes were started');
    const connecting = one.hallway.network.connect('172.31.0.1:50000');
    await world.passTime(3_500);
    expect(await connecting).toMatchObject({ ok: false, code: 'no-answer' });
    expect(found(one)).toEqual(['warning address-unreachable', 'info address-unanswered']);
    expect(findingsOf(one)[0]?.values).toEqual({ count: 1, targets: ['172.31.0.1:50000'], systemCode: 'ENETUNREACH' });
    // The other nodes are unaffected.
    expect([one, other].map(({ record }) => record.peers.size)).toEqual([1, 1]);
    one.hallway.network.forget('172.31.0.1:50000');
    await world.passTime(61_000);
    expect(found(one)).toEqual([]);
  });

  test('[DOC-7] another computer with our address is found', async () => {
    const segment = world.lan.addSegment('own');
    const [one, other] = ['one', 'other'].map((name) => {
      const host = world.lan.addHost(name);
      host.attach(segment, { name: 'eth0', ipv4: '10.50.0.1/24' });
      return host;
    }) as [SimHost, SimHost];
    const node = await startOn(one);
    await startOn(other);
    await world.passTime(10_000);
    expect(found(node)).toContain('error address-conflict');
    expect(findingsOf(node)[0]?.values).toEqual({ address: '10.50.0.1', hosts: ['other'], count: 1 });
  });

  test('[DOC-7] another computer with a copy of our profile is found, until it stops', async () => {
    const segment = world.lan.addSegment('own');
    const hosts = [1, 2].map((number) => {
      const host = world.lan.addHost(`own${number}`);
      host.attach(segment, { name: 'eth0', ipv4: `10.50.0.${number}/24` });
      return host;
    }) as [SimHost, SimHost];
    const first = await startOn(hosts[0], { identity: 'the copied profile' });
    const copy = await startOn(hosts[1], { identity: 'the copied profile' });
    expect(found(first)).toContain('error key-in-use');
    expect(findingsOf(first)[0]?.values).toEqual({ source: addressOf(copy) });
    await copy.stop();
    await world.passTime(40_000);
    expect(found(first)).toEqual(['info nobody-here']);
  });

  test('[DOC-9] a VPN and a virtual adapter are found, beside an ordinary adapter and alone', async () => {
    const host = world.lan.addHost('own');
    host.attach(world.lan.addSegment('vpn'), { name: 'tun0', ipv4: '10.8.0.6/32' });
    const node = await startOn(host);
    expect(found(node)).toEqual(['warning vpn-only', 'info nobody-here']);
    host.attach(world.lan.addSegment('office'), { name: 'eth0', ipv4: '10.50.0.1/24' });
    host.attach(world.lan.addSegment('containers'), { name: 'docker0', ipv4: '172.17.0.1/16' });
    await world.passTime(6_000);
    expect(found(node)).toEqual(['info vpn-adapter', 'info virtual-adapter', 'info nobody-here']);
    node.hallway.network.change({ excludedInterfaces: ['tun0', 'docker0'] });
    await world.passTime(6_000);
    expect(found(node)).toEqual(['info nobody-here']);
  });
});

describe('the peers', () => {
  test('[DOC-5] one of three peers that does not hear us is found', async () => {
    const hosts = await world.addHosts(3);
    await world.block({ from: hosts.slice(0, 1), to: hosts.slice(1, 2), traffic: 'all' });
    const [node, deaf] = await Promise.all(hosts.map(async (host) => (await host.start()) as SimNode));
    await world.passTime(10_000);
    expect(node && found(node)).toEqual(['warning one-way']);
    expect(node && findingsOf(node)[0]?.values).toMatchObject({ names: ['h2 (h2)'], others: 'hear' });
    // The deaf node cannot know that it is one-way.
    expect(deaf && found(deaf)).toEqual([]);
  });

  test('[DOC-5] a node that no peer hears is found', async () => {
    const hosts = await world.addHosts(4);
    await world.block({ from: hosts.slice(0, 1), to: hosts.slice(1), traffic: 'all' });
    const [node] = await Promise.all(hosts.map(async (host) => (await host.start()) as SimNode));
    await world.passTime(10_000);
    expect(node && found(node)).toEqual(['error one-way-all']);
  });

  test('[DOC-6] multicast filtered from the start is found, and one manual address connects all peers', async () => {
    const hosts = await world.addHosts(3);
    await world.block({ traffic: 'multicast' });
    const nodes = await Promise.all(hosts.map(async (host) => (await host.start()) as SimNode));
    const [first, second, third] = nodes as [SimNode, SimNode, SimNode];
    await world.passTime(6_000);
    expect(found(first)).toEqual(['info nobody-here']);
    await connect(first, second);
    await connect(third, second);
    await world.passTime(35_000);
    expect(nodes.map(found)).toEqual(nodes.map(() => ['warning multicast-filtered']));
    expect(nodes.map(({ record }) => record.peers.size)).toEqual([2, 2, 2]);
  });

  test('[DOC-6] multicast that stops after it worked is found', async () => {
    const [first, second] = await startNodes(2);
    if (!first || !second) throw new Error('two nodes were started');
    const heal = await world.block({ traffic: 'multicast' });
    await world.passTime(60_000);
    expect([first, second].map(found)).toEqual([['warning multicast-stopped'], ['warning multicast-stopped']]);
    await heal();
    await world.passTime(20_000);
    expect([first, second].map(found)).toEqual([[], []]);
  });

  test('[DOC-6] multicast that is lost from one of three peers is found', async () => {
    const hosts = await world.addHosts(3);
    const [first, , third] = await Promise.all(hosts.map(async (host) => (await host.start()) as SimNode));
    await world.passTime(2_000);
    await world.block({ from: hosts.slice(2), traffic: 'multicast' });
    await world.passTime(60_000);
    expect(first && found(first)).toEqual(['info unicast-only']);
    expect(first && findingsOf(first)[0]?.values['names']).toContain('h3 (h3)');
    expect(third && found(third)).toEqual([]);
  });

  test('[DOC-6, CALL-3] peers behind a router are found as unicast-only, after one manual address', async () => {
    const [near, far] = [world.lan.addSegment('near'), world.lan.addSegment('far')];
    world.lan.connect(near, far);
    const nodes: SimNode[] = [];
    for (const [name, segment, ipv4] of [
      ['n1', near, '10.50.0.1/24'],
      ['n2', near, '10.50.0.2/24'],
      ['f1', far, '10.51.0.1/24'],
      ['f2', far, '10.51.0.2/24'],
    ] as const) {
      const host = world.lan.addHost(name);
      host.attach(segment, { name: 'eth0', ipv4 });
      nodes.push(await startOn(host));
    }
    const [n1, , f1] = nodes as [SimNode, SimNode, SimNode, SimNode];
    expect(nodes.map(({ record }) => record.peers.size)).toEqual([1, 1, 1, 1]);
    await connect(n1, f1);
    await world.passTime(65_000);
    expect(n1.record.peers.size).toBe(3);
    expect(found(n1)).toEqual(['info other-subnet']);
  });
});
