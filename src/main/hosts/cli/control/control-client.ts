/**
 * A client of the process that uses a profile, over the profile's socket (rules CTRL-1 to CTRL-4
 * and CTRL-8): commands in, replies and deliveries out. The commands are left to the callers.
 */
import { lstat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import * as z from 'zod';
import { say } from '../../../../shared/text/messages/host.ts';
import { createEmitter } from '../../../../shared/lib/emitter.ts';
import { deliveryStateSchema } from '../../../../shared/contract/messages.ts';
import type { Clock, Random } from '../../../core/ports.ts';
import { proveToServer } from '../../../node/storage/pipe/pipe-handshake.ts';
import type { ControlAddress } from '../../../node/storage/profile/profile-folder.ts';
import { createLineDecoder } from '../automation/line-decoder.ts';
import type { CommandTarget, Delivery } from '../commands/one-shot.ts';
import { controlVersion } from './protocol.ts';

/** The other process is on this computer. If it does not reply in this time, it is stopped. */
const replyDeadlineMs = 10_000;

/** A report on a thousand peers is far shorter. */
const maxReplyBytes = 16 * 1024 * 1024;

export type ControlConnection =
  { readonly ok: true; readonly target: CommandTarget; close(): void } | { readonly ok: false; readonly message: string };

const greetingSchema = z.object({ control: z.literal(controlVersion) });
const replySchema = z.looseObject({ reply: z.number(), ok: z.boolean() });
const deliverySchema = z.object({ event: z.literal('delivery'), messageId: z.string(), state: deliveryStateSchema });

export async function connectControl(
  { socketPath, version, pipeKey }: ControlAddress,
  { clock, random }: { readonly clock: Pick<Clock, 'setTimer'>; readonly random: Pick<Random, 'bytes'> },
): Promise<ControlConnection> {
  if (version !== controlVersion) {
    return refuse(say('cli.other-version'));
  }
  // A pipe is in no folder. Its server proves itself instead.
  if (pipeKey === undefined && !(await isOwnersAlone(socketPath))) {
    return refuse(say('cli.unsafe-folder', { folder: dirname(socketPath) }));
  }
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const opening = pipeKey === undefined ? Promise.resolve(true) : proveToServer(socket, pipeKey, { random });
    const client = createClient(socket, opening, clock, () => {
      resolve({ ok: true, target: client.target, close: () => socket.destroy() });
    });
    void client.target.gone.then(() => resolve(refuse(say('cli.no-answer'))));
  });
}

function refuse(message: string): ControlConnection {
  return { ok: false, message };
}

/** The client sends texts: no other user may have created the socket, or be able to replace it. */
async function isOwnersAlone(socketPath: string): Promise<boolean> {
  const [socket, folder] = await Promise.all([lstat(socketPath), lstat(dirname(socketPath))]).catch(() => []);
  const uid = process.getuid?.();
  if (!socket?.isSocket() || !folder?.isDirectory()) return false;
  return socket.uid === uid && (socket.mode & 0o077) === 0 && folder.uid === uid && (folder.mode & 0o022) === 0;
}

/** @param opening settles before the greeting: whether the server is the one that we mean */
function createClient(
  socket: Socket,
  opening: Promise<boolean>,
  clock: Pick<Clock, 'setTimer'>,
  onGreeted: () => void,
): { readonly target: CommandTarget } {
  const waiting = new Map<number, (reply: z.infer<typeof replySchema>) => void>();
  const deliveries = createEmitter<Delivery>();
  const decoder = createLineDecoder({ maxBytes: maxReplyBytes });
  let isGreeted = false;
  let nextId = 1;
  const cancelDeadline = clock.setTimer(() => socket.destroy(), replyDeadlineMs);

  void opening.then((isProved) => {
    if (!isProved) return socket.destroy();
    socket.on('data', (bytes) => {
      for (const line of decoder.push(bytes)) takeLine(line.ok ? line.text : '');
    });
    return socket.resume();
  });
  // The close handler decides what it means.
  socket.on('error', () => socket.destroy());
  const gone = new Promise<void>((resolve) =>
    socket.on('close', () => {
      cancelDeadline();
      resolve();
    }),
  );

  function takeLine(text: string): void {
    const value = parse(text);
    if (!isGreeted) {
      isGreeted = greetingSchema.safeParse(value).success;
      cancelDeadline();
      if (isGreeted) onGreeted();
      else socket.destroy();
      return;
    }
    const reply = replySchema.safeParse(value);
    if (reply.success) waiting.get(reply.data.reply)?.(reply.data);
    const delivery = deliverySchema.safeParse(value);
    if (delivery.success) deliveries.emit(delivery.data);
  }

  return {
    target: {
      gone,
      onDelivery: (listener) => deliveries.subscribe(listener),
      run(command) {
        const id = nextId;
        nextId += 1;
        return new Promise((resolve) => {
          const settle = (reply: z.infer<typeof replySchema> | undefined): void => {
            cancel();
            waiting.delete(id);
            resolve(reply ?? { reply: id, ok: false, code: 'no-answer', message: say('cli.silent') });
          };
          const cancel = clock.setTimer(() => settle(undefined), replyDeadlineMs);
          void gone.then(() => settle(undefined));
          waiting.set(id, settle);
          socket.write(`${JSON.stringify({ id, ...command })}\n`);
        });
      },
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
