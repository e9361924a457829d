/**
 * A local socket that only its owner's user can reach, by which a process shows that it is alive: whoever connects is told its pid and
 * its start as one line of JSON. The kernel takes the socket away with the process, even at kill -9. Which socket stands for which
 * profile is left to `profile-lock.ts`; what is said after that first line, to `control/`.
 */
import { chmod } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import * as z from 'zod';
import type { Clock } from '../../../core/ports.ts';
import { errorCode } from '../atomic-file.ts';

/** A live process answers within microseconds; one that is stopped (Ctrl+Z) or swapped out never does, and is alive all the same. */
const greetingWaitMs = 1_000;

/** The greeting is far shorter; more than this comes from some other program. */
const maxGreetingSizeBytes = 4_096;

const greetingSchema = z.object({
  pid: z.number(),
  startedAtMs: z.number(),
  /** The version of what can be said after this line; absent if nothing can. */
  control: z.number().optional(),
});
export type Greeting = Readonly<z.infer<typeof greetingSchema>>;

/** `greeting` is absent when somebody lives there who does not say who. */
export type Answer = { readonly alive: false } | { readonly alive: true; readonly greeting?: Greeting };

/** Takes a connection over, after its greeting, and sees to its end. */
export type ServeConnection = (connection: Socket) => void;

export interface LockSocket {
  /** From now on whoever connects may go on talking, to `serve`; the greeting says so. Absent ends that. */
  serveControl(version: number, serve: ServeConnection | undefined): void;
  /** Idempotent. Removes the socket from the file system. */
  close(): Promise<void>;
}

/** @throws the system's error: `EADDRINUSE`, `EACCES`, `EROFS`, … */
export async function openLockSocket(path: string, greeting: Greeting): Promise<LockSocket> {
  const connections = new Set<Socket>();
  let control: { readonly version: number; readonly serve: ServeConnection } | undefined;
  // Half open, so that who has said all may still be answered.
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => connection.destroy());
    const line = `${JSON.stringify(control ? { ...greeting, control: control.version } : greeting)}\n`;
    if (control) {
      connection.write(line);
      control.serve(connection);
    } else {
      connection.resume();
      connection.end(line);
    }
  });
  await listen(server, path);
  // Failing to accept (too many open files) must not end the process: the socket itself still shows that we live.
  server.on('error', () => undefined);
  // The lock lasts as long as the process, but must not make the process last.
  server.unref();
  // On top of the folder's own 0700, which the user may have loosened. Pipes of Windows have no mode.
  if (process.platform !== 'win32') await chmod(path, 0o600).catch(() => undefined);

  let closing: Promise<void> | undefined;
  return {
    serveControl(version, serve) {
      control = serve && { version, serve };
    },
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.destroy();
      });
      return closing;
    },
  };
}

/** The socket is made for its owner alone from its first moment on: the mode is set before anybody can connect. */
async function listen(server: Server, path: string): Promise<void> {
  // A worker has no umask of its own, and may not change that of the process; nor has Windows one.
  const umask = isMainThread && process.platform !== 'win32' ? process.umask(0o177) : undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // The system makes the socket within this call.
      server.listen(path, () => resolve());
      if (umask !== undefined) process.umask(umask);
    });
  } finally {
    if (umask !== undefined) process.umask(umask);
  }
}

/** Asks who listens at `path`. Never throws, and never waits for longer than `greetingWaitMs`. */
export function askLockSocket(path: string, clock: Pick<Clock, 'setTimer'>): Promise<Answer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    let connected = false;
    const socket = connect(path);
    const cancelTimer = clock.setTimer(() => finish({ alive: true }), greetingWaitMs);

    function finish(answer: Answer): void {
      cancelTimer();
      socket.destroy();
      resolve(answer);
    }
    function finishWithGreeting(): void {
      const greeting = decodeGreeting(received);
      finish(greeting === undefined ? { alive: true } : { alive: true, greeting });
    }

    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (received.includes('\n') || received.length > maxGreetingSizeBytes) finishWithGreeting();
    });
    socket.on('end', finishWithGreeting);
    // Anything but "nobody there" (a full backlog, a missing permission) is taken for life: better refused once too often than run twice.
    socket.on('error', (error) => finish(!connected && isNobodyThere(errorCode(error)) ? { alive: false } : { alive: true }));
  });
}

function isNobodyThere(code: string): boolean {
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTSOCK';
}

function decodeGreeting(bytes: Buffer): Greeting | undefined {
  try {
    return greetingSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
