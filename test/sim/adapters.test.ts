/**
 * Adapters that the system uses only in part: joins, sends and sockets that it refuses for a while.
 * Real limits are in test/netns/adapters.test.ts.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PortError, type Udp, type UdpSocket } from '../../src/main/core/ports.ts';
import type { SimHost } from '../fakes/sim-lan.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startOnHost } from './start-on-host.ts';

let world: SimWorld;
let host: SimHost;
let node: SimNode;

beforeEach(() => {
  world = createSimWorld({ seed: 'adapters' });
  host = world.lan.addHost('own');
});
afterEach(async () => {
  await node.kill();
  await world.close();
});

/** The sockets of the host, each changed by the test. */
function changed(change: (socket: UdpSocket, isShared: boolean) => Partial<UdpSocket>): Udp {
  return {
    async open(options, handlers) {
      const socket = await host.udp.open(options, handlers);
      return { ...socket, ...change(socket, options.shared) };
    },
  };
}

function attachMany(count: number): void {
  const segment = world.lan.addSegment('own');
  for (let index = 0; index < count; index += 1) host.attach(segment, { name: `eth${index}`, ipv4: `10.50.${index}.1/24` });
}

const codes = (): readonly string[] => node.hallway.health.list().map(({ code }) => code);
const joined = (): readonly boolean[] => node.hallway.diagnostics.read().interfaces.map((adapter) => adapter.joined);

test('[SOCK-7] where a socket may have 20 memberships, 25 adapters are joined on two', async () => {
  attachMany(25);
  const udp = changed((socket) => {
    let memberships = 0;
    return {
      join(group, on) {
        if (memberships === 20) throw new PortError('ENOBUFS', 'no more memberships');
        memberships += 1;
        socket.join(group, on);
      },
    };
  });
  node = await startOnHost(world, host, { udp });
  expect(joined()).toEqual(Array.from({ length: 25 }, () => true));
  expect(host.openSockets()).toBe(25 + 2);
});

test('[SOCK-5, SOCK-7] an adapter that opens and cannot join is a health entry after the grace time, until it joins', async () => {
  attachMany(2);
  let isRefused = true;
  const udp = changed((socket) => ({
    join(group, on) {
      if (isRefused && on.name === 'eth1') throw new PortError('ENOBUFS', 'no more memberships');
      socket.join(group, on);
    },
  }));
  node = await startOnHost(world, host, { udp });
  expect(codes()).toEqual([]);
  await world.passTime(6_000);
  expect({ codes: codes(), joined: joined() }).toEqual({ codes: ['interface-failed'], joined: [true, false] });
  // One group listener: a socket on which nothing could be joined is closed again.
  expect(host.openSockets()).toBeLessThanOrEqual(3);
  isRefused = false;
  await world.passTime(3_000);
  expect({ codes: codes(), joined: joined() }).toEqual({ codes: [], joined: [true, true] });
});

test('[SOCK-7] a group listener that cannot open is opened at the next poll where it can', async () => {
  const segment = world.lan.addSegment('own');
  host.attach(segment, { name: 'eth0', ipv4: '10.50.0.1/24' });
  let isExhausted = false;
  const udp: Udp = {
    open: (options, handlers) =>
      isExhausted && options.shared ? Promise.reject(new PortError('EMFILE', 'no descriptor')) : host.udp.open(options, handlers),
  };
  node = await startOnHost(world, host, { udp });
  isExhausted = true;
  host.attach(segment, { name: 'eth1', ipv4: '10.51.0.1/24', ipv6: 'fe80::1/64' });
  await world.passTime(20_000);
  const failures = node.hallway.diagnostics.read().interfaces.map(({ failure }) => failure);
  expect({ joined: joined(), failures, codes: codes() }).toEqual({
    joined: [true, true, false],
    failures: [null, null, 'EMFILE'],
    codes: ['interface-failed'],
  });
  isExhausted = false;
  await world.passTime(3_000);
  expect({ joined: joined(), codes: codes() }).toEqual({ joined: [true, true, true], codes: [] });
});

test('[SOCK-8] a full neighbour table closes no socket, and is a health entry until it has room', async () => {
  host.attach(world.lan.addSegment('own'), { name: 'eth0', ipv4: '10.50.0.1/24', ipv6: 'fe80::1/64' });
  let isFull = false;
  const opened: string[] = [];
  const udp: Udp = {
    async open(options, handlers) {
      opened.push(options.address ?? 'group');
      const socket = await host.udp.open(options, handlers);
      return {
        ...socket,
        send(bytes, destination) {
          // The own copy of a multicast comes back all the same.
          socket.send(bytes, destination);
          const code = options.family === 'ipv4' ? 'ENOBUFS' : 'EINVAL';
          if (isFull) world.clock.setTimer(() => handlers.onError(new PortError(code, 'no room'), destination), 0);
        },
      };
    },
  };
  node = await startOnHost(world, host, { udp });
  const before = [...opened];
  isFull = true;
  await world.passTime(35_000);
  expect({ opened, codes: codes() }).toEqual({ opened: before, codes: ['neighbour-table-full'] });
  isFull = false;
  await world.passTime(65_000);
  expect({ opened, codes: codes() }).toEqual({ opened: before, codes: [] });
});
