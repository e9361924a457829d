/**
 * Profiles whose lock is a pipe, and programs that connect to it or take its names. On Windows the
 * pipes are real. Elsewhere sockets in a folder stand for them: one process at a time has a name,
 * and the tests may connect to any.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { PipeKey } from '../../../src/main/node/storage/pipe/pipe-handshake.ts';
import { openPipeSecret, pipeNames } from '../../../src/main/node/storage/pipe/pipe-secret.ts';
import { lockPlaceOf, type LockPlace } from '../../../src/main/node/storage/profile/profile-lock.ts';
import { createSystemClock, createSystemRandom } from '../../../src/main/node/system/system-ports.ts';

/** Real sockets need a real clock. Only a silent program makes a test wait, for a second. */
export const clock = createSystemClock();
export const random = createSystemRandom();

export type PipePlace = Extract<LockPlace, { kind: 'pipe' }>;

/** The end of a name is enough to tell pipes apart, and fits into the path of a socket. */
export function pipePlace(directory: string): PipePlace {
  const place = lockPlaceOf(process.platform);
  return place.kind === 'pipe' ? place : { kind: 'pipe', pathOf: (name) => join(directory, name.slice(-12)) };
}

export interface Pipe {
  readonly path: string;
  readonly key: PipeKey;
}

/** The pipes of the profile, in order of preference. Creates its secret. */
export async function pipesOf(directory: string): Promise<readonly [Pipe, Pipe, ...Pipe[]]> {
  const opened = await openPipeSecret(directory, { clock, random });
  if (!opened.ok) throw new Error(opened.reason);
  const { secret } = opened;
  const [first, second, ...others] = pipeNames(secret).map((name) => ({
    path: pipePlace(directory).pathOf(name),
    key: { name, secret },
  }));
  if (first === undefined || second === undefined) throw new Error('too few names');
  return [first, second, ...others];
}

export interface RawClient {
  readonly socket: Socket;
  received(): Buffer;
  readonly closed: Promise<void>;
}

/** Connects, and says nothing by itself. */
export function openRaw(path: string): RawClient {
  const socket = connect(path);
  let bytes = Buffer.alloc(0);
  socket.on('data', (more: Buffer) => (bytes = Buffer.concat([bytes, more])));
  socket.on('error', () => socket.destroy());
  return { socket, received: () => bytes, closed: new Promise((resolve) => socket.on('close', () => resolve())) };
}

export interface Squatter {
  /** @returns how many bytes each client sent until it closed */
  heardBytes(): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** A program that has the name of a pipe. @param serve what it does with a client */
export async function squat(path: string, serve: (client: Socket) => void): Promise<Squatter> {
  const clients: { readonly socket: Socket; readonly heardBytes: Promise<number> }[] = [];
  const server: Server = createServer((socket) => {
    const heardBytes = new Promise<number>((resolve) => socket.on('close', () => resolve(socket.bytesRead)));
    clients.push({ socket, heardBytes });
    socket.on('error', () => socket.destroy());
    socket.resume();
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, () => resolve()));
  return {
    heardBytes: () => Promise.all(clients.map(({ heardBytes }) => heardBytes)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { socket } of clients) socket.destroy();
      }),
  };
}
