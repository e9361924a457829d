/**
 * Bounds the PINGs of all probes together, and those to one address (rule PROBE-8). The prober
 * decides when to send; a PING over the limit waits for its turn.
 */
import type { Clock } from '../../ports.ts';
import { createTokenBucket, createTokenBuckets, type Rate } from '../../lib/token-bucket.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';

export interface PingBudget {
  /** Takes one PING to that peer. @returns false if it has to wait */
  take(to: Pick<PeerRecord, 'lastAddress'>): boolean;
}

type Options = Pick<PresenceOptions, 'pingsPerSecond' | 'pingsPerAddressPerSecond' | 'burstSeconds' | 'maxSources'>;

export function createPingBudget({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }, options: Options): PingBudget {
  const ofAll = createTokenBucket(rateOf(options.pingsPerSecond));
  const perAddress = createTokenBuckets(rateOf(options.pingsPerAddressPerSecond), options.maxSources);

  return {
    take({ lastAddress }) {
      const nowMs = clock.monotonicMs();
      return perAddress.take(lastAddress.address, nowMs) && ofAll.take(nowMs);
    },
  };

  function rateOf(perSecond: number): Rate {
    return { perSecond, burst: perSecond * options.burstSeconds };
  }
}
