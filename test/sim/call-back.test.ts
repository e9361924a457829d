/**
 * Call requests, by peers whose calls fail and by attackers. An attacker must not make a node call
 * anyone but the peer that asks, nor more often than that peer could be called anyway.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Unsubscribe } from '../../src/shared/rpc/link.ts';
import { defaultPresenceOptions } from '../../src/main/core/presence/index.ts';
import { encodeDatagram, recipientTag, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import { carrierPort } from '../fakes/sim-tcp.ts';
import { decodeSegment } from '../fakes/sim-tcp/segment.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import { healedMs, untilAllOnline } from '../scenarios/expectations.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

/** A call that nothing answers, the request, and a call that works. */
const calledBackMs = 2_000;
const settledMs = 10_000;
const stepMs = 100;
/** IP and UDP. */
const headerBytes = 28;
/** A port where no simulated host listens. */
const closedPort = 40_000;

let world: SimWorld;
let attacker: Attacker;
let sequence: number;
beforeEach(async () => {
  sequence = 0;
  world = createSimWorld({ seed: 'call-back' });
  attacker = await addAttacker(world);
});
afterEach(() => world.close());

async function start(name: string): Promise<SimNode> {
  return (await (await world.addHost()).start({ name })) as SimNode;
}

async function startTwo(): Promise<readonly [SimNode, SimNode]> {
  const nodes = [await start('Ana'), await start('Bo')] as const;
  await untilAllOnline(world, nodes, healedMs);
  return nodes;
}

async function send(from: SimNode, to: SimNode, text: string): Promise<void> {
  const sending = from.send(to.peerId, text);
  await world.passTime(1);
  await sending;
}

/** Loses the first segment of each call in that direction, as a firewall of the receiver does. */
function blockCalls(from: SimNode, to: SimNode): Unsubscribe {
  return world.lan.lose(({ sender, receiver, destinationPort, bytes }) => {
    const isCall = destinationPort === carrierPort && decodeSegment(bytes)?.kind === 'syn';
    return isCall && sender === from.host.name && receiver === to.host.name;
  });
}

function untilArrived(node: SimNode, text: string): Promise<number> {
  const hasIt = (): boolean => node.record.messages.some((message) => message.text === text);
  return world.waitUntil(`${node.name} has the message`, hasIt, calledBackMs);
}

function tagOf(node: SimNode): Uint8Array {
  return recipientTag(world.signatures.identity(`${node.host.name}/default`).publicKey);
}

function figuresOf({ hallway }: SimNode): Readonly<Record<string, unknown>> {
  const { sessionsFailed, callBacks } = hallway.diagnostics.read().counters;
  return { failed: sessionsFailed, callBacks };
}

/** The addresses that this node calls from now on, one per attempt. */
function watchCalls(node: SimNode): readonly string[] {
  const attempts = new Set<number>();
  const calls: string[] = [];
  world.lan.onDatagram(({ from, destination, bytes }) => {
    const segment = from === node.host.name && destination.endsWith(`:${carrierPort}`) ? decodeSegment(bytes) : undefined;
    if (segment?.kind !== 'syn' || attempts.has(segment.id)) return;
    attempts.add(segment.id);
    calls.push(destination.slice(0, destination.lastIndexOf(':')));
  });
  return calls;
}

/** Speaks under a key that belongs to no node. @param by the host whose address is the source */
function speakAs(name: string, to: SimNode, by = attacker): (body: DatagramBody) => number {
  const identity = world.signatures.identity(name);
  return (body) => {
    sequence += 1;
    // As nodes do: an unproved address gets no more than came from it.
    const minBytes = body.kind === 'beacon' ? defaultPresenceOptions.minRequestBytes : 0;
    const bytes = encodeDatagram({ incarnation: 1, sequence }, body, identity, minBytes);
    by.toNode(to, bytes);
    return bytes.length + headerBytes;
  };
}

function beaconOf(tcpPort: number): DatagramBody {
  return { kind: 'beacon', announcement: sampleAnnouncement({ name: 'Mallory', unicastPort: attacker.port, tcpPort }) };
}

