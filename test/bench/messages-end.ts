/**
 * One end of the bench of messages, as a process of its own: `messages.ts` forks two for each contender and tells them what to do. A sender
 * is given a receiver's address, and measures; a receiver counts what arrives, in order, and how long each took.
 *
 * Contenders: `hallway` (the whole node, on the loopback adapter), `tls` (the same bytes on a bare TLS stream, nobody acknowledges), `ws` (a
 * WebSocket over TLS, each message acknowledged, nothing kept), `nats` (JetStream with file storage, each message acknowledged to its
 * publisher and by its consumer).
 */
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import WebSocket, { WebSocketServer } from 'ws';
import { startNode } from '../../src/main/start-node.ts';
import { createIdentity } from '../../src/main/trust/identity.ts';

export type Contender = 'hallway' | 'tls' | 'ws' | 'nats';

export interface EndOptions {
  readonly contender: Contender;
  readonly role: 'sender' | 'receiver';
  /** Where this end may keep something. */
  readonly folder: string;
  /** Of the group for Hallway, of the server for NATS. */
  readonly port: number;
  readonly sizeBytes: number;
}

export type Order =
  /** @param address what the receiver said when it was ready */
  | { readonly order: 'connect'; readonly address: string }
  /** As many, as fast as they are acknowledged: at most a window of them is unacknowledged. */
  | { readonly order: 'rush'; readonly count: number }
  /** As many, as fast as they are accepted: what is not acknowledged waits on the disk. */
  | { readonly order: 'flood'; readonly count: number }
  /** One after the other, this far apart. */
  | { readonly order: 'drip'; readonly count: number; readonly gapMs: number }
  /** What arrived since the last report. */
  | { readonly order: 'report' }
  | { readonly order: 'stop' };

export type Answer =
  | { readonly answer: 'ready'; readonly address: string }
  | { readonly answer: 'connected' | 'stopped' }
  | { readonly answer: 'sent'; readonly elapsedMs: number }
  | {
      readonly answer: 'report';
      readonly arrived: number;
      readonly outOfOrder: number;
      /** From the call that sent it to when it was told at this end. */
      readonly latenciesMs: readonly number[];
      readonly memoryBytes: number;
      readonly processorMs: number;
    };

interface End {
  readonly address: string;
  connect?(address: string): Promise<void>;
  /** Resolves when it is accepted; `onAcknowledged` is called when the other end has it. */
  send?(text: string, onAcknowledged: () => void): Promise<void> | void;
  /** For what has no messages: all at once. */
  pour?(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Sent and not acknowledged, where nothing else limits it: as many as Hallway has on their way. */
const windowSize = 4_096;
/** Of NATS. */
const stream = 'bench';
const subject = 'bench.messages';
/** Memory is looked at this often. */
const memoryEveryMs = 200;

const options = JSON.parse(process.argv[2] ?? '{}') as EndOptions;
const arrivals = createArrivals();
const end = await start();
say({ answer: 'ready', address: end.address });
process.on('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case 'connect':
      await end.connect?.(order.address);
      return say({ answer: 'connected' });
    case 'rush':
    case 'flood':
      return say({ answer: 'sent', elapsedMs: await rush(order.count, order.order === 'rush') });
    case 'drip':
      return say({ answer: 'sent', elapsedMs: await drip(order) });
    case 'report':
      return say({ answer: 'report', ...arrivals.report() });
    case 'stop':
      await end.stop();
      say({ answer: 'stopped' });
      process.disconnect();
  }
}

function start(): Promise<End> {
  const isSender = options.role === 'sender';
  switch (options.contender) {
    case 'hallway':
      return startHallway();
    case 'tls':
      return isSender ? startTlsSender() : startTlsReceiver();
    case 'ws':
      return isSender ? startWsSender() : startWsReceiver();
    case 'nats':
      return isSender ? startNatsSender() : startNatsReceiver();
  }
}

/** @returns until everything was acknowledged, in milliseconds */
function rush(count: number, isBounded: boolean): Promise<number> {
  const startedMs = performance.now();
  const { pour, send } = end;
  if (pour) return pour(count).then(() => performance.now() - startedMs);
  return new Promise((resolve, reject) => {
    let sent = 0;
    let accepting = 0;
    let acknowledged = 0;
    const onAcknowledged = (): void => {
      acknowledged += 1;
      if (acknowledged === count) resolve(performance.now() - startedMs);
      else if (isBounded) go();
    };
    const waiting = (): number => (isBounded ? sent - acknowledged : accepting);
    const go = (): void => {
      while (sent < count && waiting() < windowSize) {
        const accepted = send?.(textOf(sent), onAcknowledged);
        sent += 1;
        accepting += 1;
        if (accepted) accepted.then(() => ((accepting -= 1), isBounded || go()), reject);
        else accepting -= 1;
      }
    };
    go();
  });
}

async function drip({ count, gapMs }: { readonly count: number; readonly gapMs: number }): Promise<number> {
  const startedMs = performance.now();
  let acknowledged = 0;
  for (let index = 0; index < count; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, gapMs));
    void end.send?.(textOf(index, nowMs()), () => (acknowledged += 1));
  }
  while (acknowledged < count) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now() - startedMs;
}

/** A number, perhaps a time, and filler. */
function textOf(index: number, stampMs?: number): string {
  return `${index} ${stampMs ?? ''} `.padEnd(options.sizeBytes, 'x');
}

