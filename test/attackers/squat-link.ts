/**
 * A program that takes a port of Hallway while Hallway is closed, and wants as much as it can get
 * from the pages that come. It answers WebSocket upgrades, sends wrong proofs and calls of its own,
 * and refuses with every code. It keeps every byte.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

const anything = 'A'.repeat(43);

/** The attempts of pages go round these. */
const answers: readonly ((socket: WebSocket, hello: unknown) => void)[] = [
  (socket) => {
    send(socket, { type: 'challenge', nonce: anything, proof: anything });
    send(socket, { type: 'welcome', token: anything, page: { name: 'x', secret: anything } });
  },
  (socket) => send(socket, { type: 'welcome' }),
  (socket, hello) => send(socket, hello),
  (socket) => {
    send(socket, { type: 'reply', id: 1, output: {} });
    send(socket, { type: 'event', name: 'changed', payload: { revision: 1 } });
  },
  (socket) => socket.close(4_001),
  (socket) => socket.close(4_003),
];

export interface Squatter {
  /** All bytes that it got, as text, and the texts of WebSocket messages, which are masked there. */
  heard(): string;
  /** The decoded messages of pages. */
  readonly messages: readonly unknown[];
  /** From now on it passes each connection on to another port, and back. */
  passOnTo(port: number): void;
  close(): Promise<void>;
}

/** @param answerPage answers requests for files; absent: refuses them */
export async function squat(
  port: number,
  answerPage: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.writeHead(404).end(),
): Promise<Squatter> {
  const bytes: Buffer[] = [];
  const texts: string[] = [];
  const connections = new Set<Socket>();
  const inner = createServer(answerPage);
  const webSockets = new WebSocketServer({ server: inner });
  let attempts = 0;
  let target: number | undefined;
  webSockets.on('connection', (socket) => {
    const answer = answers[attempts % answers.length];
    attempts += 1;
    socket.on('message', (data: Buffer) => {
      texts.push(data.toString('utf8'));
      answer?.(socket, JSON.parse(data.toString('utf8')));
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  const outer = createTcpServer((client) => {
    const server = connect(target ?? (inner.address() as AddressInfo).port, '127.0.0.1');
    const isRelayed = target !== undefined;
    client.on('data', (chunk) => {
      bytes.push(chunk);
      // The host looks at the name by which it is called.
      const passed = isRelayed ? chunk.toString('latin1').replace(`Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${target}`) : chunk;
      server.write(passed, 'latin1');
    });
    client.on('end', () => server.end());
    server.pipe(client);
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      connections.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => connections.delete(end));
    }
  });
  await new Promise<void>((resolve, reject) => outer.on('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    heard: () => [Buffer.concat(bytes).toString('latin1'), ...texts].join('\n'),
    get messages() {
      return texts.map((text) => JSON.parse(text) as unknown);
    },
    passOnTo: (to) => void (target = to),
    async close() {
      const closed = Promise.all([outer, inner].map((server) => new Promise((resolve) => server.close(resolve))));
      for (const connection of connections) connection.destroy();
      webSockets.close();
      await closed;
    },
  };
}

function send(socket: WebSocket, message: unknown): void {
  socket.send(JSON.stringify(message));
}
