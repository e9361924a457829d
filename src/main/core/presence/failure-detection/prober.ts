/**
 * Probes a peer with PINGs in quick succession, so that loss does not look like silence (rules
 * PROBE-1 to PROBE-6, PROBE-8, PROBE-9). It decides when to send and when to stop.
 * `failure-detector.ts` acts on the outcome.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import { nonceBytes } from '../wire/datagram.ts';
import type { PresenceOptions } from '../options.ts';

/** `is-here`: any sign of life is an answer · `hears-us`: only a PONG is. */
export type Question = 'is-here' | 'hears-us';

export interface Prober {
  /**
   * Starts a probe, unless one of that peer is in progress.
   * @param firstWaitMs milliseconds until the second PING; the others follow at `probeGapMs`
   */
  ask(peerId: string, question: Question, firstWaitMs?: number): void;
  /** Matches a PONG with the current probe, and ends it. @returns true if it answers that probe */
  answered(peerId: string, nonce: Uint8Array): boolean;
  /** Records a sign of life other than a PONG. */
  heard(peerId: string): void;
  /** Ends the probe of that peer. */
  stop(peerId: string): void;
  isAsking(peerId: string): boolean;
  /** True if the current probe of that peer has a PING without an answer. */
  isUnanswered(peerId: string): boolean;
  /** Resets the count of unanswered PINGs, because we did not listen. */
  startOver(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * @param unanswered number of PINGs that this probe sent before
   * @returns false if the PING has to wait, because we sent too many
   */
  readonly sendPing: (peerId: string, nonce: Uint8Array, unanswered: number) => boolean;
  /**
   * Called while the probe continues.
   * @param unanswered number of PINGs so far without an answer
   */
  readonly onUnanswered: (peerId: string, unanswered: number) => void;
  /** Called when a wait ends late, because our process is busy. */
  readonly onLate: (peerId: string, lateMs: number) => void;
  /**
   * Called after the last PING went unanswered.
   * @param heardMeanwhile the peer sent other signs of life, so it does not hear us. Early ones do
   * not count: it may have died after them
   */
  readonly onNoAnswer: (peerId: string, heardMeanwhile: boolean) => void;
}

type Options = Pick<PresenceOptions, 'probeCount' | 'probeGapMs' | 'suspectAfterProbes'>;

interface Inquiry {
  question: Question;
  readonly nonce: Uint8Array;
  readonly firstWaitMs: number;
  sent: number;
  unanswered: number;
  heardMeanwhile: boolean;
  /** When the current wait ends, monotonic milliseconds. */
  dueMs: number;
  cancelTimer: Unsubscribe | undefined;
}

/**
 * A timer that is later than this means that our process is busy, and that answers may wait unread.
 * Then a PING counts as unanswered only after as much time again, at most `maxPatienceMs`.
 */
const busyMs = 20;
const maxPatienceMs = 500;

export function createProber({ clock, random, sendPing, onUnanswered, onLate, onNoAnswer }: Deps, options: Options): Prober {
  const inquiries = new Map<string, Inquiry>();

  return {
    ask(peerId, question, firstWaitMs = options.probeGapMs) {
      const running = inquiries.get(peerId);
      if (running) {
        if (question === 'hears-us') running.question = question;
        return;
      }
      const inquiry: Inquiry = {
        question,
        nonce: random.bytes(nonceBytes),
        firstWaitMs,
        sent: 0,
        unanswered: 0,
        heardMeanwhile: false,
        dueMs: 0,
        cancelTimer: undefined,
      };
      inquiries.set(peerId, inquiry);
      ping(peerId, inquiry);
    },
    answered(peerId, nonce) {
      const inquiry = inquiries.get(peerId);
      if (!inquiry || !nonce.every((byte, index) => byte === inquiry.nonce[index])) return false;
      stop(peerId);
      return true;
    },
    heard(peerId) {
      const inquiry = inquiries.get(peerId);
      if (!inquiry) return;
      if (inquiry.question === 'is-here') stop(peerId);
      // Earlier datagrams may have been in transit, or unread in our sockets, when the peer died.
      else if (inquiry.sent > options.suspectAfterProbes) inquiry.heardMeanwhile = true;
    },
    stop,
    isAsking: (peerId) => inquiries.has(peerId),
    isUnanswered: (peerId) => (inquiries.get(peerId)?.unanswered ?? 0) > 0,
    startOver() {
      for (const inquiry of inquiries.values()) {
        inquiry.sent = 0;
        inquiry.unanswered = 0;
        inquiry.heardMeanwhile = false;
      }
    },
    close() {
      for (const peerId of inquiries.keys()) stop(peerId);
    },
  };

  function ping(peerId: string, inquiry: Inquiry): void {
    if (!sendPing(peerId, inquiry.nonce, inquiry.sent)) {
      // The peer may have left.
      if (inquiries.get(peerId) === inquiry)
        inquiry.cancelTimer = clock.setTimer(() => ping(peerId, inquiry), options.probeGapMs);
      return;
    }
    inquiry.sent += 1;
    const waitMs = inquiry.sent === 1 ? inquiry.firstWaitMs : options.probeGapMs;
    inquiry.dueMs = clock.monotonicMs() + waitMs;
    inquiry.cancelTimer = clock.setTimer(() => afterWait(peerId, inquiry), waitMs);
  }

  function afterWait(peerId: string, inquiry: Inquiry): void {
    const lateMs = clock.monotonicMs() - inquiry.dueMs;
    if (lateMs <= busyMs) return goOn(peerId, inquiry);
    onLate(peerId, lateMs);
    inquiry.cancelTimer = clock.setTimer(() => goOn(peerId, inquiry), Math.min(lateMs, maxPatienceMs));
  }

  function goOn(peerId: string, inquiry: Inquiry): void {
    if (inquiry.sent >= options.probeCount) {
      stop(peerId);
      onNoAnswer(peerId, inquiry.heardMeanwhile);
      return;
    }
    inquiry.unanswered = inquiry.sent;
    if (inquiry.unanswered > 0) onUnanswered(peerId, inquiry.unanswered);
    // The listener may have ended this probe.
    if (inquiries.get(peerId) === inquiry) ping(peerId, inquiry);
  }

  function stop(peerId: string): void {
    inquiries.get(peerId)?.cancelTimer?.();
    inquiries.delete(peerId);
  }
}
