/** What strangers may try on real sockets: each is refused with a reason, costs little, and an honest peer does not notice. */
import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls, createServer as createTlsServer, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFrameDecoder, encodeFrame, type ReceivedFrame } from '../../../src/main/core/messaging/wire/frames.ts';
import type { SecureStream, SecureTransport } from '../../../src/main/core/messaging/ports.ts';
import { defaultSessionOptions, type SessionOptions } from '../../../src/main/core/messaging/session/options.ts';
import { createSessions, type Sessions } from '../../../src/main/core/messaging/session-manager/session-manager.ts';
import { createSystemClock } from '../../../src/main/node/system/clock.ts';
import { createSystemRandom } from '../../../src/main/node/system/random.ts';
import { defaultGateOptions, type GateOptions } from '../../../src/main/node/net/secure-gate.ts';
import { createSecureTransport } from '../../../src/main/node/net/secure-transport.ts';
import { createCertificate, type TlsCredentials } from '../../../src/main/node/crypto/certificate.ts';
import { createIdentity } from '../../../src/main/node/crypto/identity.ts';
import { createSessionProof } from '../../../src/main/node/crypto/session-proof.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

const isLong = process.env['HALLWAY_LONG'] === '1';
/** Connections of the flood. */
const floodCount = isLong ? 10_000 : 1_000;
/** TLS takes some 60 kB for a handshake that has begun, and the collector its time. */
const maxGrowthBytes = 128 * 1_048_576;
const ample = 60_000;

const clock = createSystemClock();
const random = createSystemRandom();
const hello = encodeFrame({ type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] });
const messageId = '0192a5b0-1111-7abc-9def-0123456789ab';

interface Node {
  readonly peerId: string;
  readonly credentials: TlsCredentials;
  readonly transport: SecureTransport;
  readonly sessions: Sessions;
  readonly knows: Map<string, number>;
  /** Streams that came in. */
  readonly accepted: readonly SecureStream[];
}

interface NodeOptions {
  readonly gate?: Partial<GateOptions>;
  readonly session?: Partial<SessionOptions>;
  readonly teamKey?: number;
}

let stopping: AbortController;
let running: Promise<void>[];
let sockets: Socket[];

beforeEach(() => {
  stopping = new AbortController();
  running = [];
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  stopping.abort();
  await Promise.all(running);
});

