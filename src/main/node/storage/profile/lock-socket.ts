/**
 * A local socket for its owner's user only, by which a process shows that it is alive. The folder
 * keeps other users out, or the handshake of `pipe/` where there is no folder. Each client gets the
 * process id and start time as one line of JSON. The kernel removes the socket with the process,
 * even after kill -9. The choice of sockets is left to `profile-lock.ts`; the talk after the first
 * line to `cli/control/`.
 */
import { chmod } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import * as z from 'zod';
import type { Clock } from '../../../core/ports.ts';
import type { Admit } from '../pipe/pipe-admission.ts';
import { errorCode } from '../atomic-file.ts';

/**
 * A running process answers within microseconds. A stopped one (Ctrl+Z) never does, and is alive
 * too.
 */
const greetingWaitMs = 1_000;

/** The greeting is far shorter. A longer text comes from another program. */
const maxGreetingSizeBytes = 4_096;

const greetingSchema = z.object({
  pid: z.number(),
  startedAtMs: z.number(),
  /** The protocol version for the talk after this line. Absent if there is none. */
  control: z.number().optional(),
});
export type Greeting = Readonly<z.infer<typeof greetingSchema>>;

/** `greeting` is absent if the process is alive but does not answer. */
export type Answer = { readonly alive: false } | { readonly alive: true; readonly greeting?: Greeting };

export interface ControlServer {
  /** Takes over a connection after its greeting, and closes it. */
  accept(connection: Socket): void;
  /** A client failed to prove the pipe secret. */
  onWrongProof(): void;
}

export interface LockSocket {
  /** Hands later connections to `server` after their greeting, which says so. Absent: no longer. */
  serveControl(version: number, server: ControlServer | undefined): void;
  /** Idempotent. Removes the socket from the file system. */
  close(): Promise<void>;
}

/**
 * @param admit decides which clients get the greeting. Absent: all, because the file system lets
 *   in the owner only
 * @throws the system's error: `EADDRINUSE`, `EACCES`, `EROFS`, …
 */
export async function openLockSocket(path: string, greeting: Greeting, admit?: Admit): Promise<LockSocket> {
  const connections = new Set<Socket>();
  let control: { readonly version: number; readonly server: ControlServer } | undefined;
  // Half open, so that a client that has sent everything still gets its answers.
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => connection.destroy());
    if (admit === undefined) greet(connection);
    else admit(connection, { onProved: () => greet(connection), onWrongProof: () => control?.server.onWrongProof() });
  });
  await listen(server, path);
  // A failed accept (too many open files) must not end the process. The socket still shows that we
  // live.
  server.on('error', () => undefined);
  // The lock must not keep the process running.
  server.unref();
  // Besides the folder's 0700, which the user may have loosened. Pipes of Windows have no mode.
  if (process.platform !== 'win32') await chmod(path, 0o600).catch(() => undefined);

  function greet(connection: Socket): void {
    const line = `${JSON.stringify(control ? { ...greeting, control: control.version } : greeting)}\n`;
    if (control) {
      connection.write(line);
      control.server.accept(connection);
    } else {
      connection.resume();
      connection.end(line);
    }
  }

  let closing: Promise<void> | undefined;
  return {
    serveControl(version, controlServer) {
      control = controlServer && { version, server: controlServer };
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

/**
 * Sets the mode before any process can connect, so that the socket is always for its owner only.
 */
async function listen(server: Server, path: string): Promise<void> {
  // A worker may not change the umask of the process, and Windows has none.
  const umask = isMainThread && process.platform !== 'win32' ? process.umask(0o177) : undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // The system creates the socket within this call.
      server.listen(path, () => resolve());
      if (umask !== undefined) process.umask(umask);
    });
  } finally {
    if (umask !== undefined) process.umask(umask);
  }
}

/**
 * Asks the process at `path` for its greeting. Never throws, and waits at most `greetingWaitMs`.
 *
 * @param prove the handshake before the greeting, if the process requires one. A process that fails
 *   it counts as alive without a greeting
 */
export function askLockSocket(
  path: string,
  clock: Pick<Clock, 'setTimer'>,
  prove?: (socket: Socket) => Promise<boolean>,
): Promise<Answer> {
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
    function readGreeting(): void {
      socket.on('data', (bytes: Buffer) => {
        received = Buffer.concat([received, bytes]);
        if (received.includes('\n') || received.length > maxGreetingSizeBytes) finishWithGreeting();
      });
      socket.resume();
    }

    if (prove === undefined) readGreeting();
    else void prove(socket).then((isProved) => (isProved ? readGreeting() : connected && finish({ alive: true })));
    socket.on('end', finishWithGreeting);
    // Any other error (a full backlog, a missing permission) counts as alive. A needless refusal is
    // better than two processes.
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
