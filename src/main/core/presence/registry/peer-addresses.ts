/** Where one peer was heard lately, bounded: the addresses to write to (rule REG-7). */
import type { Clock, Endpoint } from '../../ports.ts';
import { formatEndpoint } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';

export interface PeerAddresses {
  /** @param sequence of the datagram that was heard from there */
  note(source: Endpoint, sequence: number): void;
  forgetAll(): void;
  /** The most recently heard first; those that the same datagram came from in the order in which they were first heard. */
  list(): readonly Endpoint[];
  /** Those that were not heard for so long. */
  unheardFor(durationMs: number): readonly Endpoint[];
}

interface HeardAddress {
  endpoint: Endpoint;
  readonly key: string;
  /** When it was last heard, monotonic, and in which datagram. */
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
      // What was not heard for as long as a peer may be silent is no longer its address.
      for (const { key, heardMs } of heard.values()) if (nowMs - heardMs >= expiryMs) heard.delete(key);
      const key = formatEndpoint(source);
      const known = heard.get(key);
      if (known) {
        // In place: this happens with every datagram of every peer.
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

  /** The one heard longest ago: it is the least likely to work. */
  function forgetOldest(): void {
    const [oldest] = [...heard.values()].toSorted((a, b) => a.heardMs - b.heardMs);
    if (oldest) heard.delete(oldest.key);
  }
}
