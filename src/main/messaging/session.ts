/**
 * A session: one stream to a peer on which both ends said hello, proved the team key where there is one, and now exchange frames (rules
 * SESS-1 to SESS-9). Every wait has a deadline, everything that the peer can make us hold or do has a limit, and whoever closes says
 * why. With whom there are sessions, and how many, is left to `sessions.ts`; what the frames do, to those who listen.
 */
import type { Unsubscribe } from '../../shared/link.ts';
import type { Clock, Endpoint, SessionProof } from '../ports.ts';
import { encodeFrame, highestVersion, lowestVersion, type Frame, type ReceivedFrame } from './frames.ts';
import { createInflow } from './inflow.ts';
import { createPace } from './pace.ts';
import type { SecureStream } from './ports.ts';
import { nextDeadline, type DueAct, type SessionWaits } from './session-deadlines.ts';
import type { OwnReason, SessionEnd } from './session-end.ts';
import type { SessionOptions } from './session-options.ts';

/** RFC 5705 §4: labels of one's own begin so. */
const exporterLabel = 'EXPERIMENTAL hallway session 1';
const exporterBytes = 32;

export type { OwnReason, SessionEnd } from './session-end.ts';

/** What sessions are for. */
export type SessionFrame = Exclude<Frame, { readonly type: 'hello' | 'ping' | 'pong' | 'bye' }>;

export interface Session {
  readonly peerId: string;
  readonly remote: Endpoint;
  readonly isOutgoing: boolean;
  /** Of the other end's hello. */
  readonly capabilities: readonly string[];
  readonly hasEnded: boolean;
  /**
   * Does nothing once the session has ended.
   *
   * @returns false when more should wait for `drained`, or for ever; what was given is sent all the same
   */
  send(frame: SessionFrame): boolean;
  /** Bytes that the system has not taken yet. */
  readonly unsentBytes: number;
  /** No frame until `resume`, not even one that has arrived; the other end is slowed down by it, and gives up after some 25 s. */
  pause(): void;
  resume(): void;
  /** Ends, after all that was sent, and says why. Idempotent. */
  close(reason: OwnReason): void;
}

export interface SessionEvents {
  /** Once, if ever: both hellos were right. */
  onOpened(): void;
  onFrame(frame: SessionFrame): void;
  onDrained(): void;
  /** Once; nothing comes after it. It may come before createSession returns. */
  onClosed(end: SessionEnd): void;
}

export interface SessionDeps {
  readonly clock: Clock;
  readonly stream: SecureStream;
  readonly ownPeerId: string;
  /** What we can do beyond this version. */
  readonly capabilities: readonly string[];
  /** Present where a team key is used. */
  readonly proof?: SessionProof | undefined;
  readonly events: SessionEvents;
}

/** With what only the pool needs. */
export interface RunningSession extends Session {
  readonly isOpen: boolean;
  /** Monotonic: when it last carried what sessions are for. */
  readonly usedMs: number;
  /** Settles when the stream is gone too. */
  readonly gone: Promise<void>;
}

