/** Attackers that record, forge and replay datagrams, without any effect. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeDatagram, recipientTag, signatureBytes, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import type { Identity } from '../../src/main/core/ports.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

let world: SimWorld;
let attacker: Attacker;
let mallory: Identity;

beforeEach(async () => {
  world = createSimWorld({ seed: 'forgery' });
  attacker = await addAttacker(world);
  mallory = world.signatures.identity('mallory');
});

afterEach(() => world.close());

async function startOne(): Promise<SimNode> {
  return (await (await world.addHost()).start()) as SimNode;
}

async function startTwo(): Promise<readonly [SimNode, SimNode]> {
  const nodes = [await startOne(), await startOne()] as const;
  await world.waitUntil('they see each other', () => nodes.every(({ record }) => record.peers.size === 1), 5_000);
  return nodes;
}

function signed(identity: Identity, sequence: number, body: DatagramBody, incarnation = 1): Uint8Array {
  return encodeDatagram({ incarnation, sequence }, body, identity);
}

/** The peer events of a node about another, from `sinceMs` on. */
function newsOf(node: SimNode, peerId: string, sinceMs = 0): readonly string[] {
  return node.record.events.flatMap(({ atMs, event }) => {
    if (atMs < sinceMs) return [];
    if (event.event === 'peer-left') return event.peerId === peerId ? ['left'] : [];
    if (event.event !== 'peer-joined' && event.event !== 'peer-updated') return [];
    return event.peer.peerId === peerId ? [`${event.event.slice(5)} ${event.peer.presence}`] : [];
  });
}

describe('a recording', () => {
  test('[HS-6] of a beacon, replayed after its sender left, lists no peer at old or new nodes', async () => {
    const [first, second] = await startTwo();
    await world.passTime(10_000);
    const beacon = attacker.recorded(second.host, 'beacon').at(-1);
    await second.stop();
    await world.waitUntil('the goodbye is heard', () => first.record.peers.size === 0, 1_000);
    const newcomer = await startOne();
    const sinceMs = world.nowMs();
    for (let second_ = 0; second_ < 60; second_ += 1) {
      attacker.toGroup(beacon?.bytes ?? new Uint8Array());
      await world.passTime(1_000);
    }
    expect(newsOf(first, second.peerId, sinceMs)).toEqual([]);
    expect(newsOf(newcomer, second.peerId)).toEqual([]);
  });

  test('[HS-6, HS-4] of a whole series of beacons makes no peer online', async () => {
    const [, second] = await startTwo();
    await world.passTime(60_000);
    const beacons = attacker.recorded(second.host, 'beacon').filter(({ destination }) => destination.startsWith('224.'));
    expect(beacons.length).toBeGreaterThan(8);
    await second.stop();
    const newcomer = await startOne();
    for (const { bytes } of beacons) {
      attacker.toGroup(bytes);
      await world.passTime(5_000);
    }
    expect(newsOf(newcomer, second.peerId).filter((news) => news.includes('online'))).toEqual([]);
    await world.passTime(36_000);
    expect(newcomer.record.peers.has(second.peerId)).toBe(false);
  });

  test('[HS-5] of a HELLO or HELLO-ACK does not list its peer again', async () => {
    const [first, second] = await startTwo();
    const hellos = attacker.recorded(second.host, 'hello');
    const answers = attacker.recorded(second.host, 'hello-ack');
    expect(hellos.length + answers.length).toBeGreaterThan(0);
    await second.stop();
    await world.waitUntil('the goodbye is heard', () => first.record.peers.size === 0, 1_000);
    const sinceMs = world.nowMs();
    for (const { bytes } of [...hellos, ...answers]) attacker.toNode(first, bytes);
    await world.passTime(5_000);
    expect(newsOf(first, second.peerId, sinceMs)).toEqual([]);
  });

  test('[HS-2] of a HELLO for an earlier incarnation of ours lists no peer', async () => {
    const [first, second] = await startTwo();
    const meantForFirst = (): readonly Uint8Array[] => attacker.recorded(second.host, 'hello').map(({ bytes }) => bytes);
    await first.stop();
    const again = (await first.host.start()) as SimNode;
    await world.waitUntil('they see each other', () => again.record.peers.size === 1, 5_000);
    const recorded = meantForFirst();
    expect(recorded.length).toBeGreaterThan(0);
    await second.stop();
    await again.stop();
    const third = (await first.host.start()) as SimNode;
    for (const bytes of recorded) attacker.toNode(third, bytes);
    await world.passTime(5_000);
    expect(newsOf(third, second.peerId)).toEqual([]);
  });

  test('[BYE-2] of a goodbye does nothing after its sender came back', async () => {
    const [first, second] = await startTwo();
    await second.stop();
    const goodbyes = attacker.recorded(second.host, 'goodbye');
    expect(goodbyes.length).toBeGreaterThanOrEqual(2);
    const again = (await second.host.start()) as SimNode;
    await world.waitUntil('it is back', () => first.record.peers.has(again.peerId), 5_000);
    const sinceMs = world.nowMs();
    for (const { bytes } of goodbyes) {
      attacker.toGroup(bytes);
      attacker.toNode(first, bytes);
      await world.passTime(1_000);
    }
    await world.passTime(60_000);
    expect(newsOf(first, again.peerId, sinceMs).filter((news) => news === 'left')).toEqual([]);
    expect(first.record.peers.get(again.peerId)?.presence).toBe('online');
  });

  test("[BYE-2, HS-5] of a HELLO that arrives after its sender's goodbye does not list it again", async () => {
    const second = await startOne();
    const firstHost = await world.addHost();
    const unblock = await world.block({ from: [second.host], to: [firstHost], traffic: 'unicast' });
    const first = (await firstHost.start()) as SimNode;
    await world.waitUntil('a HELLO is on its way', () => attacker.recorded(second.host, 'hello').length > 0, 1_000);
    const [late] = attacker.recorded(second.host, 'hello').filter(({ destination }) => destination.startsWith('10.'));
    await second.stop();
    await unblock();
    const sinceMs = world.nowMs();
    attacker.toNode(first, late?.bytes ?? new Uint8Array());
    await world.passTime(10_000);
    expect(newsOf(first, second.peerId, sinceMs)).toEqual([]);
  });
});

