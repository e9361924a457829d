/**
 * Turns the bytes of a session into frames, no faster than the listeners may handle them, and not
 * at all during a pause, which slows the other end down (rule SESS-8). session.ts acts on the
 * frames.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import { createFrameDecoder, type FrameProblem, type ReceivedFrame } from '../wire/frames.ts';
import { createPace } from '../../lib/token-bucket.ts';
import type { SecureStream } from '../ports.ts';
import type { SessionOptions } from './options.ts';

/** The listeners of frames, which may pause a session. */
export type SessionListener = 'inbox' | 'receipts';

/** `pace`: too many in a second · `unsent`: the other end does not read our answers. */
type PauseReason = SessionListener | 'pace' | 'unsent';

export interface FlowControl {
  /** Emits the frames that are complete. */
  push(bytes: Uint8Array): {
    readonly problem: FrameProblem | undefined;
    /** Frames that these bytes completed. */
    readonly arrived: number;
    readonly isIncomplete: boolean;
    /** No frame waits, so the bytes are no longer needed. */
    readonly isHandled: boolean;
  };
  hold(reason: PauseReason): void;
  release(reason: PauseReason): void;
  /** Emits nothing more. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly stream: Pick<SecureStream, 'pause' | 'resume'>;
  readonly onFrame: (frame: ReceivedFrame) => void;
  readonly onPaused: () => void;
  readonly onResumed: () => void;
}

export function createFlowControl(
  { clock, stream, onFrame, onPaused, onResumed }: Deps,
  { maxFramesPerSecond }: Pick<SessionOptions, 'maxFramesPerSecond'>,
): FlowControl {
  const decoder = createFrameDecoder();
  const pace = createPace({ perSecond: maxFramesPerSecond, burst: 2 * maxFramesPerSecond });
  const pauses = new Set<PauseReason>();
  /** Frames that arrived during a pause: those of one chunk of the stream. */
  let waiting: readonly ReceivedFrame[] = [];
  let isDelivering = false;
  let isClosed = false;
  let cancelPace: Unsubscribe | undefined;

  function deliver(): void {
    if (isDelivering) return;
    isDelivering = true;
    let delivered = 0;
    while (delivered < waiting.length && pauses.size === 0 && !isClosed) {
      const frame = waiting[delivered] as ReceivedFrame;
      delivered += 1;
      onFrame(frame);
      const isCounted = frame.type !== 'piece' || frame.isRest !== true;
      const waitMs = isCounted ? pace.take(clock.monotonicMs()) : 0;
      if (waitMs > 0) slowDown(waitMs);
    }
    waiting = isClosed ? [] : waiting.slice(delivered);
    isDelivering = false;
  }

  function slowDown(waitMs: number): void {
    hold('pace');
    if (!isClosed) cancelPace = clock.setTimer(() => release('pace'), waitMs);
  }

  function hold(reason: PauseReason): void {
    if (isClosed) return;
    const wasFlowing = pauses.size === 0;
    pauses.add(reason);
    if (!wasFlowing) return;
    stream.pause();
    onPaused();
  }

  function release(reason: PauseReason): void {
    if (!pauses.delete(reason) || pauses.size > 0 || isClosed) return;
    onResumed();
    deliver();
    if (pauses.size === 0 && !isClosed) stream.resume();
  }

  return {
    push(bytes) {
      const before = decoder.completed;
      const { frames, problem } = decoder.push(bytes, waiting.length === 0);
      waiting = waiting.length === 0 ? frames : [...waiting, ...frames];
      deliver();
      const isHandled = waiting.length === 0 && !isDelivering;
      return { problem, arrived: decoder.completed - before, isIncomplete: decoder.pendingBytes > 0, isHandled };
    },
    hold,
    release,
    close() {
      isClosed = true;
      cancelPace?.();
    },
  };
}
