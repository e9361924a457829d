/** Messages with their sessions: unknown senders, contacts, blocking and redialing. */
import { createHashes } from '../../node/crypto/hash.ts';
import { expect, test } from 'vitest';
import { ampleRoom } from '../../../../test/fakes/ample-room.ts';
import { createBreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { wireMessage } from '../../../../test/fixtures/messaging-world.ts';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { createSimStreams, type StreamNode } from '../../../../test/fakes/sim-streams.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { createFrameDecoder, encodeFrame, type Frame, type ReceivedFrame, type WireMessage } from './wire/frames.ts';
import type { SecureStream } from './ports.ts';
import { createContacts } from '../contacts/contacts.ts';
import { createOnlinePeers, type PeerRecord, type RegistryEvent } from '../presence/index.ts';
import { createSettings } from '../settings/settings.ts';
import { createMessages } from './messages.ts';

const ana = 'a'.repeat(52);
const hello: Frame = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] };

/** The parts of the core that these tests do not look at. */
const unheard = {
  askToCall: () => false,
  onDialFailed: () => undefined,
  onStalled: () => undefined,
  onReached: () => undefined,
  onAnswered: () => undefined,
  onPortChange: () => undefined,
};

/** A node with messages, and a stranger that knows its address and never sent a beacon. */
async function openMessages() {
  const world = createSimStreams('talk');
  const [own, unknownSender] = [await world.addNode('bo'), await world.addNode('mallory')];
  const store = createBreakableStore({ clock: world.clock });
  store.putContact({ peerId: ana, name: 'Ana', nameSinceMs: 1, firstSeenMs: 1, lastSeenMs: 1, verified: true, blocked: false });
  const registry = createEmitter<RegistryEvent>();
  const here = new Map<string, PeerRecord>();
  const lookup = { get: (peerId: string) => here.get(peerId), list: () => [...here.values()], subscribe: registry.subscribe };
  const ports = {
    ...own,
    clock: world.clock,
    hash: createHashes(),
    store,
    log: { write: () => undefined },
    ownPeerId: own.peerId,
  };
  const contacts = createContacts({ ...ports, registry: lookup, onForgetting: () => undefined });
  const messages = createMessages({
    ...ports,
    ownName: () => 'Bo',
    contacts,
    online: createOnlinePeers({ clock: world.clock, registry: lookup }),
    getSetting: createSettings({ checks: {} }).get,
    ...unheard,
  });
  const starting = messages.start();
  await world.clock.advance(1);
  const end = await starting;
  async function stop(): Promise<void> {
    const ended = end();
    await world.clock.advance(5_000);
    await ended;
  }
  function arrive(peerId: string, name: string, tcpPort = 0): void {
    movePort(peerId, tcpPort, name);
    registry.emit({ type: 'joined', record: here.get(peerId) as PeerRecord });
  }
  /** Without an event of the registry. */
  function movePort(peerId: string, tcpPort: number, name = 'Mallory'): void {
    const lastAddress = unknownSender.endpoint(4_000);
    const announcement = sampleAnnouncement({ name, tcpPort });
    here.set(peerId, { peerId, announcement, lastAddress, addresses: [lastAddress] } as unknown as PeerRecord);
  }
  return {
    world,
    own,
    unknownSender,
    store,
    contacts,
    messages: messages.area,
    tcpPort: messages.tcpPort,
    arrive,
    movePort,
    stop,
  };
}

async function call(caller: StreamNode, { world, own, tcpPort }: Awaited<ReturnType<typeof openMessages>>) {
  const connecting = caller.transport.connect(own.endpoint(tcpPort()), {
    expectedPeerId: own.peerId,
    deadlineMs: 1_000,
    signal: new AbortController().signal,
  });
  await world.clock.advance(20);
  const result = await connecting;
  if (!result.ok) throw new Error(result.end);
  const { stream } = result;
  const decoder = createFrameDecoder();
  const heard: ReceivedFrame[] = [];
  let hasEnded = false;
  stream.onEnd(() => (hasEnded = true));
  stream.onData((bytes) => heard.push(...decoder.push(bytes).frames));
  const say = async (...frames: readonly Frame[]): Promise<void> => {
    for (const frame of frames) stream.write(encodeFrame(frame));
    await world.clock.advance(20);
  };
  await say(hello);
  return { heard, say, hasEnded: () => hasEnded };
}