describe('a forgery', () => {
  test('[BYE-2, ID-3] of a goodbye does nothing, unsigned or signed with another key', async () => {
    const [first, second] = await startTwo();
    const victim = world.signatures.identity(`${second.host.name}/default`);
    expect(victim.peerId).toBe(second.peerId);
    const incarnation = attacker.recorded(second.host, 'beacon').at(-1)?.datagram.incarnation ?? 0;
    const byMallory = signed(mallory, 0xffff_0000, { kind: 'goodbye' }, incarnation);
    const inItsName = byMallory.slice();
    inItsName.set(victim.publicKey, 6);
    const unsigned = inItsName.slice().fill(0, -signatureBytes);
    for (const bytes of [byMallory, inItsName, unsigned]) {
      attacker.toGroup(bytes);
      attacker.toNode(first, bytes);
    }
    await world.passTime(60_000);
    expect(newsOf(first, second.peerId).filter((news) => !news.endsWith(' online'))).toEqual([]);
    const { badSignature } = first.hallway.diagnostics.read()['counters'] as { badSignature: number };
    expect(badSignature).toBe(4);
  });

  test('[HS-3] of a HELLO-ACK with a wrong nonce, for another node or without a HELLO makes no peer online', async () => {
    const first = await startOne();
    const announcement = sampleAnnouncement({ name: 'Mallory', unicastPort: attacker.port });
    const publicKey = world.signatures.identity(`${first.host.name}/default`).publicKey;
    const to = recipientTag(publicKey);
    const nonce = new Uint8Array(8).fill(7);
    attacker.toNode(first, signed(mallory, 1, { kind: 'hello-ack', to, nonce }));
    attacker.toGroup(signed(mallory, 2, { kind: 'beacon', announcement }));
    await world.waitUntil('a HELLO asks for the nonce', () => attacker.heard.some(({ kind }) => kind === 'hello'), 1_000);
    const hello = attacker.heard.find((datagram) => datagram.kind === 'hello');
    if (hello?.kind !== 'hello') throw new Error('no HELLO');
    attacker.toNode(first, signed(mallory, 3, { kind: 'hello-ack', to, nonce }));
    attacker.toNode(first, signed(mallory, 4, { kind: 'hello-ack', to: recipientTag(mallory.publicKey), nonce: hello.nonce }));
    attacker.toNode(first, signed(world.signatures.identity('trudy'), 5, { kind: 'hello-ack', to, nonce: hello.nonce }));
    await world.passTime(100);
    expect(first.record.peers.size).toBe(0);
    // The right nonce works, so the wrong one was the reason.
    attacker.toNode(first, signed(mallory, 5, { kind: 'hello-ack', to, nonce: hello.nonce }));
    await world.passTime(100);
    expect(newsOf(first, mallory.peerId)).toEqual(['joined online']);
  });

  test('[HS-2] of a HELLO for another node or incarnation is neither accepted nor answered', async () => {
    const first = await startOne();
    const announcement = sampleAnnouncement({ name: 'Mallory', unicastPort: attacker.port });
    const { publicKey } = world.signatures.identity(`${first.host.name}/default`);
    const echoedIncarnation = attacker.recorded(first.host, 'beacon').at(-1)?.datagram.incarnation ?? 0;
    const hello = {
      kind: 'hello',
      to: recipientTag(publicKey),
      echoedIncarnation,
      nonce: new Uint8Array(8),
      announcement,
    } as const;
    attacker.toNode(first, signed(mallory, 1, { ...hello, echoedIncarnation: echoedIncarnation - 1 }));
    attacker.toNode(first, signed(mallory, 2, { ...hello, echoedIncarnation: 0 }));
    attacker.toNode(first, signed(mallory, 3, { ...hello, to: recipientTag(mallory.publicKey) }));
    await world.passTime(5_000);
    expect([newsOf(first, mallory.peerId), attacker.heard]).toEqual([[], []]);
    attacker.toNode(first, signed(mallory, 4, hello));
    await world.passTime(100);
    // The right one is answered, and still proves nothing.
    expect([newsOf(first, mallory.peerId), attacker.heard.map(({ kind }) => kind)]).toEqual([[], ['hello', 'hello-ack']]);
  });

  test('[HS-8] gains nothing from an answer, since a HELLO-ACK is shorter than its HELLO', async () => {
    await startTwo();
    const sizes = (kind: 'hello' | 'hello-ack'): readonly number[] =>
      world.hosts.flatMap((host) => attacker.recorded(host, kind).map(({ bytes }) => bytes.length));
    expect(sizes('hello-ack').length).toBeGreaterThan(0);
    expect(Math.max(...sizes('hello-ack'))).toBeLessThan(Math.min(...sizes('hello')));
  });

  test('[REG-6] from our own beacons, replayed elsewhere, neither lists us nor ends anything', async () => {
    const [first, second] = await startTwo();
    await world.passTime(10_000);
    for (const { bytes } of [...attacker.recorded(first.host, 'beacon'), ...attacker.recorded(first.host, 'hello')]) {
      attacker.toNode(first, bytes);
      attacker.toGroup(bytes);
    }
    await world.passTime(40_000);
    expect(first.record.violations).toEqual([]);
    expect([...first.record.peers.keys()]).toEqual([second.peerId]);
    expect(first.record.health).toEqual([]);
  });

  test("[HS-9, REG-7] from a peer's current beacon, replayed elsewhere, adds no address", async () => {
    const [first, second] = await startTwo();
    let played = 0;
    const undo = world.lan.onDatagram(({ from, multicast, bytes }) => {
      if (from !== second.host.name || !multicast) return;
      played += 1;
      world.clock.setTimer(() => attacker.toGroup(bytes), 2);
    });
    await world.passTime(60_000);
    undo();
    expect(played).toBeGreaterThan(8);
    const own = second.host.addressesOf('eth0');
    const listed = first.hallway.presence.peers().flatMap(({ addresses }) => addresses);
    expect(listed.filter((address) => !own.some((one) => address.includes(one)))).toEqual([]);
    expect(newsOf(first, second.peerId).filter((news) => !news.endsWith(' online'))).toEqual([]);
  });

  test('[HEALTH-2] from our own datagrams before a restart does not look like a copy of our profile', async () => {
    const first = await startOne();
    await world.passTime(10_000);
    const recorded = attacker.recorded(first.host, 'beacon');
    await first.stop();
    const again = (await first.host.start()) as SimNode;
    for (const { bytes } of recorded) attacker.toGroup(bytes);
    await world.passTime(5_000);
    expect(again.record.health).toEqual([]);
  });
});

