/** The room for sessions: which one is closed when there are too many. */
import { expect, test } from 'vitest';
import { createSimStreams } from '../../../../../test/fakes/sim-streams.ts';
import { type Node, introduced, addNode, texts, callAs } from '../../../../../test/fixtures/session-nodes.ts';

test('[SESS-14] at the limit the session with the longest idle time makes room', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo, dan] = await introduced(world, 'ana', 'bo', 'cleo', 'dan', { maxSessions: 2 });
  for (const { peerId } of [bo, cleo]) {
    ana.sessions.open(peerId);
    await world.clock.advance(100);
  }
  ana.sessions.current(bo.peerId)?.send({ type: 'ack', messageIds: [] });
  ana.sessions.open(dan.peerId);
  await world.clock.advance(100);
  expect(texts(ana).slice(2)).toEqual(['closed cleo outgoing us idle', 'opened dan outgoing']);
  expect(texts(cleo).at(-1)).toBe('closed ana incoming peer idle');
});

test('[SESS-14] unknown senders never displace listed peers', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo', { maxSessions: 2 });
  const unknownSenders: Node[] = [];
  for (let number = 0; number < 5; number += 1) {
    const unknownSender = await addNode(world, `stranger ${number}`);
    unknownSender.addresses.set(ana.peerId, [ana.endpoint(ana.sessions.tcpPort())]);
    unknownSenders.push(unknownSender);
  }
  const call = async (node: Node): Promise<void> => {
    node.sessions.open(ana.peerId);
    await world.clock.advance(100);
  };
  for (const unknownSender of unknownSenders.slice(0, 3)) await call(unknownSender);
  // An unlisted peer makes room for another and for listed ones, and none of these for it.
  for (const node of [bo, cleo, ...unknownSenders.slice(3)]) await call(node);
  expect([bo, cleo].map(({ peerId }) => ana.sessions.current(peerId)?.hasEnded)).toEqual([false, false]);
  expect(ana.sessions.counters().open).toBe(2);
  expect(unknownSenders[4]?.sessions.current(ana.peerId)).toBeUndefined();
  expect(ana.sessions.counters().ended).toEqual({ 'us idle': 3, 'us busy': 2 });
});

test('[SESS-16] peers that are not listed have only so many sessions, and leave the rest to listed ones', async () => {
  const world = createSimStreams('sessions');
  const [ana, bo, cleo] = await introduced(world, 'ana', 'bo', 'cleo', { maxSessions: 8, maxUnlistedSessions: 2 });
  const unknownSenders: Node[] = [];
  for (let number = 0; number < 5; number += 1) {
    const unknownSender = await addNode(world, `stranger ${number}`);
    unknownSender.addresses.set(ana.peerId, [ana.endpoint(ana.sessions.tcpPort())]);
    unknownSenders.push(unknownSender);
  }
  for (const node of [bo, ...unknownSenders, cleo]) {
    node.sessions.open(ana.peerId);
    await world.clock.advance(100);
  }
  expect(ana.sessions.counters()).toMatchObject({ open: 4, ended: { 'us idle': 3 } });
  const isOpen = [bo, cleo, ...unknownSenders].map(({ peerId }) => ana.sessions.current(peerId)?.hasEnded === false);
  expect(isOpen).toEqual([true, true, false, false, false, true, true]);
});

test('[SESS-14] silent connections make room for others', async () => {
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
