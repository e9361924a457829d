import { createHashes } from '../node/crypto/hash.ts';
import { expect, test } from 'vitest';
import { createBreakableStore } from '../../../test/fakes/breakable-store.ts';
import { wireMessage } from '../../../test/fixtures/messaging-world.ts';
import { sampleAnnouncement } from '../../../test/fixtures/sample-datagrams.ts';
import { createSimStreams, type StreamNode } from '../../../test/fakes/sim-streams.ts';
import { createEmitter } from '../../shared/lib/emitter.ts';
import { createFrameDecoder, encodeFrame, type Frame, type ReceivedFrame, type WireMessage } from './messaging/wire/frames.ts';
import type { SecureStream } from './messaging/ports.ts';
import type { PeerRecord, RegistryEvent } from './presence/index.ts';
import { createTalk } from './direct-messages.ts';
import { createSettings } from './settings/settings.ts';

const ana = 'a'.repeat(52);
const hello: Frame = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] };

/** Somebody who talks, and a stranger who knows where, of whom no beacon was ever heard. */
async function openTalk() {
  const world = createSimStreams('talk');
  const [own, stranger] = [await world.addNode('bo'), await world.addNode('mallory')];
  const store = createBreakableStore({ clock: world.clock });
  store.putKnownPeer({ peerId: ana, name: 'Ana', nameSinceMs: 1, firstSeenMs: 1, lastSeenMs: 1, verified: true, blocked: false });
  const registry = createEmitter<RegistryEvent>();
  const here = new Map<string, PeerRecord>();
  const talk = createTalk({
    ...own,
    clock: world.clock,
    hash: createHashes(),
    store,
    log: { write: () => undefined },
    ownPeerId: own.peerId,
    ownName: () => 'Bo',
    registry: { get: (peerId) => here.get(peerId), list: () => [...here.values()], subscribe: registry.subscribe },
    getSetting: createSettings({ checks: {} }).get,
    onPortChange: () => undefined,
  });
  const stopping = new AbortController();
  let running = Promise.resolve();
  const ready = new Promise<void>((resolve) => {
    running = talk.run(stopping.signal, resolve);
  });
  await world.clock.advance(1);
  await ready;
  async function stop(): Promise<void> {
    stopping.abort();
    await world.clock.advance(5_000);
    await running;
  }
  function arrive(peerId: string, name: string, tcpPort = 0): void {
    movePort(peerId, tcpPort, name);
    registry.emit({ type: 'joined', record: here.get(peerId) as PeerRecord });
  }
  /** Nothing is told of it. */
  function movePort(peerId: string, tcpPort: number, name = 'Mallory'): void {
    const lastAddress = stranger.endpoint(4_000);
    const announcement = sampleAnnouncement({ name, tcpPort });
    here.set(peerId, { peerId, announcement, lastAddress, addresses: [lastAddress] } as unknown as PeerRecord);
  }
  return { world, own, stranger, store, talk, arrive, movePort, stop };
}

async function call(caller: StreamNode, { world, own, talk }: Awaited<ReturnType<typeof openTalk>>) {
  const connecting = caller.transport.connect(own.endpoint(talk.tcpPort()), {
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

test('[TRUST-1, TRUST-2] who was never here and writes is met, and warned of, before the message is told', async () => {
  const scene = await openTalk();
  const { stranger, talk } = scene;
  const told: unknown[] = [];
  talk.messages.subscribe((event) => {
    if (event.type !== 'message') return;
    told.push([talk.people.acquaintance(event.message.from)?.name, talk.people.earlierHolder(event.message.from)?.peerId]);
  });
  const session = await call(stranger, scene);
  await session.say({ type: 'messages', messages: [message('send me the password', '\u202eAna')] });
  expect(told).toEqual([['Ana', ana]]);
  await scene.stop();
});

test('[TRUST-1, TRUST-6] who was never here and writes can be answered while its session is open, and blocked', async () => {
  const scene = await openTalk();
  const { stranger, talk, world } = scene;
  const session = await call(stranger, scene);
  await session.say({ type: 'messages', messages: [message('hello', 'Mallory')] });
  const resolved = talk.people.resolve('mallory');
  const answering = talk.messages.send(stranger.peerId, 'who are you?');
  await world.clock.advance(20);
  expect(await answering).toMatchObject({ ok: true });
  expect([resolved, texts(session.heard)]).toEqual([{ ok: true, peerId: stranger.peerId }, ['who are you?']]);
  expect([talk.people.setBlocked(stranger.peerId, true), talk.people.resolve(stranger.peerId).ok]).toEqual([true, true]);
  await world.clock.advance(20);
  expect([session.hasEnded(), session.heard.some(({ type }) => type === 'bye')]).toEqual([true, false]);
  await scene.stop();
});

test('[TRUST-1] what somebody is called who is here, beacons say; a message that was written under another name does not', async () => {
  const scene = await openTalk();
  const { stranger, talk } = scene;
  scene.arrive(stranger.peerId, 'Mallory');
  const session = await call(stranger, scene);
  await session.say({ type: 'messages', messages: [message('hello', 'Mal')] });
  expect(talk.people.acquaintance(stranger.peerId)?.name).toBe('Mallory');
  await scene.stop();
});

test('[SESS-13, DELIVER-8] a message to somebody here whom no session reached for long goes out soon after one can, without any news', async () => {
  const scene = await openTalk();
  const { stranger, talk, world } = scene;
  scene.arrive(stranger.peerId, 'Mallory', 9);
  await Promise.all([talk.messages.send(stranger.peerId, 'hello'), world.clock.advance(600_000)]);
  const streams: SecureStream[] = [];
  const listener = await stranger.transport.listen(
    (stream) => streams.push(stream),
    () => undefined,
  );
  scene.movePort(stranger.peerId, listener.port);
  await world.clock.advance(20_000);
  expect(streams).toHaveLength(1);
  await listener.close();
  await scene.stop();
});

test('[TRUST-1] somebody unmet whose message has a name that shows nothing can be spoken of all the same', async () => {
  const scene = await openTalk();
  const session = await call(scene.stranger, scene);
  await session.say({ type: 'messages', messages: [message('hello', '\u200b')] });
  expect(scene.talk.people.acquaintance(scene.stranger.peerId)?.name).toBe('unnamed');
  await scene.stop();
});

function message(text: string, fromName: string): WireMessage {
  return { ...wireMessage(1, text), fromName };
}

function texts(frames: readonly ReceivedFrame[]): readonly string[] {
  return frames.flatMap((frame) => (frame.type === 'messages' ? frame.messages.map(({ text }) => text) : []));
}