describe('leaving', () => {
  test('[BYE-1] sends two goodbyes 50 ms apart, and nothing else after the first', async () => {
    const leaver = await startOne();
    await world.passTime(10_000);
    const newcomers = await world.addHosts(12);
    const starting = newcomers.map((host) => host.start());
    // The first beacons of the newcomers just arrived, so HELLOs to them are scheduled.
    await world.waitUntil(
      'beacons are out',
      () => newcomers.every((host) => attacker.recorded(host, 'beacon').length > 0),
      1_000,
    );
    const wire: { readonly atMs: number; readonly kind: string }[] = [];
    const undo = world.lan.onDatagram(
      ({ from, atMs, bytes }) => from === leaver.host.name && wire.push({ atMs, kind: kindOf(bytes) }),
    );
    await world.passTime(1);
    expect(attacker.recorded(leaver.host, 'hello').length).toBeLessThan(newcomers.length);
    await leaver.stop();
    await Promise.all(starting);
    await world.passTime(5_000);
    undo();
    const leftAt = wire.findIndex(({ kind }) => kind === 'goodbye');
    const afterwards = wire.slice(leftAt);
    expect(afterwards.filter(({ kind }) => kind !== 'goodbye')).toEqual([]);
    const moments = [...new Set(afterwards.map(({ atMs }) => Math.round(atMs - (afterwards[0]?.atMs ?? 0))))];
    expect(moments).toEqual([0, 50]);
    for (const node of world.nodes) expect(node.record.peers.has(leaver.peerId), node.name).toBe(false);
  });

  /** The name of the kind, by its code on the wire. */
  function kindOf(bytes: Uint8Array): string {
    return bytes[5] === 4 ? 'goodbye' : `kind ${bytes[5]}`;
  }
});