/** @returns how the attacker speaks, once it is listed as online */
async function listAttacker(victim: SimNode, tcpPort: number): Promise<(body: DatagramBody) => number> {
  const say = speakAs('mallory', victim);
  const { peerId } = world.signatures.identity('mallory');
  say(beaconOf(tcpPort));
  await world.waitUntil('a HELLO', () => attacker.heard.some(({ kind }) => kind === 'hello'), 2_000);
  const hello = attacker.heard.findLast((datagram) => datagram.kind === 'hello');
  if (hello?.kind !== 'hello') throw new Error('no HELLO');
  say({ kind: 'hello-ack', to: tagOf(victim), nonce: hello.nonce });
  await world.waitUntil('the attacker is online', () => victim.record.peers.get(peerId)?.presence === 'online', 2_000);
  return say;
}

/** Answers all PINGs that came since the last call. */
function answerPings(victim: SimNode, say: (body: DatagramBody) => number): () => void {
  let read = 0;
  return () => {
    for (const datagram of attacker.heard.slice(read)) {
      if (datagram.kind === 'ping') say({ kind: 'pong', to: tagOf(victim), nonce: datagram.nonce });
    }
    read = attacker.heard.length;
  };
}

describe('a peer whose calls fail', () => {
  test('[CALL-7, CALL-8] is called back, so that messages pass in both directions and nobody is alarmed', async () => {
    const [ana, bo] = await startTwo();
    blockCalls(ana, bo);
    await send(ana, bo, 'are you there?');
    await untilArrived(bo, 'are you there?');
    await send(bo, ana, 'yes');
    await untilArrived(ana, 'yes');
    await world.passTime(settledMs);
    expect({ ana: figuresOf(ana), bo: figuresOf(bo), health: [ana.record.health, bo.record.health] }).toEqual({
      ana: { failed: {}, callBacks: { asked: 1, followed: 0 } },
      bo: { failed: {}, callBacks: { asked: 0, followed: 1 } },
      health: [[], []],
    });
  });

  test('[CALL-7, SESS-18] asks once per call, after a second; the peer that is asked asks nothing and alarms nobody', async () => {
    const [ana, bo] = await startTwo();
    blockCalls(ana, bo);
    blockCalls(bo, ana);
    await send(ana, bo, 'hello');
    await world.passTime(900);
    const early = figuresOf(ana);
    await world.passTime(4_000);
    const later = { ana: figuresOf(ana), bo: figuresOf(bo) };
    await world.waitUntil('Ana is told', () => ana.record.health.length > 0, 30_000);
    expect({ early, later, bo: bo.record.health }).toEqual({
      early: { failed: {}, callBacks: { asked: 0, followed: 0 } },
      later: {
        ana: { failed: {}, callBacks: { asked: 1, followed: 0 } },
        bo: { failed: {}, callBacks: { asked: 0, followed: 1 } },
      },
      bo: [],
    });
    expect(figuresOf(bo)).toMatchObject({ failed: { deadline: expect.any(Number) as number }, callBacks: { asked: 0 } });
  });

  test('[CALL-7] is heard by the group from the second request on, where unicast to the peer is dropped', async () => {
    const [ana, bo] = await startTwo();
    blockCalls(ana, bo);
    const isRequest = (bytes: Uint8Array): boolean => bytes[5] === 10;
    world.lan.lose(({ sender, multicast, bytes }) => sender === ana.host.name && !multicast && isRequest(bytes));
    await send(ana, bo, 'hello');
    await world.passTime(calledBackMs);
    expect(figuresOf(bo)).toMatchObject({ callBacks: { followed: 0 } });
    await world.waitUntil('it arrives', () => bo.record.messages.length === 1, 15_000);
  });

  test('[CALL-8, SESS-12] is called also by a user who blocked it, and cannot tell; its messages stay with it', async () => {
    const [ana, bo] = await startTwo();
    blockCalls(ana, bo);
    bo.hallway.contacts?.setBlocked(ana.peerId, true);
    await send(ana, bo, 'hello');
    await world.passTime(settledMs);
    const blocked = { ana: figuresOf(ana), arrived: bo.record.messages.length };
    bo.hallway.contacts?.setBlocked(ana.peerId, false);
    await world.waitUntil('it arrives after all', () => bo.record.messages.length === 1, 30_000);
    expect(blocked).toEqual({ ana: { failed: {}, callBacks: { asked: 1, followed: 0 } }, arrived: 0 });
  });
});

