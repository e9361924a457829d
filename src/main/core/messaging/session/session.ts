/**
 * A session: one stream to a peer on which both ends sent hello, proved the team key where there is
 * one, and now exchange frames (rules SESS-1 to SESS-9, SESS-17). Every wait has a deadline, and
 * everything that the peer can make us hold or do has a limit. The end that closes sends its reason.
 * Which sessions there are is left to session-manager.ts; listeners handle the frames.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Endpoint, SessionProof } from '../../ports.ts';
import { isChatter, type DataPurpose, type ReceivedFrame, type SessionFrame } from '../wire/frames.ts';
import { createFrameWriter } from './frame-writer.ts';
import { createAnswerWait } from './answer-wait.ts';
import { createHelloExchange, type Hello, type HelloExchange } from './hello.ts';
import { createFlowControl, type SessionListener } from './flow-control.ts';
import { createPace } from '../../lib/token-bucket.ts';
import type { SecureStream } from '../ports.ts';
import type { OwnReason, SessionEnd } from './close-reason.ts';
import type { SessionOptions } from './options.ts';
import { createSessionDeadlines, type SessionDue } from './deadlines.ts';
import { isUnderstood, understoodBy, type Understood } from './understood.ts';

export type { OwnReason, SessionEnd } from './close-reason.ts';

export type { SessionFrame } from '../wire/frames.ts';

export interface Session {
  readonly peerId: PeerId;
  readonly remote: Endpoint;
  readonly isOutgoing: boolean;
  readonly hasEnded: boolean;
  /** Whether the peer understands the frames of rooms. False until its hello came. */
  readonly hasRooms: boolean;
  /** Whether the peer understands offers of files. False until its hello came. */
  readonly hasFiles: boolean;
  /**
   * Does nothing once the session has ended, nor with a frame that the peer does not understand.
   *
   * @returns false when more should wait for `drained`, or for ever; this frame is sent all the
   * same
   */
  send(frame: SessionFrame): boolean;
  /**
   * Emits no frame until `resume`, not even one that has arrived. It slows the other end down,
   * which gives up after some 25 s. Each listener resumes for itself; the pause ends with the last
   * one.
   */
  pause(listener: SessionListener): void;
  resume(listener: SessionListener): void;
  /** Ends, after all sent frames, and sends the reason. Idempotent. */
  close(reason: OwnReason): void;
}

/** For the owner of an open session. */
export interface SessionEvents {
  /** Once, before all others. */
  onOpened(): void;
  onFrame(frame: SessionFrame): void;
  onDrained(): void;
  /** Once; nothing comes after it. */
  onClosed(end: SessionEnd): void;
}

export interface SessionDeps {
  readonly clock: Clock;
  readonly stream: SecureStream;
  readonly ownPeerId: PeerId;
  /** Present where a team key is used. */
  readonly proof?: SessionProof | undefined;
  /** Whether this node understands offers of files. */
  readonly takesFiles?: boolean | undefined;
  /** Of a stream for files that this node opened. */
  readonly purpose?: DataPurpose | undefined;
  /**
   * Both hellos are valid.
   *
   * @returns its owner from now on; undefined if the session may not stay, and was closed
   */
  readonly admit: (session: RunningSession) => SessionEvents | undefined;
  /**
   * It ended without an owner: once, and never after `admit` returned one. It may come before
   * createSession returns.
   */
  readonly onFailed: (end: SessionEnd) => void;
}

/** A session with the parts that only the session manager needs. */
export interface RunningSession extends Session {
  /** Monotonic: when it last carried a frame other than chatter. */
  readonly usedMs: number;
  /** Monotonic: since when messages of ours have no answer; undefined if none waits. */
  readonly unansweredSinceMs: number | undefined;
  /** Settles when the stream is gone too. */
  readonly gone: Promise<void>;
  /** Why the dialer opened it, as its hello says; undefined for messages and all else. */
  readonly purpose: string | undefined;
}

type State =
  { readonly type: 'awaiting-hello' } | { readonly type: 'open'; readonly events: SessionEvents } | { readonly type: 'ended' };

