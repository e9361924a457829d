/**
 * The requests of the commands that do one thing: `hallway send`, `peers`, `doctor`, `report`,
 * `export`, `clear` and `settings`. They use the objects of the automation interface. So it makes
 * no difference whether their own node replies (`ownTarget`) or an open Hallway
 * (control/control-client.ts).
 */
import * as z from 'zod';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { deliveryStateSchema, messageSchema } from '../../../../shared/contract/messages.ts';
import { problemReportSchema, type ProblemReport } from '../../../../shared/contract/diagnostics.ts';
import { peerSchema, type Peer } from '../../../../shared/contract/presence.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { DeliveryState } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import type { AutomationCommand } from '../automation/automation-command.ts';
import {
  describedHealthSchema,
  describedReportSchema,
  type DescribedHealth,
  type DescribedReport,
} from '../automation/described-report.ts';
import type { AutomationObject } from '../automation/automation-objects.ts';
import { runCommand } from '../automation/run-command.ts';

export interface Delivery {
  readonly messageId: MessageId;
  readonly state: DeliveryState;
}

type WithoutId<Command> = Command extends unknown ? Omit<Command, 'id'> : never;

/** The node that runs the commands. */
export interface CommandTarget {
  /** @returns the reply, as in docs/AUTOMATION.md */
  run(command: WithoutId<AutomationCommand>): Promise<AutomationObject>;
  /** Calls `listener` for the messages sent here. */
  onDelivery(listener: (delivery: Delivery) => void): Unsubscribe;
  /** Settles when the node is gone. */
  readonly gone: Promise<void>;
}

export function ownTarget(hallway: Hallway, gone: Promise<void>): CommandTarget {
  return {
    run: (command) => runCommand(hallway, { ...command, id: 0 }),
    onDelivery: (listener) => hallway.subscribe((event) => event.type === 'delivery' && listener(event)),
    gone,
  };
}

export type Answer<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

export async function askPeers(target: CommandTarget): Promise<Answer<readonly Peer[]>> {
  return readReply(
    await target.run({ cmd: 'peers' }),
    z.object({ peers: z.array(peerSchema) }).transform(({ peers }) => peers),
  );
}

export async function askHealth(target: CommandTarget): Promise<Answer<readonly DescribedHealth[]>> {
  const schema = z.object({ diagnostics: z.object({ health: z.array(describedHealthSchema) }) });
  return readReply(
    await target.run({ cmd: 'diagnostics' }),
    schema.transform(({ diagnostics }) => diagnostics.health),
  );
}

export async function askDoctor(target: CommandTarget): Promise<Answer<DescribedReport>> {
  return readReply(await target.run({ cmd: 'doctor' }), describedReportSchema);
}

export async function askReport(target: CommandTarget): Promise<Answer<ProblemReport>> {
  return readReply(await target.run({ cmd: 'report' }), problemReportSchema);
}

const exportedSchema = z.looseObject({
  messages: z.array(
    messageSchema.omit({ cursor: true }).extend({
      position: z.number(),
      conversation: z.string(),
      sequence: z.number(),
      conversationName: z.string().exactOptional(),
      state: deliveryStateSchema.exactOptional(),
    }),
  ),
  next: z.number().optional(),
});
export type ExportedMessage = z.infer<typeof exportedSchema>['messages'][number];

/** Messages per page. */
const exportPageSize = 1_000;

/** The export cannot continue. The message says why. */
export class NotAnswered extends Error {}

/**
 * Reads all messages, or those of one conversation, in the order of the store.
 *
 * @throws NotAnswered
 */
export async function* askMessages(
  target: CommandTarget,
  options: { readonly with?: string; readonly pageSize?: number },
  signal: AbortSignal,
): AsyncGenerator<ExportedMessage> {
  const limit = options.pageSize ?? exportPageSize;
  for (let after: number | undefined; ;) {
    if (signal.aborted) throw new NotAnswered(say('cli.export-stopped'));
    const page = readReply(
      await target.run({
        cmd: 'export',
        limit,
        ...(after !== undefined && { after }),
        ...(options.with !== undefined && { with: options.with }),
      }),
      exportedSchema,
    );
    if (!page.ok) throw new NotAnswered(page.message);
    yield* page.value.messages;
    after = page.value.next;
    if (after === undefined) return;
  }
}

/** @param who absent means all messages. @returns the number of deleted messages */
export async function askClear(target: CommandTarget, who: string | undefined): Promise<Answer<number>> {
  const reply = await target.run(who === undefined ? { cmd: 'clear', all: true } : { cmd: 'clear', with: who });
  return readReply(
    reply,
    z.object({ deleted: z.number() }).transform(({ deleted }) => deleted),
  );
}

/** Reads a reply by its schema; a refusal becomes its message. */
export function readReply<Value>(reply: AutomationObject, schema: z.ZodType<Value>): Answer<Value> {
  if (reply['ok'] !== true) return { ok: false, message: messageOf(reply) };
  const decoded = schema.safeParse(reply);
  return decoded.success ? { ok: true, value: decoded.data } : { ok: false, message: say('cli.not-understood') };
}

