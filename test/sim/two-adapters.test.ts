/**
 * A peer with two adapters that falls silent on one: which addresses are probed, and which one
 * counts afterwards.
 */
import { afterEach, expect, test } from 'vitest';
import { departures, nth, untilAllSeeAll } from '../scenarios/expectations.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'two-adapters';
/** Time until the bursts are over, and steady beacons came by both adapters. */
const settledMs = 10_000;
/** Time until a ring neighbour was probed and all its PINGs could go unanswered. */
const askedMs = 4_500;

let world: SimWorld;

afterEach(() => world.close());

async function twoWithTwo(): Promise<{ readonly ana: SimNode; readonly bo: SimNode; readonly wire: Attacker }> {
  world = createSimWorld({ seed });
  await world.addHosts(2, {
    interfaces: [
      { name: 'eth0', segment: 'lan', ipv6: false },
      { name: 'eth1', segment: 'far', ipv6: false },
    ],
  });
  const wire = await addAttacker(world);
  const [ana, bo] = (await Promise.all(world.hosts.slice(0, 2).map((host) => host.start()))) as [SimNode, SimNode];
  await untilAllSeeAll(world, [ana, bo]);
  await world.passTime(settledMs);
  return { ana, bo, wire };
}

/** The adapters of `to` that `from` probed since then, by number of unanswered PINGs. */
function asked(wire: Attacker, from: SimNode, to: SimNode, sinceMs: number): ReadonlyMap<number, readonly string[]> {
  const adapters = ['eth0', 'eth1'].flatMap((name) => to.host.addressesOf(name).map((address) => ({ name, address })));
  const found = new Map<number, readonly string[]>();
  for (const { atMs, datagram, destination } of wire.recorded(from.host, 'ping')) {
    const adapter = adapters.find(({ address }) => destination.startsWith(`${address}:`));
    if (datagram.kind !== 'ping' || !adapter || atMs < sinceMs) continue;
    const before = found.get(datagram.unanswered) ?? [];
    found.set(datagram.unanswered, [...before, adapter.name].toSorted());
  }
  return found;
}

test('[PROBE-1, BUDDY-1] the first PING goes to one address, the others to all', async () => {
  const { ana, bo, wire } = await twoWithTwo();
  const startedMs = world.nowMs();
  await bo.kill();
  await world.waitUntil('it is gone', () => !ana.record.peers.has(bo.peerId), askedMs);
  const [first, ...others] = asked(wire, ana, bo, startedMs).values();
  // The PING answered just before the crash may be among them.
  expect(new Set(first).size).toBe(1);
  expect(others).toEqual(Array.from({ length: 19 }, () => ['eth0', 'eth1']));
});

test.each(['eth0', 'eth1'])(
  '[PROBE-1] with the cable of %s pulled the other adapter answers, and gets each first PING from then on',
  async (pulled) => {
    const { ana, bo, wire } = await twoWithTwo();
    await world.block({ traffic: 'multicast' });
    const startedMs = world.nowMs();
    await nth(world.hosts, 1).pullCable(pulled);
    await world.passTime(askedMs);
    const answeredMs = world.nowMs();
    await world.passTime(askedMs);
    const left = pulled === 'eth0' ? 'eth1' : 'eth0';
    expect(departures([ana, bo], startedMs)).toEqual([]);
    const later = asked(wire, ana, bo, answeredMs);
    expect([...later.keys()]).toEqual([0]);
    expect(new Set(later.get(0))).toEqual(new Set([left]));
  },
);

test.each(['eth0', 'eth1'])(
  '[SESS-10] a message written as the cable of %s is pulled goes to the other address within a second',
  async (pulled) => {
    const { ana, bo } = await twoWithTwo();
    await nth(world.hosts, 1).pullCable(pulled);
    const sending = ana.send(bo.peerId, 'still here?');
    await world.passTime(1);
    const messageId = await sending;
    const isDelivered = (): boolean =>
      ana.record.events.some(
        ({ event }) => event.event === 'delivery' && event.messageId === messageId && event.state === 'delivered',
      );
    await world.waitUntil('it is delivered', isDelivered, 1_000);
    expect(bo.record.events.filter(({ event }) => event.event === 'message')).toHaveLength(1);
  },
);