/** The clock of the machine, the same in every process. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function createArrivals() {
  let arrived = 0;
  let expected = 0;
  let outOfOrder = 0;
  let latenciesMs: number[] = [];
  let memoryBytes = 0;
  let processor = process.cpuUsage();
  setInterval(() => (memoryBytes = Math.max(memoryBytes, process.memoryUsage.rss())), memoryEveryMs).unref();
  return {
    add(text: string): void {
      const [index, stamp] = text.split(' ', 2);
      arrived += 1;
      if (Number(index) !== expected) outOfOrder += 1;
      expected = Number(index) + 1;
      if (stamp) latenciesMs.push(nowMs() - Number(stamp));
    },
    addMany(count: number): void {
      arrived += count;
    },
    report() {
      const { user, system } = process.cpuUsage(processor);
      const report = { arrived, outOfOrder, latenciesMs, memoryBytes, processorMs: (user + system) / 1_000 };
      arrived = 0;
      expected = 0;
      outOfOrder = 0;
      latenciesMs = [];
      memoryBytes = process.memoryUsage.rss();
      processor = process.cpuUsage();
      return report;
    },
  };
}

async function startHallway(): Promise<End> {
  const started = await startNode({
    log: { write: () => undefined },
    profileDirectory: options.folder,
    name: options.role,
    presence: { interfaces: ['lo'], port: options.port },
  });
  if (!started.ok) throw new Error(JSON.stringify(started));
  const { hallway } = started.node;
  const { talk } = hallway;
  if (!talk) throw new Error('it cannot talk');
  let to = '';
  let told: () => void = () => undefined;
  hallway.subscribe((event) => {
    if (event.type === 'message') arrivals.add(event.message.text);
    if (event.type === 'delivery' && event.state === 'delivered') told();
  });
  return {
    address: hallway.self().peerId,
    async connect(address) {
      to = address;
      while (!hallway.peers().some(({ peerId }) => peerId === address)) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async send(text, onAcknowledged) {
      told = onAcknowledged;
      const sent = await talk.messages.send(to, text);
      if (!sent.ok) throw new Error(sent.message);
    },
    stop: () => started.node.stop(),
  };
}

function credentials() {
  return createIdentity().identity.tlsCredentials();
}

async function startTlsReceiver(): Promise<End> {
  const server = createTlsServer({ ...credentials(), minVersion: 'TLSv1.3', allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      const whole = Math.floor(bytes / options.sizeBytes);
      bytes -= whole * options.sizeBytes;
      arrivals.addMany(whole);
    });
    // When all is read, not before.
    socket.on('end', () => socket.end('!'));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return { address: String(port), stop: async () => void server.close() };
}

function startTlsSender(): Promise<End> {
  let port = 0;
  return Promise.resolve({
    address: '',
    async connect(address) {
      port = Number(address);
    },
    pour(count) {
      const chunkBytes = 65_536;
      const totalBytes = count * options.sizeBytes;
      const chunk = Buffer.alloc(chunkBytes, 'x');
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
      return new Promise((resolve, reject) => {
        let written = 0;
        const go = (): void => {
          while (written < totalBytes) {
            const size = Math.min(chunkBytes, totalBytes - written);
            written += size;
            if (!socket.write(chunk.subarray(0, size))) return void socket.once('drain', go);
          }
          socket.end();
        };
        socket.once('secureConnect', go);
        socket.once('error', reject);
        socket.once('data', () => resolve());
      });
    },
    stop: async () => undefined,
  } satisfies End);
}

async function startWsReceiver(): Promise<End> {
  const { key, cert } = credentials();
  const http = createHttpsServer({ key, cert, minVersion: 'TLSv1.3' });
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      arrivals.add(text);
      socket.send(text.slice(0, text.indexOf(' ')));
    });
  });
  const port = await new Promise<number>((resolve) => {
    http.listen(0, '127.0.0.1', () => resolve((http.address() as { port: number }).port));
  });
  return {
    address: String(port),
    async stop() {
      server.close();
      for (const client of server.clients) client.terminate();
      http.close();
    },
  };
}

function startWsSender(): Promise<End> {
  let socket: WebSocket | undefined;
  let told: () => void = () => undefined;
  return Promise.resolve({
    address: '',
    connect: (address) =>
      new Promise((resolve, reject) => {
        socket = new WebSocket(`wss://127.0.0.1:${address}`, { rejectUnauthorized: false, perMessageDeflate: false });
        socket.once('open', () => resolve());
        socket.once('error', reject);
        socket.on('message', () => told());
      }),
    send(text, onAcknowledged) {
      told = onAcknowledged;
      socket?.send(text);
    },
    stop: async () => socket?.terminate(),
  } satisfies End);
}

/** Makes the stream too: the receiver is started first. */
async function startNatsReceiver(): Promise<End> {
  const connection = await connectNats({ servers: `127.0.0.1:${options.port}` });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: stream, subjects: [subject], storage: StorageType.File });
  await manager.consumers.add(stream, {
    durable_name: 'receiver',
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    max_ack_pending: windowSize,
  });
  const consumer = await jetstream(connection).consumers.get(stream, 'receiver');
  const messages = await consumer.consume({ max_messages: windowSize });
  void (async () => {
    for await (const message of messages) {
      arrivals.add(message.string());
      message.ack();
    }
  })();
  return {
    address: String(options.port),
    async stop() {
      await messages.close();
      await connection.close();
    },
  };
}

async function startNatsSender(): Promise<End> {
  const connection = await connectNats({ servers: `127.0.0.1:${options.port}` });
  const publisher = jetstream(connection);
  return {
    address: '',
    async send(text, onAcknowledged) {
      await publisher.publish(subject, text, { timeout: 60_000 });
      onAcknowledged();
    },
    stop: () => connection.close(),
  };
}

function say(answer: Answer): void {
  process.send?.(answer);
}
