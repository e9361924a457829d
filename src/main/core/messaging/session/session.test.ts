import { expect, test } from 'vitest';
import { createSimStreams, type SimStreams, type StreamNode } from '../../../../../test/fakes/sim-streams.ts';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import type { SessionProof } from '../../ports.ts';
import { createFrameDecoder, encodeFrame, maxFrameBytes, type Frame, type ReceivedFrame } from '../wire/frames.ts';
import type { SecureStream } from '../ports.ts';
import { createSession, type RunningSession, type SessionEnd, type SessionFrame } from './session.ts';
import { defaultSessionOptions, type SessionOptions } from './options.ts';

const options = defaultSessionOptions;
const hello: Frame = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] };
const messageId = '0192a5b0-1111-7abc-9def-0123456789ab';
const message = { messageId, sequence: 1, sentAtMs: 1, fromName: 'Ana', text: 'hi' };

interface Followed {
  readonly session: RunningSession;
  readonly stream: SecureStream;
  readonly frames: SessionFrame[];
  readonly ends: SessionEnd[];
  opened: number;
  drained: number;
}

/** The other end of a session, in a test's own hands. */
interface Stranger {
  readonly stream: SecureStream;
  readonly frames: ReceivedFrame[];
  say(frame: Frame): void;
}

interface World extends SimStreams {
  readonly ana: StreamNode;
  readonly bo: StreamNode;
}

test('[SESS-1] both say hello, and then exchange frames both ways', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  ana.session.send({ type: 'messages', messages: [message] });
  bo.session.send({ type: 'typing', isTyping: true });
  await world.clock.advance(100);
  expect({ opened: [ana.opened, bo.opened], ana: ana.frames, bo: bo.frames }).toEqual({
    opened: [1, 1],
    ana: [{ type: 'typing', isTyping: true }],
    bo: [{ type: 'messages', messages: [message] }],
  });
});

test.each([
  ['a frame before hello', [{ type: 'typing', isTyping: true }]],
  ['a ping before hello', [{ type: 'ping', nonce: 1 }]],
  ['two hellos', [hello, hello]],
] as const)('[SESS-1] %s closes the session', async (_what, said) => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  for (const frame of said) stranger.say(frame);
  await world.clock.advance(100);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'unexpected' }]);
  expect(stranger.frames.at(-1)).toEqual({ type: 'bye', reason: 'unexpected' });
});

test('[SESS-2] whoever speaks only other versions is told so; whoever speaks more than ours is welcome', async () => {
  const world = await makeWorld();
  const [refusing, later] = await makeSessionWithStranger(world);
  later.say({ ...hello, lowestVersion: 2, highestVersion: 9 });
  const [welcoming, both] = await makeSessionWithStranger(world);
  both.say({ ...hello, highestVersion: 9 });
  await world.clock.advance(100);
  expect(refusing.ends).toEqual([{ by: 'us', reason: 'version' }]);
  expect(later.frames).toEqual([hello, { type: 'bye', reason: 'version' }]);
  expect({ opened: welcoming.opened, ends: welcoming.ends }).toEqual({ opened: 1, ends: [] });
});

test.each([
  ['the same key', 'coffee', 'coffee', 1, undefined],
  ['another key', 'coffee', 'tea', 0, 'team-key'],
  ['no key', 'coffee', undefined, 0, 'team-key'],
  ['a key where we have none', undefined, 'tea', 0, 'team-key'],
])('[SESS-3] with %s', async (_what, ours, theirs, opened, reason) => {
  const world = await makeWorld();
  const proofs = [ours, theirs].map((key) => (key === undefined ? {} : { proof: fakeProof(key) }));
  const [ana, bo] = await makeSessions(world, proofs[0], proofs[1]);
  expect([ana.opened, bo.opened]).toEqual([opened, opened]);
  expect(new Set([...ana.ends, ...bo.ends].map((end) => end.reason))).toEqual(new Set(reason === undefined ? [] : [reason]));
});

test('[SESS-3] a proof that was thrown back, or is of another stream, proves nothing', async () => {
  const world = await makeWorld();
  const [thrown, thrower] = await makeSessionWithStranger(world, { proof: fakeProof('coffee') });
  await world.clock.advance(10);
  const [heard] = thrower.frames;
  thrower.say(heard as Frame);
  // Of an honest peer, on a stream of its own.
  const [bystander] = await makeSessions(world, { proof: fakeProof('coffee') }, { proof: fakeProof('coffee') });
  const [replayed, replayer] = await makeSessionWithStranger(world, { proof: fakeProof('coffee') });
  const exported = bystander.exported();
  replayer.say({ ...hello, proof: fakeProof('coffee').prove(exported, world.bo.peerId) });
  await world.clock.advance(100);
  expect(heard).toMatchObject({ type: 'hello', proof: expect.any(Uint8Array) as Uint8Array });
  expect([thrown.ends, replayed.ends]).toEqual([[{ by: 'us', reason: 'team-key' }], [{ by: 'us', reason: 'team-key' }]]);
});

