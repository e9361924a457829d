/** One session with each peer: opened once, crossing, blocked, and stopped with the service. */
import { expect, test } from 'vitest';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import { createSimStreams } from '../../../../../test/fakes/sim-streams.ts';
import { nowhere, introduced, addNode, texts } from '../../../../../test/fixtures/session-nodes.ts';

test('[SESS-11] several requests open one session, and both ends have it', async () => {
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

test('frame and drain events name their peer', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  bo.sessions.current(ana.peerId)?.send({ type: 'typing', isTyping: true });
  await world.clock.advance(100);
  expect(ana.events.at(-1)).toMatchObject({ type: 'frame', peerId: bo.peerId, frame: { type: 'typing', isTyping: true } });
});

test('[SESS-11] of two crossing sessions both ends keep the one that the lower peer ID opened', async () => {
  let crossed = 0;
  for (let number = 1; number <= 8; number += 1) {
    const world = createSimStreams(`crossing ${number}`, { delayMs: { min: 1, max: 40 }, lossRate: number > 4 ? 0.1 : 0 });
    const [ana, bo] = await introduced(world, 'ana', 'bo');
    const asked = [ana.sessions.sessionFor(bo.peerId), bo.sessions.sessionFor(ana.peerId)];
    await world.clock.advance(8_000);
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true]);
    // Both ends have the same session, and it carries frames.
    const [one, other] = [ana.sessions.current(bo.peerId), bo.sessions.current(ana.peerId)];
    expect(new Set([one?.isOutgoing, other?.isOutgoing])).toEqual(new Set([true, false]));
    one?.send({ type: 'typing', isTyping: true });
    await world.clock.advance(20_000);
    expect(bo.events.at(-1)).toMatchObject({ type: 'frame', peerId: ana.peerId });
    expect([ana.tcp.openConnections, bo.tcp.openConnections]).toEqual([1, 1]);
    // Each opened session closed before the next one opened, or was replaced by it.
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

test('[SESS-11] a peer that dials again after a power failure replaces its old session', async () => {
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

test('[SESS-12] a blocked peer is not dialed, and its own session leads nowhere until it is unblocked', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.blocked.add(bo.peerId);
  expect(await ana.sessions.sessionFor(bo.peerId)).toEqual({ ok: false, reason: 'blocked', retryAfterMs: Infinity });
  bo.sessions.open(ana.peerId);
  await world.clock.advance(100);
  bo.sessions.current(ana.peerId)?.send({ type: 'typing', isTyping: true });
  await world.clock.advance(100);
  expect([ana.events, ana.sessions.current(bo.peerId), texts(bo)]).toEqual([[], undefined, ['opened ana outgoing']]);
  ana.blocked.delete(bo.peerId);
  ana.sessions.decided(bo.peerId);
  await world.clock.advance(100);
  bo.sessions.open(ana.peerId);
  await world.clock.advance(100);
  expect([texts(ana), texts(bo).at(-2)]).toEqual([['opened bo incoming'], 'closed ana outgoing peer idle']);
});

test('[SESS-12] blocking a peer closes its session without a reason', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  ana.blocked.add(bo.peerId);
  ana.sessions.decided(bo.peerId);
  await world.clock.advance(100);
  expect([texts(ana), texts(bo)]).toEqual([
    ['opened bo outgoing', 'closed bo outgoing us blocked'],
    ['opened ana incoming', 'closed ana incoming network lost'],
  ]);
});

test('a node opens no session with itself', async () => {
  const world = createSimStreams('sessions');
  const [ana] = await introduced(world, 'ana');
  expect(await ana.sessions.sessionFor(ana.peerId)).toMatchObject({ ok: false, reason: 'self' });
});

test('[SESS-15] stopping sends its reason, ends the dialing and leaves nothing behind', async () => {
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

test('[SESS-15] a restarted manager accepts sessions again', async () => {
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
