/** Nodes with sessions over TLS on real sockets, and misbehaving peers that connect to them. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createFrameDecoder, encodeFrame, type ReceivedFrame } from '../../../src/main/core/messaging/wire/frames.ts';
import type { SecureStream, SecureTransport } from '../../../src/main/core/messaging/ports.ts';
import { defaultSessionOptions, type SessionOptions } from '../../../src/main/core/messaging/session/options.ts';
import { createSessions, type Sessions } from '../../../src/main/core/messaging/session-manager/session-manager.ts';
import { createSystemClock, createSystemRandom } from '../../../src/main/node/system/system-ports.ts';
import { defaultConnectionLimits, type ConnectionLimits } from '../../../src/main/node/net/connection-limiter.ts';
import { createTlsTransport } from '../../../src/main/node/net/tls-transport.ts';
import type { TlsCredentials } from '../../../src/main/node/crypto/certificate.ts';
import { createCallPrefaces } from '../../../src/main/node/crypto/call-preface.ts';
import { createIdentity } from '../../../src/main/node/crypto/identity.ts';
import { createSessionProof } from '../../../src/main/node/crypto/session-proof.ts';
import type { TeamKey } from '../../../src/main/node/crypto/team-key.ts';

/** Generous: no test here is about the time to connect. */
const ampleMs = 60_000;

const clock = createSystemClock();
const random = createSystemRandom();
export const plainHello = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: [] } as const;
export const hello = encodeFrame(plainHello);

export interface Node {
  readonly peerId: string;
  readonly credentials: TlsCredentials;
  readonly transport: SecureTransport;
  readonly sessions: Sessions;
  readonly teamKey: number | undefined;
  readonly knows: Map<string, number>;
  /** The incoming streams. */
  readonly accepted: readonly SecureStream[];
}

interface NodeOptions {
  readonly limits?: Partial<ConnectionLimits>;
  readonly session?: Partial<SessionOptions>;
  readonly teamKey?: number | undefined;
  /** The first one proves, all are accepted. */
  readonly teamKeys?: readonly [number, ...number[]];
  /** Addresses of listed peers. */
  readonly here?: readonly string[];
  /** Every peer is blocked. */
  readonly blocksAll?: boolean;
}

let stopping: AbortController;
let running: Promise<void>[];
let sockets: Socket[];

/** Before each test. */
export function begin(): void {
  stopping = new AbortController();
  running = [];
  sockets = [];
}

/** After each test: destroys open streams, and stops the nodes. */
export async function endAll(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  stopping.abort();
  await Promise.all(running);
}

/** @returns the socket, which is destroyed after the test */
export function track<T extends Socket>(socket: T): T {
  sockets.push(socket);
  return socket;
}

export async function makeNode({
  limits = {},
  session = {},
  teamKey,
  teamKeys,
  here = [],
  blocksAll = false,
}: NodeOptions = {}): Promise<Node> {
  const { identity } = createIdentity();
  const credentials = identity.tlsCredentials();
  const numbers: readonly [number, ...number[]] | undefined = teamKeys ?? (teamKey === undefined ? undefined : [teamKey]);
  const keys = numbers && teamKeysOf(...numbers);
  const prefaces = keys && createCallPrefaces(keys, identity.peerId);
  const transport = createTlsTransport({ clock, credentials, prefaces }, { ...defaultConnectionLimits, ...limits });
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
        listen: (onStream, ...others) => transport.listen((stream) => take(stream, onStream), ...others),
      },
      ownPeerId: identity.peerId,
      proof: keys && createSessionProof(keys),
      addressesOf(peerId) {
        const port = knows.get(peerId);
        return port === undefined ? [] : [{ family: 'ipv4', address: '127.0.0.1', port }];
      },
      isHereAt: (address) => here.includes(address),
      isBlocked: () => blocksAll,
      askToCall: () => false,
      onDialFailed: () => undefined,
      onStalled: () => undefined,
    },
    { ...defaultSessionOptions, ...session },
  );
  await new Promise<void>((ready) => void running.push(sessions.run({ signal: stopping.signal, ready })));
  return { peerId: identity.peerId, credentials, transport, sessions, teamKey, knows, accepted };
}

type SessionKeys = Pick<TeamKey, 'sessions' | 'prefaces'>;

export function teamKeysOf(first: number, ...others: readonly number[]): readonly [SessionKeys, ...SessionKeys[]] {
  const keyOf = (number: number): SessionKeys => ({ sessions: Buffer.alloc(32, number), prefaces: Buffer.alloc(32, number) });
  return [keyOf(first), ...others.map(keyOf)];
}

/** @returns true, or the reason for none */
export async function sessionBetween(from: Node, to: Node): Promise<true | string> {
  from.knows.set(to.peerId, to.sessions.tcpPort());
  const result = await from.sessions.sessionFor(to.peerId);
  return result.ok || result.reason;
}

export async function connectTo(from: Node, expectedPeerId: string, port: number): Promise<SecureStream> {
  const endpoint = { family: 'ipv4', address: '127.0.0.1', port } as const;
  const result = await from.transport.connect(endpoint, { expectedPeerId, deadlineMs: ampleMs, signal: stopping.signal });
  if (!result.ok) throw new Error(`no stream: ${result.end}`);
  return result.stream;
}

/** A misbehaving peer with its own key, and the victim's team key. */
export async function unknownSender(
  victim: Node,
): Promise<{ stream: SecureStream; frames: ReceivedFrame[]; hasEnded(): boolean }> {
  const stream = await connectTo(await makeNode({ teamKey: victim.teamKey }), victim.peerId, victim.sessions.tcpPort());
  const decoder = createFrameDecoder();
  const frames: ReceivedFrame[] = [];
  let ended = false;
  stream.onData((bytes) => frames.push(...decoder.push(bytes).frames));
  stream.onEnd(() => (ended = true));
  return { stream, frames, hasEnded: () => ended };
}

/** @param from an address of the loopback adapter: each counts as another computer */
export function connectRaw(victim: Node, from = '127.0.0.1'): Socket {
  return track(connectTcp({ host: '127.0.0.1', localAddress: from, port: victim.sessions.tcpPort() }));
}

/** Settles once a new key is proved, or the victim closed the connection. */
export async function connectProved(victim: Node, from: string): Promise<TLSSocket> {
  const socket = connectTls({
    ...createIdentity().identity.tlsCredentials(),
    ALPNProtocols: ['hallway/1'],
    socket: connectRaw(victim, from).on('error', () => undefined),
    rejectUnauthorized: false,
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => void socket.once('secureConnect', resolve).once('close', () => resolve()));
  return track(socket);
}

export function followEnd(socket: Socket): { isOver(): boolean; bytes(): number } {
  let isOver = false;
  let bytes = 0;
  socket.on('error', () => undefined);
  socket.on('data', (part: Buffer) => (bytes += part.length));
  socket.on('close', () => (isOver = true));
  return { isOver: () => isOver, bytes: () => bytes };
}