function messageOf(reply: AutomationObject): string {
  return typeof reply['message'] === 'string' ? reply['message'] : say('cli.refused');
}

export interface SendRequest {
  /** A peer ID or a name. */
  readonly to: string;
  readonly text: string;
  /** The longest wait for the delivery. */
  readonly forMs: number;
}

export type SendOutcome =
  /** `isAlone`: to a room that nobody else is in now. */
  | { readonly delivered: true; readonly isAlone?: true }
  | { readonly delivered: false; readonly why: 'refused' | 'not-yet' | 'gone'; readonly message: string };

/**
 * Sends a message and waits for its delivery, its failure, or the time limit. A persisted message
 * is delivered later.
 */
export function sendAndWait(
  target: CommandTarget,
  { to, text, forMs }: SendRequest,
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<SendOutcome> {
  return waitForDelivery(target, { send: () => target.run({ cmd: 'send', to, text }), forMs }, deps, signal);
}

export interface DeliveryDeps {
  readonly clock: Pick<Clock, 'setTimer'>;
}

interface DeliveryRequest {
  /** @returns the reply, with the ID of the message */
  send(): Promise<AutomationObject>;
  readonly forMs: number;
  /** Called once the message is persisted. `end` ends the wait. */
  readonly onSent?: (end: (outcome: SendOutcome) => void) => Unsubscribe;
}

/** As `sendAndWait`, for any message. */
export async function waitForDelivery(
  target: CommandTarget,
  { send, forMs, onSent }: DeliveryRequest,
  { clock }: DeliveryDeps,
  signal: AbortSignal,
): Promise<SendOutcome> {
  let stopWatching: Unsubscribe | undefined;
  const latest = new Map<string, DeliveryState>();
  let messageId: MessageId | undefined;
  let onEnd: (outcome: SendOutcome) => void = () => undefined;
  const ended = new Promise<SendOutcome>((resolve) => (onEnd = resolve));

  function look(): void {
    const outcome = messageId === undefined ? undefined : outcomeOf(latest.get(messageId));
    if (outcome) onEnd(outcome);
  }
  // An event may arrive before the reply with the id of its message.
  const undo = target.onDelivery((delivery) => {
    latest.set(delivery.messageId, delivery.state);
    look();
  });
  const giveUp = (message: string): void => onEnd({ delivered: false, why: 'not-yet', message });
  const cancel = clock.setTimer(() => giveUp(say('cli.not-yet')), forMs);
  const onAbort = (): void => giveUp(say('cli.stopped'));
  signal.addEventListener('abort', onAbort);
  try {
    const reply = await send();
    if (reply['ok'] !== true) return { delivered: false, why: 'refused', message: messageOf(reply) };
    messageId = String(reply['messageId']);
    if (signal.aborted) onAbort();
    look();
    stopWatching = onSent?.(onEnd);
    void target.gone.then(() => onEnd({ delivered: false, why: 'gone', message: say('cli.closed') }));
    return await ended;
  } finally {
    undo();
    stopWatching?.();
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

function outcomeOf(state: DeliveryState | undefined): SendOutcome | undefined {
  switch (state) {
    case 'delivered':
    case 'read':
      return { delivered: true };
    case 'failed':
      return { delivered: false, why: 'refused', message: say('cli.rejected') };
    case 'cancelled':
      return { delivered: false, why: 'refused', message: say('cli.cancelled') };
    case undefined:
    case 'queued':
    case 'sent':
      return undefined;
  }
}

/** A new node knows all peers in well under a second. Only then does a name mean one contact. */
const settleMs = 1_000;

/**
 * Waits until a name can be resolved. Right after the start no peer is online, and a name would
 * mean its earlier owner.
 *
 * @param who a peer ID, or a name
 * @param forMs the longest wait for an unknown name
 */
export async function untilKnown(
  hallway: Hallway,
  who: string,
  { clock, forMs, signal }: { readonly clock: Pick<Clock, 'setTimer'>; readonly forMs: number; readonly signal: AbortSignal },
): Promise<void> {
  let isSettled = false;
  await new Promise<void>((resolve) => {
    const undo = [
      hallway.subscribe((event) => {
        if (event.type === 'ready') undo.push(clock.setTimer(settle, settleMs));
        if (event.type === 'peer-joined') look();
      }),
      clock.setTimer(finish, forMs),
      () => signal.removeEventListener('abort', finish),
    ];
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();

    function settle(): void {
      isSettled = true;
      look();
    }
    function look(): void {
      const found = hallway.contacts?.resolve(who);
      const isHere = found?.ok === true && hallway.presence.peers().some(({ peerId }) => peerId === found.peerId);
      // A peer ID is never ambiguous. An ambiguous name stays so.
      if (isHere && found.peerId === who) finish();
      else if (isSettled && (!found || found.ok || found.code === 'ambiguous-name')) finish();
    }
    function finish(): void {
      for (const undoOne of undo) undoOne();
      resolve();
    }
  });
}
