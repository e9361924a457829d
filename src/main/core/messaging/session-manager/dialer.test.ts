/** The dialer: one address after the other, and delays after failures. */
import { expect, test } from 'vitest';
import { createSimStreams } from '../../../../../test/fakes/sim-streams.ts';
import type { Endpoint } from '../../ports.ts';
import { defaultSessionOptions } from '../session/options.ts';
import { nowhere, introduced, addNode, texts } from '../../../../../test/fixtures/session-nodes.ts';

test('[SESS-10] the dialer skips a silent address after a moment, and a refusing one at once', async () => {
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

test('[SESS-10, TLS-2] the dialer skips an address with another peer', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo');
  const [right] = ana.addresses.get(bo.peerId) ?? [];
  ana.addresses.set(bo.peerId, [cleo.endpoint(cleo.sessions.tcpPort()), right as Endpoint]);
  ana.sessions.open(bo.peerId);
  await world.clock.advance(100);
  expect([texts(ana), texts(cleo)]).toEqual([['opened bo outgoing'], []]);
});

test('[SESS-10] if no address works the failure of the first is reported', async () => {
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

test('[SESS-13] an unreachable peer is dialed after growing delays, until there is news of it', async () => {
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

test("[SESS-13] dialing succeeds if the peer's own session arrives meanwhile", async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [nowhere]);
  const asked = ana.sessions.sessionFor(bo.peerId);
  bo.sessions.open(ana.peerId);
  await world.clock.advance(100);
  expect(await asked).toEqual({ ok: true, session: ana.sessions.current(bo.peerId) });
});

test('[CALL-7] a call without an answer for a second asks the peer to call, once; the next call asks again', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [nowhere]);
  ana.sessions.open(bo.peerId);
  await world.clock.advance(defaultSessionOptions.askBackAfterMs - 1);
  const early = [...ana.askedToCall];
  await world.clock.advance(defaultSessionOptions.connectDeadlineMs);
  const late = [...ana.askedToCall];
  await world.clock.advance(defaultSessionOptions.firstBackOffMs);
  ana.sessions.open(bo.peerId);
  await world.clock.advance(defaultSessionOptions.askBackAfterMs);
  expect({ early, late, asked: ana.askedToCall, bo: bo.askedToCall }).toEqual({
    early: [],
    late: ['bo'],
    asked: ['bo', 'bo again'],
    bo: [],
  });
  expect(ana.sessions.counters().callBacks).toEqual({ asked: 2, followed: 0 });
});

test('[CALL-7] a refused call asks at once; one that succeeds, or reaches another peer, asks nothing', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo');
  cleo.sessions.open(bo.peerId);
  ana.addresses.set(cleo.peerId, [bo.endpoint(bo.sessions.tcpPort())]);
  ana.sessions.open(cleo.peerId);
  await world.clock.advance(2_000);
  expect({ ana: ana.askedToCall, cleo: cleo.askedToCall }).toEqual({ ana: [], cleo: [] });
  ana.addresses.set(bo.peerId, [bo.endpoint(9)]);
  ana.sessions.open(bo.peerId);
  await world.clock.advance(10);
  expect(ana.askedToCall).toEqual(['bo']);
});

test('[CALL-8] a call-back goes to the proved address alone, asks nothing in return, and heeds the back-off', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  const [right] = ana.addresses.get(bo.peerId) ?? [];
  ana.addresses.set(bo.peerId, [nowhere, right as Endpoint]);
  const may = [ana.sessions.mayCallBack(bo.peerId)];
  ana.sessions.callBack(bo.peerId, nowhere.address);
  may.push(ana.sessions.mayCallBack(bo.peerId));
  await world.clock.advance(defaultSessionOptions.connectDeadlineMs + 10);
  may.push(ana.sessions.mayCallBack(bo.peerId));
  const failed = { texts: texts(ana), counters: ana.sessions.counters() };
  await world.clock.advance(defaultSessionOptions.firstBackOffMs);
  may.push(ana.sessions.mayCallBack(bo.peerId));
  ana.sessions.callBack(bo.peerId, bo.address);
  await world.clock.advance(10);
  may.push(ana.sessions.mayCallBack(bo.peerId));
  expect({ may, failed, after: texts(ana), asked: ana.askedToCall }).toMatchObject({
    // Twice not: during a call, and in the back-off after it. In the end there is a session.
    may: [true, false, false, true, false],
    failed: { texts: [], counters: { failed: { deadline: 1 }, callBacks: { asked: 0, followed: 1 } } },
    after: ['opened bo outgoing'],
    asked: [],
  });
});

test('[CALL-7, SESS-18] a call-back that a message joins is a call of ours', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [nowhere]);
  ana.sessions.callBack(bo.peerId, nowhere.address);
  const asked = ana.sessions.sessionFor(bo.peerId);
  await world.clock.advance(defaultSessionOptions.connectDeadlineMs + 10);
  expect({ result: await asked, asked: ana.askedToCall }).toMatchObject({ result: { reason: 'deadline' }, asked: ['bo'] });
});

test('[SESS-18] a failed call for rooms is no failure of messages, unless a message joins it', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo] = await introduced(world, 'ana', 'bo');
  ana.addresses.set(bo.peerId, [nowhere]);
  const forRooms = ana.sessions.sessionFor(bo.peerId, 'rooms');
  await world.clock.advance(defaultSessionOptions.connectDeadlineMs + 10);
  expect({ result: await forRooms, unreached: ana.unreached }).toMatchObject({ result: { reason: 'deadline' }, unreached: [] });
  ana.sessions.heard(bo.peerId);
  void ana.sessions.sessionFor(bo.peerId, 'rooms');
  void ana.sessions.sessionFor(bo.peerId);
  await world.clock.advance(defaultSessionOptions.connectDeadlineMs + 10);
  expect(ana.unreached).toEqual(['bo']);
});