describe('an attacker that asks for calls', () => {
  test('[CALL-8] gets none as a stranger, nor in the name of a listed peer', async () => {
    const [ana, bo] = await startTwo();
    const calls = watchCalls(ana);
    const say = speakAs('mallory', ana);
    for (let count = 0; count < 50; count += 1) say({ kind: 'call-me', to: tagOf(ana) });
    // Bo's key, but not Bo's signature.
    const { publicKey } = world.signatures.identity(`${bo.host.name}/default`);
    const forged = { ...world.signatures.identity('mallory'), publicKey };
    attacker.toNode(ana, encodeDatagram({ incarnation: 2 ** 41, sequence: 1 }, { kind: 'call-me', to: tagOf(ana) }, forged));
    await world.passTime(settledMs);
    expect({ calls, badSignatures: ana.hallway.diagnostics.read().counters['badSignature'] }).toEqual({
      calls: [],
      badSignatures: 1,
    });
  });

  test('[CALL-8] gets none by the recording of a request', async () => {
    const [ana, bo] = await startTwo();
    const undo = blockCalls(ana, bo);
    await send(ana, bo, 'hello');
    await world.passTime(settledMs);
    const recorded = attacker.recorded(ana.host, 'call-me');
    expect({ recorded: recorded.length > 0, arrived: bo.record.messages.length }).toEqual({ recorded: true, arrived: 1 });
    undo();
    // The session ends, unused.
    await world.passTime(130_000);
    const calls = watchCalls(bo);
    for (const { bytes } of recorded) attacker.toNode(bo, bytes);
    await world.passTime(settledMs);
    expect(calls).toEqual([]);
  });

  test('[CALL-8] gets few as a listed peer that floods, at its own address alone', async () => {
    const victim = await start('Ana');
    const say = await listAttacker(victim, closedPort);
    const answer = answerPings(victim, say);
    const calls = watchCalls(victim);
    for (let passedMs = 0; passedMs < 30_000; passedMs += stepMs) {
      say({ kind: 'call-me', to: tagOf(victim) });
      answer();
      if (passedMs % 1_000 === 0) say(beaconOf(closedPort));
      await world.passTime(stepMs);
    }
    const own = world.hosts[0]?.addressesOf('eth0') ?? [];
    expect(calls.length).toBeGreaterThan(0);
    // Each takes 5 s, and the delays between them are up to 1, 2, 4 and 8 s.
    expect(calls.length).toBeLessThanOrEqual(6);
    expect(calls.filter((address) => !own.includes(address))).toEqual([]);
    // Nothing of the victim's waits for it.
    expect(victim.record.health.map(({ code }) => code)).not.toContain('messages-not-delivered');
  });

  test('[CALL-8] gets none to a port of a system service', async () => {
    const victim = await start('Ana');
    const say = await listAttacker(victim, 22);
    const answer = answerPings(victim, say);
    const calls = watchCalls(victim);
    for (let count = 0; count < 100; count += 1) {
      say({ kind: 'call-me', to: tagOf(victim) });
      answer();
      await world.passTime(stepMs);
    }
    expect(calls).toEqual([]);
  });

  test('[CALL-8, HS-10] gets none to the address of another host, which gets no more bytes than came in its name', async () => {
    const third = await addAttacker(world);
    const [thirdAddress = ''] = world.hosts[1]?.addressesOf('eth0') ?? [];
    const victim = await start('Ana');
    const { peerId } = world.signatures.identity('mallory');
    let receivedBytes = 0;
    world.lan.onDatagram(({ destination, bytes }) => {
      if (destination.startsWith(`${thirdAddress}:`)) receivedBytes += bytes.length + headerBytes;
    });
    const forge = speakAs('mallory', victim, third);
    let sentBytes = 0;
    // First the attacker is listed there: heard, and not proved.
    const isOneWay = (): boolean => victim.record.peers.get(peerId)?.presence === 'one-way';
    for (let second = 0; second < 40 && !isOneWay(); second += 1) {
      sentBytes += forge(beaconOf(closedPort));
      await world.passTime(1_000);
    }
    expect(isOneWay()).toBe(true);
    // Then it proves its own address.
    const say = await listAttacker(victim, closedPort);
    const answer = answerPings(victim, say);
    const calls = watchCalls(victim);
    for (let count = 0; count < 200; count += 1) {
      sentBytes += forge({ kind: 'call-me', to: tagOf(victim) });
      answer();
      await world.passTime(stepMs);
    }
    const presence = victim.record.peers.get(peerId)?.presence;
    expect({ presence, calls, factor: Math.max(1, receivedBytes / sentBytes) }).toEqual({
      presence: 'online',
      calls: [],
      factor: 1,
    });
  });
});
