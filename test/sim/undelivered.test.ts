/**
 * Messages to a peer that is here and that do not arrive, for another reason than a firewall: the
 * user learns the likely cause within half a minute, and is not alarmed by a pause of the network.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { carrierPort } from '../fakes/sim-tcp.ts';
import { decodeSegment } from '../fakes/sim-tcp/segment.ts';
import { healedMs, untilAllOnline } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

/** The promise to the user. */
const namedMs = 30_000;
/** The longest back-off, a further attempt, and the message itself. */
const afterRepairMs = 60_000;
/** The payload of an ordinary Ethernet frame, without the headers of IP and UDP. */
const frameBytes = 1_472;
const longText = 'All work and no play makes Jack a dull boy. '.repeat(100);

let world: SimWorld;
let ana: SimNode;
let bo: SimNode;
beforeEach(async () => {
  world = createSimWorld({ seed: 'undelivered' });
  ana = (await (await world.addHost()).start({ name: 'Ana' })) as SimNode;
  bo = (await (await world.addHost()).start({ name: 'Bo' })) as SimNode;
  await untilAllOnline(world, [ana, bo], healedMs);
});
afterEach(() => world.close());

async function send(text: string): Promise<void> {
  const sending = ana.send(bo.peerId, text);
  await world.passTime(1);
  await sending;
}

function untilNamed(isNamed: boolean, deadlineMs: number): Promise<number> {
  const hasEntry = (): boolean => ana.record.health.some(({ code }) => code === 'messages-not-delivered');
  return world.waitUntil(`it is ${isNamed ? 'named' : 'over'}`, () => hasEntry() === isNamed, deadlineMs);
}

function remedyOf({ hallway }: SimNode): unknown {
  return hallway.health.list().map(({ code, values }) => ({ code, name: values['name'], cause: values['cause'] }));
}

/** All health that a node ever showed. */
function shownBy({ record }: SimNode): readonly string[] {
  return record.events.flatMap(({ event }) => (event.event === 'health' ? event.health.map(({ code }) => code) : []));
}

function arrived(): readonly string[] {
  return bo.record.messages.map(({ text }) => text);
}

test('[SESS-19] where larger packets are lost, the peer and the packet size are named within 30 s, until one arrives', async () => {
  const undo = world.lan.lose(({ bytes }) => bytes.length > frameBytes);
  await send(longText);
  await untilNamed(true, namedMs);
  const named = remedyOf(ana);
  // It stays while session after session opens, and nothing large gets through.
  await world.passTime(60_000);
  const later = remedyOf(ana);
  undo();
  await untilNamed(false, afterRepairMs);
  const entry = [{ code: 'messages-not-delivered', name: 'Bo', cause: 'size' }];
  expect({ named, later, ofBo: shownBy(bo), arrived: arrived() }).toEqual({
    named: entry,
    later: entry,
    ofBo: [],
    arrived: [longText],
  });
});

test('[SESS-19] is named also if a short message got through before, in the same session', async () => {
  world.lan.lose(({ bytes }) => bytes.length > frameBytes);
  await send('short');
  await world.passTime(500);
  await send(longText);
  await untilNamed(true, namedMs);
  expect({ named: remedyOf(ana), arrived: arrived() }).toEqual({
    named: [{ code: 'messages-not-delivered', name: 'Bo', cause: 'size' }],
    arrived: ['short'],
  });
});

test.each([14_000, 20_000, 24_000])('[SESS-19] a pause of the network of %i ms is not taken for it', async (pauseMs) => {
  await send('before');
  await world.passTime(1_000);
  const heal = await world.partition([[ana.host], [bo.host]]);
  await send('meanwhile');
  await world.passTime(pauseMs);
  await heal();
  await world.passTime(afterRepairMs);
  expect({ shown: shownBy(ana).filter((code) => code === 'messages-not-delivered'), arrived: arrived() }).toEqual({
    shown: [],
    arrived: ['before', 'meanwhile'],
  });
});

test.each([5_000, 24_000])('[SESS-19] nor is a peer that stands still for %i ms', async (pauseMs) => {
  await send('before');
  await world.passTime(1_000);
  bo.pause();
  await send('meanwhile');
  await world.passTime(pauseMs);
  bo.resume();
  await world.passTime(afterRepairMs);
  expect({ shown: shownBy(ana).filter((code) => code === 'messages-not-delivered'), arrived: arrived() }).toEqual({
    shown: [],
    arrived: ['before', 'meanwhile'],
  });
});

test('[SESS-18] a peer that accepts calls, and whose hello never comes, is named within 30 s', async () => {
  world.lan.lose(({ destinationPort, bytes }) => destinationPort === carrierPort && decodeSegment(bytes)?.kind === 'data');
  await send('hello');
  await untilNamed(true, namedMs);
  expect(remedyOf(ana)).toEqual([{ code: 'messages-not-delivered', name: 'Bo', cause: 'broken' }]);
});