test('[SESS-4] whoever closes says why, after all that it sent', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  for (let sequence = 1; sequence <= 50; sequence += 1) {
    ana.session.send({ type: 'messages', messages: [{ ...message, sequence, text: 'x'.repeat(10_000) }] });
  }
  ana.session.close('leaving');
  ana.session.close('idle');
  expect(ana.session.send({ type: 'typing', isTyping: true })).toBe(false);
  await world.clock.advance(1_000);
  expect({ ana: ana.ends, bo: bo.ends, heard: bo.frames.length }).toEqual({
    ana: [{ by: 'us', reason: 'leaving' }],
    bo: [{ by: 'peer', reason: 'leaving' }],
    heard: 50,
  });
  await world.clock.advance(30_000);
  expectNothingLeft(world);
});

test("[SESS-4] an end without a word is told as the network's", async () => {
  const world = await makeWorld();
  const [ana] = await makeSessions(world);
  world.bo.transport.kill();
  await world.clock.advance(100);
  expect(ana.ends).toEqual([{ by: 'network', reason: 'lost' }]);
});

test('[SESS-5] whoever is blocked is told nothing', async () => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  stranger.say(hello);
  await world.clock.advance(10);
  ana.session.close('blocked');
  await world.clock.advance(100);
  expect({ ends: ana.ends, heard: stranger.frames }).toEqual({ ends: [{ by: 'us', reason: 'blocked' }], heard: [hello] });
});

test.each([
  ['malformed', Uint8Array.of(0, 0, 0, 1, 0xc1)],
  ['too-large', Uint8Array.of(0, 4, 0, 1)],
])('[FRAME-1, SESS-4] a stream that cannot be read on is closed: %s', async (reason, bytes) => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  stranger.say(hello);
  stranger.say({ type: 'typing', isTyping: true });
  stranger.stream.write(bytes);
  await world.clock.advance(100);
  expect({ frames: ana.frames, ends: ana.ends, told: stranger.frames.at(-1) }).toEqual({
    frames: [{ type: 'typing', isTyping: true }],
    ends: [{ by: 'us', reason }],
    told: { type: 'bye', reason },
  });
});

test('[SESS-6] who says no hello is given up', async () => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  await world.clock.advance(options.helloDeadlineMs - 100);
  expect(ana.ends).toEqual([]);
  await world.clock.advance(200);
  expect({ ends: ana.ends, told: stranger.frames.at(-1) }).toEqual({
    ends: [{ by: 'us', reason: 'deadline' }],
    told: { type: 'bye', reason: 'deadline' },
  });
});

test('[SESS-6] a frame that is not whole in time closes the session, however often a byte of it comes', async () => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  stranger.say(hello);
  stranger.stream.write(Uint8Array.of(0, 4, 0, 0));
  for (let second = 0; second * 1_000 < options.frameDeadlineMs - 1_000; second += 1) {
    await world.clock.advance(1_000);
    stranger.stream.write(Uint8Array.of(0x91));
  }
  expect(ana.ends).toEqual([]);
  await world.clock.advance(2_000);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'deadline' }]);
});

test('[SESS-6] who does not read what is sent is given up, but not who reads slowly', async () => {
  const world = await makeWorld();
  const [ana, never] = await makeSessionWithStranger(world);
  const [bo, slow] = await makeSessionWithStranger(world);
  for (const { stream } of [never, slow]) stream.write(encodeFrame(hello));
  await world.clock.advance(10);
  for (const { session } of [ana, bo]) {
    for (let sequence = 1; sequence < 100; sequence += 1) session.send({ type: 'messages', messages: [long(sequence)] });
  }
  never.stream.pause();
  slow.stream.pause();
  for (let second = 0; second * 1_000 < 3 * options.writeDeadlineMs; second += 1) {
    await world.clock.advance(980);
    slow.stream.resume();
    // Long enough for one window, not for all.
    await world.clock.advance(2);
    slow.stream.pause();
    if (second % 5 === 0) slow.say({ type: 'ping', nonce: second });
  }
  expect({ never: ana.ends, slow: bo.ends }).toEqual({ never: [{ by: 'us', reason: 'deadline' }], slow: [] });
});

