/** The addresses at which one peer was heard lately, up to a limit (rule REG-7). */
import type { Clock, Endpoint } from '../../ports.ts';
import { formatEndpoint } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';

export interface PeerAddresses {
  /** @param sequence the sequence of the datagram heard from there */
  note(source: Endpoint, sequence: number): void;
  forgetAll(): void;
  /**
   * The most recently heard first. Addresses of the same datagram keep the order in which they were
   * first heard.
   */
  list(): readonly Endpoint[];
  /** The addresses that were not heard for that time. */
  unheardFor(durationMs: number): readonly Endpoint[];
}

interface HeardAddress {
  endpoint: Endpoint;
  readonly key: string;
  /** When it was last heard, in monotonic milliseconds, and in which datagram. */
  heardMs: number;
  sequence: number;
}

export function createPeerAddresses(
  clock: Pick<Clock, 'monotonicMs'>,
  { expiryMs, maxAddressesPerPeer }: Pick<PresenceOptions, 'expiryMs' | 'maxAddressesPerPeer'>,
): PeerAddresses {
  /** By endpoint as text. */
  const heard = new Map<string, HeardAddress>();
  return {
    note(source, sequence) {
      const nowMs = clock.monotonicMs();
      // Drop addresses that were silent for the expiry time of a peer.
      for (const { key, heardMs } of heard.values()) if (nowMs - heardMs >= expiryMs) heard.delete(key);
      const key = formatEndpoint(source);
      const known = heard.get(key);
      if (known) {
        // Updated in place, since this runs for every datagram.
        known.endpoint = source;
        known.heardMs = nowMs;
        known.sequence = sequence;
        return;
      }
      if (heard.size >= maxAddressesPerPeer) forgetOldest();
      heard.set(key, { endpoint: source, key, heardMs: nowMs, sequence });
    },
    forgetAll: () => heard.clear(),
    list: () => [...heard.values()].toSorted((a, b) => b.sequence - a.sequence).map(({ endpoint }) => endpoint),
    unheardFor(durationMs) {
      const nowMs = clock.monotonicMs();
      return [...heard.values()].flatMap(({ endpoint, heardMs }) => (nowMs - heardMs >= durationMs ? [endpoint] : []));
    },
  };

  /** Drops the address that was heard longest ago, since it is the least likely to work. */
  function forgetOldest(): void {
    const [oldest] = [...heard.values()].toSorted((a, b) => a.heardMs - b.heardMs);
    if (oldest) heard.delete(oldest.key);
  }
}
