/**
 * An address is proved before it is believed. The attacker of these tests never answers, so for the nodes it is a host whose address
 * another one forges. What arrives there is counted in bytes, with the headers of IP and UDP.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeDatagram, recipientTag, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import type { Identity } from '../../src/main/core/ports.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import { startEarlierVersion } from './earlier-version.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const headerBytes = 28;

let world: SimWorld;
let attacker: Attacker;
let nodes: readonly SimNode[];
let sequence = 0;

beforeEach(async () => {
  world = createSimWorld({ seed: 'return path' });
  attacker = await addAttacker(world);
  const hosts = await world.addHosts(3);
  nodes = (await Promise.all(hosts.map((host) => host.start()))) as unknown as readonly SimNode[];
  await world.waitUntil('they see each other', () => nodes.every(({ record }) => record.peers.size === 2), 5_000);
});

afterEach(() => world.close());

/** Counts the bytes that nodes send to the attacker's address, to any port; and to its own port only, if one is given. */
function meterVictim(port?: number): () => number {
  const [address = ''] = world.hosts[0]?.addressesOf('eth0') ?? [];
  let bytes = 0;
  world.lan.onDatagram(({ destination, bytes: { length } }) => {
    if (destination.startsWith(`${address}:`) && (port === undefined || destination.endsWith(`:${port}`)))
      bytes += length + headerBytes;
  });
  return () => bytes;
}

function signed(identity: Identity, body: DatagramBody, incarnation = 1): Uint8Array {
  sequence += 1;
  return encodeDatagram({ incarnation, sequence }, body, identity);
}

function helloTo(node: SimNode, unicastPort: number, intervalMs = 5_000): DatagramBody {
  const { publicKey } = world.signatures.identity(`${node.host.name}/default`);
  const echoedIncarnation = attacker.recorded(node.host, 'beacon').at(-1)?.datagram.incarnation ?? 0;
  const announcement = sampleAnnouncement({ unicastPort, intervalMs });
  return { kind: 'hello', to: recipientTag(publicKey), echoedIncarnation, nonce: new Uint8Array(8), announcement };
}

/** Sends HELLOs of ever new keys to all nodes in turn, each at its rate. @returns the bytes sent */
async function forgeHellos(perSecond: number, durationMs: number, unicastPort = attacker.port): Promise<number> {
  let bytes = 0;
  for (let index = 0; index < (perSecond * durationMs) / 1_000; index += 1) {
    const node = nodes[index % nodes.length] as SimNode;
    const datagram = signed(world.signatures.identity(`forged ${index}`), helloTo(node, unicastPort, 300));
    bytes += datagram.length + headerBytes;
    attacker.toNode(node, datagram);
    await world.passTime(1_000 / perSecond);
  }
  return bytes;
}

function strangersAt(node: SimNode): readonly string[] {
  const own = new Set(nodes.map(({ peerId }) => peerId as string));
  return [...node.record.peers.keys()].filter((peerId) => !own.has(peerId));
}

describe('a forged address', () => {
  test.each([
    { perSecond: 3, durationMs: 6_000 },
    { perSecond: 300, durationMs: 8_000 },
  ])('[HS-2, HS-10] in $perSecond HELLOs a second lists no peer, and gets no more than was sent in its name', async (rate) => {
    const received = meterVictim();
    const sent = await forgeHellos(rate.perSecond, rate.durationMs);
    const listed = nodes.map(strangersAt);
    await world.passTime(40_000);
    console.log(`figure: ${rate.perSecond} forged HELLOs a second = ${(received() / sent).toFixed(2)} bytes for one`);
    expect({ listed, factor: Math.max(1, received() / sent) }).toEqual({ listed: [[], [], []], factor: 1 });
  });

  test('[HS-10, HS-4] in beacons gets at each node no more than was sent in its name', async () => {
    const received = meterVictim();
    let sent = 0;
    for (let second = 0; second < 60; second += 1) {
      const identity = world.signatures.identity(`forged ${second % 10}`);
      const bytes = signed(identity, { kind: 'beacon', announcement: sampleAnnouncement({ unicastPort: attacker.port }) });
      sent += bytes.length + headerBytes;
      attacker.toGroup(bytes);
      await world.passTime(1_000);
    }
    await world.passTime(60_000);
    const factor = received() / sent / nodes.length;
    console.log(`figure: forged beacons = ${factor.toFixed(2)} bytes for one at each node`);
    const online = nodes.flatMap(({ record }) => [...record.peers.values()].filter(({ presence }) => presence === 'online'));
    expect({ factor: Math.max(1, factor), online: online.length }).toEqual({ factor: 1, online: nodes.length * 2 });
  });

  test('[HS-11] gets a few datagrams a second, however many are sent in its name, and health says so while it lasts', async () => {
    const received = meterVictim();
    const sent = await forgeHellos(300, 8_000);
    const duringAttack = nodes.map(({ record }) => record.health.map(({ code }) => code));
    await world.passTime(12_000);
    const after = nodes.map(({ record }) => record.health.map(({ code }) => code));
    // Each HELLO has a key of its own, so most are not even checked.
    const codes = ['forged-addresses', 'flooded'];
    expect({ duringAttack, after }).toEqual({ duringAttack: [codes, codes, codes], after: [[], [], []] });
    expect(received()).toBeLessThan(sent / 4);
  });

  test.each([53, 1_023])('[HS-10] gets nothing at port %d', async (port) => {
    const received = meterVictim(port);
    await forgeHellos(10, 5_000, port);
    attacker.toGroup(
      signed(world.signatures.identity('low'), { kind: 'beacon', announcement: sampleAnnouncement({ unicastPort: port }) }),
    );
    await world.passTime(30_000);
    expect(received()).toBe(0);
  });

  test("[PROBE-3, HS-9, HS-10] of a listed peer gets no more than the peer's PINGs from there, and no beacons on top", async () => {
    const [node] = nodes as [SimNode, SimNode, SimNode];
    const mallory = world.signatures.identity('mallory');
    const second = await addAttacker(world);
    second.toNode(node, signed(mallory, helloTo(node, second.port)));
    await world.waitUntil('it is asked', () => second.heard.some(({ kind }) => kind === 'hello'), 1_000);
    const hello = second.heard.find((datagram) => datagram.kind === 'hello');
    if (hello?.kind !== 'hello') throw new Error('no HELLO');
    const to = recipientTag(hello.publicKey);
    second.toNode(node, signed(mallory, { kind: 'hello-ack', to, nonce: hello.nonce }));
    await world.waitUntil('it is listed', () => node.record.peers.has(mallory.peerId), 1_000);
    const received = meterVictim();
    let sent = 0;
    for (let index = 0; index < 400; index += 1) {
      const ping = { kind: 'ping', to, nonce: new Uint8Array(8), unanswered: 0, wantsBeacon: true } as const;
      const bytes = signed(mallory, ping);
      sent += bytes.length + headerBytes;
      attacker.toNode(node, bytes);
      await world.passTime(10);
    }
    expect(received()).toBeGreaterThan(0);
    expect(received() / sent).toBeLessThanOrEqual(1);
  });
});

