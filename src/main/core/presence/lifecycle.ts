/**
 * Whether we speak and listen: from the first `ready` on, not while the computer sleeps, and no more once we leave. Says goodbye, and
 * sees to it that no peer is blamed for what we did not hear (rules BYE-1, CALL-5, DOUBT-3, DOUBT-6).
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
  /** Neither suspended nor leaving. */
  isAwake(): boolean;
  /** Awake, and ready once at least. */
  isListening(): boolean;
  /** Whether silence would mean anything: awake, with an adapter on which others could be heard. */
  isConnected(): boolean;
  /** Networking is ready. */
  begin(): void;
  /** The process stood still. */
  recoverFromStall(): void;
  /** Says goodbye, and neither speaks nor listens until `resume`. */
  suspend(): Promise<void>;
  /** Joins everything anew. Does nothing while leaving. */
  resume(): void;
  /** Says goodbye for good. */
  leave(): Promise<void>;
}

interface Deps {
  /** Without stalls: a goodbye that is late starts nothing over. */
  readonly clock: Clock;
  readonly registry: Pick<ExpiringRegistry, 'list'>;
  readonly sockets: Pick<PresenceTransport, 'addresses' | 'renew'>;
  readonly outbound: Outbound;
  readonly watchdog: Pick<Watchdog, 'heard'>;
  readonly failureDetector: Pick<FailureDetector, 'startOver' | 'close'>;
  /** Whether a peer's beacons do not reach us by multicast. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
}

type Options = Pick<PresenceOptions, 'goodbyeCount' | 'goodbyeGapMs'>;

export function createLifecycle(deps: Deps, options: Options): Lifecycle {
  const { clock, registry, sockets, outbound, watchdog, failureDetector, isUnicastOnly } = deps;
  /** Whether we have been ready once. */
  let isUp = false;
  /** What keeps us from speaking and listening. */
  let away: 'suspended' | 'leaving' | undefined;

  return {
    isAwake: () => away === undefined,
    isListening: () => isUp && away === undefined,
    isConnected: () => away === undefined && sockets.addresses().some(({ joined, failure }) => joined && !failure),
    begin: () => void (isUp = true),
    recoverFromStall() {
      // What waits in our sockets was not heard yet, and that is no silence.
      watchdog.heard();
      failureDetector.startOver();
    },
    suspend: () => sayGoodbye('suspended'),
    resume() {
      if (away === 'leaving') return;
      away = undefined;
      outbound.speak();
      failureDetector.startOver();
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
      // Resumed meanwhile: a goodbye now would take us away again.
      if (away !== reason) return;
      outbound.multicast({ kind: 'goodbye' });
      for (const record of registry.list()) if (isUnicastOnly(record)) outbound.toPeer({ kind: 'goodbye' }, record);
    }
    // A turn of the event loop, so that the last one leaves before its socket is closed.
    await pauseFor(0);
  }

  function pauseFor(delayMs: number): Promise<void> {
    return pause(clock, delayMs, new AbortController().signal);
  }
}
