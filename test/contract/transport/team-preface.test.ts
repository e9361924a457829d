/** Outsiders that connect to a node with a team key learn nothing, on real sockets. */
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCallPrefaces } from '../../../src/main/node/crypto/call-preface.ts';
import { createIdentity } from '../../../src/main/node/crypto/identity.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { begin, connectRaw, endAll, followEnd, makeNode, sessionBetween, teamKeysOf, track, type Node } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

/** The first one proves, all are accepted. */
type TeamKeys = readonly [number, ...number[]];

beforeEach(begin);

afterEach(endAll);

test('[TLS-14] an outsider that begins TLS sees no certificate and no byte', async () => {
  const victim = await makeNode({ teamKey: 1 });
  expect(await certificateShown(victim, new Uint8Array())).toBe(false);
  expect(victim.sessions.counters().refused).toEqual({ 'other-team': 1 });
});

test.each<[string, (victim: Node) => Uint8Array]>([
  ['another team key', ({ peerId, sessions }) => prefaceOf(2, peerId, sessions.tcpPort())],
  ['another receiver', ({ sessions }) => prefaceOf(1, createIdentity().identity.peerId, sessions.tcpPort())],
  ['another port', ({ peerId, sessions }) => prefaceOf(1, peerId, sessions.tcpPort() ^ 1)],
])('[TLS-14] a preface for %s gets no answer', async (_what, makePreface) => {
  const victim = await makeNode({ teamKey: 1 });
  expect(await certificateShown(victim, makePreface(victim))).toBe(false);
  expect(victim.sessions.counters().refused).toEqual({ 'other-team': 1 });
});

test('[TLS-14] a recorded preface is accepted once', async () => {
  const victim = await makeNode({ teamKey: 1 });
  const preface = prefaceOf(1, victim.peerId, victim.sessions.tcpPort());
  expect(await certificateShown(victim, preface)).toBe(true);
  expect(await certificateShown(victim, preface)).toBe(false);
});

test('[TLS-14, TLS-5] a preface that arrives byte by byte is read, and one that never ends is cut off', async () => {
  const victim = await makeNode({ teamKey: 1, limits: { handshakeDeadlineMs: 1_000 } });
  const preface = prefaceOf(1, victim.peerId, victim.sessions.tcpPort());
  const half = connectRaw(victim);
  const end = followEnd(half);
  half.write(preface.subarray(0, 20));
  const slow = connectRaw(victim).setNoDelay(true);
  const slowEnd = followEnd(slow);
  for (const byte of preface) {
    slow.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const socket = track(connectTls({ socket: slow, ALPNProtocols: ['hallway/1'], rejectUnauthorized: false }));
  expect(await seesCertificate(socket, slowEnd)).toBe(true);
  await waitUntil(() => end.isOver());
  expect(end.bytes()).toBe(0);
});

test.each<[string, TeamKeys, TeamKeys]>([
  ['accept the new one', [1], [1, 2]],
  ['prove with the new one', [1, 2], [2, 1]],
  ['drop the old one', [2, 1], [2]],
])('[TLS-14, TEAM-3] while nodes of a team %s, they reach each other', async (_what, before, after) => {
  const [one, other] = [await makeNode({ teamKeys: before }), await makeNode({ teamKeys: after })];
  expect(await sessionBetween(one, other)).toBe(true);
  other.sessions.current(one.peerId)?.close('idle');
  await waitUntil(() => one.sessions.counters().open + other.sessions.counters().open === 0);
  expect(await sessionBetween(other, one)).toBe(true);
});

/** @returns whether the victim began a handshake, and so showed who it is */
async function certificateShown(victim: Node, preface: Uint8Array): Promise<boolean> {
  const raw = connectRaw(victim);
  const end = followEnd(raw);
  raw.write(preface);
  const socket = connectTls({
    ...createIdentity().identity.tlsCredentials(),
    socket: raw,
    ALPNProtocols: ['hallway/1'],
    rejectUnauthorized: false,
  });
  return seesCertificate(socket, end);
}

/** The victim may close the connection right after the handshake, and the certificate goes with it. */
async function seesCertificate(socket: TLSSocket, end: { isOver(): boolean }): Promise<boolean> {
  let isShown = false;
  socket.on('error', () => undefined);
  socket.once('secureConnect', () => (isShown = socket.getPeerX509Certificate() !== undefined));
  await waitUntil(() => isShown || end.isOver());
  return isShown;
}

function prefaceOf(teamKey: number, receiver: string, port: number): Uint8Array {
  return createCallPrefaces(teamKeysOf(teamKey), createIdentity().identity.peerId).create(receiver, port);
}
