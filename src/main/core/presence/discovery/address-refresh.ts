/**
 * Refreshes the addresses of peers that multicast does not reach (rule PROBE-7). All traffic with
 * such a peer uses the address that was heard last. Without a refresh its other addresses would
 * expire, and be missing when that one fails. `path-validation.ts` sends the PING.
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
  /** True if the peer's beacons do not reach us by multicast. */
  readonly isUnicastOnly: (record: PeerRecord) => boolean;
  /** Sends a PING to that address. Its PONG refreshes the address. */
  readonly ask: (record: PeerRecord, address: Endpoint) => void;
}

const tickMs = 1_000;
/**
 * The share of the expiry time after which an address is probed. The rest leaves time for retries,
 * one per tick.
 */
const staleShare = 0.5;
/**
 * PINGs per second. Half the rate of path validation (HS-9), so that new addresses get the other
 * half.
 */
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
      // A suspect is already probed at all its addresses.
      if (record.presence !== 'online' || !isUnicastOnly(record)) continue;
      for (const address of registry.addressesUnheardFor(record.peerId, options.expiryMs * staleShare)) {
        if (left === 0) return;
        left -= 1;
        ask(record, address);
      }
    }
  }
}