export function createSession(deps: SessionDeps, options: SessionOptions): RunningSession {
  const { clock, stream, ownPeerId, proof, events } = deps;
  const chatter = createPace({ perSecond: options.maxChatterPerSecond, burst: 4 * options.maxChatterPerSecond });
  const undos: Unsubscribe[] = [];
  const startedMs = clock.monotonicMs();
  const waits: SessionWaits = {
    startedMs,
    isOpen: false,
    isListening: true,
    heardMs: startedMs,
    usedMs: startedMs,
    pingedMs: undefined,
    incompleteSinceMs: undefined,
    stuckSinceMs: undefined,
  };
  let hasEnded = false;
  let capabilities: readonly string[] = [];
  let exported: Uint8Array | undefined;
  let pings = 0;
  /** Written in all, and how much of it had been taken by the system when we last looked. */
  let writtenBytes = 0;
  let takenBytes = 0;
  let cancelWatch: Unsubscribe | undefined;
  let watchDueMs = Infinity;

  const inflow = createInflow(
    { clock, stream, onFrame: take, onPaused: () => (waits.isListening = false), onResumed: listenAgain },
    options,
  );
  const gone = new Promise<void>((resolve) => {
    stream.onEnd((end) => {
      finish({ by: 'network', reason: end });
      resolve();
    });
  });
  greet();

  return {
    peerId: stream.peerId,
    remote: stream.remote,
    isOutgoing: stream.isOutgoing,
    get capabilities() {
      return capabilities;
    },
    get isOpen() {
      return waits.isOpen && !hasEnded;
    },
    get hasEnded() {
      return hasEnded;
    },
    get usedMs() {
      return waits.usedMs;
    },
    get unsentBytes() {
      return stream.bufferedBytes;
    },
    gone,
    send(frame) {
      if (hasEnded || !waits.isOpen) return false;
      waits.usedMs = clock.monotonicMs();
      return write(frame);
    },
    pause: () => inflow.hold('listener'),
    resume: () => inflow.release('listener'),
    close,
  };

  function greet(): void {
    if (hasEnded) return;
    try {
      exported = proof && stream.exportKey(exporterLabel, exporterBytes);
    } catch {
      // It ended before we came to it.
      return stream.destroy();
    }
    undos.push(stream.onDrain(drained), stream.onData(receive));
    write({
      type: 'hello',
      lowestVersion,
      highestVersion,
      capabilities: deps.capabilities,
      ...(proof && exported && { proof: proof.prove(exported, ownPeerId) }),
    });
    watch();
  }

  function receive(bytes: Uint8Array): void {
    if (hasEnded) return;
    waits.heardMs = clock.monotonicMs();
    waits.pingedMs = undefined;
    const { problem, arrived, isIncomplete } = inflow.push(bytes);
    if (!isIncomplete) waits.incompleteSinceMs = undefined;
    else if (waits.incompleteSinceMs === undefined || arrived > 0) waits.incompleteSinceMs = waits.heardMs;
    if (problem !== undefined) close(problem);
    watch();
  }

  function take(frame: ReceivedFrame): void {
    if (frame.type === 'bye') return endByPeer(frame.reason);
    if (!waits.isOpen) return frame.type === 'hello' ? open(frame) : close('unexpected');
    switch (frame.type) {
      case 'hello':
        return close('unexpected');
      case 'ping':
        if (isChatterAllowed()) write({ type: 'pong', nonce: frame.nonce });
        return;
      case 'pong':
      case 'unknown':
        return void isChatterAllowed();
      case 'typing':
        if (isChatterAllowed()) events.onFrame(frame);
        return;
      default:
        waits.usedMs = clock.monotonicMs();
        return events.onFrame(frame);
    }
  }

  function isChatterAllowed(): boolean {
    if (chatter.take(clock.monotonicMs()) === 0) return true;
    close('too-many');
    return false;
  }

  function open(hello: Extract<Frame, { readonly type: 'hello' }>): void {
    if (hello.lowestVersion > highestVersion || hello.highestVersion < lowestVersion) return close('version');
    if (!isTeamProved(hello.proof)) return close('team-key');
    capabilities = hello.capabilities;
    waits.isOpen = true;
    waits.usedMs = clock.monotonicMs();
    events.onOpened();
  }

  function isTeamProved(given: Uint8Array | undefined): boolean {
    if (!proof || !exported) return given === undefined;
    return given !== undefined && proof.isProved(exported, stream.peerId, given);
  }

  function write(frame: Frame): boolean {
    const bytes = encodeFrame(frame);
    writtenBytes += bytes.length;
    if (stream.write(bytes)) return true;
    if (waits.stuckSinceMs === undefined) {
      waits.stuckSinceMs = clock.monotonicMs();
      takenBytes = writtenBytes - stream.bufferedBytes;
      watch();
    }
    if (stream.bufferedBytes > options.maxUnsentBytes) inflow.hold('unsent');
    return false;
  }

  function drained(): void {
    waits.stuckSinceMs = undefined;
    inflow.release('unsent');
    watch();
    if (waits.isOpen && !hasEnded) events.onDrained();
  }

  function listenAgain(): void {
    waits.isListening = true;
    // Whatever the peer said meanwhile, or failed to say, we did not listen.
    waits.heardMs = clock.monotonicMs();
    waits.pingedMs = undefined;
    if (waits.incompleteSinceMs !== undefined) waits.incompleteSinceMs = waits.heardMs;
    watch();
  }

  /** Sets the one timer anew if something is due before it runs. What is due later is seen when it runs. */
  function watch(): void {
    const deadline = hasEnded ? undefined : nextDeadline(waits, options);
    if (!deadline || deadline.dueMs >= watchDueMs) return;
    cancelWatch?.();
    watchDueMs = deadline.dueMs;
    cancelWatch = clock.setTimer(look, Math.max(0, deadline.dueMs - clock.monotonicMs()));
  }

  function look(): void {
    watchDueMs = Infinity;
    const deadline = nextDeadline(waits, options);
    if (deadline && clock.monotonicMs() >= deadline.dueMs) act(deadline.act);
    watch();
  }

  function act(due: DueAct): void {
    switch (due) {
      case 'late':
        return close('deadline');
      case 'gone':
        return cut('deadline');
      case 'idle':
        return close('idle');
      case 'stuck': {
        const takenNowBytes = writtenBytes - stream.bufferedBytes;
        if (takenNowBytes === takenBytes) return cut('deadline');
        takenBytes = takenNowBytes;
        waits.stuckSinceMs = clock.monotonicMs();
        return;
      }
      case 'ask':
        waits.pingedMs = clock.monotonicMs();
        pings += 1;
        return void write({ type: 'ping', nonce: pings });
    }
  }

  function close(reason: OwnReason): void {
    if (hasEnded) return;
    // Who is blocked learns nothing, not even that.
    if (reason === 'blocked') return cut(reason);
    write({ type: 'bye', reason });
    finish({ by: 'us', reason });
    endStream();
  }

  /** Without a word: it would not arrive, or must not. */
  function cut(reason: OwnReason): void {
    finish({ by: 'us', reason });
    stream.destroy();
  }

  function endByPeer(reason: string): void {
    finish({ by: 'peer', reason });
    endStream();
  }

  function endStream(): void {
    stream.end();
    stream.onEnd(clock.setTimer(() => stream.destroy(), options.closeDeadlineMs));
  }

  function finish(end: SessionEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    cancelWatch?.();
    inflow.close();
    for (const undo of undos) undo();
    events.onClosed(end);
  }
}
