import { expect, test } from 'vitest';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import { createSimStreams, type SimStreams, type StreamNode } from '../../../../../test/fakes/sim-streams.ts';
import type { Endpoint } from '../../ports.ts';
import { createFrameDecoder, type ReceivedFrame } from '../wire/frames.ts';
import { defaultSessionOptions, type SessionOptions } from '../session/options.ts';
import { createSessions, type Sessions, type SessionsEvent } from './session-manager.ts';

interface Node extends StreamNode {
  readonly sessions: Sessions;
  readonly events: readonly SessionsEvent[];
  /** Whom it knows, and where. */
  readonly addresses: Map<string, readonly Endpoint[]>;
  readonly blocked: Set<string>;
  stop(): Promise<void>;
}

const nowhere: Endpoint = { family: 'ipv4', address: '10.0.0.250', port: 4_000 };

test('[SESS-11] a session is opened once, however often it is asked for, and both ends have it', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  const asked = Promise.all([ana.sessions.sessionFor(bo.peerId), ana.sessions.sessionFor(bo.peerId)]);
  await world.clock.advance(100);
  const [first, second] = await asked;
  const again = await ana.sessions.sessionFor(bo.peerId);
  expect(first).toEqual({ ok: true, session: ana.sessions.current(bo.peerId) });
  expect([second, again]).toEqual([first, first]);
  expect([texts(ana), texts(bo)]).toEqual([['opened bo outgoing'], ['opened ana incoming']]);
  expect([ana.tcp.openConnections, bo.tcp.openConnections]).toEqual([1, 1]);
});

test('frames and drains are told with whose they are', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  bo.sessions.current(ana.peerId)?.send({ type: 'typing', isTyping: true });
  await world.clock.advance(100);
  expect(ana.events.at(-1)).toMatchObject({ type: 'frame', peerId: bo.peerId, frame: { type: 'typing', isTyping: true } });
});

test('[SESS-10] an address that says nothing is passed over after a moment, one that refuses at once', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  const [right] = ana.addresses.get(bo.peerId) ?? [];
  ana.addresses.set(bo.peerId, [nowhere, right as Endpoint]);
  ana.sessions.open(bo.peerId);
  await world.clock.advance(defaultSessionOptions.nextAddressMs - 10);
  expect(texts(ana)).toEqual([]);
  await world.clock.advance(20);
  expect(texts(ana)).toEqual(['opened bo outgoing']);

  const cleo = await addNode(world, 'cleo');
  const closed = { ...(right as Endpoint), port: 9 };
  cleo.addresses.set(bo.peerId, [closed, closed, right as Endpoint]);
  cleo.sessions.open(bo.peerId);
  await world.clock.advance(10);
  expect(texts(cleo)).toEqual(['opened bo outgoing']);
});

test('[SESS-10, TLS-2] an address where somebody else is now is passed over', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo');
  const [right] = ana.addresses.get(bo.peerId) ?? [];
  ana.addresses.set(bo.peerId, [cleo.endpoint(cleo.sessions.tcpPort()), right as Endpoint]);
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  expect([texts(ana), texts(cleo)]).toEqual([['opened bo outgoing'], []]);
});

test('[SESS-10] when no address works, the failure of the first is told', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [{ ...bo.endpoint(9) }, nowhere]);
  const asked = ana.sessions.sessionFor(bo.peerId);
  await world.clock.advance(2 * defaultSessionOptions.connectDeadlineMs);
  expect(await asked).toMatchObject({ ok: false, reason: 'refused' });
  ana.addresses.delete(bo.peerId);
  ana.sessions.heard(bo.peerId);
  expect(await ana.sessions.sessionFor(bo.peerId)).toEqual({ ok: false, reason: 'no-address', retryAfterMs: Infinity });
});

