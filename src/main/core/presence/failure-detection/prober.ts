/**
 * Asks a peer whether it is still here, quickly and often enough that loss is no answer (rules PROBE-1 to PROBE-6). It decides nothing but
 * when to ask and when the asking is over; what follows from that is for `failure-detector.ts`.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock, Random } from '../../ports.ts';
import { nonceBytes } from '../wire/datagram.ts';
import type { PresenceOptions } from '../options.ts';

/** `is-here`: any sign of life is an answer · `hears-us`: only a PONG is. */
export type Question = 'is-here' | 'hears-us';

export interface Prober {
  /** Asks, unless that peer is being asked already. @param firstWaitMs for the answer to the first ping, before the quick ones */
  ask(peerId: string, question: Question, firstWaitMs?: number): void;
  /** A PONG arrived. @returns whether it answers a ping of ours */
  answered(peerId: string, nonce: Uint8Array): boolean;
  /** The peer gave another sign of life. */
  heard(peerId: string): void;
  /** No need to ask any more. */
  stop(peerId: string): void;
  isAsking(peerId: string): boolean;
  /** Nothing that was unanswered so far counts: we did not listen. */
  startOver(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  /** @param unanswered pings of this inquiry before this one */
  readonly sendPing: (peerId: string, nonce: Uint8Array, unanswered: number) => void;
  /** So many pings in a row went unanswered, and the asking goes on. */
  readonly onUnanswered: (peerId: string, unanswered: number) => void;
  /** All went unanswered. @param heardMeanwhile it gave other signs of life, the last words of somebody gone not counted: it does not hear us */
  readonly onNoAnswer: (peerId: string, heardMeanwhile: boolean) => void;
}

type Options = Pick<PresenceOptions, 'probeCount' | 'probeGapMs' | 'suspectAfterProbes'>;

interface Inquiry {
  question: Question;
  readonly nonce: Uint8Array;
  readonly firstWaitMs: number;
  sent: number;
  heardMeanwhile: boolean;
  cancelTimer: Unsubscribe | undefined;
}

export function createProber({ clock, random, sendPing, onUnanswered, onNoAnswer }: Deps, options: Options): Prober {
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
        heardMeanwhile: false,
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
      // What came earlier may have been on its way, or unread in our sockets, when the peer fell silent.
      else if (inquiry.sent > options.suspectAfterProbes) inquiry.heardMeanwhile = true;
    },
    stop,
    isAsking: (peerId) => inquiries.has(peerId),
    startOver() {
      for (const inquiry of inquiries.values()) {
        inquiry.sent = 0;
        inquiry.heardMeanwhile = false;
      }
    },
    close() {
      for (const peerId of inquiries.keys()) stop(peerId);
    },
  };

  function ping(peerId: string, inquiry: Inquiry): void {
    sendPing(peerId, inquiry.nonce, inquiry.sent);
    inquiry.sent += 1;
    const waitMs = inquiry.sent === 1 ? inquiry.firstWaitMs : options.probeGapMs;
    inquiry.cancelTimer = clock.setTimer(() => goOn(peerId, inquiry), waitMs);
  }

  function goOn(peerId: string, inquiry: Inquiry): void {
    if (inquiry.sent >= options.probeCount) {
      stop(peerId);
      onNoAnswer(peerId, inquiry.heardMeanwhile);
      return;
    }
    if (inquiry.sent > 0) onUnanswered(peerId, inquiry.sent);
    // What was told may have ended the inquiry.
    if (inquiries.get(peerId) === inquiry) ping(peerId, inquiry);
  }

  function stop(peerId: string): void {
    inquiries.get(peerId)?.cancelTimer?.();
    inquiries.delete(peerId);
  }
}