test('[SESS-7] who is not there any more is asked, and then given up', async () => {
  const world = await makeWorld();
  const [ana] = await makeSessions(world);
  world.bo.tcp.switchOff();
  await world.clock.advance(options.pingAfterMs + options.pongDeadlineMs - 100);
  expect(ana.ends).toEqual([]);
  await world.clock.advance(1_000);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'deadline' }]);
});

test('[SESS-7] pings keep a session alive, but are no use: an idle one is closed', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  await world.clock.advance(options.idleMs - 2_000);
  expect([...ana.ends, ...bo.ends]).toEqual([]);
  ana.session.send({ type: 'kept', messageIds: [messageId] });
  await world.clock.advance(options.idleMs - 2_000);
  expect([...ana.ends, ...bo.ends]).toEqual([]);
  await world.clock.advance(4_000);
  expect([...ana.ends, ...bo.ends].map(({ reason }) => reason)).toEqual(['idle', 'idle']);
});

test('[SESS-8] nothing is handed on while the listener pauses, and nothing is lost', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  bo.session.pause('inbox');
  let sent = 0;
  while (ana.session.send({ type: 'messages', messages: [long(sent + 1)] })) sent += 1;
  sent += 1;
  // Longer, and the other end gives up.
  await world.clock.advance(options.pingAfterMs + options.pongDeadlineMs - 1_000);
  expect({ heard: bo.frames.length, ends: [...ana.ends, ...bo.ends] }).toEqual({ heard: 0, ends: [] });
  expect(ana.stream.bufferedBytes).toBeGreaterThan(0);
  bo.session.resume('inbox');
  await world.clock.advance(1_000);
  expect({ heard: bo.frames.length, unsent: ana.stream.bufferedBytes, drained: ana.drained }).toEqual({
    heard: sent,
    unsent: 0,
    drained: 1,
  });
});

test('[SESS-8] a listener that pauses while it is handed a frame is handed no other', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world, {}, { onFrame: ({ session }) => session.pause('inbox') });
  for (let sequence = 1; sequence <= 3; sequence += 1)
    ana.session.send({ type: 'messages', messages: [{ ...message, sequence }] });
  await world.clock.advance(100);
  expect(bo.frames).toHaveLength(1);
  bo.session.resume('inbox');
  await world.clock.advance(100);
  expect(bo.frames).toHaveLength(2);
});

test('[SESS-8] frames beyond the pace are read more slowly; none is lost', async () => {
  const world = await makeWorld();
  const slow = { maxFramesPerSecond: 100 };
  const [ana, stranger] = await makeSessionWithStranger(world, { options: slow });
  stranger.say(hello);
  for (let count = 0; count < 700; count += 1) stranger.say({ type: 'kept', messageIds: [messageId] });
  await world.clock.advance(1_000);
  expect(ana.frames.length).toBeGreaterThan(250);
  expect(ana.frames.length).toBeLessThan(350);
  await world.clock.advance(5_000);
  expect({ heard: ana.frames.length, ends: ana.ends }).toEqual({ heard: 700, ends: [] });
});

test.each([
  ['pings', { type: 'ping', nonce: 1 }],
  ['typing', { type: 'typing', isTyping: true }],
] as const)('[SESS-8] a flood of %s closes the session', async (_what, frame) => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  stranger.say(hello);
  for (let count = 0; count < 1_000; count += 1) stranger.say(frame);
  await world.clock.advance(1_000);
  expect({ ends: ana.ends, told: stranger.frames.at(-1) }).toEqual({
    ends: [{ by: 'us', reason: 'too-many' }],
    told: { type: 'bye', reason: 'too-many' },
  });
});

test('[FRAME-6] unknown frames do nothing, unless they are a flood', async () => {
  const world = await makeWorld();
  const [ana, stranger] = await makeSessionWithStranger(world);
  stranger.say(hello);
  const unknown = Uint8Array.of(0, 0, 0, 2, 0x91, 0x77);
  for (let count = 0; count < 50; count += 1) stranger.stream.write(unknown);
  await world.clock.advance(1_000);
  expect({ frames: ana.frames, ends: ana.ends }).toEqual({ frames: [], ends: [] });
  for (let count = 0; count < 500; count += 1) stranger.stream.write(unknown);
  await world.clock.advance(1_000);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'too-many' }]);
});

