/**
 * Requests to call back, by peers that cannot call us and by attackers. An attacker must not make a
 * node call anybody but the peer that asks, nor more often than that peer could be called anyway.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeDatagram, recipientTag, type DatagramBody } from '../../src/main/core/presence/wire/datagram.ts';
import { carrierPort } from '../fakes/sim-tcp.ts';
import { decodeSegment } from '../fakes/sim-tcp/segment.ts';
import { sampleAnnouncement } from '../fixtures/sample-datagrams.ts';
import { healedMs, untilAllOnline } from '../scenarios/expectations.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const settledMs = 10_000;
/** A port where no simulated host listens. */
const closedPort = 40_000;

let world: SimWorld;
let attacker: Attacker;
beforeEach(async () => {
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

function tagOf(node: SimNode): Uint8Array {
  return recipientTag(world.signatures.identity(`${node.host.name}/default`).publicKey);
}

function figuresOf({ hallway }: SimNode): Readonly<Record<string, unknown>> {
  const { sessionsFailed, callBacks } = hallway.diagnostics.read().counters;
  return { failed: sessionsFailed, callBacks };
}

/** The calls of that node from now on: when, and to which address. */
function watchCalls(node: SimNode): readonly { readonly atMs: number; readonly to: string }[] {
  const calls: { atMs: number; to: string }[] = [];
  world.lan.onDatagram(({ from, destination, bytes, atMs }) => {
    const isTcp = from === node.host.name && destination.endsWith(`:${carrierPort}`);
    if (isTcp && decodeSegment(bytes)?.kind === 'syn') calls.push({ atMs, to: destination.slice(0, destination.lastIndexOf(':')) });
  });
  return calls;
}

/** Signs as somebody who is no node. */
function speakAs(name: string, to: SimNode): (body: DatagramBody) => void {
  const identity = world.signatures.identity(name);
  let sequence = 0;
  return (body) => {
    sequence += 1;
    attacker.toNode(to, encodeDatagram({ incarnation: 1, sequence }, body, identity));
  };
}

/** @returns how the listed attacker speaks */
async function listAttacker(victim: SimNode, tcpPort: number): Promise<(body: DatagramBody) => void> {
  const say = speakAs('mallory', victim);
  const { peerId } = world.signatures.identity('mallory');
  say({ kind: 'beacon', announcement: sampleAnnouncement({ name: 'Mallory', unicastPort: attacker.port, tcpPort }) });
  await world.waitUntil('a HELLO', () => attacker.heard.some(({ kind }) => kind === 'hello'), 2_000);
  const hello = attacker.heard.findLast((datagram) => datagram.kind === 'hello');
  if (hello?.kind !== 'hello') throw new Error('no HELLO');
  say({ kind: 'hello-ack', to: tagOf(victim), nonce: hello.nonce });
  await world.waitUntil('the attacker is listed', () => victim.record.peers.get(peerId)?.presence === 'online', 2_000);
  return say;
}

describe('a peer that cannot call us', () => {
  test('[CALL-7, SESS-19] asks once per call, after a second, and its failed calls are counted', async () => {
    const [ana, bo] = await startTwo();
    await world.block({ from: [ana.host, bo.host], to: [ana.host, bo.host], traffic: 'calls' });
    await send(ana, bo, 'hello');
    await world.passTime(900);
    expect(figuresOf(ana)).toEqual({ failed: {}, callBacks: { asked: 0, followed: 0 } });
    await world.passTime(4_000);
    expect({ ana: figuresOf(ana), bo: figuresOf(bo) }).toEqual({
      ana: { failed: {}, callBacks: { asked: 1, followed: 0 } },
      bo: { failed: {}, callBacks: { asked: 0, followed: 1 } },
    });
    await world.passTime(2_000);
    // Bo has nothing to send, so Bo asks for nothing in return.
    expect({ ana: figuresOf(ana), bo: figuresOf(bo) }).toEqual({
      ana: { failed: { deadline: 1 }, callBacks: { asked: 1, followed: 0 } },
      bo: { failed: { deadline: 1 }, callBacks: { asked: 0, followed: 1 } },
    });
  });

  test('[CALL-7] is heard by the group where its unicast is dropped, from the second request on', async () => {
    const [ana, bo] = await startTwo();
    await world.block({ from: [ana.host], to: [bo.host], traffic: 'calls' });
    await world.block({ from: [ana.host], to: [bo.host], traffic: 'unicast' });
    await send(ana, bo, 'hello');
    await world.passTime(2_000);
    expect(figuresOf(bo)).toMatchObject({ callBacks: { followed: 0 } });
    await world.waitUntil('a request arrives', () => Number((figuresOf(bo)['callBacks'] as { followed: number }).followed) > 0, 15_000);
  });

  test('[CALL-8] gets no call from a user who blocked it', async () => {
    const [ana, bo] = await startTwo();
    await world.block({ from: [ana.host], to: [bo.host], traffic: 'calls' });
    bo.hallway.contacts?.setBlocked(ana.peerId, true);
    const calls = watchCalls(bo);
    await send(ana, bo, 'hello');
    await world.passTime(settledMs);
    expect({ asked: figuresOf(ana)['callBacks'], calls }).toEqual({ asked: { asked: 1, followed: 0 }, calls: [] });
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
    expect(calls).toEqual([]);
  });

  test('[CALL-8] gets none by the recording of a request', async () => {
    const [ana, bo] = await startTwo();
    const undo = await world.block({ from: [ana.host], to: [bo.host], traffic: 'calls' });
    await send(ana, bo, 'hello');
    await world.passTime(settledMs);
    const recorded = attacker.recorded(ana.host, 'call-me');
    expect({ recorded: recorded.length > 0, arrived: bo.record.messages.length }).toEqual({ recorded: true, arrived: 1 });
    await undo();
    // The session ends, unused.
    await world.passTime(130_000);
    const calls = watchCalls(bo);
    for (const { bytes } of recorded) attacker.toNode(bo, bytes);
    await world.passTime(settledMs);
    expect(calls).toEqual([]);
  });

  test('[CALL-8] gets few as a listed peer, at its own address alone', async () => {
    const victim = await start('Ana');
    const say = await listAttacker(victim, closedPort);
    const calls = watchCalls(victim);
    for (let tenth = 0; tenth < 300; tenth += 1) {
      say({ kind: 'call-me', to: tagOf(victim) });
      await world.passTime(100);
    }
    const own = world.hosts[0]?.addressesOf('eth0') ?? [];
    expect(calls.length).toBeGreaterThan(0);
    // After delays of up to 1, 2, 4, 8 and 15 s.
    expect(calls.length).toBeLessThanOrEqual(8);
    expect(calls.filter(({ to }) => !own.some((address) => to.includes(address)))).toEqual([]);
  });

  test('[CALL-8] gets none to a port of a system service', async () => {
    const victim = await start('Ana');
    const say = await listAttacker(victim, 22);
    const calls = watchCalls(victim);
    for (let count = 0; count < 20; count += 1) {
      say({ kind: 'call-me', to: tagOf(victim) });
      await world.passTime(500);
    }
    expect(calls).toEqual([]);
  });
});
