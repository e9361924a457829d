/**
 * The sessions of a peer that is none: it says hello, answers pings, and does the rest its own way.
 */
import { createServer, connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  createFrameDecoder,
  encodeFrame,
  highestVersion,
  lowestVersion,
  roomsCapability,
  type Frame,
  type ReceivedFrame,
} from '../../src/main/core/messaging/wire/frames.ts';
import type { Location } from './attack-setup.ts';
import type { AttackerIdentity } from './udp-setup.ts';

export type OnFrame = (frame: ReceivedFrame, send: (frame: Frame) => void) => void;

export interface FalseSession {
  send(frame: Frame): void;
  readonly isOpen: boolean;
  readonly receivedBytes: number;
  close(): void;
}

const alpnProtocols = ['hallway/1'];

/** @returns the port of its listener */
export async function listenAs(identity: AttackerIdentity, onFrame: OnFrame): Promise<{ port: number; close: () => void }> {
  const server = createServer(
    {
      ...identity.tlsCredentials(),
      minVersion: 'TLSv1.3',
      ALPNProtocols: alpnProtocols,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (socket) => void speak(socket, onFrame),
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

export function connectAs(identity: AttackerIdentity, { address: host, port }: Location, onFrame: OnFrame): FalseSession {
  const credentials = identity.tlsCredentials();
  return speak(connect({ ...credentials, host, port, ALPNProtocols: alpnProtocols, rejectUnauthorized: false }), onFrame);
}

function speak(socket: TLSSocket, onFrame: OnFrame): FalseSession {
  const decoder = createFrameDecoder();
  let isOpen = true;
  let receivedBytes = 0;
  const send = (frame: Frame): void => {
    if (isOpen) socket.write(encodeFrame(frame));
  };
  socket.on('error', () => undefined);
  socket.on('close', () => (isOpen = false));
  socket.on('data', (bytes: Uint8Array) => {
    receivedBytes += bytes.length;
    for (const frame of decoder.push(bytes).frames) {
      if (frame.type === 'ping') send({ type: 'pong', nonce: frame.nonce });
      else onFrame(frame, send);
    }
  });
  send({ type: 'hello', lowestVersion, highestVersion, capabilities: [roomsCapability] });
  return {
    send,
    get isOpen() {
      return isOpen;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    close: () => void socket.destroy(),
  };
}
