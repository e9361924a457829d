/**
 * Who takes part in the bench of messages, each as a sender and a receiver: `hallway` (the whole node, on the loopback adapter), `tls` (the same
 * bytes on a bare TLS stream, nobody acknowledges), `ws` (a WebSocket over TLS, each message acknowledged, nothing kept), `nats` (JetStream
 * with file storage, each message acknowledged to its publisher and by its consumer).
 */
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import WebSocket, { WebSocketServer } from 'ws';
import { startNode } from '../../src/main/hosts/start-node.ts';
import { createIdentity } from '../../src/main/node/crypto/identity.ts';
import type { EndOptions } from './messages-orders.ts';

export interface End {
  readonly address: string;
  /** @param address of the receiver; of several ones, with commas between */
  connect?(address: string): Promise<void>;
  /** Resolves when it is accepted; `onAcknowledged` is called when the other end has it. */
  send?(text: string, onAcknowledged: () => void): Promise<void> | void;
  /** For what has no messages: all at once. */
  pour?(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Where a receiver tells what arrived. */
export interface Arrivals {
  add(text: string): void;
  /** For what has no messages. */
  addMany(count: number): void;
}

interface Setting {
  readonly options: EndOptions;
  readonly arrivals: Arrivals;
}

/** Sent and not acknowledged, where nothing else limits it: as many as Hallway has on their way. */
export const windowSize = 4_096;
/** Of NATS. */
const stream = 'bench';
const subject = 'bench.messages';

export function startContender(setting: Setting): Promise<End> {
  const isSender = setting.options.role === 'sender';
  switch (setting.options.contender) {
    case 'hallway':
      return startHallway(setting);
    case 'tls':
      return isSender ? startTlsSender(setting) : startTlsReceiver(setting);
    case 'ws':
      return isSender ? startWsSender() : startWsReceiver(setting);
    case 'nats':
      return isSender ? startNatsSender(setting) : startNatsReceiver(setting);
  }
}

async function startHallway({ options, arrivals }: Setting): Promise<End> {
  const started = await startNode({
    log: { write: () => undefined },
    profileDirectory: options.folder,
    name: options.role,
    presence: { interfaces: ['lo'], port: options.port },
  });
  if (!started.ok) throw new Error(JSON.stringify(started));
  const { hallway } = started.node;
  const { messages } = hallway;
  if (!messages) throw new Error('it cannot talk');
  let receivers: readonly string[] = [];
  let delivered = 0;
  let emitted: () => void = () => undefined;
  hallway.subscribe((event) => {
    if (event.type === 'message') arrivals.add(event.message.text);
    if (event.type !== 'delivery' || event.state !== 'delivered') return;
    delivered += 1;
    // Of several receivers, once for each text.
    if (delivered % receivers.length === 0) emitted();
  });
  return {
    address: hallway.profile.self().peerId,
    async connect(addresses) {
      receivers = addresses.split(',');
      const isHere = (address: string): boolean => hallway.presence.peers().some(({ peerId }) => peerId === address);
      while (!receivers.every(isHere)) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async send(text, onAcknowledged) {
      emitted = onAcknowledged;
      const sent = await Promise.all(receivers.map((to) => messages.send(to, text)));
      for (const one of sent) if (!one.ok) throw new Error(one.code);
    },
    stop: () => started.node.stop(),
  };
}

function credentials() {
  return createIdentity().identity.tlsCredentials();
}

async function startTlsReceiver({ options, arrivals }: Setting): Promise<End> {
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

function startTlsSender({ options }: Setting): Promise<End> {
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

async function startWsReceiver({ arrivals }: Setting): Promise<End> {
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
  let emitted: () => void = () => undefined;
  return Promise.resolve({
    address: '',
    connect: (address) =>
      new Promise((resolve, reject) => {
        socket = new WebSocket(`wss://127.0.0.1:${address}`, { rejectUnauthorized: false, perMessageDeflate: false });
        socket.once('open', () => resolve());
        socket.once('error', reject);
        socket.on('message', () => emitted());
      }),
    send(text, onAcknowledged) {
      emitted = onAcknowledged;
      socket?.send(text);
    },
    stop: async () => socket?.terminate(),
  } satisfies End);
}

/** Makes the stream too: the receiver is started first. */
export async function startNatsReceiver(
  { options, arrivals }: { readonly options: Pick<EndOptions, 'port'>; readonly arrivals: Arrivals },
  consumerName = 'receiver',
): Promise<End> {
  const connection = await connectNats({ servers: `127.0.0.1:${options.port}` });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: stream, subjects: [subject], storage: StorageType.File });
  await manager.consumers.add(stream, {
    durable_name: consumerName,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    max_ack_pending: windowSize,
  });
  const consumer = await jetstream(connection).consumers.get(stream, consumerName);
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

export async function startNatsSender({ options }: { readonly options: Pick<EndOptions, 'port'> }): Promise<End> {
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
