/**
 * Keeps the addresses of peers that multicast does not reach (rule PROBE-7). Such a peer is asked, and answers, at the address heard
 * last; the others would be forgotten, and missing when that one dies. The question itself is left to `path-validation.ts`.
 */
import { pause } from '../../lib/delay.ts';
import type { Clock, Endpoint } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { PeerRecord } from '../registry/peer-record.ts';

interface Deps {
  readonly clock: Clock;
  readonly registry: Pick<ExpiringRegistry, 'list' | 'addressesUnheardFor'>;
  /** Whether a peer's beacons do not reach us by multicast. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
  /** Sends a PING to that address; the answer is noted as heard from there. */
  readonly ask: (record: PeerRecord, address: Endpoint) => void;
}

const tickMs = 1_000;
/** Of the time after which an address is forgotten: a PING that is lost is repeated each tick for the other half. */
const staleShare = 0.5;
/** Half of what may be asked by address at all (HS-9): the rest stays free for addresses that are new. */
const maxAskedPerTick = 10;

export function createAddressRefresh(
  { clock, registry, isUnicastOnly, ask }: Deps,
  options: Pick<PresenceOptions, 'expiryMs' | 'isPassive'>,
): Service {
  return {
    name: 'address-refresh',
    async run({ signal, ready }) {
      ready();
      while (!signal.aborted) {
        await pause(clock, tickMs, signal);
        if (!signal.aborted && !options.isPassive()) askStale();
      }
    },
  };

  function askStale(): void {
    let left = maxAskedPerTick;
    for (const record of registry.list()) {
      // A suspect is asked at all its addresses already.
      if (record.presence !== 'online' || !isUnicastOnly(record)) continue;
      for (const address of registry.addressesUnheardFor(record.peerId, options.expiryMs * staleShare)) {
        if (left === 0) return;
        left -= 1;
        ask(record, address);
      }
    }
  }
}