export function createSession(deps: SessionDeps, options: SessionOptions): RunningSession {
  const { clock, stream } = deps;
  const chatter = createPace({ perSecond: options.maxChatterPerSecond, burst: 4 * options.maxChatterPerSecond });
  const deadlines = createSessionDeadlines({ clock, unsentBytes: () => stream.bufferedBytes, onDue: act }, options);
  const flow = createFlowControl(
    { clock, stream, onFrame: take, onPaused: deadlines.paused, onResumed: deadlines.resumed },
    options,
  );
  const undos: Unsubscribe[] = [];
  const exchange = createHelloExchange(deps);
  const answers = createAnswerWait(clock);
  const { write, drained } = createFrameWriter({ stream, deadlines, flow }, options);
  let state = { type: 'awaiting-hello' } as State;
  let pings = 0;
  let understood: Understood = { hasRooms: false, hasFiles: false };
  let purpose: string | undefined = deps.purpose;

  const gone = new Promise<void>((resolve) => {
    stream.onEnd((end) => {
      finish({ by: 'network', reason: end });
      resolve();
    });
  });
  const session: RunningSession = {
    peerId: stream.peerId,
    remote: stream.remote,
    isOutgoing: stream.isOutgoing,
    get hasEnded() {
      return state.type === 'ended';
    },
    get hasRooms() {
      return understood.hasRooms;
    },
    get hasFiles() {
      return understood.hasFiles;
    },
    get purpose() {
      return purpose;
    },
    get usedMs() {
      return deadlines.usedMs();
    },
    get unansweredSinceMs() {
      return answers.sinceMs();
    },
    gone,
    send(frame) {
      if (state.type !== 'open' || !isUnderstood(frame, understood)) return false;
      if (!isChatter(frame)) deadlines.used();
      answers.sent(frame);
      return write(frame);
    },
    pause: (listener) => flow.hold(listener),
    resume: (listener) => flow.release(listener),
    close,
  };
  if (!exchange) stream.destroy();
  else if (!session.hasEnded) start(exchange);
  return session;

  function start({ speaksFirst, ownHello }: HelloExchange): void {
    undos.push(stream.onDrain(onDrain), stream.onData(receive));
    if (speaksFirst) write(ownHello);
  }

  function receive(bytes: Uint8Array): void {
    if (state.type === 'ended') return;
    deadlines.heard();
    const { problem, arrived, isIncomplete, isHandled } = flow.push(bytes);
    if (isHandled) stream.release?.(bytes);
    deadlines.parsed(arrived, isIncomplete);
    if (problem !== undefined) close(problem);
  }

  function take(frame: ReceivedFrame): void {
    if (frame.type === 'bye') return endInOrder({ by: 'peer', reason: frame.reason });
    if (state.type === 'ended') return;
    if (state.type === 'awaiting-hello') return frame.type === 'hello' ? open(frame) : close('unexpected');
    const { events } = state;
    if (isChatter(frame) && chatter.take(clock.monotonicMs()) > 0) return close('too-many');
    switch (frame.type) {
      case 'hello':
        return close('unexpected');
      case 'ping':
        return void write({ type: 'pong', nonce: frame.nonce });
      case 'pong':
      case 'unknown':
        return;
      default:
        if (!isChatter(frame)) deadlines.used();
        answers.received(frame);
        return events.onFrame(frame);
    }
  }

  function open(hello: Hello): void {
    // Without an exchange the stream had ended before this session began.
    const refusal = exchange ? exchange.refusalOf(hello) : 'unexpected';
    if (refusal !== undefined) return close(refusal);
    if (exchange && !exchange.speaksFirst) write(exchange.ownHello);
    understood = understoodBy(hello);
    if (!stream.isOutgoing) purpose = hello.purpose;
    const events = deps.admit(session);
    if (!events) return;
    state = { type: 'open', events };
    deadlines.opened();
    deadlines.used();
    events.onOpened();
  }

  function onDrain(): void {
    drained();
    if (state.type === 'open') state.events.onDrained();
  }

  function act(due: SessionDue): void {
    switch (due) {
      case 'late':
        return close('deadline');
      case 'gone':
        return cut('deadline');
      case 'idle':
        return close('idle');
      case 'ask':
        pings += 1;
        return void write({ type: 'ping', nonce: pings });
    }
  }

  function close(reason: OwnReason): void {
    if (state.type === 'ended') return;
    // A blocked peer learns nothing, not even that it is blocked.
    if (reason === 'blocked') return cut(reason);
    write({ type: 'bye', reason });
    endInOrder({ by: 'us', reason });
  }

  /** Without a reason: it would not arrive, or must not. */
  function cut(reason: OwnReason): void {
    finish({ by: 'us', reason });
    stream.destroy();
  }

  /** After all sent frames. */
  function endInOrder(end: SessionEnd): void {
    finish(end);
    stream.end();
    stream.onEnd(clock.setTimer(() => stream.destroy(), options.closeDeadlineMs));
  }

  function finish(end: SessionEnd): void {
    const before = state;
    if (before.type === 'ended') return;
    state = { type: 'ended' };
    deadlines.close();
    flow.close();
    for (const undo of undos) undo();
    if (before.type === 'open') before.events.onClosed(end);
    else deps.onFailed(end);
  }
}
