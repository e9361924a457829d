/**
 * The lock of a profile where sockets have no folder: on Windows, whose named pipes vanish with
 * their process, and whose names one process at a time can have (rules ID-6 and CTRL-10). Any user
 * may take a name and connect to a pipe. So the names follow from a secret of the profile, and both
 * ends prove it before the greeting. A pipe without that proof is passed over, unless the process
 * that last held the profile lives. Then that process is stopped or busy, and the profile is in use.
 */
import type { Greeting } from './lock-socket.ts';
import { askLockSocket, openLockSocket, type LockSocket } from './lock-socket.ts';
import type { InUse, LockDeps, LockResult } from './lock-result.ts';
import { createPipeAdmission } from '../pipe/pipe-admission.ts';
import { proveToServer, type PipeKey } from '../pipe/pipe-handshake.ts';
import { openPipeSecret, pipeNames } from '../pipe/pipe-secret.ts';
import { errorCode } from '../atomic-file.ts';
import { forgetHolder, isHolderAlive, noteHolder } from './pipe-holder.ts';

/** A try fails only if another process took the name since we asked. A race takes two. */
const maxTries = 10;

/** The pause between tries: a process that gives up closes its pipe within it. */
const tryPauseMs = 10;

interface Pipe {
  readonly path: string;
  readonly key: PipeKey;
}

/** @param pathOf the path of the pipe of a name */
export async function lockByPipe(
  directory: string,
  greeting: Greeting,
  deps: LockDeps,
  pathOf: (name: string) => string,
): Promise<LockResult> {
  const opened = await openPipeSecret(directory, deps);
  if (!opened.ok) return { state: 'unavailable', reason: opened.reason };
  const { secret } = opened;
  const pipes = pipeNames(secret).map((name) => ({ path: pathOf(name), key: { name, secret } }));
  for (let tries = 0; tries < maxTries; tries += 1) {
    const { holder, free } = await examine(directory, pipes, deps);
    if (holder !== undefined) return holder;
    if (free === undefined) return { state: 'unavailable', reason: 'other programs have taken every name of its pipe' };
    const result = await takePipe(directory, pipes, free, greeting, deps);
    if (result !== 'taken') return result;
    await new Promise<void>((resolve) => void deps.clock.setTimer(resolve, tryPauseMs));
  }
  return { state: 'unavailable', reason: 'other processes kept competing for it' };
}

interface Examined {
  readonly holder?: InUse;
  /** The first pipe that nobody has. */
  readonly free?: Pipe;
}

async function examine(directory: string, pipes: readonly Pipe[], deps: LockDeps): Promise<Examined> {
  const answers = await Promise.all(
    pipes.map(async (pipe) => ({
      pipe,
      answer: await askLockSocket(pipe.path, deps.clock, (socket) => proveToServer(socket, pipe.key, deps)),
    })),
  );
  for (const { pipe, answer } of answers) {
    if (!answer.alive || answer.greeting === undefined) continue;
    return { holder: { state: 'in-use', holder: answer.greeting, socketPath: pipe.path, pipeKey: pipe.key } };
  }
  const hasUnproved = answers.some(({ answer }) => answer.alive);
  if (hasUnproved && (await isHolderAlive(directory))) return { holder: { state: 'in-use' } };
  const free = answers.find(({ answer }) => !answer.alive);
  return free === undefined ? {} : { free: free.pipe };
}

/** @returns `taken` if another process was faster */
async function takePipe(
  directory: string,
  pipes: readonly Pipe[],
  pipe: Pipe,
  greeting: Greeting,
  deps: LockDeps,
): Promise<LockResult | 'taken'> {
  let socket: LockSocket;
  try {
    socket = await openLockSocket(pipe.path, greeting, createPipeAdmission(pipe.key, deps));
  } catch (error) {
    const code = errorCode(error);
    return code === 'EADDRINUSE' ? 'taken' : { state: 'unavailable', reason: code };
  }
  // A process that started at the same moment may have another name, if somebody else had one of
  // them meanwhile. Each of the two then sees the other, and neither gets the profile.
  const others = pipes.filter((other) => other !== pipe);
  const { holder } = await examine(directory, others, deps);
  if (holder !== undefined) {
    await socket.close();
    return holder;
  }
  await noteHolder(directory);
  return {
    state: 'held',
    serveControl: socket.serveControl,
    async release() {
      // While our pipe answers, only we may change the note.
      await forgetHolder(directory);
      await socket.close();
    },
  };
}
