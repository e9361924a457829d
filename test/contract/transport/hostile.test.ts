/** Attacks on real TLS: each is refused with a reason, and an honest peer is unaffected. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { connect as connectTls, createServer as createTlsServer, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCertificate, type TlsCredentials } from '../../../src/main/node/crypto/certificate.ts';
import { createIdentity } from '../../../src/main/node/crypto/identity.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { type Node, begin, endAll, makeNode, sessionBetween, connectTo, connectRaw, track, followEnd } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

beforeEach(begin);

afterEach(endAll);

test.each<[string, (victim: Node) => ConnectionOptions]>([
  ['TLS 1.2', () => ({ ...createIdentity().identity.tlsCredentials(), ALPNProtocols: ['hallway/1'], maxVersion: 'TLSv1.2' })],
  ['no certificate', () => ({ ALPNProtocols: ['hallway/1'] })],
  ['no protocol', () => createIdentity().identity.tlsCredentials()],
  ['another protocol', () => ({ ...createIdentity().identity.tlsCredentials(), ALPNProtocols: ['http/1.1'] })],
  ['a key on another curve', () => ({ ...credentialsOnP384(), ALPNProtocols: ['hallway/1'] })],
])('[TLS-1, TLS-7] a peer that offers %s is refused and counted', async (_what, offer) => {
  const victim = await makeNode();
  const socket = connectTls({ ...offer(victim), host: '127.0.0.1', port: victim.sessions.tcpPort(), rejectUnauthorized: false });
  const end = followEnd(socket);
  await waitUntil(() => end.isOver());
  await waitUntil(() => Object.keys(victim.sessions.counters().refused).length > 0);
  expect({
    refused: victim.sessions.counters().refused,
    heard: end.bytes(),
    unopened: victim.sessions.counters().unopened,
  }).toEqual({
    refused: { 'handshake-failed': 1 },
    heard: 0,
    unopened: 0,
  });
});

test('[TLS-1, TLS-7] garbage instead of TLS is refused and counted', async () => {
  const victim = await makeNode();
  for (const garbage of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x40\x00', '\x00', 'x'.repeat(100_000)]) {
    const socket = connectRaw(victim);
    const end = followEnd(socket);
    socket.end(garbage, 'latin1');
    await waitUntil(() => end.isOver());
  }
  await waitUntil(() => victim.sessions.counters().refused['handshake-failed'] === 4);
  expect(victim.sessions.counters().refused).toEqual({ 'handshake-failed': 4 });
});

test('[TLS-3] TLS sessions are not resumed, and no server name is sent', async () => {
  const victim = await makeNode();
  const offer = { ...createIdentity().identity.tlsCredentials(), ALPNProtocols: ['hallway/1'], rejectUnauthorized: false };
  const target = { host: '127.0.0.1', port: victim.sessions.tcpPort(), minVersion: 'TLSv1.3' as const };
  const tickets: Buffer[] = [];
  const first = track(connectTls({ ...offer, ...target }));
  first.on('session', (ticket: Buffer) => tickets.push(ticket));
  const heard = followEnd(first);
  await waitUntil(() => heard.bytes() > 0);
  for (const session of [...tickets, first.getSession()]) {
    const again = track(connectTls({ ...offer, ...target, ...(session && { session }) }));
    const end = followEnd(again);
    await waitUntil(() => end.isOver() || end.bytes() > 0);
    expect(again.isSessionReused()).toBe(false);
  }

  const { identity } = createIdentity();
  const names: unknown[] = [];
  const server = createTlsServer({ ...identity.tlsCredentials(), ALPNProtocols: ['hallway/1'] }, (socket: TLSSocket) => {
    names.push(socket.servername);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stream = await connectTo(victim, identity.peerId, port);
  await waitUntil(() => names.length > 0);
  stream.destroy();
  server.close();
  expect(names).toEqual([false]);
});

test('[TLS-5, TLS-7] a connection without a proof is closed after a short time, however busy it is', async () => {
  const victim = await makeNode({ limits: { handshakeDeadlineMs: 300 } });
  const [silent, busy] = [connectRaw(victim), connectRaw(victim)];
  const ends = [followEnd(silent), followEnd(busy)];
  // An endless TLS record, byte by byte.
  busy.write(Uint8Array.of(22, 3, 1, 2, 0));
  const dribble = setInterval(() => busy.write(Uint8Array.of(1)), 20);
  await waitUntil(() => ends.every(({ isOver }) => isOver()));
  clearInterval(dribble);
  await waitUntil(() => victim.sessions.counters().refused['deadline'] === 2);
  expect(victim.sessions.counters().refused).toEqual({ deadline: 2 });
});

test('[TLS-6] the oldest unproved connections make room, and a quick peer gets in', async () => {
  const victim = await makeNode({ limits: { maxUnprovedPerSource: 8, maxUnproved: 16 } });
  const silent = Array.from({ length: 50 }, () => followEnd(connectRaw(victim)));
  await waitUntil(() => silent.filter(({ isOver }) => isOver()).length === 42);
  const honest = await makeNode();
  expect(await sessionBetween(honest, victim)).toBe(true);
  expect(victim.sessions.counters()).toMatchObject({ open: 1, refused: { 'too-many': 43 } });
});

test('[TLS-6] one address has a limit of streams, and others are unaffected', async () => {
  const victim = await makeNode({ limits: { maxStreamsPerSource: 5 } });
  const greedy = Array.from({ length: 12 }, () => {
    const socket = connectTls({
      ...createIdentity().identity.tlsCredentials(),
      ...{ ALPNProtocols: ['hallway/1'], host: '127.0.0.1', localAddress: '127.0.0.3', port: victim.sessions.tcpPort() },
      rejectUnauthorized: false,
    } as ConnectionOptions);
    return followEnd(track(socket));
  });
  await waitUntil(() => greedy.filter(({ isOver }) => isOver()).length === 7);
  const honest = await makeNode();
  expect(await sessionBetween(honest, victim)).toBe(true);
});

function credentialsOnP384(): TlsCredentials {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { key, cert: createCertificate(createPrivateKey(key), spki, 'somebody') };
}
