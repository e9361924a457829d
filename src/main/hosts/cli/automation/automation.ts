/**
 * The automation interface, `hallway run --json`: events out, commands in, one JSON object per
 * line. docs/AUTOMATION.md defines it. The objects are in automation-objects.ts, the commands in
 * run-command.ts. Starting and stopping the node is left to `cli.ts`. Other commands of the same
 * user use the same interface through `control/`.
 */
import type { Readable, Writable } from 'node:stream';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import type { Clock } from '../../../core/ports.ts';
import { decodeCommand, type AutomationCommand } from './automation-command.ts';
import { errorEvent, eventObject, healthEvent, type AutomationObject, notAvailable } from './automation-objects.ts';
import { createEnd } from '../first-end.ts';
import { createLineDecoder, maxLineBytes, type Line } from './line-decoder.ts';
import { createLineWriter, type LineWriter } from './line-writer.ts';
import { createReplyQueue } from './reply-queue.ts';
import { runCommand } from './run-command.ts';
import { createEmittedMessages } from './emitted-messages.ts';

export interface AutomationDeps {
  readonly clock: Pick<Clock, 'setTimer'>;
  /** Bytes: the stream must have no encoding. */
  readonly input: Readable;
  readonly output: Writable;
}

/** The commands and events of a client. */
export interface AutomationScope {
  mayRun(command: AutomationCommand): boolean;
  /** @returns whether to emit the event */
  mayHear(event: HallwayEvent): boolean;
  /** Called when a message of the client was persisted. */
  onKept(messageId: MessageId): void;
}

/** The reason for the end of a session. */
export type AutomationEnd = 'quit' | 'input-ended' | 'output-closed' | 'aborted';

const everything: AutomationScope = { mayRun: () => true, mayHear: () => true, onKept: () => undefined };

/**
 * Runs until a client quits, a stream ends, or `signal` aborts. Subscribes before its first await.
 */
export async function runAutomation(
  hallway: Hallway,
  { clock, input, output }: AutomationDeps,
  signal: AbortSignal,
  scope: AutomationScope = everything,
): Promise<AutomationEnd> {
  const ended = createEnd<AutomationEnd>(signal, 'aborted');
  let dropped = 0;
  const writer = createLineWriter(output, clock, { onClosed: () => ended.settle('output-closed'), onDrained });
  const emitted = createEmittedMessages({
    emit: (message) => tryEmit({ type: 'message', message }),
    storedAfter: (position) => hallway.messages?.exportMessages(undefined, position) ?? [],
  });

  const isRepeated = createRoomMemory();
  function tryEmit(event: HallwayEvent): boolean {
    const object = eventObject(event, hallway);
    if (isRepeated(event, object) || object === undefined) return true;
    return writer.emit(JSON.stringify(object));
  }
  function emit(object: AutomationObject): void {
    if (!writer.emit(JSON.stringify(object))) dropped += 1;
  }
  function onDrained(): void {
    if (dropped > 0) {
      const count = dropped;
      dropped = 0;
      emit(droppedEvent(count));
    }
    emitted.drained();
  }
  function onEvent(event: HallwayEvent): void {
    if (!scope.mayHear(event)) return;
    if (event.type === 'message') emitted.received(event.message);
    else if (!tryEmit(event)) dropped += 1;
    if (event.type === 'ready') for (const room of hallway.rooms?.list() ?? []) onEvent({ type: 'room-changed', room });
  }
  const unsubscribe = hallway.subscribe(onEvent);
  const health = hallway.health.list();
  if (health.length > 0 && scope.mayHear({ type: 'health-changed', health })) emit(healthEvent(health));
  const onQuit = (): void => ended.settle('quit');
  answerCommands({ hallway, input, writer, scope, onQuit, isEnded: ended.reached }).then(
    () => ended.settle('input-ended'),
    (error: unknown) => {
      ended.settle('input-ended');
      // A failed input (a closed terminal) counts as ended. Any other error is a bug.
      if (!input.destroyed) throw error;
    },
  );
  const end = await ended.promise;
  unsubscribe();
  // A socket is input and output: its unread input must not discard its output.
  input.pause();
  await writer.flush();
  input.destroy();
  writer.close();
  return end;
}

/**
 * Remembers the last event of each joined room, so that none is repeated.
 *
 * @returns whether an event says what the one before said
 */
function createRoomMemory(): (event: HallwayEvent, object: AutomationObject | undefined) => boolean {
  const emitted = new Map<string, string>();
  return (event, object) => {
    if (event.type !== 'room-changed') return false;
    const { name, isJoined } = event.room;
    const line = JSON.stringify(object);
    const isSame = emitted.get(name) === line;
    if (isJoined) emitted.set(name, line);
    else emitted.delete(name);
    return isSame;
  };
}

interface Answering {
  readonly hallway: Hallway;
  readonly input: Readable;
  readonly writer: LineWriter;
  readonly scope: AutomationScope;
  readonly onQuit: () => void;
  /** Whether the client is gone. */
  readonly isEnded: () => boolean;
}

/** Settles after the replies to all commands of the input. */
async function answerCommands({ hallway, input, writer, scope, onQuit, isEnded }: Answering): Promise<void> {
  const decoder = createLineDecoder();
  let isQuitting = false;
  const replies = createReplyQueue(async (line) => {
    writer.reply(line);
    // The reply need not be read: a reader that has stopped must not keep us.
    if (isQuitting) onQuit();
    // Reads no more commands from a script that does not read our replies.
    await writer.drained();
  });

  for await (const bytes of input) await answerLines(decoder.push(bytes as Uint8Array));
  await answerLines(decoder.end());
  await replies.answered();

  async function answerLines(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      if (isEnded()) return;
      await answer(line);
    }
  }

  function answer(line: Line): Promise<void> {
    const decoded = line.ok ? decodeCommand(line.text) : { ok: false as const, message: lineProblem(line.problem) };
    // Queued like a reply, because the sender of the line waits for it.
    if (!decoded.ok) return replies.add(() => Promise.resolve(JSON.stringify(errorEvent('bad-command', decoded.message))));
    const { command } = decoded;
    if (!scope.mayRun(command)) return replies.add(() => Promise.resolve(JSON.stringify(notAvailable(command))));
    // Concurrent sends keep their order. Any other command sees the effect of all earlier ones.
    return mayOverlap(command) ? replies.add(() => execute(command)) : replies.addAlone(() => execute(command));
  }

  async function execute(command: AutomationCommand): Promise<string> {
    const reply = await runCommand(hallway, command);
    isQuitting = command.cmd === 'quit';
    if (mayOverlap(command) && typeof reply['messageId'] === 'string') scope.onKept(reply['messageId']);
    return JSON.stringify(reply);
  }
}

/** Messages are persisted in the order of their commands, and share their commits. */
function mayOverlap({ cmd }: AutomationCommand): boolean {
  return cmd === 'send' || cmd === 'say';
}

function droppedEvent(count: number): AutomationObject {
  return errorEvent('events-dropped', say('automation.dropped', { count }));
}

function lineProblem(problem: 'too-long' | 'not-utf8'): string {
  return problem === 'too-long' ? say('automation.line-too-long', { limit: maxLineBytes }) : say('automation.not-utf8');
}
