/**
 * Firewalls and switches of the real system between two peers that are here (rules SESS-18, CALL-7,
 * CALL-8, TLS-15).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { untilAllOnline, untilAllSeeAll, untilHealth } from '../scenarios/expectations.ts';
import type { WorldNode } from '../scenarios/world.ts';
import type { NetnsHost } from './netns-host.ts';
import { createNetnsWorld, type NetnsWorld } from './netns-world.ts';
import { applyRules, ipBatch, mustSkipNetns } from './tools.ts';

const waitMs = 60_000;
const namedMs = 30_000;
/** A second for the call that nothing answers, the request, and the call back. */
const calledBackMs = 5_000;
const groupPort = 4_255;
const blockTcp = `table inet firewall {
  chain input { type filter hook input priority 0; tcp flags & (syn | ack) == syn VERDICT; }
}`;
const unblock = 'delete table inet firewall';
const ordinaryMtu = 1_500;
const jumboMtu = 9_000;
/** Longer than an ordinary frame, and shorter than a jumbo frame. */
const longText = 'All work and no play makes Jack a dull boy. '.repeat(100);

let world: NetnsWorld;

async function addTwo(): Promise<readonly [NetnsHost, NetnsHost]> {
  return [await world.addHost(), await world.addHost()];
}

function untilArrived(node: WorldNode, messageId: string, deadlineMs = waitMs): Promise<number> {
  const hasIt = (): boolean => node.record.messages.some((message) => message.messageId === messageId);
  return world.waitUntil(`${node.name} has the message`, hasIt, deadlineMs);
}

function entryOf(node: WorldNode): { readonly title: string; readonly remedy: string } | undefined {
  return node.record.health.find(({ code }) => code === 'messages-not-delivered');
}

/** The firewall of a cautious user: answers to their own traffic, and the UDP ports of Hallway. */
function onlyUdp(unicastPort: number): string {
  return `table inet firewall {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    meta l4proto ipv6-icmp accept
    udp dport { ${groupPort}, ${unicastPort} } accept
  }
}`;
}

/** The bridge between the hosts keeps the ordinary size, and loses larger frames without a word. */
async function setPacketSize(hosts: readonly NetnsHost[], mtu: number): Promise<void> {
  for (const { namespace } of hosts) await ipBatch(namespace, [`link set eth0 mtu ${mtu}`]);
}

/** The ends of the same cables at the switch. */
async function setPortSize(hosts: readonly NetnsHost[], mtu: number): Promise<void> {
  for (const { namespace, ports } of hosts) {
    const ofWire = namespace.replace(/-\d+$/, '-wire');
    await ipBatch(
      ofWire,
      ports().map((port) => `link set ${port} mtu ${mtu}`),
    );
  }
}

describe.skipIf(mustSkipNetns())('two hosts', () => {
  beforeEach(async () => {
    world = await createNetnsWorld();
  });
  afterEach(() => world.close());

  test('[CALL-7, CALL-8, TLS-15] a firewall that lets in UDP alone stops no message, in either direction', async () => {
    const [ana, bo] = await addTwo();
    const earlier = await bo.start({ name: 'bo' });
    const ports = earlier.record.ready?.event;
    await earlier.stop();
    await applyRules(bo.namespace, onlyUdp(ports?.unicastPort ?? 0));
    const [from, to] = [await ana.start({ name: 'ana' }), await bo.start({ name: 'bo' })];
    await untilAllOnline(world, [from, to], waitMs);
    const thereMs = await untilArrived(to, await from.send(to.peerId, 'are you there?'), calledBackMs);
    await untilArrived(from, await to.send(from.peerId, 'yes'), calledBackMs);
    const now = to.record.ready?.event;
    console.log(`figure: a message through a one-sided firewall took ${Math.round(thereMs)} ms`);
    expect({ ports: { tcpPort: now?.tcpPort, unicastPort: now?.unicastPort }, health: [entryOf(from), entryOf(to)] }).toEqual({
      ports: { tcpPort: ports?.tcpPort, unicastPort: ports?.unicastPort },
      health: [undefined, undefined],
    });
  });

  test.each(['drop', 'reject with tcp reset'])(
    '[SESS-18] firewalls on both that let in UDP alone are named within 30 s, until one lets TCP in: %s',
    async (verdict) => {
      const [ana, bo] = await addTwo();
      for (const { namespace } of [ana, bo]) await applyRules(namespace, blockTcp.replace('VERDICT', verdict));
      const [from, to] = [await ana.start({ name: 'ana' }), await bo.start({ name: 'bo' })];
      await untilAllSeeAll(world, [from, to], waitMs);
      const messageId = await from.send(to.peerId, 'are you there?');
      await untilHealth(world, from, 'messages-not-delivered', true, namedMs);
      const entry = entryOf(from);
      // Our own side is enough: the peer calls back.
      await applyRules(ana.namespace, unblock);
      await untilHealth(world, from, 'messages-not-delivered', false, waitMs);
      await untilArrived(to, messageId);
      expect(entry?.title).toBe("Messages to bo aren't getting through");
      expect(entry?.remedy).toContain(`TCP port ${from.record.ready?.event.tcpPort} on this computer`);
      expect(entry?.remedy).toContain(`TCP port ${to.record.ready?.event.tcpPort} there`);
    },
  );

  test('[SESS-18] where the switch loses jumbo frames, the peer and the packet size are named within 30 s', async () => {
    const hosts = await addTwo();
    await setPacketSize(hosts, jumboMtu);
    const nodes = [await hosts[0].start({ name: 'ana' }), await hosts[1].start({ name: 'bo' })] as const;
    await untilAllOnline(world, nodes, waitMs);
    // Already the handshake is larger than an ordinary frame.
    const entry = await untilStuck(nodes, () => setPacketSize(hosts, ordinaryMtu));
    expect(entry?.remedy).toContain('connections to their computer break off');
    expect(entry?.remedy).toContain('packet size (MTU)');
  });

  test('[SESS-18] where it begins to lose them while a session is open, likewise', async () => {
    const hosts = await addTwo();
    await setPacketSize(hosts, jumboMtu);
    await setPortSize(hosts, jumboMtu);
    const nodes = [await hosts[0].start({ name: 'ana' }), await hosts[1].start({ name: 'bo' })] as const;
    await untilAllOnline(world, nodes, waitMs);
    await untilArrived(nodes[1], await nodes[0].send(nodes[1].peerId, 'before'));
    await setPortSize(hosts, ordinaryMtu);
    const entry = await untilStuck(nodes, () => setPortSize(hosts, jumboMtu));
    expect(entry?.remedy).toContain('packet size (MTU)');
  });
});

/** Sends a long text that does not get through until the repair. @returns the entry meanwhile */
async function untilStuck([from, to]: readonly [WorldNode, WorldNode], repair: () => Promise<void>) {
  const messageId = await from.send(to.peerId, longText);
  await untilHealth(world, from, 'messages-not-delivered', true, namedMs);
  const [entry, ofReceiver] = [entryOf(from), entryOf(to)];
  await repair();
  await untilArrived(to, messageId);
  await untilHealth(world, from, 'messages-not-delivered', false, waitMs);
  expect({ title: entry?.title, ofReceiver }).toEqual({
    title: "Messages to bo aren't getting through",
    ofReceiver: undefined,
  });
  return entry;
}