test('[SESS-11] of two sessions that cross, both ends keep the one that the lower peerId opened', async () => {
  let crossed = 0;
  for (let number = 1; number <= 8; number += 1) {
    const world = createSimStreams(`crossing ${number}`, { delayMs: { min: 1, max: 40 }, lossRate: number > 4 ? 0.1 : 0 });
    const [ana, bo] = await introduced(world, 'ana', 'bo');
    const asked = [ana.sessions.sessionFor(bo.peerId), bo.sessions.sessionFor(ana.peerId)];
    await world.clock.advance(8_000);
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true]);
    // Both have one, it is the same, and it carries frames.
    const [one, other] = [ana.sessions.current(bo.peerId), bo.sessions.current(ana.peerId)];
    expect(new Set([one?.isOutgoing, other?.isOutgoing])).toEqual(new Set([true, false]));
    one?.send({ type: 'typing', isTyping: true });
    await world.clock.advance(20_000);
    expect(bo.events.at(-1)).toMatchObject({ type: 'frame', peerId: ana.peerId });
    expect([ana.tcp.openConnections, bo.tcp.openConnections]).toEqual([1, 1]);
    // Each opening was followed by its closing before the next, or had its place taken.
    for (const { events } of [ana, bo]) {
      const types = events.flatMap(({ type }) => (type === 'frame' || type === 'drained' ? [] : [type])).join(' ');
      expect(types).toMatch(/^opened( closed opened)*$/);
    }
    if (ana.sessions.counters().ended['us duplicate'] === undefined) continue;
    crossed += 1;
    expect(one?.isOutgoing).toBe(ana.peerId < bo.peerId);
  }
  expect(crossed).toBeGreaterThan(4);
});

test("[SESS-11] who calls again after a power failure is believed: the new session takes the old one's place", async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  bo.sessions.open(ana.peerId);
  await world.clock.advance(12_000);
  bo.tcp.switchOff();
  await bo.stop();
  const reborn = await addNode(world, 'bo', 'bo again');
  reborn.addresses.set(ana.peerId, [ana.endpoint(ana.sessions.tcpPort())]);
  reborn.sessions.open(ana.peerId);
  await world.clock.advance(100);
  expect(texts(ana)).toEqual(['opened bo incoming', 'closed bo incoming us duplicate', 'opened bo incoming']);
  expect(ana.sessions.current(bo.peerId)?.hasEnded).toBe(false);
});

test('[SESS-12] a blocked peer is not called, and is turned away without a word', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.blocked.add(bo.peerId);
  expect(await ana.sessions.sessionFor(bo.peerId)).toEqual({ ok: false, reason: 'blocked', retryAfterMs: Infinity });
  const heard = await callAs(world, bo, ana);
  expect({ heard: heard.frames, ended: heard.hasEnded, events: texts(ana) }).toEqual({ heard: [], ended: true, events: [] });
});

test('[SESS-12] who is blocked now loses the session, without a word', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  ana.blocked.add(bo.peerId);
  ana.sessions.cut(bo.peerId);
  await world.clock.advance(100);
  expect([texts(ana), texts(bo)]).toEqual([
    ['opened bo outgoing', 'closed bo outgoing us blocked'],
    ['opened ana incoming', 'closed ana incoming network lost'],
  ]);
});

test('we have no session with ourselves', async () => {
  const world = createSimStreams('sessions');
  const [ana] = await introduced(world, 'ana');
  expect(await ana.sessions.sessionFor(ana.peerId)).toMatchObject({ ok: false, reason: 'self' });
});

test('[SESS-13] who cannot be reached is left alone for longer each time, until there is news of it', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [bo.endpoint(9)]);
  const waitsMs: number[] = [];
  for (let failures = 0; failures < 9; failures += 1) {
    const asked = ana.sessions.sessionFor(bo.peerId);
    await world.clock.advance(100);
    const result = await asked;
    if (result.ok) throw new Error('a session with nobody');
    expect(result.reason).toBe('refused');
    const early = await ana.sessions.sessionFor(bo.peerId);
    expect(early).toMatchObject({ ok: false, reason: 'backing-off' });
    waitsMs.push(result.retryAfterMs);
    await world.clock.advance(result.retryAfterMs);
  }
  for (const [index, waitMs] of waitsMs.entries()) {
    const ceilingMs = Math.min(1_000 * 2 ** index, defaultSessionOptions.maxBackOffMs);
    expect(waitMs).toBeGreaterThanOrEqual(0.75 * ceilingMs);
    expect(waitMs).toBeLessThanOrEqual(ceilingMs);
  }
  const asked = ana.sessions.sessionFor(bo.peerId);
  await world.clock.advance(100);
  await asked;
  ana.addresses.set(bo.peerId, [bo.endpoint(bo.sessions.tcpPort())]);
  ana.sessions.heard(bo.peerId);
  const reached = ana.sessions.sessionFor(bo.peerId);
  await world.clock.advance(100);
  expect(await reached).toMatchObject({ ok: true });
});

