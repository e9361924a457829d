/**
 * The automation interface, `hallway run --json`: events out, commands in, one JSON object per line. docs/AUTOMATION.md is its definition
 * and is stable to the letter, so nothing here is spread or passed through: every object is written out key by key. Starting
 * the node and leaving with a goodbye is left to `cli.ts`.
 */
import type { Readable, Writable } from 'node:stream';
import type { Health, Peer } from '../../shared/model.ts';
import type { Hallway, HallwayEvent } from '../hallway.ts';
import type { Clock } from '../ports.ts';
import { decodeCommand, type AutomationCommand, type CommandId } from './automation-command.ts';
import { createLineDecoder, maxLineBytes, type Line } from './line-decoder.ts';
import { createLineWriter } from './line-writer.ts';

export interface AutomationDeps {
  readonly clock: Pick<Clock, 'setTimer'>;
  /** Bytes, not text: no encoding may be set on it. */
  readonly input: Readable;
  readonly output: Writable;
}

/** Why a session ended. */
export type AutomationEnd = 'quit' | 'input-ended' | 'output-closed' | 'aborted';

/**
 * Talks until it is told to quit, one of the streams ends, or `signal` aborts. Subscribes before it returns for the first time.
 */
export async function runAutomation(
  hallway: Hallway,
  { clock, input, output }: AutomationDeps,
  signal: AbortSignal,
): Promise<AutomationEnd> {
  const ended = createEnd(signal);
  let dropped = 0;
  const writer = createLineWriter(output, clock, { onClosed: () => ended.settle('output-closed'), onDrained: tellDropped });

  function tell(event: Record<string, unknown>): void {
    if (!writer.tell(JSON.stringify(event))) dropped += 1;
  }
  function tellDropped(): void {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    tell(
      errorEvent(
        'events-dropped',
        `${count} events were dropped because they were not read in time. Ask "peers" for who is here now.`,
      ),
    );
  }
  async function answer(line: Line): Promise<void> {
    const decoded = line.ok ? decodeCommand(line.text) : { ok: false as const, message: lineProblem(line.problem) };
    // An answer, though it names no command: whoever sent the line waits for it.
    if (!decoded.ok) return writer.reply(JSON.stringify(errorEvent('bad-command', decoded.message)));
    writer.reply(JSON.stringify(await execute(hallway, decoded.command)));
    if (decoded.command.cmd === 'quit') ended.settle('quit');
  }
  async function answerAll(): Promise<void> {
    const decoder = createLineDecoder();
    async function answerLines(lines: readonly Line[]): Promise<void> {
      for (const line of lines) {
        if (ended.reached()) return;
        await answer(line);
        // Nothing more is read from a script that does not read our answers.
        await writer.drained();
      }
    }
    for await (const bytes of input) await answerLines(decoder.push(bytes as Uint8Array));
    await answerLines(decoder.end());
  }

  const unsubscribe = hallway.subscribe((event) => {
    const told = eventLine(event, hallway);
    if (told !== undefined) tell(told);
  });
  if (hallway.health().length > 0) tell(healthEvent(hallway.health()));
  // An input that fails (a closed terminal) is one that has ended.
  answerAll().then(
    () => ended.settle('input-ended'),
    () => ended.settle('input-ended'),
  );
  const end = await ended.promise;
  unsubscribe();
  input.destroy();
  await writer.flush();
  writer.close();
  return end;
}

async function execute(hallway: Hallway, command: AutomationCommand): Promise<Record<string, unknown>> {
  const { id } = command;
  switch (command.cmd) {
    case 'peers':
      return { reply: id, ok: true, peers: hallway.peers().map(peerObject) };
    case 'profile':
      return changeProfile(hallway, command);
    case 'connect': {
      // Commands wait for the ones before them, so that replies come in their order.
      const result = await hallway.connect(command.address);
      return result.ok ? { reply: id, ok: true, peerId: result.peerId } : refusal(id, result.code, result.message);
    }
    case 'diagnostics':
      return { reply: id, ok: true, diagnostics: hallway.diagnostics() };
    case 'quit':
      return { reply: id, ok: true };
    default:
      return refusal(id, 'not-available', `"${command.cmd}" is not available yet in this version.`);
  }
}

function changeProfile(
  hallway: Hallway,
  { id, name, status, note }: Extract<AutomationCommand, { cmd: 'profile' }>,
): Record<string, unknown> {
  const result = hallway.changeProfile({
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
    ...(note !== undefined && { note }),
  });
  if (!result.ok) return refusal(id, result.code, result.message);
  const { self } = result;
  return { reply: id, ok: true, name: self.name, status: self.status, note: self.note };
}

function refusal(id: CommandId, code: string, message: string): Record<string, unknown> {
  return { reply: id, ok: false, code, message };
}

function eventLine(event: HallwayEvent, hallway: Hallway): Record<string, unknown> | undefined {
  switch (event.type) {
    case 'ready': {
      const { peerId, name } = hallway.self();
      const interfaces = event.interfaces.map((bound) => ({ name: bound.name, address: bound.address }));
      return { event: 'ready', peerId, name, tcpPort: event.tcpPort, unicastPort: event.unicastPort, interfaces };
    }
    case 'peer-joined':
    case 'peer-updated':
      return { event: event.type, peer: peerObject(event.peer) };
    case 'peer-left':
      return { event: 'peer-left', peerId: event.departed.peerId, name: event.departed.name, reason: event.departed.reason };
    case 'health-changed':
      return healthEvent(event.health);
    case 'peer-seen':
    case 'peer-forgotten':
    case 'self-changed':
    case 'network-changed':
      return undefined;
  }
}

/** PEER of docs/AUTOMATION.md. */
export function peerObject(peer: Peer): Record<string, unknown> {
  return {
    peerId: peer.peerId,
    name: peer.name,
    host: peer.host,
    status: peer.status,
    note: peer.note,
    addresses: peer.addresses,
    presence: peer.presence,
    lastSeenMs: peer.lastSeenMs,
    verified: peer.verified,
  };
}

function healthEvent(health: readonly Health[]): Record<string, unknown> {
  return {
    event: 'health',
    health: health.map(({ code, severity, title, remedy, sinceMs }) => ({ code, severity, title, remedy, sinceMs })),
  };
}

function errorEvent(code: string, message: string): Record<string, unknown> {
  return { event: 'error', code, message };
}

function lineProblem(problem: 'too-long' | 'not-utf8'): string {
  return problem === 'too-long' ? `The line is longer than ${maxLineBytes} bytes.` : 'The line is not UTF-8 text.';
}

/** The first of several ends counts. */
function createEnd(signal: AbortSignal): {
  readonly promise: Promise<AutomationEnd>;
  settle(end: AutomationEnd): void;
  reached(): boolean;
} {
  let reached = false;
  let resolvePromise: (end: AutomationEnd) => void = () => undefined;
  const promise = new Promise<AutomationEnd>((resolve) => {
    resolvePromise = resolve;
  });
  function onAbort(): void {
    settle('aborted');
  }
  function settle(end: AutomationEnd): void {
    reached = true;
    signal.removeEventListener('abort', onAbort);
    resolvePromise(end);
  }
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return { promise, settle, reached: () => reached };
}
