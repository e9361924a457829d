/**
 * Decides when we send and listen: from the first `ready` on, but neither during sleep nor after
 * leaving (rules BYE-1, CALL-5, DOUBT-3, DOUBT-6). It sends goodbyes. After a pause it resets the
 * silence of all peers.
 */
import { pause } from '../lib/delay.ts';
import type { Clock } from '../ports.ts';
import type { ExpiringRegistry } from './registry/registry.ts';
import type { FailureDetector } from './failure-detection/failure-detector.ts';
import type { PresenceOptions } from './options.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import type { PresenceTransport } from './net/transport.ts';
import type { Outbound } from './net/outbound.ts';
import type { Watchdog } from './failure-detection/watchdog.ts';

export interface Lifecycle {
  /** True if neither suspended nor leaving. */
  isAwake(): boolean;
  /** True if awake, and ready at least once. */
  isListening(): boolean;
  /** True if awake, with an adapter to hear peers on. Only then does silence mean anything. */
  isConnected(): boolean;
  /** Records that networking is ready. */
  begin(): void;
  /** Resets the silence of all peers after a stall. */
  recoverFromStall(): void;
  /** Sends goodbyes; then neither sends nor listens until `resume`. */
  suspend(): Promise<void>;
  /** Sends and listens again, on reopened sockets. Does nothing while leaving. */
  resume(): void;
  /** Sends goodbyes, and stays silent. */
  leave(): Promise<void>;
}

interface Deps {
  /** A clock without stall detection: a late goodbye must not reset anything. */
  readonly clock: Clock;
  readonly registry: Pick<ExpiringRegistry, 'list'>;
  readonly sockets: Pick<PresenceTransport, 'addresses' | 'renew'>;
  readonly outbound: Outbound;
  readonly watchdog: Pick<Watchdog, 'heard'>;
  readonly failureDetector: Pick<FailureDetector, 'startOver' | 'close'>;
  /** True if the peer's beacons do not reach us by multicast. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
}

type Options = Pick<PresenceOptions, 'goodbyeCount' | 'goodbyeGapMs'>;

export function createLifecycle(deps: Deps, options: Options): Lifecycle {
  const { clock, registry, sockets, outbound, watchdog, failureDetector, isUnicastOnly } = deps;
  /** True once networking was ready. */
  let isUp = false;
  /** The reason why we neither send nor listen. */
  let away: 'suspended' | 'leaving' | undefined;

  return {
    isAwake: () => away === undefined,
    isListening: () => isUp && away === undefined,
    isConnected: () => away === undefined && sockets.addresses().some(({ joined, failure }) => joined && !failure),
    begin: () => void (isUp = true),
    recoverFromStall() {
      // Datagrams may wait unread in our sockets, so the stall was no silence.
      watchdog.heard();
      failureDetector.startOver('stall');
    },
    suspend: () => sayGoodbye('suspended'),
    resume() {
      if (away === 'leaving') return;
      away = undefined;
      outbound.speak();
      failureDetector.startOver('network');
      sockets.renew();
    },
    leave: () => sayGoodbye('leaving'),
  };

  async function sayGoodbye(reason: NonNullable<typeof away>): Promise<void> {
    away = reason;
    outbound.fallSilent();
    failureDetector.close();
    for (let sent = 0; sent < options.goodbyeCount; sent += 1) {
      if (sent > 0) await pauseFor(options.goodbyeGapMs);
      // Stop if `resume` was called meanwhile: a goodbye would make us depart again.
      if (away !== reason) return;
      outbound.multicast({ kind: 'goodbye' });
      for (const record of registry.list()) if (isUnicastOnly(record)) outbound.toPeer({ kind: 'goodbye' }, record);
    }
    // Give the event loop a turn, so that the last goodbye leaves before its socket closes.
    await pauseFor(0);
  }

  function pauseFor(delayMs: number): Promise<void> {
    return pause(clock, delayMs, new AbortController().signal);
  }
}
