/**
 * The request of `hallway say`: says a text in a room, and waits until everyone there has it (rule
 * AUTO-9). As in one-shot.ts, a node of its own or an open Hallway replies.
 */
import * as z from 'zod';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { conversationOfRoom, shortNameOf } from '../../../../shared/lib/ids.ts';
import { readAnyRoomName } from '../../../../shared/text/room-names.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { AutomationObject } from '../automation/automation-objects.ts';
import { waitForDelivery, type CommandTarget, type DeliveryDeps, type SendOutcome } from './one-shot.ts';

export interface SayRequest {
  /** With or without `#`, or `&ID`. */
  readonly room: string;
  readonly text: string;
  /** The longest wait. */
  readonly forMs: number;
}

/** The members may leave while the command waits. */
const lookAgainMs = 1_000;

export function sayAndWait(
  target: CommandTarget,
  { room, text, forMs }: SayRequest,
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const onSent = (end: (outcome: SendOutcome) => void): Unsubscribe => watchAlone(target, room, deps, end);
  return waitForDelivery(target, { send: () => sayInRoom(target, room, text), forMs, onSent }, deps, signal);
}

/** To say something in a room, one has to be in it. */
async function sayInRoom(target: CommandTarget, room: string, text: string): Promise<AutomationObject> {
  const reply = await target.run({ cmd: 'say', room, text });
  if (reply['code'] !== 'not-joined') return reply;
  const joined = await target.run({ cmd: 'join', room });
  return joined['ok'] === true ? target.run({ cmd: 'say', room, text }) : joined;
}

const roomsSchema = z.object({ rooms: z.array(z.object({ room: z.string(), members: z.array(z.string()) })) });

/** Ends the wait when nobody else is in the room: nobody will say that they have it. */
function watchAlone(
  target: CommandTarget,
  typed: string,
  { clock }: DeliveryDeps,
  end: (outcome: SendOutcome) => void,
): Unsubscribe {
  const room = shortNameOf(conversationOfRoom(readAnyRoomName(typed) ?? typed));
  let cancel: Unsubscribe | undefined;
  let isDone = false;
  void look();
  return () => {
    isDone = true;
    cancel?.();
  };

  async function look(): Promise<void> {
    const reply = roomsSchema.safeParse(await target.run({ cmd: 'rooms' }));
    if (isDone) return;
    const members = reply.data?.rooms.find((one) => one.room === room)?.members;
    if (members?.length === 0) end({ delivered: true, isAlone: true });
    else cancel = clock.setTimer(() => void look(), lookAgainMs);
  }
}

/** A new node knows who is here in well under a second. */
const settleMs = 1_000;

/** Waits until the members of the rooms are known, right after the start. */
export async function untilSettled(
  hallway: Hallway,
  { clock, forMs, signal }: DeliveryDeps & { readonly forMs: number; readonly signal: AbortSignal },
): Promise<void> {
  await new Promise<void>((resolve) => {
    const undo = [
      hallway.subscribe(({ type }) => {
        if (type === 'ready') undo.push(clock.setTimer(finish, settleMs));
      }),
      clock.setTimer(finish, forMs),
      () => signal.removeEventListener('abort', finish),
    ];
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();

    function finish(): void {
      for (const undoOne of undo) undoOne();
      resolve();
    }
  });
}
