/**
 * Attackers with many addresses and keys hold a node's places, on real TLS. There is always room for
 * one more peer. Every address of the loopback adapter counts as a computer.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { begin, connectProved, connectRaw, endAll, followEnd, hello, makeNode, sessionBetween, type Node } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

/** Where attackers connect from. Honest nodes of these tests connect from 127.0.0.1. */
const attackers = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'] as const;
/** Slower than any machine is. */
const handshakeDeadlineMs = 10 * realPatienceMs;
const limits = { maxStreams: 16, maxUnproved: 12, handshakeDeadlineMs };
const session = { maxSessions: 16, maxUnopened: 8 };

beforeEach(begin);

afterEach(endAll);

test('[TLS-6] a peer gets in where attackers fill all places with sessions, proved and silent connections', async () => {
  const victim = await makeNode({ limits, session });
  await fillSessions(victim, 10);
  await fillUnopened(victim, 2);
  fillUnproved(victim, 4);
  const honest = await makeNode();
  expect(await sessionBetween(honest, victim)).toBe(true);
});

test('[TLS-6] the oldest unproved makes room, then the oldest unopened, then the session unused for longest', async () => {
  const victim = await makeNode({ limits, session });
  const sessions = await fillSessions(victim, 4);
  const unopened = await fillUnopened(victim, 2);
  const unproved = fillUnproved(victim, 2);
  const filled = [...unproved, ...unopened, ...sessions];
  for (let gone = 1; gone <= 6; gone += 1) {
    await fillSessions(victim, 1);
    await waitUntil(() => filled[gone - 1]?.isOver() === true);
    expect(filled.map(({ isOver }) => isOver())).toEqual(filled.map((_, index) => index < gone));
  }
});

test('[TLS-10] half of the places are kept for addresses of listed peers', async () => {
  const victim = await makeNode({ limits, session, here: ['127.0.0.1'] });
  const unproved = fillUnproved(victim, 40);
  await waitUntil(() => unproved.filter(({ isOver }) => isOver()).length === 34);
  // There are places for six peers. The seventh takes the place of an unlisted one.
  const people = Array.from({ length: 7 }, () => followEnd(connectRaw(victim)));
  await waitUntil(() => unproved.filter(({ isOver }) => isOver()).length === 35);
  expect(victim.sessions.counters().refused).toEqual({ 'too-many': 35 });
  expect(people.filter(({ isOver }) => isOver())).toEqual([]);
});

test('[SESS-16] sessions with unlisted peers are few, and the one unused for longest makes room', async () => {
  const victim = await makeNode({ limits, session: { ...session, maxUnlistedSessions: 2 } });
  const ends = await fillSessions(victim, 5);
  await waitUntil(() => ends.filter(({ isOver }) => isOver()).length === 3);
  expect(ends.map(({ isOver }) => isOver())).toEqual([true, true, true, false, false]);
  expect(victim.sessions.counters()).toMatchObject({ open: 2, ended: { 'us idle': 3 } });
});

/** Each with a key of its own, and not listed. */
async function fillSessions(victim: Node, count: number): Promise<ReturnType<typeof followEnd>[]> {
  const ends = [];
  const before = victim.sessions.counters().opened;
  for (let number = 0; number < count; number += 1) {
    const socket = await connectProved(victim, addressOf(number));
    ends.push(followEnd(socket));
    socket.write(hello);
    await waitUntil(() => victim.sessions.counters().opened > before + number);
  }
  return ends;
}

/** Connections that prove a key and send nothing. */
async function fillUnopened(victim: Node, count: number): Promise<ReturnType<typeof followEnd>[]> {
  const ends = [];
  for (let number = 0; number < count; number += 1) ends.push(followEnd(await connectProved(victim, addressOf(number))));
  return ends;
}

function fillUnproved(victim: Node, count: number): ReturnType<typeof followEnd>[] {
  return Array.from({ length: count }, (_, number) => followEnd(connectRaw(victim, addressOf(number))));
}

function addressOf(number: number): string {
  return attackers[number % attackers.length] as string;
}