test('[TRUST-11] a contact is persisted before the message that we send to it', async () => {
  const fixture = await openMessages();
  fixture.arrive(fixture.unknownSender.peerId, 'Mallory');
  await Promise.all([fixture.messages.send(fixture.unknownSender.peerId, 'hello'), fixture.world.clock.advance(1)]);
  const names = fixture.store.contacts().map(({ name }) => name);
  await fixture.stop();
  expect(names.toSorted()).toEqual(['Ana', 'Mallory']);
});

test('[TRUST-1, TRUST-2] a peer that never beaconed becomes a contact, with its warning, before its message is emitted', async () => {
  const fixture = await openMessages();
  const { unknownSender, contacts, messages } = fixture;
  const emitted: unknown[] = [];
  messages.subscribe((event) => {
    if (event.type !== 'message') return;
    emitted.push([contacts.get(event.message.from)?.name, contacts.earlierHolder(event.message.from)?.peerId]);
  });
  const session = await call(unknownSender, fixture);
  await session.say({ type: 'messages', messages: [message('send me the password', '\u202eAna')] });
  expect(emitted).toEqual([['Ana', ana]]);
  await fixture.stop();
});

test('[TRUST-1, TRUST-6] a peer that never beaconed can be answered while its session is open, and blocked', async () => {
  const fixture = await openMessages();
  const { unknownSender, contacts, messages, world } = fixture;
  const session = await call(unknownSender, fixture);
  await session.say({ type: 'messages', messages: [message('hello', 'Mallory')] });
  const resolved = contacts.resolve('mallory');
  const answering = messages.send(unknownSender.peerId, 'who are you?');
  await world.clock.advance(20);
  expect(await answering).toMatchObject({ ok: true });
  expect([resolved, texts(session.heard)]).toEqual([{ ok: true, peerId: unknownSender.peerId }, ['who are you?']]);
  expect([contacts.setBlocked(unknownSender.peerId, true), contacts.resolve(unknownSender.peerId).ok]).toEqual([true, true]);
  await world.clock.advance(20);
  expect([session.hasEnded(), session.heard.some(({ type }) => type === 'bye')]).toEqual([true, false]);
  await fixture.stop();
});

test('[TRUST-1] the name of a listed peer comes from its beacons, not from its messages', async () => {
  const fixture = await openMessages();
  const { unknownSender, contacts } = fixture;
  fixture.arrive(unknownSender.peerId, 'Mallory');
  const session = await call(unknownSender, fixture);
  await session.say({ type: 'messages', messages: [message('hello', 'Mal')] });
  expect(contacts.get(unknownSender.peerId)?.name).toBe('Mallory');
  await fixture.stop();
});

test('[SESS-13, DELIVER-8] a message to a peer that was unreachable for long is sent soon after a session works', async () => {
  const fixture = await openMessages();
  const { unknownSender, messages, world } = fixture;
  fixture.arrive(unknownSender.peerId, 'Mallory', 9);
  await Promise.all([messages.send(unknownSender.peerId, 'hello'), world.clock.advance(600_000)]);
  const streams: SecureStream[] = [];
  const listener = await unknownSender.transport.listen(
    (stream) => streams.push(stream),
    () => undefined,
    ampleRoom,
  );
  fixture.movePort(unknownSender.peerId, listener.port);
  await world.clock.advance(20_000);
  expect(streams).toHaveLength(1);
  await listener.close();
  await fixture.stop();
});

test('[TRUST-1] a new contact without a printable name gets a name to show', async () => {
  const fixture = await openMessages();
  const session = await call(fixture.unknownSender, fixture);
  await session.say({ type: 'messages', messages: [message('hello', '\u200b')] });
  expect(fixture.contacts.get(fixture.unknownSender.peerId)?.name).toBe('unnamed');
  await fixture.stop();
});

function message(text: string, fromName: string): WireMessage {
  return { ...wireMessage(1, text), fromName };
}

function texts(frames: readonly ReceivedFrame[]): readonly string[] {
  return frames.flatMap((frame) => (frame.type === 'messages' ? frame.messages.map(({ text }) => text) : []));
}