test.each<[string, (victim: Node) => ConnectionOptions]>([
  ['TLS 1.2', () => ({ ...createIdentity().identity.tlsCredentials(), ALPNProtocols: ['hallway/1'], maxVersion: 'TLSv1.2' })],
  ['no certificate', () => ({ ALPNProtocols: ['hallway/1'] })],
  ['no protocol', () => createIdentity().identity.tlsCredentials()],
  ['another protocol', () => ({ ...createIdentity().identity.tlsCredentials(), ALPNProtocols: ['http/1.1'] })],
  ['a key on another curve', () => ({ ...credentialsOnP384(), ALPNProtocols: ['hallway/1'] })],
])('[TLS-1, TLS-7] who offers %s is refused, and counted', async (_what, offer) => {
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

test('[TLS-1, TLS-7] garbage instead of TLS is refused, and counted', async () => {
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

test('[TLS-3] a session of TLS is not resumed, and no server name is sent', async () => {
  const victim = await makeNode();
  const offer = { ...createIdentity().identity.tlsCredentials(), ALPNProtocols: ['hallway/1'], rejectUnauthorized: false };
  const target = { host: '127.0.0.1', port: victim.sessions.tcpPort(), minVersion: 'TLSv1.3' as const };
  const tickets: Buffer[] = [];
  const first = connectTls({ ...offer, ...target });
  sockets.push(first);
  first.on('session', (ticket: Buffer) => tickets.push(ticket));
  const heard = followEnd(first);
  await waitUntil(() => heard.bytes() > 0);
  for (const session of [...tickets, first.getSession()]) {
    const again = connectTls({ ...offer, ...target, ...(session && { session }) });
    sockets.push(again);
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

test('[TLS-5, TLS-7] who proves nothing is cut off after a short time, however busy it is', async () => {
  const victim = await makeNode({ gate: { handshakeDeadlineMs: 300 } });
  const [silent, busy] = [connectRaw(victim), connectRaw(victim)];
  const ends = [followEnd(silent), followEnd(busy)];
  // A record of TLS that never ends, byte by byte.
  busy.write(Uint8Array.of(22, 3, 1, 2, 0));
  const dribble = setInterval(() => busy.write(Uint8Array.of(1)), 20);
  await waitUntil(() => ends.every(({ isOver }) => isOver()));
  clearInterval(dribble);
  await waitUntil(() => victim.sessions.counters().refused['deadline'] === 2);
  expect(victim.sessions.counters().refused).toEqual({ deadline: 2 });
});

test('[TLS-6] of those who have proved nothing the oldest make room, and who is quick gets in', async () => {
  const victim = await makeNode({ gate: { maxUnprovedPerAddress: 8, maxUnproved: 8 } });
  const silent = Array.from({ length: 50 }, () => followEnd(connectRaw(victim)));
  await waitUntil(() => silent.filter(({ isOver }) => isOver()).length === 42);
  const honest = await makeNode();
  expect(await sessionBetween(honest, victim)).toBe(true);
  expect(victim.sessions.counters()).toMatchObject({ open: 1, refused: { 'too-many': 43 } });
});

test('[TLS-6] one address gets only so many streams, and others are not affected', async () => {
  const victim = await makeNode({ gate: { maxStreamsPerAddress: 5 } });
  const greedy = Array.from({ length: 12 }, () => {
    const socket = connectTls({
      ...createIdentity().identity.tlsCredentials(),
      ...{ ALPNProtocols: ['hallway/1'], host: '127.0.0.1', localAddress: '127.0.0.3', port: victim.sessions.tcpPort() },
      rejectUnauthorized: false,
    } as ConnectionOptions);
    sockets.push(socket);
    return followEnd(socket);
  });
  await waitUntil(() => victim.sessions.counters().refused['too-many'] === 7);
  await waitUntil(() => greedy.filter(({ isOver }) => isOver()).length === 7);
  const honest = await makeNode();
  expect(await sessionBetween(honest, victim)).toBe(true);
});

test('[SESS-3] the right key with the wrong team key gets no session', async () => {
  const victim = await makeNode({ teamKey: 1 });
  const [same, other, none] = [await makeNode({ teamKey: 1 }), await makeNode({ teamKey: 2 }), await makeNode()];
  expect([await sessionBetween(same, victim), await sessionBetween(other, victim), await sessionBetween(none, victim)]).toEqual([
    true,
    'team-key',
    'team-key',
  ]);
});

test.each<[string, string, readonly Uint8Array[]]>([
  ['too large', 'too-large', [hello, Uint8Array.of(0xff, 0xff, 0xff, 0xff)]],
  ['malformed', 'malformed', [hello, Uint8Array.of(0, 0, 0, 3, 0x93, 2, 0xc1)]],
  ['out of order', 'unexpected', [encodeFrame({ type: 'typing', isTyping: true })]],
  ['a second hello', 'unexpected', [hello, hello]],
  ['of later versions only', 'version', [encodeFrame({ type: 'hello', lowestVersion: 2, highestVersion: 3, capabilities: [] })]],
  ['too many', 'too-many', [hello, ...Array.from({ length: 2_000 }, (_, nonce) => encodeFrame({ type: 'ping', nonce }))]],
])('[SESS-1, SESS-2, SESS-4, SESS-8] frames that are %s end the session with the reason', async (_what, reason, said) => {
  const victim = await makeNode();
  const { stream, frames, hasEnded } = await stranger(victim);
  for (const bytes of said) stream.write(bytes);
  await waitUntil(() => hasEnded());
  expect(frames.at(-1)).toEqual({ type: 'bye', reason });
  expect(victim.sessions.counters()).toMatchObject({ open: 0, ended: { [`us ${reason}`]: 1 } });
});

test('[SESS-14] a stranger makes room for a peer that is here, and never takes its place', async () => {
  const victim = await makeNode({ session: { maxSessions: 1 } });
  const [early, here, late] = [await makeNode(), await makeNode(), await makeNode()];
  victim.knows.set(here.peerId, here.sessions.tcpPort());
  await sessionBetween(early, victim);
  await sessionBetween(here, victim);
  await waitUntil(() => victim.sessions.counters().ended['us idle'] === 1);
  await sessionBetween(late, victim);
  await waitUntil(() => victim.sessions.counters().ended['us busy'] === 1);
  expect({
    open: victim.sessions.counters().open,
    here: victim.sessions.current(here.peerId)?.hasEnded,
    ended: victim.sessions.counters().ended,
  }).toEqual({ open: 1, here: false, ended: { 'us idle': 1, 'us busy': 1 } });
});

test('[SESS-14] of streams without a hello only the latest stay', async () => {
  const victim = await makeNode({ session: { maxUnopened: 2 } });
  const silent = [await stranger(victim), await stranger(victim), await stranger(victim)];
  await waitUntil(() => silent.some(({ hasEnded }) => hasEnded()));
  expect(silent.map(({ hasEnded }) => hasEnded())).toEqual([true, false, false]);
});

test('[SESS-6] a frame that comes too slowly, and a hello that does not come, end the session with the reason', async () => {
  const victim = await makeNode({ session: { frameDeadlineMs: 300, helloDeadlineMs: 300 } });
  const [slow, silent] = [await stranger(victim), await stranger(victim)];
  slow.stream.write(hello);
  slow.stream.write(Uint8Array.of(0, 4, 0, 0));
  const dribble = setInterval(() => slow.stream.write(Uint8Array.of(0x91)), 20);
  await waitUntil(() => slow.hasEnded() && silent.hasEnded());
  clearInterval(dribble);
  expect([slow.frames.at(-1), silent.frames.at(-1)]).toEqual([
    { type: 'bye', reason: 'deadline' },
    { type: 'bye', reason: 'deadline' },
  ]);
});

test('[TLS-8, SESS-9] who sends without reading the answers is slowed down, and costs little', async () => {
  const victim = await makeNode();
  victim.sessions.subscribe((event) => {
    const ids = Array.from({ length: 500 }, () => messageId);
    if (event.type === 'frame') victim.sessions.current(event.peerId)?.send({ type: 'kept', messageIds: ids });
  });
  const { stream } = await stranger(victim);
  stream.write(hello);
  await waitUntil(() => victim.sessions.counters().open === 1);
  stream.pause();
  const before = memoryBytes();
  const request = encodeFrame({ type: 'kept', messageIds: [messageId] });
  // Each is answered by 19 kB: 380 MB in all, if it were up to us.
  for (let count = 0; count < 20_000; count += 1) {
    stream.write(request);
    if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(victim.accepted[0]?.bufferedBytes).toBeLessThan(2 * defaultSessionOptions.maxUnsentBytes);
  expect(memoryBytes() - before).toBeLessThan(maxGrowthBytes);
});

test(`[TLS-6, TLS-7] ${floodCount} connections are turned away, and an honest peer does not notice`, async () => {
  const victim = await makeNode({ gate: { handshakeDeadlineMs: 2_000 } });
  const honest = await makeNode();
  let answered = 0;
  victim.sessions.subscribe((event) => {
    if (event.type === 'frame') victim.sessions.current(event.peerId)?.send(event.frame);
  });
  honest.sessions.subscribe((event) => (answered += event.type === 'frame' ? 1 : 0));
  expect(await sessionBetween(honest, victim)).toBe(true);

  const before = { memoryBytes: memoryBytes(), descriptors: descriptors() };
  const flood = startFlood(victim.sessions.tcpPort(), floodCount, '127.0.0.2');
  let asked = 0;
  let slowestMs = 0;
  let mostDescriptors = 0;
  let mostBytes = 0;
  while (!flood.report()) {
    asked += 1;
    const askedMs = performance.now();
    honest.sessions.current(victim.peerId)?.send({ type: 'kept', messageIds: [messageId] });
    await waitUntil(() => answered === asked);
    slowestMs = Math.max(slowestMs, performance.now() - askedMs);
    mostDescriptors = Math.max(mostDescriptors, descriptors());
    mostBytes = Math.max(mostBytes, memoryBytes());
  }
  // Also somebody new gets in.
  const newcomer = await makeNode();
  const enteredMs = performance.now();
  expect(await sessionBetween(newcomer, victim)).toBe(true);
  const enteringMs = performance.now() - enteredMs;
  const { ended } = victim.sessions.counters();
  await waitUntil(() => refusals(victim) >= floodCount);
  flood.stop();
  console.log(
    `${floodCount} connections: ${JSON.stringify(victim.sessions.counters().refused)}, at most ${mostDescriptors - before.descriptors} ` +
      `descriptors and ${Math.round((mostBytes - before.memoryBytes) / 1_048_576)} MiB more; ${asked} questions of an honest peer, ` +
      `slowest answer ${Math.round(slowestMs)} ms; a newcomer's session after ${Math.round(enteringMs)} ms`,
  );
  expect({ answered, ended }).toEqual({ answered: asked, ended: {} });
  expect(mostDescriptors - before.descriptors).toBeLessThan(defaultGateOptions.maxStreams + 100);
  expect(mostBytes - before.memoryBytes).toBeLessThan(maxGrowthBytes);
});

async function makeNode({ gate = {}, session = {}, teamKey }: NodeOptions = {}): Promise<Node> {
  const { identity } = createIdentity();
  const credentials = identity.tlsCredentials();
  const transport = createSecureTransport({ clock, credentials }, { ...defaultGateOptions, ...gate });
  const knows = new Map<string, number>();
  const accepted: SecureStream[] = [];
  const take = (stream: SecureStream, onStream: (stream: SecureStream) => void): void => {
    accepted.push(stream);
    onStream(stream);
  };
  const sessions = createSessions(
    {
      clock,
      random,
      transport: {
        ...transport,
        listen: (onStream, onRefused) => transport.listen((stream) => take(stream, onStream), onRefused),
      },
      ownPeerId: identity.peerId,
      proof: teamKey === undefined ? undefined : createSessionProof([{ sessions: Buffer.alloc(32, teamKey) }]),
      addressesOf(peerId) {
        const port = knows.get(peerId);
        return port === undefined ? [] : [{ family: 'ipv4', address: '127.0.0.1', port }];
      },
      isBlocked: () => false,
    },
    { ...defaultSessionOptions, ...session },
  );
  await new Promise<void>((ready) => void running.push(sessions.run({ signal: stopping.signal, ready })));
  return { peerId: identity.peerId, credentials, transport, sessions, knows, accepted };
}

/** @returns true, or why there is none */
async function sessionBetween(from: Node, to: Node): Promise<true | string> {
  from.knows.set(to.peerId, to.sessions.tcpPort());
  const result = await from.sessions.sessionFor(to.peerId);
  return result.ok || result.reason;
}

async function connectTo(from: Node, expectedPeerId: string, port: number): Promise<SecureStream> {
  const endpoint = { family: 'ipv4', address: '127.0.0.1', port } as const;
  const result = await from.transport.connect(endpoint, { expectedPeerId, deadlineMs: ample, signal: stopping.signal });
  if (!result.ok) throw new Error(`no stream: ${result.end}`);
  return result.stream;
}

/** With a key of its own, and no manners. */
async function stranger(victim: Node): Promise<{ stream: SecureStream; frames: ReceivedFrame[]; hasEnded(): boolean }> {
  const stream = await connectTo(await makeNode(), victim.peerId, victim.sessions.tcpPort());
  const decoder = createFrameDecoder();
  const frames: ReceivedFrame[] = [];
  let ended = false;
  stream.onData((bytes) => frames.push(...decoder.push(bytes).frames));
  stream.onEnd(() => (ended = true));
  return { stream, frames, hasEnded: () => ended };
}

function connectRaw(victim: Node): Socket {
  const socket = connectTcp({ host: '127.0.0.1', port: victim.sessions.tcpPort() });
  sockets.push(socket);
  return socket;
}

function followEnd(socket: Socket): { isOver(): boolean; bytes(): number } {
  let isOver = false;
  let bytes = 0;
  socket.on('error', () => undefined);
  socket.on('data', (part: Buffer) => (bytes += part.length));
  socket.on('close', () => (isOver = true));
  return { isOver: () => isOver, bytes: () => bytes };
}

function credentialsOnP384(): TlsCredentials {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { key, cert: createCertificate(createPrivateKey(key), spki, 'somebody') };
}

function startFlood(port: number, count: number, from: string): { report(): string | undefined; stop(): void } {
  const child = spawn(process.execPath, ['test/attackers/flood-connections.ts', String(port), String(count), from], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let report: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => (report = line));
  child.on('exit', () => (report ??= 'it failed'));
  return { report: () => report, stop: () => child.stdin.end() };
}

function refusals(node: Node): number {
  return Object.values(node.sessions.counters().refused).reduce((sum, number) => sum + number, 0);
}

function memoryBytes(): number {
  return process.memoryUsage().rss;
}

/** Open files of this process; where that cannot be asked, none. */
function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