test('[SESS-13] a call that is under way ends well when the peer calls us meanwhile', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [nowhere]);
  const asked = ana.sessions.sessionFor(bo.peerId);
  bo.sessions.open(ana.peerId);
  await world.clock.advance(100);
  expect(await asked).toEqual({ ok: true, session: ana.sessions.current(bo.peerId) });
});

test('[SESS-14] with too many sessions the longest unused one makes room', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo, dan] = await introduced(world, 'ana', 'bo', 'cleo', 'dan', { maxSessions: 2 });
  for (const { peerId } of [bo, cleo]) {
    ana.sessions.open(peerId);
    await world.clock.advance(100);
  }
  ana.sessions.current(bo.peerId)?.send({ type: 'kept', messageIds: [] });
  ana.sessions.open(dan.peerId);
  await world.clock.advance(100);
  expect(texts(ana).slice(2)).toEqual(['closed cleo outgoing us idle', 'opened dan outgoing']);
  expect(texts(cleo).at(-1)).toBe('closed ana incoming peer idle');
});

test('[SESS-14] strangers never push out those who are here', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo', { maxSessions: 2 });
  const strangers: Node[] = [];
  for (let number = 0; number < 5; number += 1) {
    const stranger = await addNode(world, `stranger ${number}`);
    stranger.addresses.set(ana.peerId, [ana.endpoint(ana.sessions.tcpPort())]);
    strangers.push(stranger);
  }
  const call = async (node: Node): Promise<void> => {
    node.sessions.open(ana.peerId);
    await world.clock.advance(100);
  };
  for (const stranger of strangers.slice(0, 3)) await call(stranger);
  // A stranger makes room for another, and for those who are here; not the other way round.
  for (const node of [bo, cleo, ...strangers.slice(3)]) await call(node);
  expect([bo, cleo].map(({ peerId }) => ana.sessions.current(peerId)?.hasEnded)).toEqual([false, false]);
  expect(ana.sessions.counters().open).toBe(2);
  expect(strangers[4]?.sessions.current(ana.peerId)).toBeUndefined();
  expect(ana.sessions.counters().ended).toEqual({ 'us idle': 3, 'us busy': 2 });
});

test('[SESS-14] who calls and says nothing makes room for those who do', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo', { maxUnopened: 4 });
  const silent = [];
  for (let number = 0; number < 20; number += 1) silent.push(await callAs(world, await world.addNode(`silent ${number}`), ana));
  expect(ana.sessions.counters()).toMatchObject({ unopened: 4, open: 0 });
  bo.sessions.open(ana.peerId);
  await world.clock.advance(100);
  expect(texts(ana)).toEqual(['opened bo incoming']);
  await world.clock.advance(10_000);
  expect({ unopened: ana.sessions.counters().unopened, ended: silent.every(({ hasEnded }) => hasEnded) }).toEqual({
    unopened: 0,
    ended: true,
  });
});

test('[SESS-15] who stops says so, gives up what it tried, and leaves nothing behind', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo');
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  ana.addresses.set(cleo.peerId, [nowhere]);
  const asked = ana.sessions.sessionFor(cleo.peerId);
  const stopping = ana.stop();
  await world.clock.advance(2_000);
  await stopping;
  expect(await asked).toMatchObject({ ok: false, reason: 'stopped' });
  expect(await ana.sessions.sessionFor(bo.peerId)).toMatchObject({ ok: false, reason: 'stopped' });
  expect([texts(ana).at(-1), texts(bo).at(-1), ana.sessions.tcpPort()]).toEqual([
    'closed bo outgoing us leaving',
    'closed ana incoming peer leaving',
    0,
  ]);
  const others = Promise.all([bo.stop(), cleo.stop()]);
  await world.clock.advance(2_000);
  await others;
  await world.clock.advance(30_000);
  for (const { tcp } of [ana, bo, cleo]) tcp.switchOff();
  assertNothingLeft({ clock: world.clock, hosts: world.lan.hosts() });
});

