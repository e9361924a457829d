/**
 * The automation interface, `hallway run --json`: events out, commands in, one JSON object per line. docs/AUTOMATION.md is its definition.
 * What is said is in automation-objects.ts, what is done in run-command.ts. Starting the node and leaving with a goodbye is left
 * to `cli.ts`; other commands of the same person reach the same commands through `control/`.
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
  /** Bytes, not text: no encoding may be set on it. */
  readonly input: Readable;
  readonly output: Writable;
}

/** What one who talks to us may do and hear. */
export interface AutomationScope {
  mayRun(command: AutomationCommand): boolean;
  /** @returns whether to tell of it */
  mayHear(event: HallwayEvent): boolean;
  /** A message of theirs was kept. */
  onKept(messageId: MessageId): void;
}

/** Why a session ended. */
export type AutomationEnd = 'quit' | 'input-ended' | 'output-closed' | 'aborted';

const everything: AutomationScope = { mayRun: () => true, mayHear: () => true, onKept: () => undefined };

/**
 * Talks until it is told to quit, one of the streams ends, or `signal` aborts. Subscribes before it returns for the first time.
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

  function tryEmit(event: HallwayEvent): boolean {
    const object = eventObject(event, hallway);
    return object === undefined || writer.emit(JSON.stringify(object));
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
  }
  const unsubscribe = hallway.subscribe(onEvent);
  const health = hallway.health.list();
  if (health.length > 0 && scope.mayHear({ type: 'health-changed', health })) emit(healthEvent(health));
  const onQuit = (): void => ended.settle('quit');
  answerCommands({ hallway, input, writer, scope, onQuit, isEnded: ended.reached }).then(
    () => ended.settle('input-ended'),
    (error: unknown) => {
      ended.settle('input-ended');
      // An input that fails (a closed terminal) is one that has ended. Anything else is a bug, and must be seen.
      if (!input.destroyed) throw error;
    },
  );
  const end = await ended.promise;
  unsubscribe();
  // A socket is both: what was written must not go with what is no longer read.
  input.pause();
  await writer.flush();
  input.destroy();
  writer.close();
  return end;
}

interface Answering {
  readonly hallway: Hallway;
  readonly input: Readable;
  readonly writer: LineWriter;
  readonly scope: AutomationScope;
  readonly onQuit: () => void;
  /** Whether there is nobody to answer any more. */
  readonly isEnded: () => boolean;
}

/** Settles when all commands of the input are answered. */
async function answerCommands({ hallway, input, writer, scope, onQuit, isEnded }: Answering): Promise<void> {
  const decoder = createLineDecoder();
  let isQuitting = false;
  const replies = createReplyQueue(async (line) => {
    writer.reply(line);
    // Answered is enough: a reader that has stopped reading must not keep us.
    if (isQuitting) onQuit();
    // Nothing more is read from a script that does not read our answers.
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
    // An answer, though it names no command: whoever sent the line waits for it.
    if (!decoded.ok) return replies.add(() => Promise.resolve(JSON.stringify(errorEvent('bad-command', decoded.message))));
    const { command } = decoded;
    if (!scope.mayRun(command)) return replies.add(() => Promise.resolve(JSON.stringify(notAvailable(command))));
    // Messages are kept in the order of their commands also when many are under way. Everything else sees what was done before it.
    return command.cmd === 'send' ? replies.add(() => execute(command)) : replies.addAlone(() => execute(command));
  }

  async function execute(command: AutomationCommand): Promise<string> {
    const reply = await runCommand(hallway, command);
    isQuitting = command.cmd === 'quit';
    if (command.cmd === 'send' && typeof reply['messageId'] === 'string') scope.onKept(reply['messageId']);
    return JSON.stringify(reply);
  }
}

function droppedEvent(count: number): AutomationObject {
  return errorEvent('events-dropped', say('automation.dropped', { count }));
}

function lineProblem(problem: 'too-long' | 'not-utf8'): string {
  return problem === 'too-long' ? say('automation.line-too-long', { limit: maxLineBytes }) : say('automation.not-utf8');
}