describe('an earlier version', () => {
  test.each(['', 'A note that is as long as a note may be, so that a HELLO with it has no room in a short beacon.'])(
    '[HS-2, HS-12] that starts later is listed within two seconds, and lists us (note "%s")',
    async (note) => {
      for (const node of nodes) await node.changeProfile({ note });
      await world.passTime(5_000);
      const newcomer = await startEarlierVersion(world);
      await world.waitUntil('all see each other', () => isMutual(newcomer), 2_000);
    },
  );

  test('[HS-2, HS-12] that is here already lists a newcomer, and is listed, within two seconds', async () => {
    const earlier = await startEarlierVersion(world);
    await world.passTime(20_000);
    const [newcomer] = [(await (await world.addHost()).start()) as SimNode];
    await world.waitUntil(
      'both see each other',
      () => earlier.listed.has(newcomer.peerId) && isListed(newcomer, earlier.peerId),
      2_000,
    );
  });

  function isMutual({ peerId, listed }: Awaited<ReturnType<typeof startEarlierVersion>>): boolean {
    return nodes.every((node) => listed.has(node.peerId) && isListed(node, peerId));
  }

  function isListed(node: SimNode, peerId: string): boolean {
    return node.record.peers.get(peerId)?.presence === 'online';
  }
});

describe('a peer whose incarnation went back', () => {
  test.each(['crashed', 'left'])('[HS-13] after it %s is heard again within seconds, and is told of no firewall', async (how) => {
    const [first, ...others] = nodes as [SimNode, SimNode, SimNode];
    await world.passTime(20_000);
    if (how === 'left') await first.stop();
    else await first.kill();
    world.setBackIncarnation(first.host, world.clock.wallMs() - 3 * 3_600_000);
    const again = (await first.host.start()) as SimNode;
    const pairs = others.flatMap((other) => [
      [again, other.peerId],
      [other, again.peerId],
    ]) as [SimNode, string][];
    const backMs = await world.waitUntil(
      'they see each other',
      () => pairs.every(([node, peerId]) => node.record.peers.get(peerId)?.presence === 'online'),
      10_000,
    );
    console.log(`figure: back with an earlier incarnation (${how}) = ${backMs} ms`);
    await world.passTime(60_000);
    expect(pairs.map(([node, peerId]) => node.record.peers.get(peerId)?.presence)).toEqual(pairs.map(() => 'online'));
    expect(again.record.health).toEqual([]);
    expect(backMs).toBeLessThan(5_000);
  });

  test('[HS-13, HS-6] is not pushed out by recordings of its later incarnation, nor by any of an earlier one', async () => {
    const [first, second] = nodes as [SimNode, SimNode, SimNode];
    await world.passTime(10_000);
    await first.stop();
    const goodbyes = attacker.recorded(first.host, 'goodbye');
    world.setBackIncarnation(first.host, world.clock.wallMs() - 3 * 3_600_000);
    const again = (await first.host.start()) as SimNode;
    await world.waitUntil('it is back', () => second.record.peers.has(again.peerId), 5_000);
    const sinceMs = world.nowMs();
    for (const { bytes } of [...goodbyes, ...attacker.recorded(first.host, 'beacon')]) {
      attacker.toGroup(bytes);
      await world.passTime(100);
    }
    await world.passTime(30_000);
    expect(
      second.record.events.filter(
        ({ atMs, event }) => atMs > sinceMs && event.event === 'peer-left' && event.peerId === again.peerId,
      ),
    ).toEqual([]);
  });
});

describe('a goodbye', () => {
  test('[BYE-3] from before a sleep does nothing at a node that never heard it', async () => {
    const [sleeper] = nodes as [SimNode, SimNode, SimNode];
    void sleeper.hallway.presence.suspend();
    await world.passTime(1_000);
    const goodbyes = attacker.recorded(sleeper.host, 'goodbye').map(({ bytes }) => bytes);
    sleeper.hallway.presence.resume();
    const witness = (await (await world.addHost()).start()) as SimNode;
    await world.waitUntil('it is seen', () => witness.record.peers.has(sleeper.peerId), 5_000);
    for (const bytes of goodbyes) attacker.toNode(witness, bytes);
    await world.passTime(5_000);
    expect(witness.record.events.filter(({ event }) => event.event === 'peer-left')).toEqual([]);
    expect(goodbyes.length).toBeGreaterThan(1);
  });
});