test('[SESS-15] one that starts again takes sessions again', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  const stopping = ana.stop();
  await world.clock.advance(2_000);
  await stopping;
  void ana.sessions.run({ signal: new AbortController().signal, ready: () => undefined });
  await world.clock.advance(10);
  bo.addresses.set(ana.peerId, [ana.endpoint(ana.sessions.tcpPort())]);
  bo.sessions.open(ana.peerId);
  await world.clock.advance(100);
  expect(texts(ana)).toEqual(['opened bo incoming']);
});

/** Nodes that know where the others are. @param args names, then options of the first */
async function introduced(
  world: SimStreams,
  ...args: readonly (string | Partial<SessionOptions>)[]
): Promise<[Node, Node, Node, Node]> {
  const options = args.find((arg) => typeof arg !== 'string');
  const nodes: Node[] = [];
  for (const name of args)
    if (typeof name === 'string') nodes.push(await addNode(world, name, name, nodes.length === 0 ? options : {}));
  for (const one of nodes) {
    for (const other of nodes) if (one !== other) one.addresses.set(other.peerId, [other.endpoint(other.sessions.tcpPort())]);
  }
  return nodes as [Node, Node, Node, Node];
}

/** @param hostName another than `name` where that one is there already */
async function addNode(world: SimStreams, name: string, hostName = name, options: Partial<SessionOptions> = {}): Promise<Node> {
  const streams = await world.addNode(hostName, name);
  names.set(streams.peerId, name);
  const addresses = new Map<string, readonly Endpoint[]>();
  const blocked = new Set<string>();
  const events: SessionsEvent[] = [];
  const stopping = new AbortController();
  const sessions = createSessions(
    {
      clock: world.clock,
      random: streams.random.fork('sessions'),
      transport: streams.transport,
      ownPeerId: streams.peerId,
      addressesOf: (peerId) => addresses.get(peerId) ?? [],
      isBlocked: (peerId) => blocked.has(peerId),
    },
    { ...defaultSessionOptions, ...options },
  );
  sessions.subscribe((event) => events.push(event));
  const running = sessions.run({ signal: stopping.signal, ready: () => undefined });
  await world.clock.advance(1);
  const stop = (): Promise<void> => {
    stopping.abort();
    return running;
  };
  return { ...streams, sessions, events, addresses, blocked, stop };
}

const names = new Map<string, string>();

function texts({ events }: Node): readonly string[] {
  return events.flatMap((event) => {
    const about = `${event.type} ${names.get(event.peerId)} ${event.session.isOutgoing ? 'outgoing' : 'incoming'}`;
    if (event.type === 'opened') return [about];
    return event.type === 'closed' ? [`${about} ${event.end.by} ${event.end.reason}`] : [];
  });
}

/** A stream to the node, on which nothing is said. */
async function callAs(
  world: SimStreams,
  caller: StreamNode,
  called: Node,
): Promise<{ readonly frames: readonly ReceivedFrame[]; readonly hasEnded: boolean }> {
  const connecting = caller.transport.connect(called.endpoint(called.sessions.tcpPort()), {
    expectedPeerId: called.peerId,
    deadlineMs: 1_000,
    signal: new AbortController().signal,
  });
  await world.clock.advance(20);
  const result = await connecting;
  if (!result.ok) throw new Error(`no stream: ${result.end}`);
  const decoder = createFrameDecoder();
  const heard = { frames: [] as ReceivedFrame[], hasEnded: false };
  result.stream.onData((bytes) => heard.frames.push(...decoder.push(bytes).frames));
  result.stream.onEnd(() => (heard.hasEnded = true));
  await world.clock.advance(20);
  return heard;
}