test('[SESS-9] who does not read our answers is not read either: what waits for it is bounded', async () => {
  const world = await makeWorld();
  const answer: Frame = { type: 'kept', messageIds: Array.from({ length: 100 }, () => messageId) };
  const [ana, stranger] = await makeSessionWithStranger(world, { onFrame: ({ session }) => void session.send(answer) });
  stranger.say(hello);
  await world.clock.advance(10);
  stranger.stream.pause();
  let mostBytes = 0;
  // Four seconds of messages, each answered by 4 kB that nobody takes.
  for (let turn = 0; turn < 400; turn += 1) {
    for (let count = 0; count < 5; count += 1) stranger.say({ type: 'messages', messages: [message] });
    await world.clock.advance(10);
    mostBytes = Math.max(mostBytes, ana.stream.bufferedBytes);
  }
  expect(mostBytes).toBeGreaterThan(options.maxUnsentBytes);
  expect(mostBytes).toBeLessThan(options.maxUnsentBytes + maxFrameBytes);
  stranger.stream.resume();
  await world.clock.advance(5_000);
  expect({ ends: ana.ends, unsent: ana.stream.bufferedBytes, heard: ana.frames.length }).toEqual({
    ends: [],
    unsent: 0,
    heard: 2_000,
  });
});

test('a session on a stream that has ended already ends at once', async () => {
  const world = await makeWorld();
  const [stream] = await world.connect(world.ana, world.bo);
  stream.destroy();
  const ana = follow(world, world.ana, stream);
  expect({ ends: ana.ends, hasEnded: ana.session.hasEnded }).toEqual({
    ends: [{ by: 'network', reason: 'aborted' }],
    hasEnded: true,
  });
  await ana.session.gone;
});

interface Side {
  readonly proof?: SessionProof;
  readonly options?: Partial<SessionOptions>;
  readonly onFrame?: (followed: Followed, frame: SessionFrame) => void;
}

async function makeWorld(): Promise<World> {
  const streams = createSimStreams('session');
  return { ...streams, ana: await streams.addNode('ana'), bo: await streams.addNode('bo') };
}

async function makeSessions(
  world: World,
  anaSide: Side = {},
  boSide: Side = {},
): Promise<readonly [Followed & { exported(): Uint8Array }, Followed]> {
  const [out, into] = await world.connect(world.ana, world.bo);
  const exported = (): Uint8Array => out.exportKey('EXPERIMENTAL hallway session 1', 32);
  const pair = [
    Object.assign(follow(world, world.ana, out, anaSide), { exported }),
    follow(world, world.bo, into, boSide),
  ] as const;
  await world.clock.advance(50);
  return pair;
}

/** Bo's end is the test's own. */
async function makeSessionWithStranger(world: World, side: Side = {}): Promise<readonly [Followed, Stranger]> {
  const [out, into] = await world.connect(world.ana, world.bo);
  const decoder = createFrameDecoder();
  const frames: ReceivedFrame[] = [];
  into.onData((bytes) => frames.push(...decoder.push(bytes).frames));
  const stranger: Stranger = { stream: into, frames, say: (frame) => void into.write(encodeFrame(frame)) };
  return [follow(world, world.ana, out, side), stranger];
}

function follow(world: World, { peerId }: StreamNode, stream: SecureStream, side: Side = {}): Followed {
  const frames: SessionFrame[] = [];
  const ends: SessionEnd[] = [];
  const counts = { opened: 0, drained: 0 };
  const session = createSession(
    {
      clock: world.clock,
      stream,
      ownPeerId: peerId,
      proof: side.proof,
      admit: () => ({
        onOpened: () => void (counts.opened += 1),
        onFrame(frame) {
          frames.push(frame);
          side.onFrame?.(followed, frame);
        },
        onDrained: () => void (counts.drained += 1),
        onClosed: (end) => void ends.push(end),
      }),
      onFailed: (end) => void ends.push(end),
    },
    { ...options, ...side.options },
  );
  const followed: Followed = Object.assign(counts, { session, stream, frames, ends });
  return followed;
}

/** With everything of the real one that matters here: key, stream and prover all count. */
function fakeProof(key: string): SessionProof {
  const prove = (exported: Uint8Array, proverId: string): Uint8Array => {
    const proof = new Uint8Array(32);
    for (const [index, byte] of [...new TextEncoder().encode(`${key} ${proverId} ${exported.join()}`)].entries()) {
      proof[index % 32] = Math.imul((proof[index % 32] as number) + 1, 31) + byte;
    }
    return proof;
  };
  return { prove, isProved: (exported, proverId, proof) => prove(exported, proverId).join() === proof.join() };
}

function long(sequence: number): typeof message {
  return { ...message, sequence, text: 'x'.repeat(16_000) };
}

function expectNothingLeft({ clock, ana, bo }: World): void {
  for (const { tcp } of [ana, bo]) {
    expect(tcp.openConnections).toBe(0);
    tcp.switchOff();
  }
  assertNothingLeft({ clock, hosts: [ana.host, bo.host] });
}
